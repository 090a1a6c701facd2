/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map_walks.c - the sets of steps for exhaustive walks of the mapping games.
 */
#include <mem/leaf.h>
#include "map_spec.h"
#include "map_walks.h"

/* What the steps of a walk are made from; lists end with 0. */
struct choice {
	struct { uint8_t cell, log2; } region[6];
	uint8_t map_rights[4], unmap_rights[4];
	uint8_t accesses;
	bool grants, moves;		/* grant items; items to another place than they come from */
};

static struct step *add(struct step *at, struct step s)
{
	*at = s;
	return at + 1;
}

/* Items of one kind between two regions of one size. */
static struct step *add_items(struct step *at, const struct choice *c, unsigned from, unsigned to)
{
	for (unsigned i = 0; c->region[i].log2; i++)
		for (unsigned k = 0; c->region[k].log2; k++) {
			struct step s = { { STEP_MAP, (uint8_t)from, c->region[i].cell, c->region[i].log2, L4_RWX,
					    (uint8_t)to, c->region[k].cell, WINDOW_ALL } };

			if (c->region[i].log2 != c->region[k].log2 || (!c->moves && i != k))
				continue;
			for (unsigned r = 0; c->map_rights[r]; r++) {
				s.arg[A_RIGHTS] = c->map_rights[r];
				at = add(at, s);
			}
			s.arg[A_STEP] = STEP_GRANT;
			s.arg[A_RIGHTS] = L4_RWX;
			if (c->grants && from != SIGMA0)
				at = add(at, s);
		}
	return at;
}

static struct step *add_unmaps(struct step *at, const struct choice *c, unsigned space)
{
	for (unsigned i = 0; c->region[i].log2; i++) {
		struct step s = { { STEP_UNMAP, (uint8_t)space, c->region[i].cell, c->region[i].log2 } };

		for (unsigned r = 0; r == 0 || c->unmap_rights[r - 1]; r++) {
			s.arg[A_RIGHTS] = c->unmap_rights[r];
			s.arg[A_STEP] = STEP_UNMAP;
			at = add(at, s);
			s.arg[A_STEP] = STEP_FLUSH;
			at = add(at, s);
		}
		s.arg[A_STEP] = STEP_TOUCH;
		s.arg[A_RIGHTS] = L4_R;
		if (c->accesses > 0)
			at = add(at, s);
		s.arg[A_RIGHTS] = L4_W;
		if (c->accesses > 1)
			at = add(at, s);
	}
	return at;
}

static unsigned steps_of(struct step *out, const struct choice *c)
{
	struct step *at = out;

	for (unsigned t = 1; t < SPACES; t++)
		for (unsigned s = 0; s < SPACES; s++)
			if (s != t)
				at = add_items(at, c, s, t);
	for (unsigned s = 1; s < SPACES; s++)
		at = add_unmaps(at, c, s);
	return (unsigned)(at - out);
}

static unsigned one_page(struct step *out)
{
	static const struct choice c = {
		.region = { { 0, 12 } }, .map_rights = { L4_RWX, L4_R }, .unmap_rights = { L4_W, L4_RWX },
		.accesses = 2, .grants = true,
	};

	return steps_of(out, &c);
}

static unsigned two_pages(struct step *out)
{
	static const struct choice c = {
		.region = { { 0, 12 }, { 1, 12 } }, .map_rights = { L4_RWX }, .unmap_rights = { L4_RWX },
		.grants = true, .moves = true,
	};

	return steps_of(out, &c);
}

static unsigned four_pages(struct step *out)
{
	static const struct choice c = {
		.region = { { 0, 12 }, { 1, 12 }, { 2, 12 }, { 3, 12 }, { 0, 14 } },
		.map_rights = { L4_RWX, L4_R }, .unmap_rights = { L4_W, L4_RWX },
		.accesses = 2, .grants = true, .moves = true,
	};

	return steps_of(out, &c);
}

static unsigned large_page(struct step *out)
{
	static const struct choice c = {
		.region = { { 0, 12 }, { 1, 12 }, { 0, 21 } }, .map_rights = { L4_RWX, L4_R },
		.unmap_rights = { L4_W, L4_RWX }, .accesses = 2, .grants = true, .moves = true,
	};

	return steps_of(out, &c);
}

static unsigned two_large_pages(struct step *out)
{
	static const struct choice c = {
		.region = { { 0, 12 }, { 0, 21 }, { 3, 21 }, { 0, 22 } }, .map_rights = { L4_RWX },
		.unmap_rights = { L4_RWX }, .accesses = 1, .grants = true, .moves = true,
	};

	return steps_of(out, &c);
}

const struct search map_walks[] = {
	{ "3 spaces, 1 page", &map_game, one_page, 30, DEPTH_LONG, 0 },
	{ "3 spaces, 2 pages at 2 places, no status", &map_game, two_pages, 6, DEPTH_LONG, 0 },
	{ "3 spaces, 4 pages and all at once", &map_game, four_pages, 3, DEPTH_LONG, 0 },
	{ "3 spaces, 2 MiB and its first two pages", &large_game, large_page, 3, DEPTH_LONG, 0 },
	{ "3 spaces, 2 times 2 MiB and a page", &large_game, two_large_pages, 3, DEPTH_LONG, 0 },
	{ .name = 0 },
};
