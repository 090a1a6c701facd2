/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stand.c - what small.c, kmap.c and the page tables of x86 need of the rest of the kernel: a CPU that has
 * global pages and checks limits; no I/O ports, no attributes, no image.
 */
#include <stdio.h>
#include <stdlib.h>
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/features.h>
#include <mem/reserved.h>
#include "../../../kernel/arch/ia32/entry.h"
#include "../../../kernel/arch/ia32/kmap.h"
#include "../../../kernel/arch/ia32/local.h"

uint32_t cpu_features = 1 << FEATURE_PGE | 1 << FEATURE_NX;
uint32_t tlb_cr3;
struct cpu_local cpu_locals[CFG_CPUS];
struct kernel_stack kernel_stack[CFG_CPUS];

/* Symbols of kernel.ld and gateway.S, which kmap_init alone uses. */
uint8_t boot_code_start[1], kernel_start[1], kernel_text_end[1], kernel_rodata_end[1], kernel_end[1];
uint8_t image_load[1], image_end[1], gateway_trampoline[1];

/* ---- the host ---- */

void arch_putc(char c) { putchar(c); }

void arch_stop(void)
{
	fflush(stdout);
	abort();
}

/* No interrupts come: each operation is finished by calls in a loop. */
bool arch_step_point(void) { return false; }

/* ---- boot ---- */

bool descr_limits_hold(void) { return true; }

bool boot_option_is(const char *cmdline, const char *name, const char *value, bool otherwise)
{
	(void)cmdline;
	(void)name;
	(void)value;
	return otherwise;
}

void feature_line(const char *name, const char *state)
{
	(void)name;
	(void)state;
}

/* ---- memory attributes, I/O ports ---- */

l4_word_t arch_attribute_name(uint8_t attr) { return attr; }

uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes)
{
	(void)pa;
	return bytes;
}

enum leaf_room arch_io_reserve(struct space *s)
{
	(void)s;
	return LEAF_NO_MEM;
}

void arch_io_set(struct space *s, l4_word_t port, bool allowed)
{
	(void)s;
	(void)port;
	(void)allowed;
}

bool arch_io_get(const struct space *s, l4_word_t port)
{
	(void)s;
	(void)port;
	return false;
}

uint64_t arch_io_word(const struct space *s, l4_word_t port)
{
	(void)s;
	(void)port;
	return 0;
}

void io_free(struct space *s) { (void)s; }
void io_unload(struct space *s) { (void)s; }
