/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * range_unmap.c - ranges of adjacent PTEs of one extent: revoked as one. See range.h.
 *
 * All other cases are left to walk.c, which revokes by range_revoke: pages of the root, ports, regions with
 * many entries or children, and all entries that an active walk may still visit.
 */
#include <mem/range.h>
#include <mem/tlb.h>
#include <arch/tlb.h>
#include <lib/panic.h>

/* Adds `up`, status that no space above n's has read, to the kept bits of the parent's entry for pos. */
static INLINE void put_status(const struct mapping *n, l4_word_t at, unsigned up, const struct revocation *r)
{
	struct arch_ptes p;

	if (r->collect || !up || n->depth < 2)		/* the root keeps no status */
		return;
	p = arch_ptes_of(n->parent->m->space, mapping_origin(n, at));
	ASSERT(p.left > 0);							/* M3 */
	arch_ptes_keep(p, 0, r->level == 1 && !r->unread ? up << KEPT_UP : up << KEPT_UP | up << KEPT_KIDS);
}

/* Invalidates the translations of changed entries: of a single small page at once, or tlb_sync does it. */
static INLINE void invalidate(struct space *s, l4_word_t pos, unsigned log2, unsigned count,
			      const struct revocation *r)
{
	if (!r->at_once || log2 > KMEM_FRAME_LOG2 || count > 1 || arch_tlb_is_resident(s))
		tlb_drop(s, pos, log2, count);
	else if (s == r->loaded)
		arch_tlb_page(pos);
	else if (tlb_here()->tags > 1)		/* else there is nothing to mark */
		tlb_mark_stale(s);
}

/* Adds the status `seen` of entries to *status. Returns the part of it that no space above has read. */
static INLINE unsigned add_status(unsigned seen, const struct revocation *r, unsigned *status)
{
	unsigned now = seen >> KEPT_NOW, up = (now | seen >> KEPT_UP | (r->level == 0 ? *status : 0)) & KEPT_PAIR;

	*status |= r->level > 0 ? up : now | seen >> KEPT_OWN | seen >> KEPT_KIDS;
	return up;
}

/* Revokes fewer than all rights of the first entry. Returns the new value of *status of range_revoke. */
static NOINLINE unsigned reduce_entry(struct mapping *n, l4_word_t pos, struct arch_ptes p,
				      struct revocation r, unsigned status)
{
	unsigned seen, up;

	if (arch_ptes_strip(p, r.rights, &seen))
		invalidate(n->m->space, pos, p.log2, 1, &r);
	up = add_status(seen, &r, &status);
	if (seen || up)
		arch_ptes_keep(p, r.level > 0 ? KEPT_PAIR << KEPT_UP : KEPT_PAIR << KEPT_OWN | KEPT_PAIR << KEPT_KIDS,
			       r.level > 0 ? seen >> KEPT_NOW << KEPT_OWN : up << KEPT_UP);
	if (r.level > 0)
		put_status(n, pos, up, &r);
	return status;
}

/* range_revoke of n, of space s, inline. */
static INLINE unsigned revoke_entries(struct space *s, struct mapping *n, l4_word_t pos, struct arch_ptes p,
				      const struct revocation *r, unsigned *status)
{
	unsigned done, seen, up;

	if (r->rights != L4_RWX && p.left > 1)
		return arch_ptes_reduce(p, r->rights, p.left);
	if (r->rights != L4_RWX) {
		*status = reduce_entry(n, pos, p, *r, *status);
		return 1;
	}
	/* Of several, stops at status that must be kept: each parent's entry has its own. */
	done = arch_ptes_clear(p, p.left, p.left > 1 && (n->depth > 1 || r->once), &seen);
	if (done == 0)
		return 0;
	invalidate(s, pos, p.log2, done, r);
	up = add_status(seen, r, status);
	put_status(n, pos, up, r);
	mapping_lose(n, done);
	return done;
}

unsigned range_revoke(struct mapping *n, uint64_t pos, struct arch_ptes p, const struct revocation *r,
		      unsigned *status)
{
	return revoke_entries(n->m->space, n, (l4_word_t)pos, p, r, status);
}

/* ---- Unmap in one step ---- */

/*
 * Revokes rights of c's pages derived from the 2^log2 bytes at `at` of its parent, which c covers. Returns
 * false if not all was done: pages were derived from them, or range_ptes does not return them.
 */
static INLINE bool revoke_child(struct mapping *c, l4_word_t at, unsigned log2, const struct revocation *r,
				unsigned *status)
{
	l4_word_t pos = at + ((l4_word_t)c->by_base.key - (l4_word_t)c->by_src.key);
	struct space *s = c->m->space;
	struct arch_ptes p = range_ptes(s, pos, log2, RANGE_MOST);

	if (p.left == 0 || (c->by_base.outer && (log2 > KMEM_FRAME_LOG2 || mapdb_find(c->m, pos) != c)))
		return log2 == KMEM_FRAME_LOG2;
	if (extent_first(&c->children, pos, log2) || walk_crowded(c))
		return false;
	return revoke_entries(s, c, pos, p, r, status) == p.left;
}

/* Children with pages derived from the region, at most. */
enum { REVOKE_CHILDREN = 2 };

/* Calls revoke_child for the children of n that tree_look found for the key. False: not all was done. */
static NOINLINE bool revoke_children(struct mapping *n, const struct tree_spot *s, uint64_t key,
				     const struct revocation *r, unsigned *status)
{
	unsigned children = 0;

	if (s->after && key_has(key, s->after->key))
		return false;		/* a child has a part of the region */
	for (struct tree_node *t = s->around, *next; t; t = next) {
		next = s->more ? tree_next_outer(&n->children, t, 0, key_base(key)) : 0;
		if (children++ == REVOKE_CHILDREN
		    || !revoke_child(container_of(t, struct mapping, by_src), (l4_word_t)key_base(key), key_log2(key),
				     r, status))
			return false;
	}
	return true;
}

/* The same with local variables, so that the caller's *r and *status can be in registers. */
static INLINE bool revoke_several(struct mapping *n, const struct tree_spot *s, uint64_t key,
				  const struct revocation *r, unsigned *status)
{
	struct revocation copy = *r;
	unsigned seen = 0;
	bool all = revoke_children(n, s, key, &copy, &seen);

	*status |= seen;
	return all;
}

/* Finds the children and revokes, without a search if n has at most one; inline for one of a small page. */
static INLINE bool revoke_derived(struct mapping *n, l4_word_t at, unsigned log2, const struct revocation *r,
				  unsigned *status)
{
	struct tree_node *t = n->children.root;
	bool one = log2 == KMEM_FRAME_LOG2;
	struct tree_spot s;

	if (!t)
		return true;
	if (n->nchildren > 1 || (!one && !(key_has(t->key, at) && key_log2(t->key) >= log2))) {
		tree_look(&n->children, extent_key(at, log2), &s);
		if (!one || s.more)
			return revoke_several(n, &s, extent_key(at, log2), r, status);
		t = s.around;
	} else if (!one) {
		s = (struct tree_spot){ .around = t };
		return revoke_several(n, &s, extent_key(at, log2), r, status);
	}
	return !t || !key_has(t->key, at)
	    || revoke_child(container_of(t, struct mapping, by_src), at, log2, r, status);
}

/* range_unmap of *f, the 2^log2 bytes at `at`. The compiler makes separate code for a small page. */
static INLINE bool unmap(struct mapspace *m, l4_word_t at, unsigned log2, const struct revocation *r,
			 l4_fpage_t *f)
{
	struct revocation below = *r;
	struct tree_spot spot;
	struct mapping *n = mapping_spot(m, at, KMEM_FRAME_LOG2, &spot);
	struct arch_ptes p;
	unsigned seen = 0;

	if (!n || !n->parent || walk_near(n, at, log2)
	    || (log2 > KMEM_FRAME_LOG2 && (n->by_base.outer || mapping_log2(n) < log2)))
		return false;
	p = range_ptes(m->space, at, log2, RANGE_MOST);
	if (p.left == 0)
		return false;
	below.level = 1;
	below.collect = true;
	if (!revoke_derived(n, at, log2, &below, &seen)) {
		arch_ptes_keep(p, 0, (seen & KEPT_PAIR) << KEPT_UP | (seen & KEPT_PAIR) << KEPT_KIDS);
		return false;
	}
	if (r->flush ? revoke_entries(m->space, n, at, p, r, &seen) < p.left
		     : p.left > 1 && arch_ptes_idle(p, p.left) < p.left)
		return false;
	if (!r->flush)
		seen |= arch_ptes_keep(p, KEPT_PAIR << KEPT_KIDS, (seen & KEPT_PAIR) << KEPT_UP) >> KEPT_KIDS;
	f->raw = (f->raw & ~(l4_word_t)L4_RWX) | status_rights(seen);
	return true;
}

bool range_unmap_page(struct mapspace *m, const struct space *loaded, l4_fpage_t *page, l4_word_t flush)
{
	struct revocation r = { .loaded = loaded, .at_once = true, .once = true, .flush = flush,
				.rights = (uint8_t)l4_fpage_rights(*page) };

	return unmap(m, (l4_word_t)align_down(page->raw, KMEM_FRAME_LOG2), KMEM_FRAME_LOG2, &r, page);
}

bool range_unmap(struct mapspace *m, l4_fpage_t *f, l4_word_t flush)
{
	struct revocation r = { .once = true, .rights = (uint8_t)l4_fpage_rights(*f), .flush = flush };
	bool all;

	if (l4_fpage_log2(*f) == KMEM_FRAME_LOG2)
		return range_unmap_page(m, tlb_here()->loaded, f, flush);
	all = unmap(m, l4_fpage_base(*f), l4_fpage_log2(*f), &r, f);
	tlb_sync();
	return all;
}

bool range_take_child(struct tree_node *child, uint64_t base, unsigned log2, uint8_t *status,
		      unsigned *budget)
{
	const struct mapping *c = container_of(child, struct mapping, by_src);
	struct revocation r = { .loaded = tlb_here()->loaded, .at_once = true, .once = true, .rights = L4_RWX,
				.level = 1 };
	size_t nodes = mem.nmappings;
	unsigned seen = 0, few = (unsigned)least(c->pages, RANGE_MOST);

	revoke_children(c->parent, &(struct tree_spot){ .around = child },
			mapping_log2(c) > log2 ? extent_key(base, log2) : child->key, &r, &seen);
	*status |= status_rights(seen);
	charge(budget, COST_TAKEN + few / REVOKED_FOR_1);
	return mem.nmappings < nodes;
}
