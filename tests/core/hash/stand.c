/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stand.c - what the page tables of ppc32 need of the rest of the kernel: a console, and preemption points at
 * which no interrupt comes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <core/arch.h>

void arch_putc(char c) { putchar(c); }

void arch_stop(void)
{
	fflush(stdout);
	abort();
}

/* Each operation is finished by calls in a loop. */
bool arch_step_point(void) { return false; }
