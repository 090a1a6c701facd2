/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapping.c - nodes of the mapping database: lookups, birth, death, and change of parent.
 */
#include <mem/reserved.h>
#include <mem/mem.h>
#include <mem/leaf.h>
#include <mem/mapping.h>
#include <mem/space.h>
#include <lib/panic.h>

/* Physical addresses of sigma0: what an entry of the machine can hold; a 32-bit fpage says less. */
enum { ROOT_LOG2 = sizeof(l4_word_t) == 8 ? 52 : 32, PORTS_LOG2 = L4_IO_LOG2_ALL + KMEM_FRAME_LOG2 };

uint64_t world_end(enum map_resource world)
{
	return world == RESOURCE_PORTS ? pow2(PORTS_LOG2) : L4_USER_END;
}

unsigned extent_most(enum map_resource world)
{
	return 64 - (unsigned)__builtin_clzll(world_end(world) - 1);
}

unsigned world_page(enum map_resource world)
{
	return 63 - (unsigned)__builtin_clzll(leaf_sizes(world));
}

void mapspace_init(struct mapspace *m, struct space *s, enum map_resource world)
{
	m->space = s;
	m->world = world;
	m->walk.m = m->clear.m = m;
}

/* ---- lookups ---- */

struct tree_node *extent_first(const struct tree *t, uint64_t sizes, uint64_t base, unsigned log2,
			       uint64_t min)
{
	uint64_t start = extent_key(base, log2);
	uint64_t larger = sizes >> log2 >> 1;		/* bit k: size log2 + 1 + k */
	struct tree_node *n;

	/* Those around the region: the larger, the smaller its key. */
	for (; larger; larger &= ~pow2(63 - (unsigned)__builtin_clzll(larger))) {
		unsigned k = log2 + 1 + 63 - (unsigned)__builtin_clzll(larger);
		uint64_t key = extent_key(align_down(base, k), k);

		n = key >= min ? tree_find(t, key) : 0;
		if (n)
			return n;
	}
	n = tree_at_least(t, start > min ? start : min);
	return n && align_down(key_base(n->key), log2) == base ? n : 0;
}

/* n, filed last before address, ends before it; but one of a larger size may be around both. */
static struct mapping *find_around(struct mapspace *m, const struct mapping *n, uint64_t address)
{
	uint64_t sizes = m->sizes >> mapping_log2(n) << mapping_log2(n);

	for (; sizes; sizes &= sizes - 1) {
		unsigned k = (unsigned)__builtin_ctzll(sizes);
		struct tree_node *e = tree_find(&m->extents, extent_key(align_down(address, k), k));

		if (e)
			return container_of(e, struct mapping, by_base);
	}
	return 0;
}

struct spot mapping_look(struct mapspace *m, uint64_t address)
{
	struct tree_node *t = tree_at_most(&m->extents, address | 63);
	struct mapping *n;

	if (!t)
		return (struct spot){ 0, 0 };
	n = container_of(t, struct mapping, by_base);
	if (!mapping_has(n, address))
		n = m->outers ? find_around(m, n, address) : 0;
	if (n)
		m->recent = n;
	return (struct spot){ n, t };
}

struct mapping *mapdb_find(struct mapspace *m, l4_word_t address) { return mapping_spot(m, address).around; }

struct tree_node *mapping_child(const struct mapping *n, uint64_t base, unsigned log2)
{
	struct tree_node *t = n->children.root;
	unsigned k;

	if (n->nchildren > 1)
		return extent_first(&n->children, n->child_sizes, base, log2, 0);
	if (!t)
		return 0;
	k = key_log2(t->key) > log2 ? key_log2(t->key) : log2;
	return (t->key ^ base) >> k ? 0 : t;
}

struct tree_node *mapping_next_child(const struct mapping *n, const struct tree_node *t, uint64_t base,
				     unsigned log2)
{
	struct tree_node *next = n->nchildren > 1 ? tree_next(t) : 0;

	return next && next->key != t->key ? extent_first(&n->children, n->child_sizes, base, log2, t->key + 1)
					   : next;
}

bool mapping_any_in(const struct mapspace *m, uint64_t base, unsigned log2)
{
	struct tree_node *n = tree_at_least(&m->extents, extent_key(base, log2));

	return n && align_down(n->key, log2) == base;
}

uint64_t mapping_limit(const struct mapspace *m, uint64_t address)
{
	struct tree_node *n;

	if (m->recent && !m->recent->outer && mapping_has(m->recent, address))
		return mapping_end(m->recent);
	n = tree_at_least(&m->extents, (address | 63) + 1);

	return n ? key_base(n->key) : world_end(m->world);
}

struct leaf mapping_leaf(const struct mapspace *m, uint64_t address)
{
	struct leaf leaf = { .log2 = KMEM_FRAME_LOG2 };

	if (address < world_end(m->world))
		leaf = leaf_get(m, (l4_word_t)address);
	return leaf.own ? (struct leaf){ .log2 = KMEM_FRAME_LOG2 } : leaf;
}

static bool kernels_own(enum map_resource world, uint64_t base, unsigned log2)
{
	return world == RESOURCE_PORTS ? reserved_port((l4_word_t)(base >> KMEM_FRAME_LOG2))
				    : reserved_memory(base, pow2(log2));
}

/* All of memory, or all ports, but the kernel's own, in the largest size that has one attribute. */
static struct leaf root_leaf(const struct mapspace *m, uint64_t address)
{
	for (uint64_t sizes = leaf_sizes(m->world); sizes; ) {
		unsigned k = 63 - (unsigned)__builtin_clzll(sizes);
		uint64_t base = align_down(address, k);

		sizes &= ~pow2(k);
		if (!kernels_own(m->world, base, k) && (m->world == RESOURCE_PORTS || attribute_uniform(base, k)))
			return (struct leaf){ .present = true, .log2 = (uint8_t)k, .rights = L4_RWX,
					      .attr = m->world == RESOURCE_PORTS ? 0 : attribute_at(address),
					      .frame = base };
	}
	return (struct leaf){ .log2 = KMEM_FRAME_LOG2 };
}

struct leaf mapping_source(const struct mapping *n, uint64_t address)
{
	return n->parent ? mapping_leaf(n->m, address) : root_leaf(n->m, address);
}

/* ---- nodes ---- */

static void add_child(struct mapping *parent, struct mapping *n, uint64_t src)
{
	unsigned log2 = mapping_log2(n);

	n->parent = parent;
	n->depth = parent->depth + 1u;
	parent->nchildren++;
	parent->child_sizes |= pow2(log2);
	tree_insert(&parent->children, &n->by_src, extent_key(src, log2));
}

static void remove_child(struct mapping *n)
{
	struct mapping *parent = n->parent;

	tree_remove(&parent->children, &n->by_src);
	if (--parent->nchildren == 0)
		parent->child_sizes = 0;
}

/* A node that is in no tree yet. */
static struct mapping *node_new(struct mapspace *m, unsigned log2)
{
	struct mapping *n = slab_alloc(&m->space->blocks, 0);

	if (!n)
		return 0;
	n->m = m;
	m->nodes++;
	mem.nmappings++;
	m->sizes |= pow2(log2);
	m->recent = n;
	return n;
}

static void set_outer(struct mapping *n, bool outer)
{
	n->m->outers += (size_t)outer - n->outer;
	n->outer = outer;
}

struct mapping *mapping_new(struct mapspace *m, struct mapping *around, struct mapping *parent,
			    uint64_t base, uint64_t src, unsigned log2)
{
	struct mapping *n = node_new(m, log2);

	if (!n)
		return 0;
	if (around)
		set_outer(around, true);
	set_outer(n, mapping_any_in(m, base, log2));
	tree_insert(&m->extents, &n->by_base, extent_key(base, log2));
	add_child(parent, n, src);
	return n;
}

struct mapping *mapping_new_at(struct mapspace *m, const struct spot *at, struct mapping *parent,
			       uint64_t base, uint64_t src, unsigned log2)
{
	struct mapping *n = node_new(m, log2);

	if (!n)
		return 0;
	tree_insert_behind(&m->extents, at->before, &n->by_base, extent_key(base, log2));
	add_child(parent, n, src);
	return n;
}

/*
 * Pages that are mapped one by one, as a pager does it, are an extent all the same: it grows. It becomes no
 * larger than a table; and has one page of each eight, so that as a rule nothing else comes to lie in it. By
 * steps of eight, as each size that there is costs lookups time.
 */
enum { GROW_LOG2 = 21, GROW_STEP = 3 };

static bool is_in(const struct tree_node *n, uint64_t address, unsigned log2)
{
	return n && !((n->key ^ address) >> log2);
}

static bool grow(struct mapping *n, struct mapping *parent, uint64_t address, uint64_t src)
{
	struct mapspace *m = n->m;
	uint64_t base = mapping_base(n), from = mapping_src(n);
	unsigned log2 = 64 - (unsigned)__builtin_clzll(base ^ address);

	log2 += log2 < GROW_LOG2 ? (GROW_LOG2 - log2) % GROW_STEP : 0;
	if (log2 > GROW_LOG2 || n->parent != parent || mapping_origin(n, address) != src
	    || log2 > mapping_log2(parent) || !is_aligned(base - from, log2)
	    || (uint64_t)n->pages << GROW_STEP < pow2(log2 - KMEM_FRAME_LOG2))
		return false;
	base = align_down(base, log2);
	if (tree_at_least(&m->extents, extent_key(base, log2)) != &n->by_base
	    || is_in(tree_next(&n->by_base), base, log2))
		return false;
	tree_remove(&parent->children, &n->by_src);
	tree_insert(&parent->children, &n->by_src, extent_key(align_down(from, log2), log2));
	parent->child_sizes |= pow2(log2);
	n->by_base.key = extent_key(base, log2);	/* it stays in its place in order: nothing is between */
	m->sizes |= pow2(log2);
	return true;
}

struct mapping *mapping_grow(struct mapspace *m, struct tree_node *before, struct mapping *parent,
			     uint64_t address, uint64_t src)
{
	struct tree_node *side[] = { before, 0 };

	if (mem.active_walks)
		return 0;
	side[1] = before ? tree_next(before) : tree_first(&m->extents);
	for (unsigned i = 0; i < ARRAY_LEN(side); i++) {
		struct mapping *n = side[i] ? container_of(side[i], struct mapping, by_base) : 0;

		if (n && grow(n, parent, address, src)) {
			m->recent = n;
			return n;
		}
	}
	return 0;
}

enum l4_error mapdb_root(struct mapspace *m)
{
	unsigned log2 = m->world == RESOURCE_PORTS ? PORTS_LOG2 : ROOT_LOG2;
	struct mapping *root = node_new(m, log2);

	if (!root)
		return L4_ERR_NO_MEM;
	tree_insert(&m->extents, &root->by_base, extent_key(0, log2));
	return L4_OK;
}

static bool has_inside(const struct mapping *n)
{
	const struct tree_node *next = tree_next(&n->by_base);

	return next && mapping_has(n, next->key);
}

/* n is no extent any more. The one around it may have no other inside. */
static void inner_gone(struct mapping *n)
{
	struct mapping *around;

	set_outer(n, false);
	around = mapping_look(n->m, mapping_base(n)).around;
	if (around)
		set_outer(around, has_inside(around));
}

static void node_free(struct mapping *n)
{
	struct mapspace *m = n->m;

	ASSERT(tree_empty(&n->children));
	while (n->walks)
		walk_leave(n->walks);
	remove_child(n);
	tree_remove(&m->extents, &n->by_base);
	mem.nmappings--;
	if (m->recent == n)
		m->recent = 0;
	if (--m->nodes == 0)
		m->sizes = 0;
	if (m->outers)
		inner_gone(n);
	slab_free(&m->space->blocks, 0, n);
}

void mapping_dropped(struct mapping *n)
{
	if (n->pages == 0 && n->parent)
		node_free(n);
}

void mapping_drop_page(struct mapping *n)
{
	n->m->pages--;
	n->pages--;
	mapping_dropped(n);
}

/*
 * Walks that come to n from above are not interested in it, as grant.c has finished those that were: they go
 * on behind it. To those of its own space nothing has changed.
 */
void mapping_adopt(struct mapping *parent, struct mapping *n, uint64_t src)
{
	for (struct walk *w = n->walks, *next; w; w = next) {
		next = w->next_here;
		if (w->level > 0)
			walk_leave(w);
	}
	remove_child(n);
	add_child(parent, n, src);
	parent->m->derivations++;
}
