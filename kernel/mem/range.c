/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * range.c - ranges of adjacent PTEs of one extent: mapped, granted and revoked as one. See range.h.
 *
 * The rest is done by the general path (mapdb.c, walk.c), which can do everything, one entry at a time
 * where a range cannot be used: the root's pages, ports, most grants, a destination that is taken, entries
 * that must be cut, and whatever a walk in progress may still come to.
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <mem/range.h>
#include <mem/space.h>
#include <mem/tlb.h>
#include <arch/tlb.h>
#include <lib/panic.h>

/* At most so many entries, as log2, are changed in one step without a budget. */
enum { FEW_LOG2 = 3 };

/* Entries that are looked at for one unit of a step; ARCH_RUN_ENTRIES are copied or cleared. */
enum { LOOKS = 4 * ARCH_RUN_ENTRIES };

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Bytes from address on that belong to n, an extent around it, if there are pages. */
static uint64_t reach(const struct mapspace *m, const struct mapping *n, uint64_t address)
{
	return least(mapping_end(n), mapping_limit(m, address)) - address;
}

/*
 * The entries of the 2^log2 bytes at `at` of s: none if the first is none, or they are many or cross a
 * table.
 */
static INLINE struct arch_ptes few_ptes(struct space *s, uint64_t at, unsigned log2)
{
	struct arch_ptes p = arch_ptes_of(s, (l4_word_t)at);
	unsigned n = p.log2 <= log2 && log2 - p.log2 <= FEW_LOG2 ? 1u << (log2 - p.log2) : 0;

	if (log2 == KMEM_FRAME_LOG2)	/* the same, where log2 is known to the compiler */
		return (struct arch_ptes){ p.at, log2, p.log2 == log2 && p.left > 0 };
	return (struct arch_ptes){ p.at, p.log2, n <= p.left ? n : 0 };
}

/* ---- map ---- */

/* What is mapped: the 2^log2 bytes around src, from src on `bytes` of them. */
struct range {
	struct mapspace *from, *to;
	struct mapping *s, *d;		/* the extents; d 0: to be made for the 2^log2 bytes around dst, */
	struct tree_spot *spot;		/* where nothing is */
	struct mapping *parent;		/* d's, whose page at `origin` is the one at dst */
	uint64_t src, dst, origin, bytes;
	unsigned log2, rights;
};

/* May it be derived from an extent at src? */
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

/* Find the extent at dst, or where one can be made. False: dst is in no space. */
static INLINE bool find_target(struct range *x)
{
	uint64_t base = align_down(x->dst, x->log2);
	struct mapping *d;

	if (x->dst >= L4_USER_END)	/* an extent may be around that, too (M9) */
		return false;
	d = mapping_spot(x->to, base, x->log2, x->spot);
	if (x->log2 > KMEM_FRAME_LOG2) {
		uint64_t key = extent_key(base, x->log2);

		if (d ? d->by_base.outer || mapping_log2(d) < x->log2
		      : x->spot->after && key_has(key, x->spot->after->key)) {
			d = mapdb_find(x->to, (l4_word_t)x->dst);
			x->bytes = least(x->bytes, d ? reach(x->to, d, x->dst)
						     : mapping_limit(x->to, x->dst) - x->dst);
			tree_look(&x->to->extents, key, x->spot);
		}
		x->bytes = least(x->bytes, L4_USER_END - x->dst);
	}
	x->d = d;
	return true;
}

/* Both; in place for a small page, and in a step of an op. */
static NOINLINE bool find_both(struct range *x) { return find_source(x) && find_target(x); }

/* Can it belong to d, or to a new extent? */
static INLINE bool fits_target(const struct range *x)
{
	return !x->d || (x->d->parent == x->parent && mapping_origin(x->d, x->dst) == x->origin);
}

/* So many of n entries from dst on do not touch the KIP or UTCB area: all, one or none. */
static INLINE unsigned beside_areas(const struct range *x, unsigned log2, unsigned n)
{
	uint64_t last = x->dst + ((uint64_t)n << log2) - 1;

	if ((x->d && !x->d->areas)
	    || !space_in_areas(x->to->space, x->dst, 64 - (unsigned)__builtin_clzll(x->dst ^ last)))
		return n;
	return n > 1 && !space_in_areas(x->to->space, x->dst, log2);
}

/* So many entries of p are within reach and can be paid for. */
static unsigned entries_for(uint64_t bytes, struct arch_ptes p, unsigned budget)
{
	uint64_t n = least(bytes >> p.log2, p.left);

	return (unsigned)least(n, (uint64_t)budget * ARCH_RUN_ENTRIES);
}

/*
 * Map the first n entries of `from` to those of `to`, which is free. Returns how many; 0: there is no
 * memory.
 */
static INLINE unsigned map_entries(struct range *x, struct arch_ptes from, struct arch_ptes to, unsigned n)
{
	uint64_t base = align_down(x->dst, x->log2);

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
	struct range x = { .from = op->from, .to = op->to, .spot = &spot, .src = op->src + op->done,
			   .dst = op->dst + op->done, .bytes = pow2(op->log2) - op->done, .log2 = op->log2,
			   .rights = op->rights };
	struct arch_ptes from, to;
	unsigned n;

	if (op->grant || op->to->world != RESOURCE_MEMORY || !(op->rights & L4_R)
	    || !find_source(&x) || !find_target(&x) || !fits_target(&x))
		return MAP_MORE;
	from = arch_ptes_of(op->from->space, (l4_word_t)x.src);
	if (entries_for(x.bytes, from, *budget) == 0 || !is_aligned(x.src | x.dst, from.log2))
		return MAP_MORE;
	to = arch_ptes_room(op->to->space, (l4_word_t)x.dst, from.log2);
	if (to.left == 0) {
		enum leaf_room r = leaf_reserve(op->to, (l4_word_t)x.dst, from.log2);

		if (r == LEAF_NO_MEM)
			return MAP_NO_MEM;
		charge(budget, COST_FRAME);
		if (r == LEAF_MORE)
			return MAP_DONE;
		to = arch_ptes_room(op->to->space, (l4_word_t)x.dst, from.log2);
	}
	if (!x.d)
		charge(budget, mapping_cost(op->to));
	n = (unsigned)least(entries_for(x.bytes, to, *budget + 1), from.left);	/* some without a budget, too */
	n = n ? beside_areas(&x, to.log2, n) : 0;
	if (n == 0)
		return MAP_MORE;
	n = map_entries(&x, from, to, n);
	if (n == 0)
		return MAP_NO_MEM;
	op->done += (uint64_t)n << to.log2;
	charge(budget, n / ARCH_RUN_ENTRIES);
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

/* Where the fpage that the item sends, of 2^log2 bytes, is mapped to. False: it is cut. */
static INLINE bool place(const struct map_item *item, unsigned log2, uint64_t *dst)
{
	unsigned window = l4_fpage_log2(item->window);

	if (l4_fpage_is_complete(item->window)) {
		*dst = align_down(item->base, log2);
		return true;
	}
	*dst = l4_fpage_base(item->window) + align_down(item->base & (pow2(window) - 1), log2);
	return window >= log2;
}

/* The page at src was granted: its status moves along, and the granter loses it. */
static void give_up(const struct range *x, struct arch_ptes from, struct arch_ptes to)
{
	unsigned seen, now;

	arch_ptes_clear(from, 1, false, &seen);
	now = seen >> KEPT_NOW & KEPT_PAIR;
	arch_ptes_keep(to, 0, (seen & (pow2(KEPT_NOW) - 1)) | now << KEPT_UP | now << KEPT_OWN);
	tlb_drop(x->s->m->space, (l4_word_t)x->src, from.log2, 1);
	mapping_lose(x->s, 1);
}

/* Decodes an item for 2^log2 bytes, and finds the extents. False: it is not plain. */
static INLINE bool find_item(struct range *x, struct space *sender, struct space *receiver,
			     const struct map_item *item, unsigned log2)
{
	x->from = &sender->map[RESOURCE_MEMORY];
	x->to = &receiver->map[RESOURCE_MEMORY];
	x->src = l4_fpage_base(item->send);
	x->bytes = pow2(log2);
	x->log2 = log2;
	x->rights = l4_fpage_rights(item->send);
	return log2 >= KMEM_FRAME_LOG2 && x->rights & L4_R && place(item, log2, &x->dst)
	    && receiver->state != SPACE_DYING
	    && (log2 == KMEM_FRAME_LOG2 ? find_source(x) && find_target(x) : find_both(x));
}

/* A page is at dst of x: true if it goes, and *is_done if that is all there is to do. */
static INLINE bool replace(struct range *x, const struct map_item *item, struct arch_ptes there,
			   struct arch_ptes from, bool *is_done)
{
	unsigned lacks = arch_ptes_lacks(there, from, x->rights), unread;	/* unread: it is kept above */

	*is_done = lacks == 0 && !item->grant;
	return lacks & L4_R && !item->no_revoke
	    && range_unmap(x->to, (l4_word_t)x->dst, x->log2, L4_RWX, true, &unread) && find_both(x);
}

/*
 * Finds the entries at x->dst for those of `from`. Returns as arch_ptes_room does, after it has made the one
 * table that is missing, or removed a small page that is to be replaced. None, and *is_done, if the page that
 * is there needs no change.
 */
static INLINE struct arch_ptes room_for(struct range *x, const struct map_item *item, struct arch_ptes from,
					bool *is_done, unsigned *budget)
{
	struct arch_ptes to = arch_ptes_room(x->to->space, (l4_word_t)x->dst, from.log2), there;

	if (to.left > 0)
		return to;
	there = arch_ptes_of(x->to->space, (l4_word_t)x->dst);
	if (there.left == 0 && !to.at) {
		charge(budget, COST_FRAME);
		if (leaf_reserve(x->to, (l4_word_t)x->dst, from.log2) == LEAF_MORE)
			to = arch_ptes_room(x->to->space, (l4_word_t)x->dst, from.log2);
	} else if (there.left > 0 && there.log2 == x->log2 && x->log2 == KMEM_FRAME_LOG2) {
		charge(budget, COST_ENTRY);
		to.left = replace(x, item, there, from, is_done);
	}
	return to;
}

/* Carries out the item, which find_item has found: any that is plain. */
static NOINLINE bool map_item(struct range *x, const struct map_item *item, unsigned *budget)
{
	struct arch_ptes from = few_ptes(x->from->space, x->src, x->log2), to;
	bool is_done = false;

	if (from.left == 0 || x->bytes < pow2(l4_fpage_log2(item->send)))
		return false;
	if (item->grant && (x->log2 != KMEM_FRAME_LOG2 || extent_first(&x->s->children, x->src, x->log2)))
		return false;
	to = room_for(x, item, from, &is_done, budget);
	if (to.left == 0)
		return is_done;
	charge(budget, x->d ? COST_LOOK : mapping_cost(x->to));
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
	struct range x;

	x.spot = &spot;
	return find_item(&x, sender, receiver, item, l4_fpage_log2(item->send)) && map_item(&x, item, budget);
}

/* The most frequent case is in place: a small page beside others that came the same way. */
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
	if (x.d && !x.d->areas && fits_target(&x) && !item->grant) {
		from = few_ptes(sender, x.src, KMEM_FRAME_LOG2);
		to = arch_ptes_room(receiver, (l4_word_t)x.dst, KMEM_FRAME_LOG2);
		if (from.left > 0 && to.left > 0) {
			charge(budget, COST_LOOK);
			return map_entries(&x, from, to, 1);
		}
	}
	other = x;		/* so that x can be in registers */
	return map_item(&other, item, budget);
}

/* ---- revoke ---- */

/* n's parent's entry for pos learns of events that only n's space has read so far. */
static INLINE void file_status(const struct mapping *n, uint64_t pos, unsigned up, struct revocation r)
{
	struct arch_ptes p;

	if (!up || n->depth < 2)	/* the root keeps none */
		return;
	p = arch_ptes_of(n->parent->m->space, (l4_word_t)mapping_origin(n, pos));
	ASSERT(p.left > 0);							/* M3 */
	arch_ptes_keep(p, 0, r.level == 1 && !r.unread ? up << KEPT_UP : up << KEPT_UP | up << KEPT_KIDS);
}

/* At once, of a single small entry, if the CPU has `loaded`; else by tlb_sync. */
static INLINE void invalidate(struct space *s, uint64_t pos, unsigned log2, unsigned count,
			      const struct space *loaded)
{
	if (!loaded || log2 > KMEM_FRAME_LOG2 || count > 1)
		tlb_drop(s, (l4_word_t)pos, log2, count);
	else if (s == loaded)
		arch_tlb_page((l4_word_t)pos);
	else if (tlb_here()->tags > 1)		/* else it does nothing */
		tlb_mark_stale(s);
}

/* range_revoke of n, of space s, in place. */
static INLINE unsigned revoke_entries(struct space *s, struct mapping *n, uint64_t pos, struct arch_ptes p,
				      struct revocation r, unsigned *status)
{
	bool all = r.rights == L4_RWX, stale = true;
	unsigned done = 1, seen, now, up;

	if (all)		/* a walk reports the status of all; but each parent's entry keeps its own */
		done = arch_ptes_clear(p, p.left, p.left > 1 && (n->depth > 1 || r.once), &seen);
	else
		stale = arch_ptes_strip(p, r.rights, &seen);
	if (done == 0)
		return 0;
	if (stale)
		invalidate(s, pos, p.log2, done, r.loaded);
	now = seen >> KEPT_NOW;
	up = (now | seen >> KEPT_UP | (r.level == 0 ? *status : 0)) & KEPT_PAIR;
	*status |= r.level > 0 ? up : now | seen >> KEPT_OWN | seen >> KEPT_KIDS;
	if (!all && (seen || up))
		arch_ptes_keep(p, r.level > 0 ? KEPT_PAIR << KEPT_UP : KEPT_PAIR << KEPT_OWN | KEPT_PAIR << KEPT_KIDS,
			       r.level > 0 ? now << KEPT_OWN : up << KEPT_UP);
	if ((all || r.level > 0) && !r.collect)
		file_status(n, pos, up, r);
	if (all)
		mapping_lose(n, done);
	return done;
}

unsigned range_revoke(struct mapping *n, uint64_t pos, struct arch_ptes p, struct revocation r,
		      unsigned *status)
{
	return revoke_entries(n->m->space, n, pos, p, r, status);
}

/* ---- Unmap in one step ---- */

/*
 * Revoke c's pages derived from the 2^log2 bytes at `at` of its parent, which c covers. False: not all, as
 * more was derived from them in turn, or they are not few.
 */
static INLINE bool revoke_child(struct mapping *c, uint64_t at, unsigned log2, struct revocation r, bool one,
				unsigned *status)
{
	uint64_t pos = at + (c->by_base.key - c->by_src.key);
	struct space *s = c->m->space;
	struct arch_ptes p = few_ptes(s, pos, log2);

	if (p.left == 0
	    || (c->by_base.outer && (log2 > KMEM_FRAME_LOG2 || mapdb_find(c->m, (l4_word_t)pos) != c)))
		return log2 == KMEM_FRAME_LOG2;
	if (extent_first(&c->children, pos, log2))
		return false;
	if (one)
		p.left = 1;	/* known to the compiler */
	return revoke_entries(s, c, pos, p, r, status) == p.left;
}

/* Extents that may have pages derived from the region, at most. */
enum { REVOKE_CHILDREN = 2 };

/* revoke_child of the children of n that tree_look found for the key. False: not of all. */
static NOINLINE bool revoke_children(struct mapping *n, const struct tree_spot *s, uint64_t key,
				     struct revocation r, unsigned *status)
{
	unsigned children = 0;

	if (s->after && key_has(key, s->after->key))
		return false;		/* parts of the region were derived */
	for (struct tree_node *t = s->around, *next; t; t = next) {
		next = s->more ? tree_next_outer(&n->children, t, 0, key_base(key)) : 0;
		if (children++ == REVOKE_CHILDREN
		    || !revoke_child(container_of(t, struct mapping, by_src), key_base(key), key_log2(key), r,
				     false, status))
			return false;
	}
	return true;
}

/* The same; so that the caller's *status can be in a register. */
static INLINE bool revoke_several(struct mapping *n, const struct tree_spot *s, uint64_t key,
				  struct revocation r, unsigned *status)
{
	unsigned seen = 0;
	bool all = revoke_children(n, s, key, r, &seen);

	*status |= seen;
	return all;
}

/* Find them, without a search if there is one at most; in place if that is of a small page. */
static INLINE bool revoke_derived(struct mapping *n, uint64_t at, unsigned log2, struct revocation r,
				  bool one, unsigned *status)
{
	struct tree_node *t = n->children.root;
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
	    || revoke_child(container_of(t, struct mapping, by_src), at, log2, r, one, status);
}

/* range_unmap; one: of a small page, which the compiler makes code of its own for. */
static INLINE bool unmap(struct mapspace *m, uint64_t at, unsigned log2, struct revocation r, bool one,
			 unsigned *status)
{
	struct revocation below = r;
	struct tree_spot spot;
	struct mapping *n = mapping_spot(m, at, KMEM_FRAME_LOG2, &spot);
	struct arch_ptes p;
	unsigned seen = 0;

	if (!n || !n->parent || walk_near(n, at, log2)
	    || (log2 > KMEM_FRAME_LOG2 && (n->by_base.outer || mapping_log2(n) < log2)))
		return false;
	p = few_ptes(m->space, at, log2);
	if (p.left == 0 || (p.left > 1 && r.rights != L4_RWX))
		return false;
	below.level = 1;
	below.collect = true;
	if (!revoke_derived(n, at, log2, below, one, &seen)) {
		arch_ptes_keep(p, 0, (seen & KEPT_PAIR) << KEPT_UP | (seen & KEPT_PAIR) << KEPT_KIDS);
		return false;
	}
	if (r.flush) {
		if (one)
			p.left = 1;	/* known to the compiler */
		if (revoke_entries(m->space, n, at, p, r, &seen) < p.left)
			return false;
	} else {
		if (p.left > 1 && arch_ptes_idle(p, p.left) < p.left)
			return false;
		seen |= arch_ptes_keep(p, KEPT_PAIR << KEPT_KIDS, (seen & KEPT_PAIR) << KEPT_UP) >> KEPT_KIDS;
	}
	*status = status_rights(seen);
	return true;
}

bool range_unmap_page(struct mapspace *m, l4_word_t at, bool flush, unsigned *status)
{
	struct revocation r = { .loaded = m->space, .once = true, .rights = L4_RWX, .flush = flush };

	return unmap(m, at, KMEM_FRAME_LOG2, r, true, status);
}

bool range_unmap(struct mapspace *m, l4_word_t at, unsigned log2, unsigned rights, bool flush,
		 unsigned *status)
{
	struct revocation r = {
		.loaded = tlb_here()->loaded, .once = true, .rights = (uint8_t)rights, .flush = flush,
	};
	bool all = log2 == KMEM_FRAME_LOG2 ? unmap(m, at, KMEM_FRAME_LOG2, r, true, status)
					   : unmap(m, at, log2, r, false, status);

	tlb_sync();
	return all;
}

bool range_take_child(struct tree_node *child, uint64_t base, unsigned log2, uint8_t *status)
{
	const struct mapping *c = container_of(child, struct mapping, by_src);
	bool larger = mapping_log2(c) > log2;
	struct revocation r = { .loaded = tlb_here()->loaded, .once = true, .rights = L4_RWX, .level = 1 };
	size_t nodes = mem.nmappings;
	unsigned seen = 0;

	revoke_children(c->parent, &(struct tree_spot){ .around = child },
			larger ? extent_key(base, log2) : child->key, r, &seen);
	*status |= status_rights(seen);
	return mem.nmappings < nodes;
}
