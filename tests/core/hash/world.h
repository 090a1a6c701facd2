/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - address spaces of ppc32 without threads, on the modelled CPU, and beside them a model of their
 * pages, with which each access and each result is compared. The pages are set by the functions of
 * mem/arch.h and mem/ptes.h; those of test_map.c by the mapping database, without this model.
 */
#ifndef HASH_WORLD_H
#define HASH_WORLD_H

#include <core/arch.h>
#include <mem/space.h>
#include "harness.h"
#include "cpu.h"

enum { PAGE = 0x1000, SPACES = 1024 };

/*
 * Addresses: SAME of them have one hash value in a space, so that at most 16 are in the hash table. The next,
 * REST, have its complement: the second group of the one is the first of the other. RUN are adjacent. The
 * others are at the ends of segments.
 */
enum { SAME = 32, REST = 12, RUN = 24, ENDS = 6, FIRST_OF_RUN = SAME + REST };
enum { ADDRESSES = FIRST_OF_RUN + RUN + ENDS };
l4_word_t world_address(unsigned i);

/* A page of the model. */
struct page {
	bool present, write, referenced, changed;
	uint8_t attr, kept;
	uint32_t frame;
};

/* Call once: kernel memory, the hash table, no spaces. */
void world_init(struct cpu_kind kind, uint64_t seed);

/* Make a space, as number x; delete it. False: no memory. Those from 8 on have memory for a few tables. */
bool world_create(unsigned x);
void world_delete(unsigned x);
bool world_has(unsigned x);
struct space *world_space(unsigned x);
struct page *model_page(unsigned x, unsigned i);

/* The number (vsid.h) of space x. */
uint32_t world_number(unsigned x);

/* Load the segments of x. */
void world_run(unsigned x);

/* Set the page, or set it again. */
void world_set(unsigned x, unsigned i, struct page page);

/* Returns a page with a random frame, of RAM or of a device, rights, attribute and kept status. */
struct page world_random_page(void);

/* Clear it if it is there, and check its status. */
void world_clear(unsigned x, unsigned i);

/* Check what the page table shows of it. */
void world_check_page(unsigned x, unsigned i);

/* x, which runs, accesses the page: checks the result. */
void world_touch(unsigned x, unsigned i, enum cpu_access access);

/* User code accesses ea until it succeeds. Returns false if it faults. */
bool world_access(struct space *s, l4_word_t ea, enum cpu_access access, uint64_t *pa, uint32_t *wimg);

/* The status that a result shows is that of the page. exact: it has been removed from the hash table. */
void world_check_status(const struct page *p, unsigned touched, bool exact);

/* Returns how many entries of the hash table were evicted. */
unsigned world_evictions(void);

/* Checks the rules of hash.h and vsid.h, and kernel memory. */
void world_check(void);

#endif
