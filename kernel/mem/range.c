/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * range.c - ranges of adjacent PTEs of one extent: mapped, granted and revoked as one. See range.h.
 *
 * All other cases are left to mapdb.c, one entry at a time, or to walk.c, which revokes by range_revoke:
 * pages of the root, ports, most grants, most destinations that are mapped, entries that must be cut, and
 * all entries that an active walk may still visit.
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <mem/range.h>
#include <mem/space.h>
#include <mem/tlb.h>
#include <arch/tlb.h>
#include <lib/panic.h>

/* log2 of the number of entries that are changed without a budget, at most. */
enum { FEW_LOG2 = 3 };

/* Entries that are read for one unit of a budget; ARCH_RUN_ENTRIES are copied or cleared. */
enum { LOOKS = 4 * ARCH_RUN_ENTRIES };

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Returns the bytes from address on in which each page belongs to n, an extent that contains address. */
static uint64_t reach(const struct mapspace *m, const struct mapping *n, uint64_t address)
{
	return least(mapping_end(n), mapping_limit(m, address)) - address;
}

/*
 * Returns the entries of the 2^log2 bytes at `at` of s: none if the first is not present or larger, or if
 * they are more than 2^FEW_LOG2 or in several tables.
 */
static INLINE struct arch_ptes few_ptes(struct space *s, l4_word_t at, unsigned log2)
{
	struct arch_ptes p = arch_ptes_of(s, at);
	unsigned n = p.log2 <= log2 && log2 - p.log2 <= FEW_LOG2 ? 1u << (log2 - p.log2) : 0;

	if (log2 == KMEM_FRAME_LOG2)	/* the same result; faster where log2 is a constant */
		p.left = p.log2 == log2 && p.left > 0;
	else
		p.left = n <= p.left ? n : 0;
	return p;
}

/* ---- map ---- */

/* A map of `bytes` bytes from src on, in the aligned 2^log2 bytes that contain src. */
struct range {
	struct mapspace *from, *to;
	struct mapping *s, *d;		/* the extents; d 0: to be made for the 2^log2 bytes that contain dst, */
	struct tree_spot *spot;		/* the position of d in to->extents then */
	struct mapping *parent;		/* of d; `origin`, in its space, is the origin of dst */
	l4_word_t src, dst, origin;
	uint64_t bytes;
	unsigned log2, rights;
};

/* Finds the extent at src. Returns false if there is none from which a range can be derived. */
static INLINE bool find_source(struct range *x)
{
	struct mapping *s = mapping_spot(x->from, x->src, KMEM_FRAME_LOG2, x->spot);

	if (!s || !s->parent || s->depth >= CFG_MAP_DEPTH)
		return false;
	if (x->log2 > KMEM_FRAME_LOG2) {
		x->log2 = (unsigned)least(x->log2, mapping_log2(s));
		x->bytes = least(x->bytes, reach(x->from, s, x->src));
	}
	x->s = x->parent = s;
	x->origin = x->src;
	return !walk_near(s, x->src, x->log2);
}

/* Finds the extent at dst, or the position of a new one. Returns false if dst is not a user address. */
static INLINE bool find_target(struct range *x)
{
	l4_word_t base = (l4_word_t)align_down(x->dst, x->log2);
	struct mapping *d;

	if (x->dst >= L4_USER_END)	/* an extent may contain such an address (M9) */
		return false;
	d = mapping_spot(x->to, base, x->log2, x->spot);
	if (x->log2 > KMEM_FRAME_LOG2) {
		uint64_t key = extent_key(base, x->log2);

		if (d ? d->by_base.outer || mapping_log2(d) < x->log2
		      : x->spot->after && key_has(key, x->spot->after->key)) {
			d = mapdb_find(x->to, x->dst);
			x->bytes = least(x->bytes, d ? reach(x->to, d, x->dst)
						     : mapping_limit(x->to, x->dst) - x->dst);
			tree_look(&x->to->extents, key, x->spot);
		}
		x->bytes = least(x->bytes, L4_USER_END - x->dst);
	}
	x->d = d;
	return true;
}

/* Both, out of line. Inline they are for a small page and in range_map. */
static NOINLINE bool find_both(struct range *x) { return find_source(x) && find_target(x); }

/* Returns true if the range can belong to d, or to a new extent. */
static INLINE bool fits_target(const struct range *x)
{
	return !x->d || (x->d->parent == x->parent && mapping_origin(x->d, x->dst) == x->origin);
}

/* Returns how many of n entries from dst on are known to be outside the KIP and UTCB areas: all, 1 or 0. */
static INLINE unsigned beside_areas(const struct range *x, unsigned log2, unsigned n)
{
	l4_word_t last = x->dst + ((l4_word_t)n << log2) - 1;

	if ((x->d && !x->d->areas)
	    || !space_in_areas(x->to->space, x->dst, 64 - (unsigned)__builtin_clzll(x->dst ^ last)))
		return n;
	return n > 1 && !space_in_areas(x->to->space, x->dst, log2);
}

/* Returns how many entries of p are in so many bytes and within the budget. */
static unsigned entries_for(uint64_t bytes, struct arch_ptes p, unsigned budget)
{
	uint64_t n = least(bytes >> p.log2, p.left);

	return (unsigned)least(n, (uint64_t)budget * ARCH_RUN_ENTRIES);
}

/*
 * Maps the first n entries of `from` to those of `to`, which are free, and makes the extent. Returns how many
 * were mapped; 0 if there is no memory.
 */
static INLINE unsigned map_entries(struct range *x, struct arch_ptes from, struct arch_ptes to, unsigned n)
{
	l4_word_t base = (l4_word_t)align_down(x->dst, x->log2);

	if (!x->d)
		x->d = mapping_beside(x->to, x->spot, x->parent, base, x->origin - (x->dst - base), x->log2);
	if (!x->d)
		return 0;
	n = arch_ptes_copy(from, to, x->rights, n);
	mapping_gain(x->d, n);
	return n;
}

COLD_CODE enum map_result range_map(struct map_op *op, unsigned *budget)
{
	struct tree_spot spot;
	struct range x = { .from = op->from, .to = op->to, .spot = &spot, .src = (l4_word_t)(op->src + op->done),
			   .dst = (l4_word_t)(op->dst + op->done), .bytes = pow2(op->log2) - op->done, .log2 = op->log2,
			   .rights = op->rights };
	struct arch_ptes from, to;
	unsigned n;

	if (op->grant || op->to->world != RESOURCE_MEMORY || !(op->rights & L4_R)
	    || !find_source(&x) || !find_target(&x) || !fits_target(&x))
		return MAP_MORE;
	from = arch_ptes_of(op->from->space, x.src);
	if (entries_for(x.bytes, from, 1) == 0 || !is_aligned(x.src | x.dst, from.log2))
		return MAP_MORE;
	to = arch_ptes_room(op->to->space, x.dst, from.log2);
	if (to.left == 0) {
		enum leaf_room r = leaf_reserve(op->to, x.dst, from.log2);

		if (r == LEAF_NO_MEM)
			return MAP_NO_MEM;
		charge(budget, COST_FRAME);
		to = arch_ptes_room(op->to->space, x.dst, from.log2);
		if (r == LEAF_MORE || to.left > 0)	/* a table is new, or an empty one went */
			return MAP_DONE;
	}
	if (!x.d)
		charge(budget, mapping_cost(op->to));
	/* + 1: some entries also if no budget is left */
	n = (unsigned)least(entries_for(x.bytes, to, *budget + 1), from.left);
	n = n ? beside_areas(&x, to.log2, n) : 0;
	if (n == 0)
		return MAP_MORE;
	n = map_entries(&x, from, to, n);
	if (n == 0)
		return MAP_NO_MEM;
	op->done += (uint64_t)n << to.log2;
	charge(budget, n / ARCH_RUN_ENTRIES);
	if (*budget > 0)	/* not for a range that takes the whole step */
		charge(budget, tree_nested(&op->to->extents) ? COST_LOOK + COST_MANY : COST_LOOK);
	return MAP_DONE;
}

uint64_t range_hole(const struct mapspace *m, uint64_t address, uint64_t known, uint64_t most,
		    unsigned *budget)
{
	uint64_t affordable = ((uint64_t)*budget + 1) * LOOKS;
	struct arch_ptes p;
	uint64_t n;

	charge(budget, COST_HOLE);
	if (m->world != RESOURCE_MEMORY || known >= most || address >= world_end(RESOURCE_MEMORY))
		return known;
	p = arch_ptes_room(m->space, (l4_word_t)address, KMEM_FRAME_LOG2);
	n = arch_ptes_empty(p, (unsigned)least(least(most >> KMEM_FRAME_LOG2, p.left), affordable));
	charge(budget, (unsigned)n / LOOKS);
	return n << KMEM_FRAME_LOG2 > known ? n << KMEM_FRAME_LOG2 : known;
}

/* ---- a map or grant item in one step ---- */

/* Returns true if extents nest where x changes some: in its spaces, or among the children of an extent. */
static INLINE bool is_slow(const struct range *x)
{
	const struct mapping *beside = x->d ? x->d->parent : 0;

	return tree_nested(&x->from->extents) || tree_nested(&x->to->extents)
	    || (x->s && tree_nested(&x->s->children)) || (beside && tree_nested(&beside->children));
}

/*
 * Call before what may take a whole step, and n entries. Returns true if the budget is enough: all of it is
 * left, or x is not slow and the entries cost less, or there is a new one. May not return (step.h).
 */
static INLINE bool affords(const struct range *x, unsigned n, unsigned *budget)
{
	return *budget == CFG_WORK || (!is_slow(x) && n / ARCH_RUN_ENTRIES < *budget) || step_point(budget);
}

/* Sets *dst to the destination of the send fpage, of 2^log2 bytes. False: it is larger than the window. */
static INLINE bool place(const struct map_item *item, unsigned log2, l4_word_t *dst)
{
	unsigned window = l4_fpage_log2(item->window);

	if (l4_fpage_is_complete(item->window)) {
		*dst = (l4_word_t)align_down(item->base, log2);
		return true;
	}
	*dst = l4_fpage_base(item->window) + (l4_word_t)align_down(item->base & (pow2(window) - 1), log2);
	return window >= log2;
}

/* The page at src was granted: removes it from the granter and moves its status to the new entry. */
static void give_up(const struct range *x, struct arch_ptes from, struct arch_ptes to)
{
	unsigned seen, now;

	arch_ptes_clear(from, 1, false, &seen);
	now = seen >> KEPT_NOW & KEPT_PAIR;
	arch_ptes_keep(to, 0, (seen & (pow2(KEPT_NOW) - 1)) | now << KEPT_UP | now << KEPT_OWN);
	tlb_drop(x->s->m->space, x->src, from.log2, 1);
	mapping_lose(x->s, 1);
}

/* Decodes an item for 2^log2 bytes, and finds the extents. False: the item needs the general path. */
static INLINE bool find_item(struct range *x, struct space *sender, struct space *receiver,
			     const struct map_item *item, unsigned log2)
{
	x->from = &sender->map[RESOURCE_MEMORY];
	x->to = &receiver->map[RESOURCE_MEMORY];
	x->src = (l4_word_t)align_down(item->send.raw, log2);	/* the base, if it is a page or more */
	x->bytes = pow2(log2);
	x->log2 = log2;
	x->rights = l4_fpage_rights(item->send);
	return log2 >= KMEM_FRAME_LOG2 && x->rights & L4_R && place(item, log2, &x->dst)
	    && receiver->state != SPACE_DYING
	    && (log2 == KMEM_FRAME_LOG2 ? find_source(x) && find_target(x) : find_both(x));
}

/*
 * A page is mapped at dst of x. Returns true if it was removed, as it has another frame; not where extents
 * nest, as all of that takes too long for one step. What was derived from it takes a step of its own. Sets
 * *is_done to whether the page already is what the item asks for.
 */
static INLINE bool replace(struct range *x, const struct map_item *item, struct arch_ptes there,
			   struct arch_ptes from, bool *is_done, unsigned *budget)
{
	unsigned lacks = arch_ptes_lacks(there, from, x->rights);
	l4_fpage_t page = { x->dst | L4_RWX };		/* its status is kept for the origin */
	bool alone = tree_empty(&x->d->children);

	*is_done = lacks == 0 && !item->grant;
	return lacks & L4_R && !item->no_revoke && !tree_nested(&x->to->extents)
	    && range_unmap_page(x->to, tlb_here()->loaded, &page, true)
	    && (alone || step_point(budget)) && find_both(x);
}

/*
 * Returns the free entries at x->dst for those of `from`, as arch_ptes_room. Makes one missing table, or
 * removes a small page that is mapped there. If none are free, *is_done is set if nothing remains to be
 * done.
 */
static INLINE struct arch_ptes room_for(struct range *x, const struct map_item *item, struct arch_ptes from,
					bool *is_done, unsigned *budget)
{
	struct arch_ptes to = arch_ptes_room(x->to->space, x->dst, from.log2), there;

	if (to.left > 0)
		return to;
	there = arch_ptes_of(x->to->space, x->dst);
	if (there.left == 0 && !to.at) {
		if (*budget < COST_FRAME && !step_point(budget))
			return to;
		charge(budget, COST_FRAME);
		if (leaf_reserve(x->to, x->dst, from.log2) == LEAF_MORE
		    && ((!is_slow(x) && !item->grant && from.left / ARCH_RUN_ENTRIES <= *budget)
			|| step_point(budget)))
			to = arch_ptes_room(x->to->space, x->dst, from.log2);
	} else if (there.left > 0 && there.log2 == x->log2 && x->log2 == KMEM_FRAME_LOG2) {
		charge(budget, COST_ENTRY);
		to.left = replace(x, item, there, from, is_done, budget);
	}
	return to;
}

/* Carries out the item of x, which find_item has set up. Returns as range_item. */
static NOINLINE bool map_item(struct range *x, const struct map_item *item, unsigned *budget)
{
	struct arch_ptes from = few_ptes(x->from->space, x->src, x->log2), to;
	bool is_done = false;

	if (from.left == 0 || x->bytes < pow2(l4_fpage_log2(item->send))
	    || !affords(x, from.left, budget))
		return false;
	if (item->grant && (x->log2 != KMEM_FRAME_LOG2 || extent_first(&x->s->children, x->src, x->log2)))
		return false;
	to = room_for(x, item, from, &is_done, budget);
	if (to.left == 0)
		return is_done;
	/* + 2: what map_several has more to do is as long as two entries */
	charge(budget, (x->d ? COST_LOOK : mapping_cost(x->to)) + (from.left + 2) / ARCH_RUN_ENTRIES);
	if (item->grant) {
		x->parent = x->s->parent;
		x->origin = mapping_origin(x->s, x->src);
	}
	if (to.left < from.left || !fits_target(x) || beside_areas(x, from.log2, from.left) < from.left
	    || map_entries(x, from, to, from.left) < from.left)
		return false;
	if (item->grant)
		give_up(x, from, to);
	return true;
}

static NOINLINE bool map_several(struct space *sender, struct space *receiver, const struct map_item *item,
				 unsigned *budget)
{
	struct tree_spot spot;
	struct range x = { .from = &sender->map[RESOURCE_MEMORY], .to = &receiver->map[RESOURCE_MEMORY],
			   .spot = &spot };

	return affords(&x, 1, budget) && find_item(&x, sender, receiver, item, l4_fpage_log2(item->send))
	    && map_item(&x, item, budget);
}

/* The frequent case is inline: a small page in an extent of the right parent and origin, or a new one. */
bool range_item(struct space *sender, struct space *receiver, const struct map_item *item, unsigned *budget)
{
	struct arch_ptes from, to;
	struct tree_spot spot;
	struct range x, other;

	if (l4_fpage_log2(item->send) != KMEM_FRAME_LOG2)
		return map_several(sender, receiver, item, budget);
	x.spot = &spot;
	if (!find_item(&x, sender, receiver, item, KMEM_FRAME_LOG2))
		return false;
	if (fits_target(&x) && !item->grant) {
		from = few_ptes(sender, x.src, KMEM_FRAME_LOG2);
		to = arch_ptes_room(receiver, x.dst, KMEM_FRAME_LOG2);
		if (from.left > 0 && to.left > 0 && beside_areas(&x, KMEM_FRAME_LOG2, 1)
		    && (x.d || affords(&x, 1, budget))) {
			charge(budget, x.d ? COST_LOOK : mapping_cost(x.to));
			return map_entries(&x, from, to, 1);
		}
	}
	other = x;		/* a copy, so that x can be in registers */
	return map_item(&other, item, budget);
}

/* ---- revoke ---- */

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
 * false if not all was done: pages were derived from them, or few_ptes does not return them.
 */
static INLINE bool revoke_child(struct mapping *c, l4_word_t at, unsigned log2, const struct revocation *r,
				unsigned *status)
{
	l4_word_t pos = at + ((l4_word_t)c->by_base.key - (l4_word_t)c->by_src.key);
	struct space *s = c->m->space;
	struct arch_ptes p = few_ptes(s, pos, log2);

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
	p = few_ptes(m->space, at, log2);
	if (p.left == 0 || (p.left > 1 && r->rights != L4_RWX))
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

bool range_take_child(struct tree_node *child, uint64_t base, unsigned log2, uint8_t *status)
{
	const struct mapping *c = container_of(child, struct mapping, by_src);
	bool larger = mapping_log2(c) > log2;
	struct revocation r = { .loaded = tlb_here()->loaded, .at_once = true, .once = true, .rights = L4_RWX,
				.level = 1 };
	size_t nodes = mem.nmappings;
	unsigned seen = 0;

	revoke_children(c->parent, &(struct tree_spot){ .around = child },
			larger ? extent_key(base, log2) : child->key, &r, &seen);
	*status |= status_rights(seen);
	return mem.nmappings < nodes;
}
