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

/* The innermost range of more than 2^log2 bytes around address, or 0. */
static struct attribute_range *around(uint64_t address, unsigned log2)
{
	const struct attributes *a = &mem.attributes;

	for (uint64_t sizes = a->sizes >> log2 >> 1 << log2 << 1; sizes; sizes &= sizes - 1) {
		unsigned k = (unsigned)__builtin_ctzll(sizes);
		struct tree_node *n = tree_find(&a->ranges, extent_key(align_down(address, k), k));

		if (n)
			return range_of(n);
	}
	return 0;
}

static uint8_t attr_of(const struct attribute_range *r) { return r ? r->attr : 0; }

/* The first range that is smaller than 2^log2 bytes at base and inside them, or 0. */
static struct attribute_range *inside(uint64_t base, unsigned log2)
{
	struct tree_node *n = tree_at_least(&mem.attributes.ranges, extent_key(base, log2) + 1);

	return n && align_down(key_base(n->key), log2) == base ? range_of(n) : 0;
}

uint8_t attribute_at(uint64_t address) { return attr_of(around(address, 0)); }

bool attribute_uniform(uint64_t base, unsigned log2)
{
	return mem.attributes.count == 0 || !inside(base, log2);
}

static void drop(struct space *sigma0, struct attribute_range *r)
{
	struct attributes *a = &mem.attributes;

	tree_remove(&a->ranges, &r->node);
	if (--a->count == 0)
		a->sizes = 0;
	slab_free(&sigma0->blocks, 0, r);
}

bool attribute_set(struct space *sigma0, uint64_t base, unsigned log2, uint8_t attr)
{
	struct attributes *a = &mem.attributes;
	struct attribute_range *r = range_of(tree_find(&a->ranges, extent_key(base, log2)));
	uint8_t outer = attr_of(around(base, log2));

	_Static_assert(sizeof(*r) <= SPACE_BLOCK, "a range is a block of its space");
	if (attr == outer) {
		if (r)
			drop(sigma0, r);
		return true;
	}
	if (!r) {
		r = slab_alloc(&sigma0->blocks, 0);
		if (!r)
			return false;
		a->count++;
		a->sizes |= pow2(log2);
		tree_insert(&a->ranges, &r->node, extent_key(base, log2));
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
		ASSERT(a->sizes & pow2(key_log2(n->key)));
		ASSERT(range_of(n)->attr < 1 << LEAF_ATTR_BITS);			/* R2 */
	}
	ASSERT(count == a->count);
}
