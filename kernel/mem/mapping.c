/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapping.c - nodes of the mapping database: lookups, creation, deletion, growth and change of parent.
 */
#include <mem/reserved.h>
#include <mem/mem.h>
#include <mem/leaf.h>
#include <mem/mapping.h>
#include <mem/space.h>
#include <lib/panic.h>

/* Bits of sigma0's addresses: of the physical addresses of a PTE, or of 32-bit fpages, which have less. */
enum { ROOT_LOG2 = sizeof(l4_word_t) == 8 ? 52 : 32, PORTS_LOG2 = L4_IO_LOG2_ALL + KMEM_FRAME_LOG2 };

uint64_t resource_end(enum map_resource resource)
{
	return resource == RESOURCE_PORTS ? pow2(PORTS_LOG2) : L4_USER_END;
}

/* M9: the power of two that covers the user area must not cover all addresses, the kernel's among them. */
enum { COVERS_ALL = L4_USER_END - 1 > ~(l4_word_t)0 / 2, USER_PARTS_LOG2 = __builtin_ctzll(L4_USER_END) };

unsigned extent_most(enum map_resource resource)
{
	if (COVERS_ALL && resource == RESOURCE_MEMORY)
		return USER_PARTS_LOG2;
	return 64 - (unsigned)__builtin_clzll(resource_end(resource) - 1);
}

unsigned resource_page(enum map_resource resource)
{
	return 63 - (unsigned)__builtin_clzll(leaf_sizes(resource));
}

/* ---- lookups ---- */

struct tree_node *extent_next(const struct tree *t, const struct tree_node *n, uint64_t base, unsigned log2)
{
	uint64_t start = extent_key(base, log2);
	struct tree_node *next;
	struct tree_spot s;

	if (n && n->key <= start && !n->outer && key_has(n->key, base))
		return 0;		/* n contains the region, and no extent is inside n */
	if (n && n->key >= start) {
		next = tree_next(n);
	} else {
		next = tree_nested(t) ? tree_next_outer(t, n, 1, base) : 0;
		if (next && next->key <= start)
			return next;
		tree_look(t, start, &s);
		if (s.before && s.before != n && key_has(s.before->key, base))
			return s.before;
		next = s.after;
	}
	return next && next->key < base + pow2(log2) ? next : 0;
}

struct mapping *mapping_look(struct mapspace *m, uint64_t address, unsigned log2, struct tree_spot *spot)
{
	tree_look(&m->extents, extent_key(address, log2), spot);
	if (spot->around)
		m->recent = mapping_of(spot->around);
	return mapping_of(spot->around);
}

struct mapping *mapdb_find(struct mapspace *m, l4_word_t address)
{
	struct tree_spot spot;

	return mapping_spot(m, address, KMEM_FRAME_LOG2, &spot);
}

uint64_t mapping_limit(const struct mapspace *m, uint64_t address)
{
	struct tree_node *n;

	if (m->recent && !m->recent->by_base.outer && mapping_has(m->recent, address))
		return mapping_end(m->recent);
	n = tree_at_least(&m->extents, (address | 63) + 1);

	return n ? key_base(n->key) : resource_end(m->resource);
}

struct leaf mapping_leaf(const struct mapspace *m, uint64_t address)
{
	struct leaf leaf = { .log2 = KMEM_FRAME_LOG2 };

	if (address < resource_end(m->resource))
		leaf = leaf_get(m, (l4_word_t)address);
	return leaf.own ? (struct leaf){ .log2 = KMEM_FRAME_LOG2 } : leaf;
}

static bool kernels_own(enum map_resource resource, uint64_t base, unsigned log2)
{
	return resource == RESOURCE_PORTS ? reserved_port((l4_word_t)(base >> KMEM_FRAME_LOG2))
				    : reserved_memory(base, pow2(log2));
}

/* Returns the root's entry: all memory or ports but the kernel's, in the largest size with one attribute. */
static COLD_CODE struct leaf root_leaf(const struct mapspace *m, uint64_t address)
{
	for (unsigned k = resource_page(m->resource); k >= KMEM_FRAME_LOG2; k--) {
		uint64_t base = align_down(address, k);

		if (leaf_sizes(m->resource) & pow2(k) && !kernels_own(m->resource, base, k)
		    && (m->resource == RESOURCE_PORTS || attribute_uniform(base, k)))
			return (struct leaf){ .present = true, .log2 = (uint8_t)k, .rights = L4_RWX,
					      .attr = m->resource == RESOURCE_PORTS ? 0 : attribute_at(address),
					      .frame = base };
	}
	return (struct leaf){ .log2 = KMEM_FRAME_LOG2 };
}

struct leaf mapping_source(const struct mapping *n, uint64_t address)
{
	return n->parent ? mapping_leaf(n->m, address) : root_leaf(n->m, address);
}

/* ---- nodes ---- */

static void file_child(struct mapping *parent, struct mapping *n, uint64_t src)
{
	uint64_t key = extent_key(src, mapping_log2(n));

	tree_insert_extent(&parent->children, tree_at_most(&parent->children, key), &n->by_src, key);
}

static void add_child(struct mapping *parent, struct mapping *n, uint64_t src)
{
	n->parent = parent;
	n->depth = (uint16_t)(parent->depth + 1);
	parent->nchildren++;
	file_child(parent, n, src);
}

static void remove_child(struct mapping *n)
{
	tree_remove(&n->parent->children, &n->by_src);
	n->parent->nchildren--;
}

/* Returns a node that is in no tree yet, or 0 if there is no memory. */
static struct mapping *node_new(struct mapspace *m)
{
	struct mapping *n = slab_alloc(&m->space->blocks, 0);

	if (!n)
		return 0;
	n->m = m;
	m->nodes++;
	mem.nmappings++;
	m->recent = n;
	return n;
}

struct mapping *mapping_new(struct mapspace *m, const struct tree_spot *spot, struct mapping *parent,
			    uint64_t base, uint64_t src, unsigned log2)
{
	struct mapping *n = node_new(m);

	if (!n)
		return 0;
	tree_insert_extent(&m->extents, spot->before, &n->by_base, extent_key(base, log2));
	n->areas = log2 > KMEM_FRAME_LOG2	/* callers map no small page in an area */
		&& m->resource == RESOURCE_MEMORY && space_in_areas(m->space, base, log2);
	add_child(parent, n, src);
	return n;
}

/*
 * Pages that a pager maps one by one become one extent, which grows: up to the region of a page table
 * (MAPPING_GROW_LOG2, not more than resource_page), and only while at least one of eight pages is present, so
 * that other extents seldom lie in it. It grows by factors of eight, as each time it may have to be inserted
 * again among its parent's children.
 *
 * Walks may be active. A walk that does not cover the new page covers no other page of the extent
 * (walk_covers, walk_comes_to), so the extent may move behind its cursor. An extent with a cursor on it does
 * not grow, as the cursor would move back.
 */
enum { GROW_STEP = 3 };

/* Returns true if n, at its position in the tree, can have `key`, whose extent contains that of n. */
static bool can_take(const struct tree_node *n, uint64_t key)
{
	const struct tree_node *before = tree_beside(n, 0), *after = tree_beside(n, 1);

	return !(before && before->key >= key) && !(after && key_has(key, after->key));
}

/* Grows n so that it contains address. Returns false, with nothing changed, if it must not. */
static NOINLINE bool grow(struct mapping *n, struct mapping *parent, uint64_t address)
{
	uint64_t base = mapping_base(n), from = mapping_src(n);
	unsigned log2 = 64 - (unsigned)__builtin_clzll(base ^ address);

	log2 += log2 < MAPPING_GROW_LOG2 ? (MAPPING_GROW_LOG2 - log2) % GROW_STEP : 0;
	if (log2 > MAPPING_GROW_LOG2 || log2 > mapping_log2(parent) || !is_aligned(base - from, log2)
	    || (uint64_t)n->pages << GROW_STEP < pow2(log2 - KMEM_FRAME_LOG2)
	    || !can_take(&n->by_base, extent_key(align_down(base, log2), log2)) || n->walks)
		return false;
	base = align_down(base, log2);
	from = align_down(from, log2);
	n->m->recent = n;
	n->by_base.key = extent_key(base, log2);
	n->areas = space_in_areas(n->m->space, base, log2);
	if (can_take(&n->by_src, extent_key(from, log2))) {
		n->by_src.key = extent_key(from, log2);
		tree_set_outer(&n->by_src, false);	/* no extent is inside */
		return true;
	}
	tree_remove(&parent->children, &n->by_src);
	file_child(parent, n, from);
	return true;
}

/* Returns n, which may be 0, if it has this parent and this origin of base, and was grown to contain it. */
static INLINE bool takes(struct mapping *n, struct mapping *parent, uint64_t base, uint64_t src)
{
	return n && n->parent == parent && mapping_origin(n, base) == src && grow(n, parent, base);
}

struct mapping *mapping_beside(struct mapspace *m, const struct tree_spot *spot, struct mapping *parent,
			       uint64_t base, uint64_t src, unsigned log2)
{
	if (log2 == KMEM_FRAME_LOG2 && m->resource == RESOURCE_MEMORY && !mem.general
	    && (takes(mapping_of(spot->before), parent, base, src)
		|| takes(mapping_of(spot->after), parent, base, src)))
		return m->recent;
	return mapping_new(m, spot, parent, base, src, log2);
}

BOOT_CODE enum l4_error mapdb_root(struct mapspace *m)
{
	unsigned log2 = m->resource == RESOURCE_PORTS ? PORTS_LOG2 : ROOT_LOG2;
	struct mapping *root = node_new(m);

	if (!root)
		return L4_ERR_NO_MEM;
	tree_insert(&m->extents, &root->by_base, extent_key(0, log2));
	return L4_OK;
}

/* n was removed: updates the outer mark of the extent that contained it. */
static void inner_gone(struct mapping *n)
{
	struct tree_spot s;

	tree_look(&n->m->extents, n->by_base.key, &s);
	if (s.around)
		tree_set_outer(s.around, s.before != s.around
					 || (s.after && key_has(s.around->key, s.after->key)));
}

void mapping_dropped(struct mapping *n)
{
	struct mapspace *m = n->m;

	if (n->pages > 0 || !n->parent)
		return;
	ASSERT(tree_empty(&n->children));
	while (n->walks)
		walk_leave(n->walks);
	climb_dropped(n);
	remove_child(n);
	tree_remove(&m->extents, &n->by_base);
	mem.nmappings--;
	if (m->recent == n)
		m->recent = 0;
	m->nodes--;
	if (tree_nested(&m->extents))
		inner_gone(n);
	slab_free(&m->space->blocks, 0, n);
}

/*
 * A walk of a space above n continues behind n: it does not cover n, as grant.c has finished the walks that
 * do. A walk of n's own space is not affected.
 */
void mapping_adopt(struct mapping *parent, struct mapping *n, uint64_t src)
{
	for (struct walk *w = n->walks, *next; w; w = next) {
		next = w->next_here;
		if (w->level > 0)
			walk_leave(w);
	}
	climb_seen(n);
	remove_child(n);
	add_child(parent, n, src);
	parent->m->derivations++;
}
