/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map_spec.c - the mapping database as it shall be. See map_spec.h; the rules are those of
 * docs/decisions/mapping-database.md.
 */
#include <mem/config.h>
#include <mem/leaf.h>
#include "map_spec.h"
#include "model.h"

struct map_state map_state;
bool (*map_ask)(const struct page *child);

#define FOR_PAGES(p) \
	for (struct page *p = map_state.page; p < map_state.page + PAGES; p++) \
		if (p->there)

static bool covers(const struct page *p, unsigned cell)
{
	return cell >= p->cell && cell < p->cell + p->cells;
}

struct page *page_at(unsigned space, unsigned cell)
{
	FOR_PAGES(p)
		if (p->space == space && covers(p, cell))
			return p;
	return 0;
}

static bool overlaps(const struct page *p, struct region r)
{
	return p->cell < r.cell + r.cells && r.cell < p->cell + p->cells;
}

/* ---- status ---- */

/* The events of p and below that p's origin has not recorded; it records them now. */
static unsigned collect(struct page *p)
{
	unsigned events;

	FOR_PAGES(c)
		if (c->origin == p) {
			unsigned below = collect(c);

			p->up |= below;
			p->kids |= below;
		}
	events = p->up;
	p->up = 0;
	return events;
}

static unsigned status_of(unsigned events)
{
	return (events & SEEN ? L4_R | L4_X : 0) | (events & WRITTEN ? L4_R | L4_W : 0);
}

/* ---- taking away ---- */

/* p goes, with all that was derived from it. What is not known above stays with its origin. */
static void remove_page(struct page *p)
{
	unsigned events;

	if (!spoilt(MAP_FAULT_DEEP))
		FOR_PAGES(c)
			if (c->origin == p)
				remove_page(c);
	events = p->up;
	p->there = false;
	if (p->origin && !spoilt(MAP_FAULT_LOST_EVENT)) {
		p->origin->up |= events;
		p->origin->kids |= events;
	}
}

/* `rights` go from p and all that was derived from it; all three: the pages go. */
static void revoke(struct page *p, unsigned rights)
{
	if (rights == L4_RWX) {
		remove_page(p);
		return;
	}
	p->rights &= (uint8_t)~(rights & (L4_W | L4_X));
	FOR_PAGES(c)
		if (c->origin == p)
			revoke(c, rights);
}

/* Was c mapped directly from somewhere in r of the space? Pages of sigma0 are where their frames are. */
static bool comes_from(const struct page *c, unsigned space, struct region r)
{
	struct region there = { .cell = c->frame, .cells = c->cells };

	if (space == SIGMA0)
		return !c->origin && there.cell < r.cell + r.cells && r.cell < there.cell + there.cells;
	if (!c->origin || c->origin->space != space)
		return false;
	there.cell = (uint8_t)(c->origin->cell + c->frame - c->origin->frame);
	return there.cell < r.cell + r.cells && r.cell < there.cell + there.cells;
}

/* The part of a large page that a flush names is the whole page. */
static struct region grown(unsigned space, struct region r)
{
	const struct page *p = page_at(space, r.cell);

	if (p && p->cells > r.cells && !spoilt(MAP_FAULT_GROW))
		return (struct region){ p->cell, p->cells, (uint8_t)(map_state.log2 + BIG_LOG2) };
	return r;
}

/* Status of the space's own page p: what is kept is read once, but not by a part of a large page. */
static unsigned read_own(struct page *p, struct region r, bool flush)
{
	unsigned events = p->kids;

	if (r.cells >= p->cells && !spoilt(MAP_FAULT_READ_TWICE))
		p->kids = 0;
	if (flush || spoilt(MAP_FAULT_OWN)) {
		events |= p->own;
		p->own = 0;
	}
	return events;
}

unsigned spec_unmap(unsigned space, struct region r, unsigned rights, bool flush)
{
	unsigned events = 0;

	if (flush)
		r = grown(space, r);
	FOR_PAGES(c)
		if (comes_from(c, space, r) && !(spoilt(MAP_FAULT_PART) && c->cells > r.cells)) {
			unsigned below = collect(c);

			events |= below;
			if (c->origin)
				c->origin->up |= below;
			revoke(c, rights);
		}
	FOR_PAGES(p)
		if (p->space == space && overlaps(p, r)) {
			events |= read_own(p, r, flush);
			if (flush)
				revoke(p, rights);
		}
	return status_of(events);
}

/* ---- map and grant ---- */

/* What an item finds at a cell of its source. */
struct source {
	struct page *page;		/* 0: 0: sigma0's, which has everything */
	unsigned rights, frame, cells;
};

/* False if there is nothing, or no right is left over. */
static bool source(const struct item *i, unsigned cell, struct source *s)
{
	unsigned has = L4_RWX;

	*s = (struct source){ .frame = cell, .cells = map_state.big ? map_state.big : 1u };
	if (i->from != SIGMA0) {
		s->page = page_at(i->from, cell);
		if (!s->page)
			return false;
		s->frame = s->page->frame + cell - s->page->cell;
		s->cells = s->page->cells;
		has = spoilt(MAP_FAULT_RIGHTS) ? L4_RWX : s->page->rights;
	}
	s->rights = i->rights & has;
	if (s->rights)
		s->rights |= L4_R;
	return s->rights;
}

static bool derived(const struct page *p, const struct page *from)
{
	for (; p; p = p->origin)
		if (p == from)
			return true;
	return false;
}

/* A page d is in the way. The cells that are dealt with, or 0: d is gone, or the source is. */
static unsigned onto(const struct item *i, const struct source *s, struct page *d, unsigned cell, unsigned k)
{
	unsigned allowed = d->origin && !spoilt(MAP_FAULT_BEYOND) ? d->origin->rights : L4_RWX;

	if (d->frame + cell - d->cell != s->frame && !spoilt(MAP_FAULT_OVERMAP)) {
		remove_page(d);
		return 0;
	}
	if (i->grant) {
		remove_page(derived(s->page, d) ? s->page : d);
		return 0;
	}
	if (s->rights & ~d->rights) {
		if (d->cells > k || s->rights & ~allowed) {
			remove_page(d);
			return 0;
		}
		if (!spoilt(MAP_FAULT_EXTEND))
			d->rights |= (uint8_t)s->rights;
	}
	return d->cells < k ? d->cells : k;
}

/* Is there a page in the cells? A large one has no room among small ones. */
static bool taken(unsigned space, unsigned cell, unsigned cells)
{
	for (unsigned i = 0; i < cells; i++)
		if (page_at(space, cell + i))
			return true;
	return false;
}

static struct page *new_page(void)
{
	for (struct page *p = map_state.page; p < map_state.page + PAGES; p++)
		if (!p->there)
			return p;
	differ("the model has no room for a page");
}

/* In small pages, where a cell is; so which cells lie in one aligned block. */
static unsigned place_of(unsigned cell)
{
	return map_state.big ? (cell / map_state.big << BIG_LOG2) + cell % map_state.big : cell;
}

/* Mapped in one go with at most 2^result bytes: those of its item, or of one that it joined. */
static uint8_t span_of(const struct item *i, unsigned cell)
{
	uint8_t span = i->dst.log2;

	FOR_PAGES(p) {
		unsigned k = p->span - map_state.log2;

		if (p->space == i->to && p->span > span && place_of(p->cell) >> k == place_of(cell) >> k)
			span = p->span;
	}
	return span;
}

/* Was a region of more than 2^log2 bytes mapped from around p in one go, and is some of that left? */
static bool delegated_wider(const struct page *p, unsigned log2)
{
	FOR_PAGES(c)
		if (c->origin && c->origin->space == p->space && c->span > log2) {
			unsigned k = c->span - map_state.log2, place = place_of(c->cell);
			unsigned source = place_of(c->origin->cell + c->frame - c->origin->frame);
			unsigned first = (place >> k << k) + source - place;	/* of the region, in p's space */

			if (place_of(p->cell) - first < 1u << k)
				return true;
		}
	return false;
}

/*
 * p, whole, is granted to a page of `log2`: do its children follow, or were they revoked before? They
 * must follow if they are whole and no more than CFG_GRANT_CHILDREN, and are revoked if they are whole and
 * more; those of a large page may be fewer extents than pages, and the cell of 510 pages may be many.
 */
static bool children_follow(const struct page *p, unsigned log2, bool less)
{
	const struct page *first = 0;
	bool open = delegated_wider(p, log2);
	unsigned n = 0;

	FOR_PAGES(c)
		if (c->origin == p) {
			first = c;
			n++;
			open |= map_state.big && c->cell % map_state.big > 1;
		}
	if (!first || less)
		return !less;
	open |= p->cells > 1 && n > CFG_GRANT_CHILDREN;
	return open ? map_ask(first) : n <= CFG_GRANT_CHILDREN;
}

/* The page moves to n: its children and its status bits come along. */
static void move_page(struct page *p, struct page *n, bool less)
{
	if (!children_follow(p, map_state.log2 + (n->cells > 1 ? BIG_LOG2 : 0u), less))
		FOR_PAGES(c)
			if (c->origin == p)
				remove_page(c);
	FOR_PAGES(c)
		if (c->origin == p)
			c->origin = n;
	if (!spoilt(MAP_FAULT_GRANT_STATUS)) {
		n->own = p->own;
		n->up = p->up;
		n->kids = p->kids;
	}
	if (!spoilt(MAP_FAULT_GRANT_KEEPS))
		p->there = false;
}

static struct page *put(const struct item *i, const struct source *s, unsigned cell, unsigned k)
{
	struct page *n = new_page(), *origin = i->grant ? s->page->origin : s->page;

	if (spoilt(MAP_FAULT_ORIGIN) && origin)
		origin = origin->origin;
	*n = (struct page){
		.there = true, .space = i->to, .cell = (uint8_t)cell, .cells = (uint8_t)k,
		.rights = (uint8_t)s->rights, .frame = (uint8_t)s->frame, .origin = origin,
		.span = span_of(i, cell),
	};
	return n;
}

/*
 * One page of an item, at distance `at` from its beginning; or, the first time, only what is in its
 * way. The cells that are dealt with; 0: it is to be looked at again.
 */
static unsigned one_page(const struct item *i, unsigned at, bool first_time)
{
	unsigned src = i->src.cell + at, dst = i->dst.cell + at, big = map_state.big, k = 1;
	struct page *d = page_at(i->to, dst), *n;
	struct source s;
	bool less;

	if ((first_time && !d) || !source(i, src, &s))
		return 1;
	if (big && s.cells == big && src % big == 0 && dst % big == 0 && i->src.cells - at >= big)
		k = big;
	if (d)
		return onto(i, &s, d, dst, k);
	if (k > 1 && !spoilt(MAP_FAULT_BUSY) && taken(i->to, dst, k))
		k = 1;
	less = i->grant && s.page->rights & ~(s.rights | L4_R) && !spoilt(MAP_FAULT_LESS);
	n = put(i, &s, dst, k);
	if (i->grant && k == s.cells)
		move_page(s.page, n, less);
	else if (i->grant && ((src + 1) % s.cells == 0 || at + 1 == i->src.cells))
		remove_page(s.page);		/* given over in pieces, then gone whole */
	return k;
}

static void pass(const struct item *i, bool first_time)
{
	for (unsigned at = 0; at < i->src.cells; )
		at += one_page(i, at, first_time);
}

/* A larger item first clears its whole place, then fills it. */
void spec_map(const struct item *item)
{
	struct item i = *item;

	if (i.from == i.to && i.src.cell == i.dst.cell)
		return;
	i.grant = i.grant && i.from != SIGMA0;
	if (i.src.log2 > map_state.log2)
		pass(&i, true);
	pass(&i, false);
	if (!i.grant || i.all.cells == i.src.cells || spoilt(MAP_FAULT_REST))
		return;
	FOR_PAGES(p)
		if (p->space == i.from && overlaps(p, i.all))
			remove_page(p);
}

void spec_renew(unsigned space)
{
	FOR_PAGES(p)
		if (p->space == space)
			remove_page(p);
}

bool spec_touch(unsigned space, unsigned cell, unsigned access)
{
	struct page *p = page_at(space, cell);
	unsigned events = access == L4_W ? SEEN | WRITTEN : SEEN;

	if (!p || !(p->rights & access))
		return false;
	p->own |= (uint8_t)events;
	p->up |= (uint8_t)events;
	return true;
}
