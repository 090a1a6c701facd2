/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.c - register images for regs_call.
 */
#include "machine.h"

void regs_pattern(struct regs *r, word base)
{
	word *w = (word *)r;

	for (unsigned i = 0; i < 15; i++)
		w[i] = base + i;
	r->flags = 0x202;
	r->sp = 0;
}
