/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_map_grow.c - pages are mapped one by one, so that extents grow, while walks stand still in several
 * spaces: random items and steps of walks. When a walk is over no page that was derived from its region when
 * it began has what it takes away, its status has what had been seen there, and a page that no walk covered
 * is as it was. Fixed seeds: a failing run replays.
 *
 * A has 2 GiB of sigma0's memory as one extent, so that some pages derived from it are not covered by a walk
 * over others (walk_covers).
 */
#include <string.h>
#include "attack.h"
#include "dice.h"
#include "mapworld.h"

enum { A = 1, B, BLOCKS = 6, PAGES = 24, PLACES = BLOCKS * PAGES, OPS = 2, M = 21, ROUND = 100 };
enum { GROWN = 18 };	/* log2 of an extent that can only have grown to that */
enum { WALK_STEPS = 20000, PAGERS = 3 };
#define FAR ((l4_word_t)1 << 31)

/* A page that may be there; a new one has another birth. seen: events since a walk covered it. */
struct place { unsigned birth, covered, rights, seen; bool doubtful; };

static struct place places[SPACES][PLACES];

/* What a walk must do: pages derived from its region when it began. */
static struct {
	bool active;
	unsigned steps;
	unsigned birth[SPACES][PLACES];		/* 0: not one of them */
	unsigned covered[SPACES][PLACES], seen[SPACES][PLACES];
} duty[SPACES];

/* late: a walk has begun since; it may take what the item derives (climb.c). */
static struct { bool active, late; struct map_op op; unsigned from, to; } ops[OPS];

static unsigned grown;			/* extents seen that have grown, while a walk stood still */

/* Blocks of 2 MiB side by side, three in each of the two GiB: the first pages, and some behind. */
static l4_word_t va(unsigned place)
{
	unsigned block = place / PAGES;
	l4_word_t base = block < BLOCKS / 2 ? 0x10000000 : 0x50000000, page = place % PAGES;

	return base + ((l4_word_t)(block % (BLOCKS / 2)) << M) + (page < 16 ? page : (page - 15) * 48) * PAGE;
}

static struct mapspace *memory(unsigned s) { return &mw_space[s].map[RESOURCE_MEMORY]; }

static bool inside(l4_word_t address, l4_word_t base, unsigned log2)
{
	return !((address ^ base) >> (log2 - 1) >> 1);
}

/* Does the page come from the 2^log2 bytes at base of s, by way of so many derivations at least? */
static bool comes_from(unsigned t, unsigned place, unsigned s, l4_word_t base, unsigned log2, unsigned least)
{
	uint64_t address = va(place);
	const struct mapping *n = leaf_get(memory(t), va(place)).present ? mapdb_find(memory(t), address) : 0;

	for (unsigned level = 0; n; n = n->parent, level++) {
		if (level >= least && n->m == memory(s) && inside((l4_word_t)address, base, log2))
			return true;
		if (n->parent)
			address = mapping_origin(n, address);
	}
	return false;
}

#define FOR_PLACES(t, p) \
	for (unsigned t = B; t < SPACES; t++) \
		for (unsigned p = 0; p < PLACES; p++)

/* Pages that come from there may go now, and be no more what they were. */
static void doubt(unsigned s, l4_word_t base, unsigned log2)
{
	FOR_PLACES(t, p)
		if (comes_from(t, p, s, base, log2, 0)) {
			places[t][p].doubtful = true;
			places[t][p].covered++;
			places[t][p].seen = 0;
		}
}

/* ---- walks ---- */

static void begin(void)
{
	static const unsigned sizes[] = { 12, 12, 13, 15, 18, M, M, 25, 30, 31, MAPDB_ALL };
	static const unsigned rights[] = { L4_RWX, L4_RWX, L4_W, L4_X, 0 };
	unsigned s = dice(4) ? 1 + dice(SPACES - 1) : dice(2), log2 = sizes[dice(ARRAY_LEN(sizes))];
	bool flush = s > A ? dice(2) : dice(40) == 0;
	l4_word_t base = va(dice(PLACES)) + (s == 0 ? FAR : 0);

	if (memory(s)->walk.active)
		return;
	base = log2 == MAPDB_ALL ? 0 : base >> log2 << log2;
	FOR_PLACES(t, p) {
		bool its = comes_from(t, p, s, base, log2, flush ? 0 : 1);

		duty[s].birth[t][p] = its ? places[t][p].birth : 0;
		duty[s].seen[t][p] = places[t][p].doubtful ? 0 : places[t][p].seen;
	}
	doubt(s, base, log2 > (s <= A ? 30 : M) ? log2 : s <= A ? 30 : M);	/* it may be wider */
	FOR_PLACES(t, p)
		duty[s].covered[t][p] = places[t][p].covered;
	duty[s].active = true;
	duty[s].steps = 0;
	for (unsigned i = 0; i < OPS; i++)
		ops[i].late |= ops[i].active;
	walk_begin(memory(s), base, log2, rights[dice(ARRAY_LEN(rights))], flush);
}

/* Walks that are over must have done what they had to. */
static void judge(void)
{
	for (unsigned s = 0; s < SPACES; s++) {
		const struct walk *w = &memory(s)->walk;

		if (!duty[s].active || w->active)
			continue;
		duty[s].active = false;
		FOR_PLACES(t, p) {
			if (duty[s].birth[t][p] == 0 || duty[s].birth[t][p] != places[t][p].birth)
				continue;
			CHECK(!(mw_rights_at(t, va(p)) & w->revoke & (w->revoke == L4_RWX ? 7 : 3)));
			if (duty[s].covered[t][p] == places[t][p].covered)
				CHECK(!(duty[s].seen[t][p] & ~w->status));
		}
	}
}

static void step(unsigned s, unsigned budget)
{
	if (!memory(s)->walk.active)
		return;
	CHECK(++duty[s].steps < WALK_STEPS);
	walk_run(&memory(s)->walk, &budget);
	judge();
}

/* ---- items ---- */

static void doubt_all(const struct map_op *op, unsigned from, unsigned to)
{
	bool there = op->log2 > 15 || memory(to)->walk.active;

	for (l4_word_t o = 0; !there && o < pow2(op->log2); o += PAGE)
		there = leaf_get(memory(to), (l4_word_t)op->dst + o).present;
	if (there)
		doubt(to, (l4_word_t)op->dst, M);
	if (op->grant)
		doubt(from, (l4_word_t)op->fpage, M);
}

/* Places in the region may have other pages now; walk: one may be over them. */
static void born(unsigned s, l4_word_t base, unsigned log2, bool walk)
{
	walk |= memory(s)->walk.active;
	for (unsigned p = 0; p < PLACES; p++)
		if (inside(va(p), base, log2)) {
			places[s][p].birth++;
			places[s][p].covered++;
			places[s][p].seen = 0;
			places[s][p].doubtful |= walk;
			places[s][p].rights = mw_rights_at(s, va(p));
		}
}

static void happened(unsigned i)
{
	const struct map_op *op = &ops[i].op;

	born(ops[i].to, (l4_word_t)op->dst, op->log2, ops[i].late);
	if (op->grant)
		born(ops[i].from, (l4_word_t)op->fpage, op->fpage_log2, false);
	judge();
}

static void step_op(unsigned i, unsigned budget)
{
	doubt_all(&ops[i].op, ops[i].from, ops[i].to);
	ops[i].active = mapdb_step(&ops[i].op, &budget) == MAP_MORE;
	happened(i);
	if (mw_walks()) {
		const struct mapping *n = mapdb_find(memory(ops[i].to), (l4_word_t)ops[i].op.dst);

		grown += n && mapping_log2(n) == GROWN;
	}
}

static bool at_once(unsigned i, struct map_item *it)
{
	bool all;

	doubt_all(&ops[i].op, ops[i].from, ops[i].to);
	all = range_item(&mw_space[ops[i].from], &mw_space[ops[i].to], it, &(unsigned){ CFG_WORK });
	happened(i);
	return all;
}

/* A pager at work: pages of `from` go to `to`, as far apart. */
static struct pager { unsigned from, to, left; l4_word_t apart; } pagers[PAGERS];

static void employ(struct pager *w)
{
	static const l4_word_t aparts[] = { 0, 0, 0, 0x40000000, 1ul << M, PAGE };

	w->from = dice(3) ? dice(2) : dice(SPACES);
	w->to = B + dice(SPACES - B);
	w->apart = aparts[dice(ARRAY_LEN(aparts))];
	w->left = 8 + dice(60);
}

static void item(void)
{
	static const unsigned sizes[] = { 13, 14, 15, M };		/* not GROWN */
	struct pager *w = &pagers[dice(PAGERS)];
	unsigned i = dice(OPS), log2 = dice(16) ? 12 : sizes[dice(ARRAY_LEN(sizes))];
	unsigned rights = dice(3) ? L4_RWX : L4_R | dice(8);
	l4_word_t dst = va(dice(PLACES)), src;
	struct map_item it;

	if (w->left-- == 0)
		employ(w);
	src = (dst ^ w->apart) + (w->from == 0 ? FAR : 0);
	it = (struct map_item){ l4_fpage(src >> log2 << log2, log2, rights), dst >> log2 << log2,
				w->from > A && dice(8) == 0, L4_COMPLETE, false, 0 };
	if (ops[i].active || !mapdb_begin(&ops[i].op, &mw_space[w->from], &mw_space[w->to], &it))
		return;
	ops[i].from = w->from;
	ops[i].to = w->to;
	ops[i].late = false;
	ops[i].active = !(dice(2) && at_once(i, &it));
	for (unsigned n = dice(8) ? 1000 : dice(4); ops[i].active && n > 0; n--)
		step_op(i, dice(2) ? 1 + dice(8) : CFG_WORK);
}

static void finish_op(unsigned i)
{
	if (ops[i].active && dice(4) == 0) {
		mapdb_abort(&ops[i].op);
		ops[i].active = false;
	}
	for (unsigned n = 0; ops[i].active; n++) {
		CHECK(n < WALK_STEPS);
		step_op(i, CFG_WORK);
	}
}

static void touch(void)
{
	unsigned s = B + dice(SPACES - B), p = dice(PLACES), access = dice(2) ? L4_R : L4_W;

	if (mw_touch(s, va(p), access) && !places[s][p].doubtful)
		places[s][p].seen |= access | L4_R;
}

/* ---- rounds ---- */

static void give_a(void)
{
	struct map_item it = { l4_fpage(FAR, 31, L4_RWX), 0, false, L4_COMPLETE, false, 0 };
	struct map_op op;
	enum map_result r = MAP_MORE;
	unsigned budget;

	CHECK(mapdb_begin(&op, &mw_space[0], &mw_space[A], &it));
	while (r == MAP_MORE) {
		budget = CFG_WORK;
		r = mapdb_step(&op, &budget);
	}
	judge();
}

static void settle(void)
{
	for (unsigned s = 0; s < SPACES; s++)
		while (memory(s)->walk.active)
			step(s, 1 + dice(8));
	for (unsigned i = 0; i < OPS; i++)
		finish_op(i);
	CHECK_EQ(mw_walks(), 0);
	FOR_PLACES(t, p) {
		struct place *x = &places[t][p];

		if (!x->doubtful)
			CHECK_EQ(mw_rights_at(t, va(p)), x->rights);
		x->doubtful = false;
		x->rights = mw_rights_at(t, va(p));
	}
	mapworld_check();
	if (!mw_rights_at(A, va(0)) || !mw_rights_at(A, va(PLACES - 1))
	    || (mw_rights_at(A, va(0)) & mw_rights_at(A, va(PLACES - 1))) != L4_RWX)
		give_a();
}

static void act(void)
{
	switch (dice(8)) {
	case 0:
		begin();
		break;
	case 1:
		step(dice(SPACES), 1 + dice(4));
		break;
	case 2:
		if (ops[0].active)
			step_op(0, 1 + dice(8));
		break;
	case 3:
		touch();
		break;
	default:
		item();
		break;
	}
}

static void play(unsigned long rounds, bool general)
{
	for (unsigned long r = 0; r < rounds; r++) {
		if (r % 50 == 0) {
			mapworld_setup();
			if (general)
				mw_general();
			memset(places, 0, sizeof(places));
			memset(duty, 0, sizeof(duty));
			memset(ops, 0, sizeof(ops));
			memset(pagers, 0, sizeof(pagers));
			FOR_PLACES(t, p)
				places[t][p].birth = 1;
			seed = 1 + (uint32_t)r;
			give_a();
		}
		for (unsigned i = 0; i < ROUND; i++)
			act();
		settle();
	}
}

TEST(HMAP0045, "extents grow while walks stand still: each walk takes what it covers, and nothing else goes")
{
	play(attack_rounds(100), false);
	CHECK(grown > 0);
}

TEST(HMAP0046, "likewise by the general paths only")
{
	play(attack_rounds(50), true);
}
