/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.c - see attribute.h.
 */
#include <mem/attribute.h>
#include <mem/mem.h>
#include <mem/mapping.h>
#include <mem/space.h>
#include <lib/panic.h>

static struct attribute_range *range_of(struct tree_node *n)
{
	return n ? container_of(n, struct attribute_range, node) : 0;
}

/* Returns the innermost range with a key of at most `key` that contains the address of key, or 0. */
static struct attribute_range *around(uint64_t key)
{
	struct tree_spot s;

	tree_look(&mem.attributes.ranges, key, &s);
	return range_of(s.around);
}

static uint8_t attr_of(const struct attribute_range *r) { return r ? r->attr : 0; }

/* Returns the first range that is smaller than the 2^log2 bytes at base and inside them, or 0. */
static struct attribute_range *inside(uint64_t base, unsigned log2)
{
	struct tree_node *n = tree_at_least(&mem.attributes.ranges, extent_key(base, log2) + 1);

	return n && align_down(key_base(n->key), log2) == base ? range_of(n) : 0;
}

uint8_t attribute_at(uint64_t address) { return attr_of(around(address | 63)); }

bool attribute_uniform(uint64_t base, unsigned log2)
{
	return mem.attributes.count == 0 || !inside(base, log2);
}

static void drop(struct space *sigma0, struct attribute_range *r)
{
	struct attributes *a = &mem.attributes;

	tree_remove(&a->ranges, &r->node);
	a->count--;
	slab_free(&sigma0->blocks, 0, r);
}

bool attribute_set(struct space *sigma0, uint64_t base, unsigned log2, uint8_t attr)
{
	struct attributes *a = &mem.attributes;
	uint64_t key = extent_key(base, log2);
	struct attribute_range *r = range_of(tree_find(&a->ranges, key));
	uint8_t outer = attr_of(around(key - 1));

	_Static_assert(sizeof(*r) <= SPACE_BLOCK, "a range is a block of its space");
	if (attr == outer || base >= L4_USER_END) {	/* not memory; the tree ends below 2^64 */
		if (r)
			drop(sigma0, r);
		return true;
	}
	if (!r) {
		r = slab_alloc(&sigma0->blocks, 0);
		if (!r)
			return false;
		a->count++;
		tree_insert_extent(&a->ranges, tree_at_most(&a->ranges, key), &r->node, key);
	}
	r->attr = attr;
	return true;
}

bool attribute_thin_out(struct space *sigma0, uint64_t base, unsigned log2, unsigned *budget)
{
	struct attribute_range *r;

	for (; (r = inside(base, log2)); charge(budget, COST_ENTRY)) {
		if (*budget == 0)
			return false;
		drop(sigma0, r);
	}
	return true;
}

void attribute_check(void)
{
	const struct attributes *a = &mem.attributes;
	size_t count = 0;

	tree_check(&a->ranges);
	for (struct tree_node *n = tree_first(&a->ranges); n; n = tree_next(n), count++) {
		struct tree_node *next = tree_next(n);

		ASSERT(is_aligned(key_base(n->key), key_log2(n->key)));		/* R1 */
		ASSERT(!next || next->key != n->key);
		ASSERT(n->outer || !next || !key_has(n->key, next->key));
		ASSERT(range_of(n)->attr < 1 << LEAF_ATTR_BITS);			/* R2 */
	}
	ASSERT(count == a->count);
}
