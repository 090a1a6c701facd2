/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * climb.c - the way from a page up through its derivations, in steps: does a walk cover it?
 *
 * Between two steps mem.climb has the page and how far the way was gone. Walks may begin meanwhile, also in
 * spaces that have been looked at. Such a walk does no harm as long as its cursor has not come to the page's
 * node, or to the parent of that: it visits what is derived from the page, or put beside it, when it comes
 * there. So the way is void when a walk looks at one of the two (climb_seen), and begins again. It also is
 * when the node or the one that comes next is freed, or the node gets another parent. If by a grant a page of
 * another space takes the place of one on the way, no walk of that space covers it (receiver_quiet).
 *
 * The kernel keeps one such way. An operation that begins another one makes that of an operation before it
 * begin again, which it can only where an interrupt came between two steps of that operation.
 */
#include <mem/mapping.h>

bool climb(const struct mapping *n, uint64_t address, struct walk **w, unsigned *budget)
{
	struct climb *c = &mem.climb;
	const struct mapping *at;
	unsigned levels = 0;

	*w = 0;
	if (mem.walks == 0)
		return true;
	if (c->from != n || c->start != address)
		*c = (struct climb){ n, n, address, address };
	address = c->address;
	for (at = c->at; at && levels < COST_LEVELS * (*budget > 1 ? *budget : 1); at = at->parent, levels++) {
		*w = walk_covering(at, address);
		if (*w) {
			c->from = 0;
			return true;
		}
		address = mapping_origin(at, (l4_word_t)address);	/* of the root: not used */
	}
	c->at = at;
	c->address = address;
	charge(budget, at ? *budget : levels / COST_LEVELS);
	return !at;
}
