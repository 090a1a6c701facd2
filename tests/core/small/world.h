/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - four address spaces of ia32 without threads, on the modelled CPU: space 0 is sigma0 and large,
 * the others may become small. The mapping database maps pages, by the kernel's code for page tables.
 */
#ifndef SMALL_WORLD_H
#define SMALL_WORLD_H

#include <core/arch.h>
#include <mem/space.h>
#include "harness.h"
#include "cpu.h"

enum { SPACES = 4, PAGE = 0x1000 };

/* User addresses of each space but sigma0. READ is for reading only. */
enum {
	VA	= 0x200000,
	READ	= VA + PAGE,
	LOW	= 0x5000,		/* below another page table */
	DERIVED	= 0x9000,		/* from another space */
	LAST	= 0x3ff000,		/* the last page of a space of 4 MiB */
	BEYOND	= 0x700000,		/* behind it */
	FAR	= 0x40000000,		/* below another page directory */
};

/* The bit of SpaceControl that applies the specifier (ia32 5); its result has it if that was done. */
#define APPLY	((l4_word_t)1 << 31)

/* Call once: kernel memory, sigma0, and the others as new ones. */
void world_init(void);
struct space *world_space(unsigned x);

/* Delete space x, and make it again: large, without pages. */
void world_delete(unsigned x);

/* Maps VA and READ. Pages of a small space are global: map them when it is small. */
void world_map_first(unsigned x);

/* Exit to user code of x by C, as trap.c does (switch_space). Then the CPU translates what it can. */
void world_run(unsigned x);

/* Switch to x by the short path, as fast.S does; by C where it must not. */
void world_run_short(unsigned x);

/* Returns what SpaceControl does. */
l4_word_t world_control(unsigned x, l4_word_t specifier);

/* f maps 2^log2 bytes at src to t, at dst. */
void world_map(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights);

/* Returns an address of sigma0: 4 MiB of RAM for space x; `set` is 0 or 1. */
l4_word_t world_frame(unsigned x, unsigned set);

/* Unmap, or flush, of 2^log2 bytes; MAPDB_ALL: everything. */
void world_unmap(unsigned x, l4_word_t at, unsigned log2, unsigned rights, bool flush);

/*
 * x, which runs, accesses va: checks that the result is that of its page table, that the linear address is in
 * its part, that a small space has small pages only, and that no page is beyond its limit. Returns false if
 * va is beyond it.
 */
bool world_touch(unsigned x, l4_word_t va, bool write);

/* Checks the rules of small.c, of the TLB, of page tables and mappings. */
void world_check(void);

#endif
