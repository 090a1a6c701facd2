/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapdb.c - map and grant items: from an fpage and a receive window to entries and nodes.
 *
 * An item is carried out entry by entry, or by ranges (range.c), in steps with a budget (step.h). No pointer
 * to a node or entry is kept between two steps, so each entry is decided by the state at that time:
 *
 *	source not present, or no right left	skip (ambiguities C2, C6)
 *	destination not present			put: reserve tables, find or make the node, set the entry
 *	destination has the same frame		extend its rights, keep its parent (C3) and attribute
 *	destination has another frame, or
 *	its parent lacks one of the rights	remove it and all that was derived from it, then put (C4)
 *	destination has a larger entry		likewise (C5)
 *
 * The destination's `clear` walk removes entries, in steps; the item waits for it. A first pass (`clearing`)
 * removes them in the whole region, so that the second pass finds one large hole and makes one node for it,
 * not one for each page.
 *
 * An item finishes a walk that covers its source before it continues: a region that is being revoked accepts
 * no new derivation, so its walk ends. An item with no_revoke ends instead.
 *
 * An entry is put completely or not at all. If memory is exhausted, entries that were put before stay.
 */
#include <arch/rights.h>
#include <mem/mem.h>
#include <mem/range.h>
#include <mem/space.h>
#include <lib/panic.h>

/* An entry that is being mapped. */
struct piece {
	struct mapping *s;		/* source node */
	uint64_t src, dst;
	struct leaf leaf;		/* source entry */
	unsigned log2;			/* of the entry to be put */
	uint8_t rights;
};

/* Entries and holes that are examined, at most, to find how large an extent can be. */
enum { CLEAN_SCAN = 8 };

/* What must be left of a budget of which a part was used when an entry begins. */
enum { COST_BEGIN = 2 };

/* Ancestors of a page, at least, for which there is a pause before they are looked through. */
enum { FAR = 4 * COST_LEVELS };

/* ---- decoding (api 6.2) ---- */

struct area { uint64_t base; unsigned log2; };

static struct area area_of(l4_fpage_t f)
{
	unsigned log2 = l4_fpage_log2(f);

	if (l4_fpage_is_complete(f) || log2 > MAPDB_ALL)
		return (struct area){ 0, MAPDB_ALL };
	return (struct area){ l4_fpage_base(f), log2 };
}

/* Ports are not translated: any window that is not nil is all ports (C18). */
static bool decode_ports(struct map_op *op, l4_fpage_t send)
{
	if (l4_io_log2(send) > L4_IO_LOG2_ALL)
		return false;
	op->src = op->dst = (uint64_t)l4_io_port(send) << KMEM_FRAME_LOG2;
	op->log2 = (uint8_t)(l4_io_log2(send) + KMEM_FRAME_LOG2);
	op->fpage = op->src;
	op->fpage_log2 = op->log2;
	op->rights = L4_RWX;
	return true;
}

static bool decode_memory(struct map_op *op, const struct map_item *item)
{
	struct area s = area_of(item->send), r = area_of(item->window);

	if (l4_fpage_is_io(item->window) || s.log2 < KMEM_FRAME_LOG2 || r.log2 < KMEM_FRAME_LOG2)
		return false;
	op->log2 = (uint8_t)(s.log2 < r.log2 ? s.log2 : r.log2);
	op->src = s.base + align_down(item->base & (pow2(s.log2) - 1), op->log2);
	op->dst = r.base + align_down(item->base & (pow2(r.log2) - 1), op->log2);
	op->fpage = s.base;
	op->fpage_log2 = (uint8_t)s.log2;
	op->rights = (uint8_t)arch_rights(l4_fpage_rights(item->send));
	return true;
}

bool mapdb_begin(struct map_op *op, struct space *from, struct space *to, const struct map_item *item)
{
	enum map_resource resource = l4_fpage_is_io(item->send) ? RESOURCE_PORTS : RESOURCE_MEMORY;

	*op = (struct map_op){ .from = &from->map[resource], .to = &to->map[resource] };
	if (l4_fpage_is_nil(item->window) || l4_fpage_is_nil(item->send))
		return false;
	if (to->sigma0 || to->state == SPACE_DYING)
		return false;
	if (resource == RESOURCE_PORTS ? !decode_ports(op, item->send) : !decode_memory(op, item))
		return false;
	op->grant = item->grant && !from->sigma0;		/* sigma0 loses nothing (C11) */
	op->no_revoke = item->no_revoke && !op->grant;
	op->clearing = op->log2 > KMEM_FRAME_LOG2 && !op->no_revoke;
	op->first = op->done = item->done;
	return !(from == to && op->src == op->dst);
}

/* ---- progress ---- */

/* Sets op->done: the item is finished up to the source address `until`. */
static enum map_result advance(struct map_op *op, uint64_t until)
{
	uint64_t size = pow2(op->log2);

	op->pauses = 0;
	op->done = until <= op->src + op->done || until - op->src > size ? size : until - op->src;
	return MAP_DONE;
}

static enum map_result leave_rest(struct map_op *op) { return advance(op, op->src + pow2(op->log2)); }

/* Runs w, which must end before op continues: also if nothing is left of the budget. */
static enum map_result wait_for(struct map_op *op, struct walk *w, unsigned *budget)
{
	*budget += *budget == 0;
	return op->no_revoke ? leave_rest(op) : walk_run(w, budget) ? MAP_DONE : MAP_MORE;
}

bool mapdb_pause(struct map_op *op, enum map_pause point, unsigned *budget)
{
	if (op->pauses & point)
		return true;
	op->pauses |= (uint8_t)point;
	if (!step_point(budget)) {
		*budget = 0;
		return false;
	}
	op->pauses &= (uint8_t)~point;
	return true;
}

/*
 * Returns true if look-ups take so long that an entry is mapped in several parts, each with a new budget: the
 * attempt to map a range, page tables, what a grant has to prepare, and the rest.
 */
static bool is_slow(const struct map_op *op)
{
	return tree_nested(&op->to->extents) || tree_nested(&op->from->extents);
}

/* ---- source and size of the next entry ---- */

/*
 * Finds the source entry at p->src and the rights to map. False: nothing to map; op has advanced behind it.
 */
static bool find_source(struct map_op *op, struct piece *p, unsigned *budget)
{
	uint64_t end;

	p->s = mapdb_find(op->from, (l4_word_t)p->src);
	if (!p->s) {
		advance(op, mapping_limit(op->from, p->src));
		return false;
	}
	p->leaf = mapping_source(p->s, p->src);
	end = align_down(p->src, p->leaf.log2) + pow2(p->leaf.log2);
	p->rights = p->leaf.rights & op->rights;
	if (p->rights)
		p->rights |= L4_R;			/* each page has R (C2) */
	if (p->leaf.present && p->rights && (op->grant || p->s->depth < CFG_MAP_DEPTH))
		return true;
	if (!p->leaf.present && p->s->parent)
		end = p->src + range_hole(op->from, p->src, end - p->src, pow2(op->log2) - op->done, budget);
	advance(op, end);
	return false;
}

/* Sets p->log2 to the largest size that source and destination allow. False: none, in a KIP or UTCB area. */
static bool fit(const struct map_op *op, struct piece *p)
{
	uint64_t rest = pow2(op->log2) - op->done, sizes = leaf_sizes(op->to->resource);

	for (unsigned k = p->log2 = p->leaf.log2; k >= KMEM_FRAME_LOG2; p->log2 = --k)
		if (sizes & pow2(k) && pow2(k) <= rest && is_aligned(p->src | p->dst, k)
		    && p->dst + pow2(k) <= resource_end(op->to->resource)
		    && (op->to->resource == RESOURCE_PORTS || !space_in_areas(op->to->space, p->dst, k)))
			return true;
	return false;
}

/* ---- the destination is mapped ---- */

/* Begins to remove entry d. mapdb_step runs the walk before it returns to this entry. */
static enum map_result clear_entry(struct map_op *op, uint64_t dst, struct leaf d)
{
	if (op->no_revoke)
		return leave_rest(op);
	clear_begin(op->to, op, align_down(dst, d.log2), d.log2, true);
	return MAP_DONE;
}

static enum map_result replace(struct map_op *op, struct piece *p, struct leaf d, unsigned *budget)
{
	charge(budget, COST_ENTRY);
	if (leaf_frame(d, p->dst) != leaf_frame(p->leaf, p->src))
		return clear_entry(op, p->dst, d);
	if (op->grant) {
		if (p->s->depth >= FAR && !mapdb_pause(op, PAUSE_ONTO, budget))
			return MAP_DONE;
		grant_onto(op, p->s, p->src, p->dst);
		charge(budget, p->s->depth / COST_LEVELS);
		return MAP_DONE;
	}
	if (p->rights & ~d.rights)
		return clear_entry(op, p->dst, d);
	return advance(op, p->src + pow2(d.log2 < p->log2 ? d.log2 : p->log2));
}

/* Returns the node of the destination's entry d if the item adds rights to it that its parent has, or 0. */
static struct mapping *grows(const struct map_op *op, const struct piece *p, struct leaf d)
{
	struct mapping *n;

	if (!d.present || op->grant || d.log2 > p->log2 || !(p->rights & ~d.rights)
	    || leaf_frame(d, p->dst) != leaf_frame(p->leaf, p->src))
		return 0;
	n = mapdb_find(op->to, (l4_word_t)p->dst);
	return p->rights & ~mapping_source(n->parent, mapping_origin(n, (l4_word_t)p->dst)).rights ? 0 : n;
}

static enum map_result add_rights(struct map_op *op, struct piece *p, struct leaf d, unsigned *budget)
{
	charge(budget, 2 * COST_ENTRY);		/* three lookups of the extent, and a changed entry */
	d.rights |= p->rights;
	leaf_set(op->to, (l4_word_t)p->dst, d);
	return advance(op, p->src + pow2(d.log2));
}

/* ---- the destination is free ---- */

/* Returns true if no page is in region a; false also if *scan holes do not show that. */
static bool is_empty(struct mapspace *m, struct area a, unsigned *scan, unsigned *budget)
{
	uint64_t end = a.base + pow2(a.log2);

	for (uint64_t at = a.base; at < end; --*scan) {
		struct leaf leaf = mapping_leaf(m, at);
		uint64_t hole = align_down(at, leaf.log2) + pow2(leaf.log2) - at;

		if (leaf.present || *scan == 0)
			return false;
		at += range_hole(m, at, hole, end - at, budget);
	}
	return true;
}

/* Where an entry belongs: the extent n or, if that is 0, a new one of 2^log2 bytes at the spot, inside d. */
struct home {
	struct mapping *n, *d;
	struct tree_spot spot;
	unsigned log2;
};

static struct mapping *parent_of(const struct map_op *op, const struct piece *p)
{
	return op->grant ? p->s->parent : p->s;
}

static uint64_t origin_of(const struct map_op *op, const struct piece *p)
{
	return op->grant ? mapping_origin(p->s, (l4_word_t)p->src) : p->src;
}

/*
 * Returns where the new entry, of 2^log2 bytes, belongs: in the extent at p->dst, if it has the right parent
 * and origin, or in a new one. A new extent in a hole of an extent d is the largest aligned region without a
 * page, so without one of d (M2); or one page, to save time, if pages may move to it with what is derived
 * from them.
 */
static NOINLINE struct home find_home(struct map_op *op, struct piece *p, unsigned log2, unsigned *budget)
{
	unsigned most = extent_most(op->to->resource), scan = CLEAN_SCAN;
	struct home h = { .log2 = log2 };

	h.d = mapping_look(op->to, p->dst, log2, &h.spot);
	if (h.d && h.d->parent == parent_of(op, p)
	    && mapping_origin(h.d, (l4_word_t)p->dst) == origin_of(op, p)) {
		h.n = h.d;
		return h;
	}
	if (mapping_log2(p->s) < most)
		most = mapping_log2(p->s);
	if (op->log2 < most)
		most = op->log2;
	if (!h.d)
		h.log2 = most;
	else if (op->grant && p->s->nchildren > 0)
		most = log2;
	for (; h.log2 < most; h.log2++) {
		struct area buddy = { align_down(p->dst, h.log2) ^ pow2(h.log2), h.log2 };

		if (!is_empty(op->to, buddy, &scan, budget))
			break;
	}
	charge(budget, (CLEAN_SCAN - scan) * COST_SCAN);
	if (h.log2 != log2)
		tree_look(&op->to->extents, extent_key(align_down(p->dst, h.log2), h.log2), &h.spot);
	return h;
}

/* Makes a new extent. Returns 0 if there is no memory. */
static struct mapping *make_home(struct map_op *op, const struct piece *p, const struct home *h,
				 unsigned *budget)
{
	uint64_t base = align_down(p->dst, h->log2), origin = origin_of(op, p) - (p->dst - base);
	struct mapping *parent = parent_of(op, p);

	charge(budget, mapping_cost(op->to));
	return h->d || op->grant ? mapping_new(op->to, &h->spot, parent, base, origin, h->log2)
				 : mapping_beside(op->to, &h->spot, parent, base, origin, h->log2);
}

static enum map_result put_entry(struct map_op *op, struct piece *p, unsigned *budget)
{
	struct leaf leaf = {
		.present = true, .rights = p->rights, .attr = p->leaf.attr, .frame = leaf_frame(p->leaf, p->src),
	};
	const struct account *payer = &op->to->space->account;
	uint64_t used = payer->used;
	unsigned k = p->log2;
	struct mapping *n;
	struct home h;

	if (op->pauses & PAUSE_PUT && !mapdb_pause(op, PAUSE_FOUND, budget))
		return MAP_DONE;
	for (;;) {
		enum leaf_room room = leaf_reserve(op->to, (l4_word_t)p->dst, k);

		if (room == LEAF_NO_MEM)
			return MAP_NO_MEM;
		if (room == LEAF_ROOM)
			break;
		if (room == LEAF_MORE)
			return MAP_DONE;
		do
			k--;
		while (!(leaf_sizes(op->to->resource) & pow2(k)));
	}
	if (payer->used > used && is_slow(op)) {
		op->single = true;
		return MAP_DONE;		/* put: that has used up the budget */
	}
	if (op->grant && !grant_prepare(op, p->s, p->leaf, k, budget))
		return MAP_DONE;
	h = find_home(op, p, k, budget);
	if (!h.n && (op->grant || h.d) && !mapdb_pause(op, PAUSE_PUT, budget))
		return MAP_DONE;
	n = h.n ? h.n : make_home(op, p, &h, budget);
	if (!n)
		return MAP_NO_MEM;
	leaf.log2 = (uint8_t)k;
	if (op->grant && k == p->leaf.log2) {
		leaf.kept = mapping_leaf(p->s->m, p->src).kept;	/* grant_prepare's walks may have changed it */
		leaf.touched = leaf_clear(p->s->m, (l4_word_t)p->src);
	}
	leaf_set(op->to, (l4_word_t)p->dst, leaf);
	mapping_gain(n, 1);
	if (op->grant)
		grant_finish(op, p->s, n, p->leaf, k);
	return advance(op, p->src + pow2(k));
}

static enum map_result put(struct map_op *op, struct piece *p, unsigned *budget)
{
	const struct account *payer = &op->to->space->account;
	uint64_t used = payer->used;
	/* a table is cleared; a set of ports also filled */
	unsigned cost = op->to->resource == RESOURCE_PORTS ? 2 * COST_FRAME : COST_FRAME;
	enum map_result r = put_entry(op, p, budget);	/* first: its walk proceeds in each step */

	charge(budget, COST_PUT);
	if (payer->used > used)
		charge(budget, (unsigned)((payer->used - used) >> KMEM_FRAME_LOG2) * cost);
	return r;
}

/* ---- steps ---- */

/* First pass: if dst is in a hole, advances op to the end of the hole. Returns false if dst is mapped. */
static bool skip_hole(struct map_op *op, const struct piece *p, unsigned *budget)
{
	struct leaf d = mapping_leaf(op->to, p->dst);
	uint64_t hole = align_down(p->dst, d.log2) + pow2(d.log2) - p->dst;

	if (d.present)
		return false;
	advance(op, p->src + range_hole(op->to, p->dst, hole, pow2(op->log2) - op->done, budget));
	return true;
}

static enum map_result one_piece(struct map_op *op, unsigned *budget)
{
	struct piece p = { .src = op->src + op->done, .dst = op->dst + op->done };
	struct mapping *n;
	enum map_result r;
	struct leaf d;
	struct walk *w;
	unsigned left;

	if (p.dst >= resource_end(op->to->resource))
		return leave_rest(op);
	if (op->clearing) {
		if (skip_hole(op, &p, budget))
			return MAP_DONE;
	} else if (!op->single) {
		r = range_map(op, budget);
		if (r != MAP_MORE)
			return r;
		charge(budget, COST_RANGE);
		if (is_slow(op)) {
			op->single = true;
			*budget = 0;
			return MAP_DONE;
		}
	}
	op->single = false;
	if (!find_source(op, &p, budget))
		return MAP_DONE;
	if (!fit(op, &p)) {
		charge(budget, COST_LOOK);		/* the KIP and UTCB areas */
		return advance(op, p.src + KMEM_FRAME);
	}
	d = mapping_leaf(op->to, p.dst);
	n = grows(op, &p, d);
	left = *budget;
	if (!climb(n ? n : p.s, n ? p.dst : p.src, &w, budget) || (!w && *budget < left)) {
		*budget = 0;			/* what follows a long way has a step of its own */
		op->single = true;
		return MAP_DONE;
	}
	if (w)
		return wait_for(op, w, budget);
	if (n)
		return add_rights(op, &p, d, budget);
	return d.present ? replace(op, &p, d, budget) : put(op, &p, budget);
}

/* Called at the end of a pass. Returns true if it was the last one. */
static bool next_pass(struct map_op *op)
{
	if (op->clearing) {
		op->clearing = false;
		op->done = op->first;
		return false;
	}
	if (!op->grant || op->rest || op->fpage_log2 == op->log2)
		return true;
	op->rest = true;		/* the granter also loses what the window cut off (C10) */
	clear_begin(op->from, op, op->fpage, op->fpage_log2, true);
	return false;
}

static bool has_ended(struct walk *w, unsigned *budget) { return !w->active || walk_run(w, budget); }

enum map_result mapdb_step(struct map_op *op, unsigned *budget)
{
	for (unsigned whole = *budget; ; charge(budget, is_slow(op) ? COST_LOOK + COST_NESTED : COST_LOOK)) {
		enum map_result r;

		if (!op->no_revoke && (!has_ended(&op->to->clear, budget) || !has_ended(&op->from->clear, budget)))
			return MAP_MORE;
		if (op->done >= pow2(op->log2)) {
			if (next_pass(op))
				return MAP_DONE;
			continue;
		}
		if (*budget == 0 || (*budget < whole && *budget < COST_BEGIN)) {
			if (!step_point(budget))
				return MAP_MORE;
			whole = *budget;
		}
		r = one_piece(op, budget);
		if (r != MAP_DONE)
			return r;
	}
}

void mapdb_abort(struct map_op *op)
{
	walk_give_up(&op->from->clear, op);
	walk_give_up(&op->to->clear, op);
}

/* ---- sigma0 ---- */

bool mapdb_root_fault(struct space *sigma0, enum map_resource resource, l4_word_t address)
{
	struct mapspace *m = &sigma0->map[resource];
	struct mapping *root = mapdb_find(m, address);
	struct leaf leaf;

	if (address >= resource_end(resource) || !root)
		return false;
	if (mapping_leaf(m, address).present)
		return true;
	leaf = mapping_source(root, address);
	for (unsigned k = leaf.log2; leaf.present && k >= KMEM_FRAME_LOG2; k--) {
		uint64_t base = align_down(address, k);

		if (!(leaf_sizes(resource) & pow2(k)) || base + pow2(k) > resource_end(resource)
		    || (resource == RESOURCE_MEMORY && space_in_areas(sigma0, base, k))
		    || leaf_reserve_all(m, (l4_word_t)base, k) != LEAF_ROOM)
			continue;
		leaf.log2 = (uint8_t)k;
		leaf.frame = base;
		leaf_set(m, (l4_word_t)base, leaf);
		root->pages++;
		m->pages++;
		return true;
	}
	return false;
}
