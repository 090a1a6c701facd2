/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - a model of address translation in a CPU with segment registers, a hash table and a TLB of 64 sets
 * by the effective address, for instructions and for data (cpu.c).
 */
#ifndef HASH_CPU_H
#define HASH_CPU_H

#include <stdbool.h>
#include <arch/cpu.h>

/* RAM, from physical address 0 on. The program has it at the addresses of the direct map too. */
enum { CPU_RAM_BYTES = 48 << 20 };

/* What the architecture leaves open. */
struct cpu_kind {
	unsigned ways;		/* of a set of the TLB; 0: as many as are needed, nothing is replaced */
	unsigned drop;		/* not 0: at one access of so many a translation is dropped, at random */
	bool late;		/* R and C may reach the hash table as late as a sync after tlbie */
	bool sets;		/* tlbie invalidates a set, as a 750 does, and not only a page */
};

/* Makes the RAM. Call once. machine_map_ram (refill.h) sees it too. */
void cpu_init(struct cpu_kind kind, uint64_t seed);

enum cpu_access { CPU_LOAD, CPU_STORE, CPU_FETCH };
enum cpu_result { CPU_DONE, CPU_MISS, CPU_PROTECTED };

/* User code accesses ea. CPU_DONE: at physical address *pa, with those bits WIMG. Else: an exception. */
enum cpu_result cpu_access(l4_word_t ea, enum cpu_access access, uint64_t *pa, uint32_t *wimg);

/* The TLB has this translation, of before the start. */
void cpu_leave_over(uint32_t vsid, l4_word_t ea);

/* Returns true if a sync has completed all tlbies. */
bool cpu_is_synced(void);

/* Returns a number below n. */
unsigned cpu_random(unsigned n);

/*
 * The instructions on caches and order since the start, but for a repetition of the last one: f dcbf,
 * d dcbst, i icbi, s sync, x isync. And the number of lines that were flushed.
 */
enum { CPU_LOG = 4000 };
extern char cpu_log[CPU_LOG + 1];
extern unsigned cpu_flushed;

#endif
