/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leaf.c - entries of both resources behind one interface, and the invalidation of their translations.
 *
 * Of entries that are set or cleared here (range_unmap.c invalidates what it changes) the translation is
 * dropped when the entry is removed, when its frame or memory attribute changes, when it loses a right, and
 * when it gains one: a translation without the right would cause a fault for which the table gives no reason.
 */
#include <mem/arch.h>
#include <mem/leaf.h>
#include <lib/bits.h>
#include <lib/panic.h>

enum { PORT_LOG2 = KMEM_FRAME_LOG2, WORD_LOG2 = 6, PORT_HOLE = 9 };

uint64_t leaf_sizes(enum map_resource resource)
{
	return resource == RESOURCE_PORTS ? pow2(PORT_LOG2) : arch_page_sizes();
}

/*
 * Returns the log2 of the largest aligned block around `port` of which no port is allowed; allowed: the word
 * of its 64 ports, not 0.
 */
static unsigned hole_in_word(uint64_t allowed, l4_word_t port)
{
	unsigned k = 0;

	while (k < WORD_LOG2 - 1 && !(allowed >> align_down(port % 64, k + 1) & (pow2(2u << k) - 1)))
		k++;
	return k;
}

/*
 * The same in the permission set of s, up to 2^PORT_HOLE ports. It is charged COST_LOOK, so it reads at most
 * 2^(PORT_HOLE - WORD_LOG2) words.
 */
static unsigned port_hole(const struct space *s, l4_word_t port)
{
	uint64_t allowed = arch_io_word(s, port);

	if (allowed)
		return hole_in_word(allowed, port);
	for (unsigned k = WORD_LOG2; k < PORT_HOLE; k++) {
		l4_word_t half = align_down(port, k) ^ pow2(k);

		for (l4_word_t p = half; p < half + pow2(k); p += 64)
			if (arch_io_word(s, p))
				return k;
	}
	return PORT_HOLE;
}

static struct leaf port_get(const struct space *s, l4_word_t address)
{
	l4_word_t port = address >> PORT_LOG2;
	struct leaf leaf = { .present = arch_io_get(s, port), .log2 = PORT_LOG2 };

	if (!leaf.present) {
		leaf.log2 = (uint8_t)(PORT_LOG2 + port_hole(s, port));
		return leaf;
	}
	leaf.rights = L4_RWX;
	leaf.frame = align_down(address, PORT_LOG2);
	return leaf;
}

struct leaf leaf_get(const struct mapspace *m, l4_word_t address)
{
	if (m->resource == RESOURCE_PORTS)
		return port_get(m->space, address);
	return arch_ptab_get(m->space, address);
}

enum leaf_room leaf_reserve(struct mapspace *m, l4_word_t address, unsigned log2)
{
	if (m->resource == RESOURCE_PORTS)
		return arch_io_reserve(m->space);
	return arch_ptab_reserve(m->space, address, log2, false);
}

enum leaf_room leaf_reserve_all(struct mapspace *m, l4_word_t address, unsigned log2)
{
	enum leaf_room room;

	do
		room = m->resource == RESOURCE_PORTS ? arch_io_reserve(m->space)
						  : arch_ptab_reserve(m->space, address, log2, true);
	while (room == LEAF_MORE);
	if (room == LEAF_NO_MEM && m->resource == RESOURCE_MEMORY)
		arch_ptab_prune(m->space, address);
	return room;
}

/* Returns true if a translation of `old` does not match `leaf`. */
static bool stale(struct leaf old, struct leaf leaf)
{
	return old.rights != leaf.rights || old.frame != leaf.frame || old.attr != leaf.attr;
}

void leaf_set(struct mapspace *m, l4_word_t address, struct leaf leaf)
{
	struct leaf old;

	if (m->resource == RESOURCE_PORTS) {
		arch_io_set(m->space, address >> PORT_LOG2, true);
		return;
	}
	old = arch_ptab_get(m->space, address);
	arch_ptab_set(m->space, address, leaf);
	if (old.present && stale(old, leaf))
		tlb_drop(m->space, address, leaf.log2, 1);
}

uint8_t leaf_clear(struct mapspace *m, l4_word_t address)
{
	struct leaf old;

	if (m->resource == RESOURCE_PORTS) {
		arch_io_set(m->space, address >> PORT_LOG2, false);
		return 0;
	}
	old = arch_ptab_get(m->space, address);
	ASSERT(old.present);
	old.touched = arch_ptab_clear(m->space, (l4_word_t)align_down(address, old.log2), old.log2);
	tlb_drop(m->space, address, old.log2, 1);	/* last: before, the CPU could load it again */
	return old.touched;
}
