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

static INLINE void pages_gone(struct mapping *n, unsigned count)
{
	n->pages -= count;
	n->m->pages -= count;
	if (n->pages == 0)
		mapping_dropped(n);
}

/* The entry at address of n, if that is not the root, keeps these bits. */
static void keep(const struct mapping *n, uint64_t address, unsigned bits)
{
	if (bits && n->parent)
		arch_run_keep(arch_ptes_of(n->m->space, (l4_word_t)address), bits);
}

/* ---- unmap one small page ---- */

static __attribute__((noinline)) uint64_t *far_page(struct space *s, l4_word_t at)
{
	struct arch_run run = arch_ptes_of(s, at);

	return run.log2 == KMEM_FRAME_LOG2 && run.left ? run.at : 0;
}

/* The PTE of the small page at `at` of s; 0 if there is none, or it is the kernel's own. */
static INLINE uint64_t *small_page(struct space *s, l4_word_t at)
{
	uint64_t *e = arch_page_last(&s->arch, at);

	if (!e)
		return far_page(s, at);
	return arch_page_mapped(e) ? e : 0;
}

/* The PTE of c's page at `at`; 0 if there is none. */
static INLINE uint64_t *own_page(struct mapping *c, l4_word_t at)
{
	uint64_t *e = small_page(c->m->space, at);

	return e && c->outer && mapdb_find(c->m, at) != c ? 0 : e;
}

static INLINE l4_word_t at_child(const struct mapping *c, l4_word_t at)
{
	return at + (l4_word_t)(c->by_base.key - c->by_src.key);
}

/* Children looked at to find the one that has a page. */
enum { CHILD_LOOKS = 3 };

/* The child of n that has a page derived from the one at `at`; 0: there is none; n: there may be several. */
static __attribute__((noinline)) struct mapping *one_child(struct mapping *n, l4_word_t at)
{
	struct tree_node *t = mapping_child(n, at, KMEM_FRAME_LOG2);
	struct mapping *one = 0;

	for (unsigned looks = CHILD_LOOKS; t; t = mapping_next_child(n, t, at, KMEM_FRAME_LOG2)) {
		struct mapping *c = container_of(t, struct mapping, by_src);

		if (looks-- == 0)
			return n;
		if (!own_page(c, at_child(c, at)))
			continue;
		if (one)
			return n;
		one = c;
	}
	return one;
}

static INLINE struct mapping *child_of(struct mapping *n, l4_word_t at)
{
	struct tree_node *t = n->children.root;

	if (n->nchildren > 1)
		return one_child(n, at);
	return t && !((t->key ^ at) >> key_log2(t->key)) ? container_of(t, struct mapping, by_src) : 0;
}

/* The PTE e, at `at` of s, loses those rights; all rights: it is cleared. Its status is lost and returned. */
static INLINE unsigned strip(struct space *s, const struct space *loaded, l4_word_t at, uint64_t *e,
			     unsigned revoke)
{
	uint64_t old = *e;
	unsigned seen = revoke == L4_RWX ? arch_page_remove(e) : arch_page_reset(e, revoke);

	if (revoke != L4_RWX && *e == old)
		return seen;
	if (s == loaded)
		arch_tlb_page(at);
	else
		tlb_mark_stale(s);
	return seen;
}

/*
 * The page of c derived from the one at `at` of its parent loses those rights. *up: the events that the
 * parent's page learns. False: nothing has changed, as more was derived from it in its turn.
 */
static INLINE bool revoke_child(struct mapping *c, const struct space *loaded, l4_word_t at, unsigned revoke,
				unsigned *up)
{
	uint64_t *e = own_page(c, at = at_child(c, at));
	unsigned seen;

	if (!e)
		return true;
	if (c->nchildren > 0 && mapping_child(c, at, KMEM_FRAME_LOG2))
		return false;
	seen = strip(c->m->space, loaded, at, e, revoke);
	*up = (seen >> KEPT_UP | seen >> KEPT_NOW) & KEPT_PAIR;
	if (revoke == L4_RWX)
		pages_gone(c, 1);
	else
		arch_page_keep(e, KEPT_PAIR << KEPT_UP, (seen >> KEPT_NOW & KEPT_PAIR) << KEPT_OWN);
	return true;
}

/* loaded: the space that the CPU has loaded. */
static INLINE bool page_revoke(struct mapspace *m, const struct space *loaded, l4_word_t at, unsigned revoke,
			       bool flush, unsigned *status)
{
	struct mapping *n = mapping_spot(m, at).around, *c;
	struct space *s = m->space;
	unsigned seen, up = 0;
	uint64_t *e;

	if (!n || !n->parent || mem.active_walks)
		return false;
	e = small_page(s, at);
	if (!e)
		return false;
	c = child_of(n, at);
	if (c && (c == n || !revoke_child(c, loaded, at, revoke, &up)))
		return false;
	if (!flush) {
		seen = arch_page_keep(e, KEPT_PAIR << KEPT_KIDS, up << KEPT_UP);
		*status = status_rights(up | seen >> KEPT_KIDS);
		return true;
	}
	seen = strip(s, loaded, at, e, revoke);
	*status = status_rights(up | seen >> KEPT_NOW | seen >> KEPT_OWN | seen >> KEPT_KIDS);
	up = (up | seen >> KEPT_UP | seen >> KEPT_NOW) & KEPT_PAIR;
	if (revoke != L4_RWX) {
		arch_page_keep(e, KEPT_PAIR << KEPT_OWN | KEPT_PAIR << KEPT_KIDS, up << KEPT_UP);
		return true;
	}
	if (n->parent->parent)
		keep(n->parent, mapping_origin(n, at), up << KEPT_UP | up << KEPT_KIDS);
	pages_gone(n, 1);
	return true;
}

bool page_unmap_all(struct mapspace *m, l4_word_t at, bool flush, unsigned *status)
{
	return page_revoke(m, m->space, at, L4_RWX, flush, status);
}

bool page_unmap_one(struct mapspace *m, l4_word_t at, unsigned revoke, bool flush, unsigned *status)
{
	return page_revoke(m, tlb_here()->loaded, at, revoke, flush, status);
}

/* ---- map ---- */

/*
 * An item of few entries that go to where no extent is, or one that came from there: it needs no op. Tables
 * are not made here, so that several items are a step.
 */
enum { QUICK_LOG2 = 3 };

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

/* How many of its entries the run has in 2^log2 bytes; 0: not all of them, or too many. */
static INLINE unsigned entries_of(struct arch_run run, unsigned log2)
{
	unsigned n = run.log2 <= log2 && log2 - run.log2 <= QUICK_LOG2 ? 1u << (log2 - run.log2) : 0;

	return n <= run.left ? n : 0;
}

/* The extent that 2^log2 bytes at dst, mapped from s, are to belong to. 0: no case for this, or no memory. */
static INLINE struct mapping *extent_for(struct mapspace *to, struct mapping *s, uint64_t dst, uint64_t src,
				  unsigned log2)
{
	struct spot spot = mapping_spot(to, dst);
	struct mapping *d = spot.around;

	if (d)
		return d->parent == s && mapping_origin(d, dst) == src && mapping_log2(d) >= log2
		       && !(log2 > KMEM_FRAME_LOG2 && d->outer) ? d : 0;
	if (log2 == KMEM_FRAME_LOG2)
		d = mapping_grow(to, spot.before, s, dst, src);
	else if (mapping_any_in(to, dst, log2))
		return 0;
	return d ? d : mapping_new_at(to, &spot, s, dst, src, log2);
}

/* What an item sends, from which extent, and to which address. */
struct sent { struct mapping *s; l4_word_t src, dst; unsigned rights; };

/* Could it be a case for this file? */
static INLINE bool find_sent(struct space *sender, struct space *receiver, const struct map_item *item,
			     unsigned log2, struct sent *x)
{
	struct mapspace *from = &sender->map[RESOURCE_MEMORY];

	x->rights = l4_fpage_rights(item->send);
	x->src = l4_fpage_base(item->send);
	if (mem.active_walks || !(x->rights & L4_R) || !place(item, log2, &x->dst)
	    || receiver->state == SPACE_DYING)
		return false;
	x->s = mapping_spot(from, x->src).around;
	return x->s && x->s->parent;
}

static INLINE void pages_put(struct mapping *d, unsigned n)
{
	d->pages += n;
	d->m->pages += n;
	d->parent->m->derivations += n;
}

/*
 * One small page, into an extent that came from there, so that most is known of it; both tables are at hand.
 * False: nothing happened.
 */
static INLINE bool put_beside(struct space *sender, struct space *receiver, const struct map_item *item)
{
	struct mapspace *to = &receiver->map[RESOURCE_MEMORY];
	struct mapping *d = to->recent;
	struct sent x;

	if (!d || d->outer || item->grant || !find_sent(sender, receiver, item, KMEM_FRAME_LOG2, &x)
	    || !mapping_has(d, x.dst) || d->parent != x.s || mapping_origin(d, x.dst) != x.src
	    || x.dst >= L4_USER_END	/* there d may be around, too (M9) */
	    || space_in_areas(receiver, x.dst, KMEM_FRAME_LOG2)
	    || !arch_page_copy(sender, x.src, receiver, x.dst, x.rights))
		return false;
	pages_put(d, 1);
	return true;
}

/* The page at src was granted: its status goes along, and the granter loses it. */
static void give_up(const struct sent *x, struct arch_run run, struct arch_run room)
{
	unsigned seen = arch_page_remove(run.at), now = seen >> KEPT_NOW & KEPT_PAIR;

	arch_run_keep(room, (seen & (pow2(KEPT_NOW) - 1)) | now << KEPT_UP | now << KEPT_OWN);
	tlb_drop(x->s->m->space, x->src, run.log2, 1);
	pages_gone(x->s, 1);
}

/* The rights that the small page which is at dst would gain; L4_R among them if it has another frame. */
static unsigned lacking(struct space *receiver, const struct sent *x, struct arch_run run)
{
	struct arch_run there = arch_ptes_of(receiver, x->dst);

	return there.left && there.log2 == run.log2 ? arch_run_lacks(run, there, x->rights) : L4_W;
}

/* More than that. */
static __attribute__((noinline)) bool put_pages(struct space *sender, struct space *receiver,
						const struct map_item *item)
{
	unsigned log2 = l4_fpage_log2(item->send), n, unread;
	struct mapspace *to = &receiver->map[RESOURCE_MEMORY];
	struct arch_run run, room;
	struct mapping *d;
	struct sent x;

	if (log2 < KMEM_FRAME_LOG2 || !find_sent(sender, receiver, item, log2, &x)
	    || mapping_log2(x.s) < log2 || x.s->depth >= CFG_MAP_DEPTH || x.dst > L4_USER_END - pow2(log2)
	    || (log2 > KMEM_FRAME_LOG2 && x.s->outer) || space_in_areas(receiver, x.dst, log2)
	    || (item->grant && (log2 != KMEM_FRAME_LOG2 || mapping_child(x.s, x.src, log2))))
		return false;
	run = arch_ptes_of(sender, x.src);
	n = entries_of(run, log2);
	if (n == 0)
		return false;
	room = arch_ptes_room(receiver, x.dst, run.log2);
	if (room.left == 0 && log2 == KMEM_FRAME_LOG2) {
		unsigned lacks = lacking(receiver, &x, run);

		if (lacks == 0)
			return !item->grant;
		if (lacks & L4_R && page_unmap_one(to, x.dst, L4_RWX, true, &unread))	/* status: kept above */
			room = arch_ptes_room(receiver, x.dst, run.log2);
	}
	if (room.left < n)
		return false;
	d = item->grant ? extent_for(to, x.s->parent, x.dst, mapping_origin(x.s, x.src), log2)
			: extent_for(to, x.s, x.dst, x.src, log2);
	if (!d)
		return false;
	n = arch_run_copy(run, room, x.rights, n);
	pages_put(d, n);
	if (item->grant)
		give_up(&x, run, room);
	return (uint64_t)n << run.log2 == pow2(log2);
}

bool run_item(struct space *sender, struct space *receiver, const struct map_item *item)
{
	return (l4_fpage_log2(item->send) == KMEM_FRAME_LOG2 && put_beside(sender, receiver, item))
	    || put_pages(sender, receiver, item);
}

/* ---- unmap a few ---- */

/*
 * The entries of n in the 2^log2 bytes at `at` go, and n with its last; *seen: the status they had. False: n
 * is still there, perhaps with some of them; and if there are several only such as have no status have gone.
 */
static bool take(struct mapping *n, uint64_t at, unsigned log2, unsigned *seen)
{
	struct space *s = n->m->space;
	struct arch_run run = arch_ptes_of(s, (l4_word_t)at);
	unsigned count = entries_of(run, log2), done;
	bool all;

	if (count == 0 || (n->outer && log2 > KMEM_FRAME_LOG2))
		return false;
	done = arch_run_clear(run, count, count > 1, seen);
	if (done == 0)
		return false;
	all = done == count || done == n->pages;
	tlb_drop(s, (l4_word_t)at, run.log2, done);
	pages_gone(n, done);
	return all;
}

bool page_take_child(struct mapping *c, uint64_t base, unsigned log2, uint8_t *status)
{
	bool part = mapping_log2(c) > log2;
	uint64_t origin = part ? base : mapping_src(c);
	uint64_t at = at_child(c, (l4_word_t)origin);
	struct mapping *n = c->parent;
	unsigned seen, up;

	log2 = part ? log2 : mapping_log2(c);
	if ((c->nchildren > 0 && mapping_child(c, at, log2)) || (part && c->outer) || !take(c, at, log2, &seen))
		return false;
	up = (seen >> KEPT_NOW | seen >> KEPT_UP) & KEPT_PAIR;
	keep(n, origin, up << KEPT_UP);
	*status |= status_rights(up);
	return true;
}

enum { TAKE_CHILDREN = 2 };

/*
 * What was derived from the 2^log2 bytes at base of n goes, if these are few extents, and then what n has
 * there. As take, and the status is kept or in *status.
 */
static bool take_all(struct mapping *n, uint64_t base, unsigned log2, uint8_t *status)
{
	struct tree_node *t = mapping_child(n, base, log2), *next;
	struct mapping *parent = n->parent;
	uint64_t origin = mapping_origin(n, base);
	unsigned seen, up;

	for (unsigned i = 0; t; t = next, i++) {
		next = mapping_next_child(n, t, base, log2);
		if (i == TAKE_CHILDREN || (next && log2 > KMEM_FRAME_LOG2)
		    || !page_take_child(container_of(t, struct mapping, by_src), base, log2, status))
			return false;
	}
	if (!take(n, base, log2, &seen))
		return false;
	*status |= status_rights(seen >> KEPT_NOW | seen >> KEPT_OWN | seen >> KEPT_KIDS);
	up = (seen >> KEPT_NOW | seen >> KEPT_UP) & KEPT_PAIR;
	keep(parent, origin, up << KEPT_UP | up << KEPT_KIDS);
	return true;
}

bool page_unmap_few(struct mapspace *m, l4_word_t base, unsigned log2, uint8_t *status)
{
	struct mapping *n = mem.active_walks ? 0 : mapdb_find(m, base);

	return n && n->parent && log2 <= mapping_log2(n) && take_all(n, base, log2, status);
}
