/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapcheck.c - reads the mapping database without changing it: checks of the rules M1 to M9, and the
 * records of the inspection extension.
 */
#include <mem/arch.h>
#include <mem/reserved.h>
#include <mem/config.h>
#include <mem/mem.h>
#include <mem/mapping.h>
#include <mem/space.h>
#include <lib/panic.h>
#include <x2/inspect.h>

/* ---- inspection ---- */

enum { INSPECT_SCAN = 64 };		/* entries and holes read to find the first present page */

/*
 * Returns the first present page of n. If none is among the first INSPECT_SCAN entries and holes: a leaf that
 * is not present, with the rights of the root, or none.
 */
static struct leaf first_page(struct mapspace *m, const struct mapping *n)
{
	uint64_t at = mapping_base(n), end = mapping_end(n);

	if (end > resource_end(m->resource))
		end = resource_end(m->resource);
	for (unsigned i = 0; at < end && i < INSPECT_SCAN; i++) {
		struct leaf leaf = mapping_leaf(m, at);

		if (leaf.present && mapdb_find(m, (l4_word_t)at) == n)
			return leaf;
		at = align_down(at, leaf.log2) + pow2(leaf.log2);
	}
	return (struct leaf){ .rights = n->parent ? 0 : L4_RWX };
}

/* *next is a key, not an address, so that nested extents with the same base are listed too. */
bool mapdb_inspect(struct mapspace *m, l4_word_t start, struct l4_inspect_mapping *out, l4_word_t *next)
{
	struct tree_node *t = tree_at_least(&m->extents, start);
	unsigned shift = m->resource == RESOURCE_PORTS ? KMEM_FRAME_LOG2 : 0;
	const struct mapping *n;
	struct leaf first;

	if (!t)
		return false;
	n = mapping_of(t);
	first = first_page(m, n);
	*out = (struct l4_inspect_mapping){
		.base = (l4_word_t)(mapping_base(n) >> shift),
		.log2 = mapping_log2(n) - shift,
		.rights = first.rights,
		.attribute = arch_attribute_name(first.attr),
		.pages = n->pages,
		.children = n->nchildren,
	};
	if (n->parent) {
		out->parent_space = n->parent->m->space->number;
		out->parent_base = (l4_word_t)(mapping_src(n) >> shift);
	}
	*next = (l4_word_t)t->key + 1;
	return true;
}

/* ---- rules ---- */

/* Checks a page of n, also against its origin. */
static void check_page(struct mapspace *m, const struct mapping *n, uint64_t address, struct leaf leaf)
{
	struct leaf origin;

	ASSERT(is_aligned(leaf.frame, leaf.log2) && leaf.log2 <= mapping_log2(n));
	ASSERT(leaf.rights & L4_R);
	if (m->resource == RESOURCE_MEMORY) {						/* M6 */
		ASSERT(!space_in_areas(m->space, address, leaf.log2));
		ASSERT(!reserved_memory(leaf.frame, pow2(leaf.log2)));
	}
	ASSERT(leaf.attr < 1 << LEAF_ATTR_BITS && (m->resource == RESOURCE_MEMORY || leaf.attr == 0));
	if (!n->parent) {							/* M5, M8 */
		ASSERT(leaf.frame == address);
		ASSERT(m->resource == RESOURCE_PORTS || leaf.attr == attribute_at(address)
		       || (m->walk.set && walk_covers(&m->walk, address)));
		return;
	}
	address = mapping_origin(n, address);
	origin = mapping_source(n->parent, address);				/* M3 */
	ASSERT(origin.present && (origin.log2 >= leaf.log2 || !n->parent->parent));
	ASSERT(leaf_frame(origin, address) == leaf.frame);
	ASSERT(!(leaf.rights & ~origin.rights));
	ASSERT(!n->parent->parent || mapdb_find(n->parent->m, (l4_word_t)address) == n->parent);
}

/* Returns the number of pages of n, counted by its entries. */
static uint32_t count_pages(struct mapspace *m, const struct mapping *n)
{
	uint64_t end = mapping_end(n);
	uint32_t pages = 0;

	if (end > resource_end(m->resource))
		end = resource_end(m->resource);
	for (uint64_t at = mapping_base(n); at < end; ) {
		struct leaf leaf = mapping_leaf(m, at);
		uint64_t start = align_down(at, leaf.log2);

		if (leaf.present) {
			struct mapping *owner = mapdb_find(m, (l4_word_t)at);

			ASSERT(owner);						/* M2 */
			if (owner != n) {
				at = mapping_end(owner);
				continue;
			}
			check_page(m, n, start, leaf);
			pages++;
		}
		at = start + pow2(leaf.log2);
	}
	return pages;
}

static void check_children(const struct mapping *n)
{
	uint32_t count = 0;

	tree_check(&n->children);
	for (struct tree_node *t = tree_first(&n->children); t; t = tree_next(t), count++) {
		struct mapping *c = container_of(t, struct mapping, by_src);

		ASSERT(c->parent == n && c->depth == n->depth + 1u && c->depth <= CFG_MAP_DEPTH);
		ASSERT(t->outer || !tree_next(t) || !key_has(t->key, tree_next(t)->key));
		ASSERT(key_log2(t->key) == mapping_log2(c));
		ASSERT(is_aligned(mapping_src(c), mapping_log2(c)));
		ASSERT(mapping_src(c) >= mapping_base(n)
		       && mapping_src(c) + pow2(mapping_log2(c)) <= mapping_end(n));
	}
	ASSERT(count == n->nchildren);
}

/* Checks M1 (the next extent is not equal), and what M6, M7 and M9 say of n. */
static void check_extent(const struct mapspace *m, const struct mapping *n)
{
	struct tree_node *next = tree_next((struct tree_node *)&n->by_base);

	ASSERT(n->m == m);
	ASSERT(is_aligned(mapping_base(n), mapping_log2(n)));
	ASSERT(!next || next->key != n->by_base.key);				/* M1 */
	ASSERT(n->by_base.outer == (next && mapping_has(n, key_base(next->key))));
	ASSERT(n->areas == (n->parent && m->resource == RESOURCE_MEMORY				/* M6 */
			    && space_in_areas(m->space, mapping_base(n), mapping_log2(n))));
	ASSERT(n->parent ? tree_linked(&n->by_src) : m->space->sigma0);
	ASSERT(!n->parent || mapping_log2(n) <= extent_most(m->resource));		/* M9 */
	for (struct walk *w = n->walks; w; w = w->next_here)			/* M7 */
		ASSERT(w->active && w->at == n && *w->here == w);
}

static void check_walk(const struct walk *w)
{
	const struct walk *here = w->at ? w->at->walks : 0;

	ASSERT(w->active || !w->at);						/* M7 */
	for (; w->at && here != w; here = here->next_here)
		ASSERT(here);
}

/* Returns the number of pages in the page table, of all extents (M2). */
static size_t pages_in_table(const struct mapspace *m)
{
	size_t pages = 0;

	for (uint64_t at = 0; at < resource_end(m->resource); ) {
		struct leaf leaf = mapping_leaf(m, at);

		pages += leaf.present;
		at = align_down(at, leaf.log2) + pow2(leaf.log2);
	}
	return pages;
}

void mapdb_check(struct mapspace *m)
{
	size_t nodes = 0, pages = 0;
	const struct mapping *recent = m->recent;	/* lookups below change it */
	bool found = !recent;

	check_walk(&m->walk);
	check_walk(&m->clear);
	if (m->pages == 0 && m->nodes <= m->space->sigma0)
		return;

	tree_check(&m->extents);
	for (struct tree_node *t = tree_first(&m->extents); t; t = tree_next(t)) {
		struct mapping *n = mapping_of(t);

		check_extent(m, n);
		check_children(n);
		ASSERT(count_pages(m, n) == n->pages);				/* M2 */
		ASSERT(n->pages > 0 || !n->parent);				/* M4 */
		nodes++;
		pages += n->pages;
		found |= n == recent;
	}
	ASSERT(nodes == m->nodes && pages == m->pages && found);
	ASSERT(m->resource == RESOURCE_PORTS || pages_in_table(m) == pages);
}
