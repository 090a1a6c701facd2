/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model.h - two small models of hardware: a first-level cache, and TLB refills.
 */
#ifndef SCOPE_MODEL_H
#define SCOPE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "classes.h"

/* 32 KiB, 8 ways, 64-byte lines, true LRU; cold when a window begins. */
enum { CACHE_SETS = 64, CACHE_WAYS = 8 };

struct cache {
	uint64_t tag[CACHE_SETS][CACHE_WAYS];	/* line + 1, most recent first; 0 free */
	uint64_t accesses, misses;
};

void cache_touch(struct cache *c, uint64_t line);

/* The TLBs that the machine's arch/FAMILY/tlb.c models, of the names in its classes.h. */
#define TLB_ENUM(name) TLB_##name,
enum tlb_kind { TLBS(TLB_ENUM) TLB_KINDS };
extern const char *const tlb_name[TLB_KINDS];
extern const char tlb_note[];
extern uint64_t tlb_misses[TLB_KINDS];

void tlb_init(void);
void tlb_reset(void);			/* a window begins: empty, nothing missed */
void tlb_touch(uint64_t va, bool fetch, bool kernel);
void tlb_space_loaded(void);		/* by an instruction with F_SPACE */
void tlb_space_is(uint16_t id);		/* by a mark */

#endif
