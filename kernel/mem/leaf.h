/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leaf.h - the entries at the leaves of an address space, for both worlds of the mapping database.
 *
 * Memory leaves are the machine's page table (arch_ptab_*); port leaves are the machine's I/O
 * permission set (arch_io_*), where the page at address p << 12 stands for port p. Everything above
 * works on struct leaf and does not know which it was.
 */
#ifndef MEM_LEAF_H
#define MEM_LEAF_H

#include <mem/mapdb.h>
#include <arch/ptab.h>

enum { LEAF_KEPT_BITS = 6, LEAF_ATTR_BITS = 3 };

/* The entry that answers for an address. */
struct leaf {
	bool present;
	uint8_t log2;		/* size of the entry; absent: of the aligned hole around the address */
	uint8_t rights;		/* R W X */
	uint8_t touched;	/* status of the hardware: R (accessed), R|W (dirty), X with R */
	uint8_t kept;		/* LEAF_KEPT_BITS software bits of the entry: status for later (mapping.h) */
	uint8_t attr;		/* memory attribute, the machine's code (arch_attribute); ports: 0 */
	bool own;		/* the kernel's, in the KIP or UTCB area: no page of the mapping database */
	uint64_t frame;		/* physical address (ports: the port << 12) */
};

/* Sizes an entry may have, as a mask of log2: bit 12, and 21, 30 where the machine has them. */
uint64_t leaf_sizes(enum map_resource world);

struct leaf leaf_get(const struct mapspace *m, l4_word_t address);

enum leaf_room { LEAF_ROOM, LEAF_BUSY, LEAF_NO_MEM, LEAF_MORE };

/*
 * Make sure that leaf_set(m, address, size 2^log2) will have its tables. LEAF_BUSY: smaller entries
 * stand there, use a smaller size. LEAF_NO_MEM: the space's account is exhausted. LEAF_MORE: one table was
 * made; call again. Tables are charged to the space and stay until it is deleted.
 */
enum leaf_room leaf_reserve(struct mapspace *m, l4_word_t address, unsigned log2);

/* All tables at once; not LEAF_MORE. LEAF_NO_MEM: of memory none was made. */
enum leaf_room leaf_reserve_all(struct mapspace *m, l4_word_t address, unsigned log2);

/*
 * Write the whole entry (present, 2^leaf.log2 bytes), but for the status of the hardware: what it has set
 * stays, and `touched` is added. Drops a stale translation if there was one.
 */
void leaf_set(struct mapspace *m, l4_word_t address, struct leaf leaf);

/* Remove the entry at address, which is present. Drops its translation. Returns `touched`, as it was last. */
uint8_t leaf_clear(struct mapspace *m, l4_word_t address);

#endif
