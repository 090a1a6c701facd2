/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leaf.h - the leaves of an address space, for both resources of the mapping database.
 *
 * Leaves of memory are in the machine's page table (arch_ptab_*); leaves of ports are in its I/O permission
 * set (arch_io_*), in which the page at address p << KMEM_FRAME_LOG2 stands for port p. A struct leaf is the
 * same for both.
 */
#ifndef MEM_LEAF_H
#define MEM_LEAF_H

#include <mem/mapdb.h>
#include <arch/ptab.h>

enum { LEAF_KEPT_BITS = 6, LEAF_ATTR_BITS = 3 };

/* The entry for an address. */
struct leaf {
	bool present;
	uint8_t log2;		/* size of the entry; not present: of the aligned hole around the address */
	uint8_t rights;		/* R W X */
	uint8_t touched;	/* status of the hardware: R (accessed), R|W (dirty), X with R */
	uint8_t kept;		/* LEAF_KEPT_BITS software bits of the entry: kept status (mapping.h) */
	uint8_t attr;		/* memory attribute, the machine's code (arch_attribute); ports: 0 */
	bool own;		/* the kernel's, in the KIP or UTCB area: not in the mapping database */
	uint64_t frame;		/* physical address (ports: p << KMEM_FRAME_LOG2) */
};

/* Returns the sizes of entries as a mask of log2: arch_page_sizes(), or for ports bit KMEM_FRAME_LOG2. */
uint64_t leaf_sizes(enum map_resource resource);

/* Returns the entry for address, also if it is the kernel's (own). */
struct leaf leaf_get(const struct mapspace *m, l4_word_t address);

enum leaf_room { LEAF_ROOM, LEAF_BUSY, LEAF_NO_MEM, LEAF_MORE };

/*
 * Makes the tables that leaf_set needs for an entry of 2^log2 bytes at address. LEAF_ROOM: they exist.
 * LEAF_BUSY: there are smaller entries; use a smaller size. LEAF_NO_MEM: the space's account is exhausted.
 * LEAF_MORE: one table was made; call again. Tables are charged to the space. They stay until it is deleted,
 * unless they are empty at the place of a larger entry.
 */
enum leaf_room leaf_reserve(struct mapspace *m, l4_word_t address, unsigned log2);

/* Makes all tables in one call; never LEAF_MORE. LEAF_NO_MEM, for memory: no empty table is left behind. */
enum leaf_room leaf_reserve_all(struct mapspace *m, l4_word_t address, unsigned log2);

/*
 * Sets the entry (present, 2^leaf.log2 bytes). Status bits that the hardware has set stay, and `touched` is
 * added. Drops a translation that becomes stale.
 */
void leaf_set(struct mapspace *m, l4_word_t address, struct leaf leaf);

/* Removes the present entry at address and drops its translation. Returns its last `touched`; ports: 0. */
uint8_t leaf_clear(struct mapspace *m, l4_word_t address);

#endif
