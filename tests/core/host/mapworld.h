/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapworld.h - a few address spaces without threads, to test the mapping database alone.
 *
 * Space 0 is sigma0. After every step of an item or a walk all rules are checked in all spaces, and
 * every cached translation is compared with its table.
 */
#ifndef MAPWORLD_H
#define MAPWORLD_H

#include <core/kernel.h>
#include <mem/range.h>
#include <mem/space.h>
#include "../../../kernel/arch/host/host.h"
#include "harness.h"

enum {
	SPACES		= 8,
	POOL_FRAMES	= 1184,			/* in programs of 32 bits an eighth is for kept status */
	LIMIT_FRAMES	= 120,			/* of each space */
	PAGE		= 0x1000,
	RESERVED	= 0x200000,		/* the kernel's memory: 2 MiB here */
	RAM		= 0x8000000,		/* where tests take frames from */
	KIP_AT		= 0x7ff00000, UTCB_AT = 0x7f000000, UTCB_LOG2 = 16,
};

extern struct space mw_space[SPACES];

void mapworld_setup(void);
void mapworld_check(void);

/* Returns the number of walks in progress. */
unsigned mw_walks(void);

/* As with fastpath=off, from now on. */
void mw_general(void);

/* Called after each step; if it returns true, all is checked. 0: none, and not each step is checked. */
extern bool (*mapworld_hook)(void);
extern unsigned mapworld_steps;

/* The budget of a step: this, or less for more preemption points. */
enum { MAPWORLD_BUDGET = 56 };
extern unsigned mapworld_budget;

/*
 * What mw_map, mw_grant, mw_unmap, mw_unmap_by_walk, mw_rights_at and mw_frame_at are about: memory, after
 * mapworld_setup. A port p stands at address p * PAGE, and can be mapped to that address only.
 */
extern enum map_resource mw_world;

/* An item from space f to space t; hot is the destination where the window is complete. */
enum map_result mw_item(unsigned f, unsigned t, l4_fpage_t send, l4_word_t hot, l4_fpage_t window,
			bool grant);

/* One step of an item. */
enum map_result mw_step(struct map_op *op);

/* Map or grant 2^log2 bytes at src to dst, which must succeed. */
void mw_map(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights);
void mw_map_no_revoke(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights);
void mw_grant(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights);

/* Unmap; returns the status. */
unsigned mw_unmap(unsigned s, l4_word_t base, unsigned log2, unsigned rights, bool flush);
unsigned mw_unmap_by_walk(unsigned s, l4_word_t base, unsigned log2, unsigned rights, bool flush);

/*
 * All rights, in one step (kernel_unmap_fast, or as sys_unmap.c without a walk). Returns false if a part is
 * left; *status is that of the removed part.
 */
bool mw_unmap_once(unsigned s, l4_word_t base, unsigned log2, bool flush, unsigned *status);
bool mw_revoke_once(unsigned s, l4_fpage_t f, bool flush, unsigned *status);

/* Give the pages an attribute, by the machine's code; false if there is no memory for it. */
bool mw_set_attribute(unsigned s, l4_word_t base, unsigned log2, uint8_t attr);

/* Returns the rights at va, 0 if not mapped; and the frame. */
unsigned mw_rights_at(unsigned s, l4_word_t va);
uint64_t mw_frame_at(unsigned s, l4_word_t va);

/* User code of s accesses va; returns false if that faults. */
bool mw_touch(unsigned s, l4_word_t va, unsigned access);

/* Tear a space down as teardown_step does, and create it again. */
void mw_destroy(unsigned s);

size_t mw_nodes_of(unsigned s);
size_t mw_pages_of(unsigned s);

#endif
