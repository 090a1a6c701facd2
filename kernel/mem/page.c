/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - one PTE, or the few of a small fpage, mapped, granted and unmapped in one step: without a map
 * operation or a walk. Cases that are not handled here go to mapdb.c and walk.c, as in run.c.
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <mem/mapping.h>
#include <mem/space.h>
#include <mem/tlb.h>
#include <arch/page.h>
#include <arch/tlb.h>
#include <lib/section.h>

/* The entry at address of n, if that is not the root, keeps these bits. */
static void keep(const struct mapping *n, uint64_t address, unsigned bits)
{
	if (bits && n->parent)
		arch_page_keep(arch_ptes_of(n->m->space, (l4_word_t)address).at, 0, bits);
}

/*
 * At most so many entries, as log2, are changed in one step. Tables are not made here, so that several items
 * are a step.
 */
enum { QUICK_LOG2 = 3 };

/* The entries of the 2^log2 bytes at `at` of s; .at is 0 if the first is none, or they cross a table. */
static NOINLINE struct arch_run far_ptes(struct space *s, l4_word_t at, unsigned log2)
{
	struct arch_run run = arch_ptes_of(s, at);
	unsigned n = run.log2 <= log2 && log2 - run.log2 <= QUICK_LOG2 ? 1u << (log2 - run.log2) : 0;

	return n > 0 && n <= run.left ? (struct arch_run){ run.at, run.log2, n } : (struct arch_run){ 0 };
}

/* The same; of a small page without a walk of the tables, if its table is the one used last. */
static INLINE struct arch_run ptes_of(struct space *s, l4_word_t at, unsigned log2)
{
	uint64_t *e = log2 == KMEM_FRAME_LOG2 ? arch_page_last(&s->arch, at) : 0;

	if (log2 > KMEM_FRAME_LOG2)
		return far_ptes(s, at, log2);
	if (!e)
		e = far_ptes(s, at, log2).at;
	else if (!arch_page_mapped(e))
		e = 0;
	return (struct arch_run){ e, KMEM_FRAME_LOG2, 1 };
}

/* Entries for 2^log2 bytes; of a small page one, without a walk of the tables, if its table was used last. */
static INLINE struct arch_run room_of(struct space *s, l4_word_t at, unsigned log2, unsigned entry_log2)
{
	uint64_t *e = log2 == KMEM_FRAME_LOG2 ? arch_page_last(&s->arch, at) : 0;

	if (!e)
		return arch_ptes_room(s, at, entry_log2);
	return (struct arch_run){ e, log2, !*e };
}

/* ---- unmap ---- */

/* What is revoked: of 2^log2 bytes; loaded: the space that the CPU has loaded. */
struct revoked { const struct space *loaded; unsigned log2, rights; };

/*
 * The entries of the run, at `at` of s, lose those rights; all rights: they are cleared. Their status is
 * lost: *seen. Returns how many did: of several, which lose all rights, those before one with status.
 */
static INLINE unsigned strip(struct space *s, l4_word_t at, struct arch_run run, struct revoked r,
			     unsigned *seen)
{
	if (run.left > 1) {
		run.left = arch_run_clear(run, run.left, true, seen);
	} else if (r.rights == L4_RWX) {
		*seen = arch_page_remove(run.at);
	} else {
		uint64_t old = *run.at;

		*seen = arch_page_reset(run.at, r.rights);
		if (*run.at == old && !(*seen >> KEPT_NOW))
			return 1;
	}
	if (r.log2 > KMEM_FRAME_LOG2)
		tlb_drop(s, at, run.log2, run.left);
	else if (s == r.loaded)
		arch_tlb_page(at);
	else
		tlb_mark_stale(s);
	return run.left;
}

/*
 * The pages of c derived from the region at `at` of its parent, which c covers, lose those rights. *up: the
 * events that the parent's page learns; of several pages, none. False: not all did, as more was derived from
 * them in its turn, or they are not few.
 */
static INLINE bool revoke_child(struct mapping *c, l4_word_t at, struct revoked r, unsigned *up)
{
	struct space *s = c->m->space;
	struct arch_run run = ptes_of(s, at += (l4_word_t)(c->by_base.key - c->by_src.key), r.log2);
	unsigned done, seen;

	if (!run.at || (c->by_base.outer && (r.log2 > KMEM_FRAME_LOG2 || mapdb_find(c->m, at) != c)))
		return r.log2 == KMEM_FRAME_LOG2;
	if (extent_first(&c->children, at, r.log2))
		return false;
	done = strip(s, at, run, r, &seen);
	*up |= (seen >> KEPT_UP | seen >> KEPT_NOW) & KEPT_PAIR;
	if (r.rights == L4_RWX)
		mapping_lose(c, done);
	else
		arch_page_keep(run.at, KEPT_PAIR << KEPT_UP, (seen >> KEPT_NOW & KEPT_PAIR) << KEPT_OWN);
	return done == run.left;
}

/* Extents that may have pages derived from the region, at the most. */
enum { REVOKE_CHILDREN = 2 };

/* revoke_child of the children of n that were found there (tree_look). False: not of all. */
static NOINLINE bool revoke_children(struct mapping *n, const struct tree_spot *s,
						      l4_word_t at, struct revoked r, unsigned *up)
{
	unsigned children = 0;

	if (s->after && key_has(extent_key(at, r.log2), s->after->key))
		return false;		/* parts of the region were derived */
	for (struct tree_node *t = s->around, *next; t; t = next) {
		next = s->more ? tree_next_outer(&n->children, t, 0, at) : 0;
		if (children++ == REVOKE_CHILDREN
		    || !revoke_child(container_of(t, struct mapping, by_src), at, r, up))
			return false;
	}
	return true;
}

/* Find them; one: of a small page, and in place if there is one at most. */
static INLINE bool revoke_derived(struct mapping *n, l4_word_t at, struct revoked r, bool one, unsigned *up)
{
	struct tree_node *t = n->children.root;
	struct tree_spot s;

	if (!t)
		return true;
	if (!one || n->nchildren > 1) {
		tree_look(&n->children, extent_key(at, r.log2), &s);
		if (!one || s.more)
			return revoke_children(n, &s, at, r, up);
		t = s.around;
	}
	return !t || !key_has(t->key, at) || revoke_child(container_of(t, struct mapping, by_src), at, r, up);
}

/* page_unmap_few; one: a small page. What is read of its status is kept where more remains to be done. */
static INLINE bool revoke(struct mapspace *m, l4_word_t at, struct revoked r, bool one, bool flush,
			  unsigned *status)
{
	struct tree_spot spot;
	struct mapping *n = mapping_spot(m, at, KMEM_FRAME_LOG2, &spot);
	struct space *s = m->space;
	unsigned seen, up = 0, done;
	struct arch_run run;

	if (!n || !n->parent || walk_near(n, at, r.log2)
	    || (r.log2 > KMEM_FRAME_LOG2 && (n->by_base.outer || mapping_log2(n) < r.log2)))
		return false;
	run = ptes_of(s, at, r.log2);
	if (!run.at || (run.left > 1 && r.rights != L4_RWX))
		return false;
	if (!revoke_derived(n, at, r, one, &up)) {
		arch_page_keep(run.at, 0, up << KEPT_UP | up << KEPT_KIDS);
		return false;
	}
	if (!flush) {
		if (run.left > 1 && arch_run_idle(run, run.left) < run.left)
			return false;
		seen = arch_page_keep(run.at, KEPT_PAIR << KEPT_KIDS, up << KEPT_UP);
		*status = status_rights(up | seen >> KEPT_KIDS);
		return true;
	}
	done = strip(s, at, run, r, &seen);
	*status = status_rights(up | seen >> KEPT_NOW | seen >> KEPT_OWN | seen >> KEPT_KIDS);
	up = (up | seen >> KEPT_UP | seen >> KEPT_NOW) & KEPT_PAIR;
	if (r.rights != L4_RWX) {
		arch_page_keep(run.at, KEPT_PAIR << KEPT_OWN | KEPT_PAIR << KEPT_KIDS, up << KEPT_UP);
		return true;
	}
	if (n->parent->parent)
		keep(n->parent, mapping_origin(n, at), up << KEPT_UP | up << KEPT_KIDS);
	mapping_lose(n, done);
	return done == run.left;
}

bool page_unmap_all(struct mapspace *m, l4_word_t at, bool flush, unsigned *status)
{
	return revoke(m, at, (struct revoked){ m->space, KMEM_FRAME_LOG2, L4_RWX }, true, flush, status);
}

bool page_unmap_few(struct mapspace *m, l4_word_t at, unsigned log2, unsigned rights, bool flush,
		    unsigned *status)
{
	bool all = revoke(m, at, (struct revoked){ tlb_here()->loaded, log2, rights }, false, flush, status);

	tlb_sync();
	return all;
}

/* ---- map ---- */

/* Where the fpage that the item sends, of 2^log2 bytes, comes to stand. False: it is cut. */
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

/* What an item sends: 2^log2 bytes at src of extent s, to dst, which is in d, or else near to. */
struct sent { struct mapping *s, *d; struct tree_spot to; l4_word_t src, dst; unsigned log2, rights; };

/* False: it is no case for this file. */
static INLINE bool find_sent(struct space *sender, struct space *receiver, const struct map_item *item,
			     struct sent *x)
{
	x->log2 = l4_fpage_log2(item->send);
	x->rights = l4_fpage_rights(item->send);
	x->src = l4_fpage_base(item->send);
	if (x->log2 < KMEM_FRAME_LOG2 || !(x->rights & L4_R)
	    || !place(item, x->log2, &x->dst) || receiver->state == SPACE_DYING)
		return false;
	x->s = mapping_spot(&sender->map[RESOURCE_MEMORY], x->src, x->log2, &x->to);
	if (!x->s || !x->s->parent || walk_near(x->s, x->src, x->log2))
		return false;
	x->d = mapping_spot(&receiver->map[RESOURCE_MEMORY], x->dst, x->log2, &x->to);
	return true;
}

/* Is d, which is around dst, an extent that parent's pages at src are mapped to there? */
static INLINE bool from_there(const struct mapping *d, const struct mapping *parent, uint64_t src,
			      uint64_t dst)
{
	return d->parent == parent && mapping_origin(d, dst) == src;
}

/* The extent that 2^log2 bytes, mapped from parent, are to belong to. 0: no case for this, or no memory. */
static INLINE struct mapping *extent_for(struct mapspace *to, struct mapping *parent, const struct sent *x,
					 uint64_t src)
{
	struct mapping *d = x->d;

	if (d)
		return from_there(d, parent, src, x->dst) && mapping_log2(d) >= x->log2
		       && !(x->log2 > KMEM_FRAME_LOG2 && d->by_base.outer) ? d : 0;
	if (x->to.after && key_has(extent_key(x->dst, x->log2), x->to.after->key))
		return 0;		/* an extent inside */
	return mapping_beside(to, &x->to, parent, x->dst, src, x->log2);
}

/* The page at src was granted: its status goes along, and the granter loses it. */
static void give_up(const struct sent *x, struct arch_run run, struct arch_run room)
{
	unsigned seen = arch_page_remove(run.at), now = seen >> KEPT_NOW & KEPT_PAIR;

	arch_page_keep(room.at, 0, (seen & (pow2(KEPT_NOW) - 1)) | now << KEPT_UP | now << KEPT_OWN);
	tlb_drop(x->s->m->space, x->src, run.log2, 1);
	mapping_lose(x->s, 1);
}

/* May the item be carried out here? Of a grant nothing may be derived. */
static INLINE bool fits(const struct space *receiver, const struct sent *x, bool grant)
{
	const struct mapping *d = x->d;

	return mapping_log2(x->s) >= x->log2 && x->s->depth < CFG_MAP_DEPTH
	    && x->dst <= L4_USER_END - pow2(x->log2)
	    && !(x->log2 > KMEM_FRAME_LOG2 && x->s->by_base.outer)
	    && !((!d || d->areas) && space_in_areas(receiver, x->dst, x->log2))
	    && !(grant && (x->log2 != KMEM_FRAME_LOG2 || extent_first(&x->s->children, x->src, x->log2)));
}

static NOINLINE bool put_pages(struct space *sender, struct space *receiver,
						const struct map_item *item, struct sent *x)
{
	bool grant = item->grant;
	struct mapspace *to = &receiver->map[RESOURCE_MEMORY];
	struct arch_run run, room;
	struct mapping *d;
	unsigned n, unread;		/* status that is kept above */

	if (!fits(receiver, x, grant))
		return false;
	run = ptes_of(sender, x->src, x->log2);
	if (!run.at)
		return false;
	room = room_of(receiver, x->dst, x->log2, run.log2);
	if (room.left == 0 && x->log2 == KMEM_FRAME_LOG2 && room.at && arch_page_mapped(room.at)) {
		unsigned lacks = arch_run_lacks(run, room, x->rights);	/* that it would gain */

		if (lacks == 0)
			return !grant;
		if (lacks & L4_R && !item->no_revoke && page_unmap_few(to, x->dst, x->log2, L4_RWX, true, &unread)) {
			room.left = 1;
			x->d = mapping_spot(to, x->dst, x->log2, &x->to);
		}
	}
	if (room.left < run.left)
		return false;
	d = grant ? extent_for(to, x->s->parent, x, mapping_origin(x->s, x->src))
		  : extent_for(to, x->s, x, x->src);
	if (!d)
		return false;
	n = arch_run_copy(run, room, x->rights, run.left);
	mapping_gain(d, n);
	if (grant)
		give_up(x, run, room);
	return (uint64_t)n << run.log2 == pow2(x->log2);
}

/*
 * The most frequent case first: one small page into an extent that came from there, and both tables are at
 * hand.
 */
bool run_item(struct space *sender, struct space *receiver, const struct map_item *item)
{
	struct sent x;

	if (!find_sent(sender, receiver, item, &x))
		return false;
	if (!x.d || x.d->areas || item->grant || x.log2 != KMEM_FRAME_LOG2 || !from_there(x.d, x.s, x.src, x.dst)
	    || x.dst >= L4_USER_END	/* there d may be around, too (M9) */
	    || !arch_page_copy(sender, x.src, receiver, x.dst, x.rights))
		return put_pages(sender, receiver, item, &x);
	mapping_gain(x.d, 1);
	return true;
}

/* ---- for a walk ---- */

bool page_take_child(struct tree_node *child, uint64_t base, unsigned log2, uint8_t *status)
{
	const struct mapping *c = container_of(child, struct mapping, by_src);
	struct revoked r = { tlb_here()->loaded, mapping_log2(c) > log2 ? log2 : mapping_log2(c), L4_RWX };
	uint64_t origin = mapping_log2(c) > log2 ? base : mapping_src(c);
	struct mapping *n = c->parent;
	size_t nodes = mem.nmappings;
	unsigned up = 0;

	revoke_children(n, &(struct tree_spot){ .around = child }, (l4_word_t)origin, r, &up);
	keep(n, origin, up << KEPT_UP);
	*status |= status_rights(up);
	return mem.nmappings < nodes;
}
