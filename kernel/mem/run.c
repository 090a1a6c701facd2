/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - many pages at once: entries of one size that stand side by side in one table on both sides, of
 * one extent, copied or cleared in one go. A single page is the shortest run.
 *
 * What is not so plain is left to mapdb.c and walk.c, which can do everything and take one entry at a
 * time: the root's pages, ports, grants, a destination that is taken, entries that must be cut, status that
 * is to be handed up, and whatever happens while a walk is under way.
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <mem/mapping.h>
#include <mem/space.h>
#include <mem/tlb.h>

/* Entries that are looked at for one unit of a step; ARCH_RUN_ENTRIES are copied or cleared. */
enum { RUN_LOOKS = 4 * ARCH_RUN_ENTRIES };

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Bytes from address on that belong to n, an extent around it, if there are pages. */
static uint64_t reach(const struct mapspace *m, const struct mapping *n, uint64_t address)
{
	return least(mapping_end(n), mapping_limit(m, address)) - address;
}

/* ---- map ---- */

/* A way from one extent to another. */
struct way {
	struct mapping *s, *d;		/* d 0: to be made, for the 2^log2 bytes around dst */
	uint64_t src, dst, bytes;
	unsigned log2;			/* of the part of the item that is in s */
};

/* May the item derive from an extent at src without any ado? */
static bool find_from(const struct map_op *op, struct way *w)
{
	if (op->grant || op->to->world != RESOURCE_MEMORY || !(op->rights & L4_R))
		return false;
	w->s = mapdb_find(op->from, (l4_word_t)w->src);
	if (!w->s || !w->s->parent || w->s->depth >= CFG_MAP_DEPTH)
		return false;
	w->log2 = mapping_log2(w->s) < op->log2 ? mapping_log2(w->s) : op->log2;
	w->bytes = least(w->bytes, reach(op->from, w->s, w->src));
	return !walk_near(w->s, w->src, w->log2);
}

/* An extent from there, or none at all: then what is free around dst. */
static bool find_to(const struct map_op *op, struct way *w)
{
	w->d = mapdb_find(op->to, (l4_word_t)w->dst);
	if (w->d) {
		w->bytes = least(w->bytes, reach(op->to, w->d, w->dst));
		return w->d->parent == w->s && mapping_origin(w->d, w->dst) == w->src;
	}
	if (w->log2 > KMEM_FRAME_LOG2)
		w->bytes = least(w->bytes, mapping_limit(op->to, w->dst) - w->dst);
	return true;
}

/* So many entries are within reach and can be paid for. */
static unsigned entries_for(uint64_t bytes, struct arch_run run, unsigned budget)
{
	uint64_t n = least(bytes >> run.log2, run.left);

	return (unsigned)least(n, (uint64_t)budget * ARCH_RUN_ENTRIES);
}

static bool make_extent(const struct map_op *op, struct way *w, unsigned *budget)
{
	uint64_t base = align_down(w->dst, w->log2);
	struct tree_spot spot;

	charge(budget, mapping_cost(op->to));
	tree_look(&op->to->extents, extent_key(base, w->log2), &spot);
	w->d = mapping_beside(op->to, &spot, w->s, base, w->src - (w->dst - base), w->log2);
	return w->d;
}

static enum map_result put(struct map_op *op, struct way *w, struct arch_run from, struct arch_run to,
			   unsigned *budget)
{
	uint64_t paid = entries_for(w->bytes, to, *budget + 1), last;	/* one, if the table cost all there was */
	unsigned n = (unsigned)least(paid, from.left);

	last = w->dst + ((uint64_t)n << to.log2) - 1;
	if (space_in_areas(op->to->space, w->dst, 64 - (unsigned)__builtin_clzll(w->dst ^ last))) {
		if (space_in_areas(op->to->space, w->dst, to.log2))
			return MAP_MORE;
		n = 1;
	}
	if (!w->d && !make_extent(op, w, budget))
		return MAP_NO_MEM;
	n = arch_run_copy(from, to, op->rights, n);
	mapping_gain(w->d, n);
	op->done += (uint64_t)n << to.log2;
	charge(budget, n / ARCH_RUN_ENTRIES);
	return MAP_DONE;
}

enum map_result run_map(struct map_op *op, unsigned *budget)
{
	struct way w = { .src = op->src + op->done, .dst = op->dst + op->done,
			 .bytes = pow2(op->log2) - op->done };
	struct arch_run from, to;
	enum leaf_room r;

	if (w.dst >= world_end(RESOURCE_MEMORY) || !find_from(op, &w) || !find_to(op, &w))
		return MAP_MORE;
	w.bytes = least(w.bytes, world_end(RESOURCE_MEMORY) - w.dst);
	from = arch_ptes_of(op->from->space, (l4_word_t)w.src);
	if (entries_for(w.bytes, from, *budget) == 0 || !is_aligned(w.src | w.dst, from.log2))
		return MAP_MORE;
	to = arch_ptes_room(op->to->space, (l4_word_t)w.dst, from.log2);
	if (to.left == 0) {
		r = leaf_reserve(op->to, (l4_word_t)w.dst, from.log2);
		if (r == LEAF_NO_MEM)
			return MAP_NO_MEM;
		charge(budget, COST_FRAME);
		if (r == LEAF_MORE)
			return MAP_DONE;
		to = arch_ptes_room(op->to->space, (l4_word_t)w.dst, from.log2);
	}
	return to.left == 0 ? MAP_MORE : put(op, &w, from, to, budget);
}

uint64_t run_hole(const struct mapspace *m, uint64_t address, uint64_t known, uint64_t most,
		  unsigned *budget)
{
	uint64_t affordable = ((uint64_t)*budget + 1) * RUN_LOOKS;
	struct arch_run run;
	unsigned n;

	charge(budget, COST_HOLE);
	if (m->world != RESOURCE_MEMORY || known >= most || address >= world_end(RESOURCE_MEMORY))
		return known;
	run = arch_ptes_room(m->space, (l4_word_t)address, KMEM_FRAME_LOG2);
	n = (unsigned)least(least(most >> KMEM_FRAME_LOG2, run.left), affordable);
	n = arch_run_empty(run, n);
	charge(budget, n / RUN_LOOKS);
	return (uint64_t)n << KMEM_FRAME_LOG2 > known ? (uint64_t)n << KMEM_FRAME_LOG2 : known;
}

/* ---- unmap ---- */

uint64_t run_clear(struct mapping *n, uint64_t pos, uint64_t bytes, unsigned *seen, unsigned *budget)
{
	struct space *s = n->m->space;
	struct arch_run run = arch_ptes_of(s, (l4_word_t)pos);
	unsigned count = entries_for(bytes, run, 2 * (*budget + 1));	/* clearing costs half of copying */

	if (count == 0 || !is_aligned(pos, run.log2))
		return 0;
	/* With status only if the parent is the root: any other parent's entry has to keep it (pass_up). */
	count = arch_run_clear(run, count, n->parent->parent, seen);
	if (count == 0)
		return 0;
	tlb_drop(s, (l4_word_t)pos, run.log2, count);
	charge(budget, COST_LOOK + count / (2 * ARCH_RUN_ENTRIES));
	n->pages -= count;
	n->m->pages -= count;
	return (uint64_t)count << run.log2;
}

uint64_t run_idle(const struct mapping *n, uint64_t pos, uint64_t bytes, unsigned *budget)
{
	struct arch_run run = arch_ptes_of(n->m->space, (l4_word_t)pos);
	uint64_t affordable = ((uint64_t)*budget + 1) * RUN_LOOKS;
	unsigned count = (unsigned)least(least(bytes >> run.log2, run.left), affordable);

	count = arch_run_idle(run, count);
	charge(budget, count / RUN_LOOKS);
	return (uint64_t)count << run.log2;
}
