/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h - two small models of hardware: a first-level cache, and TLB refills.
 */
#ifndef SCOPE_MODEL_H
#define SCOPE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

/* 32 KiB, 8 ways, 64-byte lines, true LRU; cold when a window begins. */
enum { CACHE_SETS = 64, CACHE_WAYS = 8 };

struct cache {
	uint64_t tag[CACHE_SETS][CACHE_WAYS];	/* line + 1, most recent first; 0 free */
	uint64_t accesses, misses;
};

void cache_touch(struct cache *c, uint64_t line);

/*
 * TLBs of unlimited size that drop their non-global entries when CR3 is written, under five
 * assumptions at once. INVLPG, INVPCID, PCIDs, changes of CR4.PGE and capacity are not modelled.
 */
enum tlb_kind {
	TLB_USER_4K, TLB_KERNEL_GLOBAL_4K, TLB_KERNEL_NONGLOBAL_4K, TLB_KERNEL_GLOBAL_2M,
	TLB_KERNEL_NONGLOBAL_2M, TLB_KINDS,
};
extern const char *const tlb_name[TLB_KINDS];
extern uint64_t tlb_misses[TLB_KINDS];

void tlb_init(void);
void tlb_reset(void);			/* a window begins: empty, nothing missed */
void tlb_touch(uint64_t va, bool kernel);
void tlb_cr3_written(void);

#endif
