/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - a model of address translation in a CPU with segments, PAE and no tags in the TLB (cpu.c).
 */
#ifndef SMALL_CPU_H
#define SMALL_CPU_H

#include <stdbool.h>
#include <arch/cpu.h>

/* RAM, from physical address 0 on. The program has it at the addresses of ia32's direct map. */
enum { CPU_RAM_BYTES = 8 << 20 };

/* Makes the RAM, and loads page tables that map nothing. Call once. */
void cpu_init(void);

/* Load SS, DS, ES and FS of user code: their hidden parts are then those of the GDT. */
void cpu_load_segments(void);

/* Both from the hidden part of the data segment: the linear address of va; true if it is within the limit. */
l4_word_t cpu_linear(l4_word_t va);
bool cpu_within_limit(l4_word_t va);

/*
 * User code reads or writes at a linear address. Returns true, and the physical address in *pa; or false for
 * a page fault. Uses what TLB and paging-structure caches have; what they have not is added, and stays until
 * it is invalidated.
 */
bool cpu_access(l4_word_t linear, bool write, uint64_t *pa);

/* The CPU translates that address speculatively, if it can do so without setting a status bit. */
void cpu_prefetch(l4_word_t linear);

#endif
