/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * range.c - ranges of adjacent PTEs of one extent: mapped and granted as one. See range.h.
 *
 * All other cases are left to mapdb.c, one entry at a time: pages of the root, ports, most grants, most
 * destinations that are mapped, entries that must be cut, and all entries that an active walk may still
 * visit.
 */
#include <mem/mem.h>
#include <mem/range.h>
#include <mem/space.h>
#include <mem/tlb.h>

/* Returns the bytes from address on in which each page belongs to n, an extent that contains address. */
static uint64_t reach(const struct mapspace *m, const struct mapping *n, uint64_t address)
{
	return least(mapping_end(n), mapping_limit(m, address)) - address;
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

	if (op->grant || op->to->resource != RESOURCE_MEMORY || !(op->rights & L4_R)
	    || !find_source(&x) || !find_target(&x) || !fits_target(&x))
		return MAP_MORE;
	from = arch_ptes_of(op->from->space, x.src);
	if (range_count(from, x.bytes, 1) == 0 || !is_aligned(x.src | x.dst, from.log2))
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
	n = range_count(to, x.bytes, least(from.left, ((uint64_t)*budget + 1) * ARCH_RUN_ENTRIES));
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
	uint64_t affordable = ((uint64_t)*budget + 1) * READ_FOR_1, n;
	struct arch_ptes p;

	charge(budget, COST_HOLE);
	if (m->resource != RESOURCE_MEMORY || known >= most || address >= resource_end(RESOURCE_MEMORY))
		return known;
	p = arch_ptes_room(m->space, (l4_word_t)address, KMEM_FRAME_LOG2);
	n = arch_ptes_empty(p, (unsigned)least(least(most >> KMEM_FRAME_LOG2, p.left), affordable));
	charge(budget, (unsigned)n / READ_FOR_1);
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
static NOINLINE bool map_item(struct range *x, struct map_item *item, unsigned *budget)
{
	struct arch_ptes from = range_ptes(x->from->space, x->src, x->log2, ~0u), to;
	unsigned all = from.left, n;
	bool is_done = false;

	if (all > RANGE_MOST / 2)
		from.left = is_slow(x) ? RANGE_MOST / 2 : (unsigned)least(all, RANGE_MOST);
	if (all == 0 || x->bytes < pow2(l4_fpage_log2(item->send)) || !affords(x, from.left, budget))
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
	if (to.left < from.left || !fits_target(x) || beside_areas(x, from.log2, from.left) < from.left)
		return false;
	n = map_entries(x, from, to, from.left);
	item->done = (uint64_t)n << from.log2;
	if (item->grant && n > 0)
		give_up(x, from, to);
	return n == all;
}

static NOINLINE bool map_several(struct space *sender, struct space *receiver, struct map_item *item,
				 unsigned *budget)
{
	struct tree_spot spot;
	struct range x = { .from = &sender->map[RESOURCE_MEMORY], .to = &receiver->map[RESOURCE_MEMORY],
			   .spot = &spot };

	return affords(&x, 1, budget) && find_item(&x, sender, receiver, item, l4_fpage_log2(item->send))
	    && map_item(&x, item, budget);
}

/* The frequent case is inline: a small page in an extent of the right parent and origin, or a new one. */
bool range_item(struct space *sender, struct space *receiver, struct map_item *item, unsigned *budget)
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
		from = range_ptes(sender, x.src, KMEM_FRAME_LOG2, 1);
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
