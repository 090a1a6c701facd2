/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_map.c - the mapping database on page tables and hash table of ppc32: after random maps and unmaps, by
 * one page and by ranges, user code reaches what is mapped and nothing else, and its status is reported.
 */
#include <core/arch.h>
#include <arch/tlb.h>
#include <mem/mapdb.h>
#include <mem/mem.h>
#include <mem/range.h>
#include "world.h"

enum { MAP_SPACES = 4, BUDGET = 30, RAM_AT = 0x1000000, PAGES = 120, WINDOW = 0x400000 };

/* Pages at the same place of WINDOWS windows have one hash value. */
enum { WINDOWS = 24, WINDOW_PAGES = 4 };

static unsigned running;
static bool is_late;

static struct space *at(unsigned x) { return world_space(x); }

static void make_space(unsigned x)
{
	struct space *s = at(x);

	CHECK(world_create(x));
	s->state = SPACE_LIVE;
	s->number = x + 1;
	s->sigma0 = x == 0;
	s->redirector = L4_ANYTHREAD;
	s->kip_area = l4_fpage(0x10100000, 12, 0);
	s->utcb_area = l4_fpage(0x10200000, 12, 0);
	list_init(&s->threads);
	tree_init(&s->utcbs);
	slab_init(&s->blocks, &s->account, SPACE_BLOCK);
	space_init_maps(s);
}

static void run(unsigned x)
{
	running = x;
	tlb_switch(at(x));
}

static void map(unsigned f, unsigned t, l4_word_t src, l4_word_t dst, unsigned log2, unsigned rights)
{
	struct map_item i = { l4_fpage(src, log2, rights), dst, cpu_random(8) == 0 && f, L4_COMPLETE, false, 0 };
	enum map_result r = MAP_MORE;
	unsigned budget = BUDGET;
	struct map_op op;

	if (cpu_random(2) && range_item(at(f), at(t), &i, &budget))
		return;
	if (!mapdb_begin(&op, at(f), at(t), &i))
		return;
	while (r == MAP_MORE) {
		budget = BUDGET;
		r = mapdb_step(&op, &budget);
	}
	CHECK_EQ(r, MAP_DONE);
}

/* Returns the status of the pages. */
static unsigned unmap(unsigned x, l4_word_t base, unsigned log2, unsigned rights, bool flush)
{
	struct mapspace *m = &at(x)->map[RESOURCE_MEMORY];
	l4_fpage_t page = l4_fpage(base, log2, rights);

	if (log2 < MAPDB_ALL && cpu_random(2) && range_unmap(m, &page, flush ? L4_UNMAP_FLUSH : 0))
		return l4_fpage_rights(page);
	walk_begin(m, base, log2, rights, flush);
	while (!walk_step(m))
		;
	return m->walk.status;
}

static l4_word_t address(void)
{
	return (cpu_random(WINDOWS) + 1) * WINDOW + cpu_random(WINDOW_PAGES) * PAGE;
}

static l4_word_t frame(void) { return RAM_AT + cpu_random(PAGES) * PAGE; }

static void touch(l4_word_t ea, enum cpu_access access)
{
	struct leaf leaf = arch_ptab_get(at(running), ea);
	unsigned need = access == CPU_STORE ? L4_W : L4_R;
	uint64_t pa = 0;
	uint32_t wimg;

	CHECK_EQ(world_access(at(running), ea, access, &pa, &wimg), leaf.present && leaf.rights & need);
	if (!leaf.present || !(leaf.rights & need))
		return;
	CHECK_EQ(pa, leaf.frame + (ea & (PAGE - 1)));
	CHECK(is_late || arch_ptab_get(at(running), ea).touched & need);
}

/* Some pages, and those of one hash value. */
static void touch_some(void)
{
	unsigned same = cpu_random(WINDOW_PAGES);

	for (unsigned i = 0; i < 8; i++)
		touch(address() + cpu_random(PAGE), (enum cpu_access)cpu_random(3));
	for (unsigned w = 1; w <= WINDOWS; w++)
		touch(w * WINDOW + same * PAGE, (enum cpu_access)cpu_random(3));
}

static void delete(unsigned x)
{
	unmap(x, 0, MAPDB_ALL, L4_RWX, true);
	tlb_leave(at(x));
	while (!arch_space_exit_step(at(x)))
		;
	CHECK_EQ(at(x)->account.used, 0);
	account_close(&at(x)->account);
}

static void begin(struct cpu_kind kind, uint64_t seed)
{
	world_init(kind, seed);
	is_late = kind.late;
	for (unsigned x = 0; x < MAP_SPACES; x++)
		make_space(x);
	CHECK_EQ(mapdb_root(&at(0)->map[RESOURCE_MEMORY]), L4_OK);
	run(1);
}

static void act(void)
{
	static const uint8_t some_rights[] = { L4_R, L4_R | L4_W, L4_RWX, L4_RWX, L4_X };
	unsigned x = 1 + cpu_random(MAP_SPACES - 1), y = 1 + cpu_random(MAP_SPACES - 1);
	unsigned log2 = 12 + cpu_random(3);
	l4_word_t low = ~(l4_word_t)0 << log2;
	unsigned rights = some_rights[cpu_random(ARRAY_LEN(some_rights))];

	switch (cpu_random(9)) {
	case 0:
	case 1:
		map(0, x, frame() & low, address() & low, log2, rights);
		break;
	case 2:
		map(x, y, address() & low, address() & low, log2, rights);
		break;
	case 3:
		unmap(0, frame() & low, log2, rights, false);
		break;
	case 4:
		unmap(x, address() & low, log2, cpu_random(8), cpu_random(2));
		break;
	case 5:
		if (cpu_random(8) == 0)
			unmap(x, address() & ~(l4_word_t)(WINDOW - 1), 22 + cpu_random(3), L4_RWX, true);
		break;
	case 6:
		unmap(0, RAM_AT, 24, cpu_random(2) ? L4_W : 0, false);
		break;
	case 7:
		if (cpu_random(12) == 0) {
			delete(x);
			make_space(x);
		}
		break;
	default:
		for (unsigned w = 1; w <= WINDOWS; w++)
			map(0, x, frame() & low, w * WINDOW, log2, L4_RWX);
	}
	run(cpu_random(3) ? running : 1 + cpu_random(MAP_SPACES - 1));
}

static void check(void)
{
	world_check();
	tlb_check();
	for (unsigned x = 0; x < MAP_SPACES; x++) {
		account_check(&at(x)->account);
		tlb_check_space(at(x));
		mapdb_check(&at(x)->map[RESOURCE_MEMORY]);
	}
}

static void play(struct cpu_kind kind, uint64_t seed)
{
	begin(kind, seed);
	for (unsigned n = 0; n < 300; n++) {
		act();
		touch_some();
		if (n % 50 == 0)
			check();
	}
	for (unsigned x = 1; x < MAP_SPACES; x++)
		delete(x);
	world_check();
	CHECK(world_evictions() > 500);
}

TEST_ROW(HHSM0001, "after random maps, grants and unmaps each access of four spaces has the right result",
	 play((struct cpu_kind){ .ways = 0 }, 1))
TEST_ROW(HHSM0002, "the same with two ways a set, and translations lost at random",
	 play((struct cpu_kind){ .ways = 2, .drop = 6 }, 2))

/* What the accesses since the last reading have left. */
static void play_status(struct cpu_kind kind)
{
	uint8_t want[WINDOWS][WINDOW_PAGES] = { 0 };

	begin(kind, 3);
	for (unsigned w = 0; w < WINDOWS; w++)
		map(0, 1, RAM_AT + w * WINDOW_PAGES * PAGE, (w + 1) * WINDOW, 14, L4_RWX);
	for (unsigned n = 0; n < 4000; n++) {
		unsigned w = cpu_random(WINDOWS), i = cpu_random(WINDOW_PAGES), from = cpu_random(3);
		l4_word_t ea = (w + 1) * WINDOW + i * PAGE;

		if (from > 0) {
			touch(ea, from == 1 ? CPU_LOAD : CPU_STORE);
			want[w][i] |= from == 1 ? L4_R | L4_X : L4_RWX;
		} else if (cpu_random(2)) {
			CHECK_EQ(unmap(1, ea, 12, 0, true), want[w][i]);
			want[w][i] = 0;
		}
	}
	check();
	CHECK(world_evictions() > 200);
}

TEST_ROW(HHSM0003, "a space reads by Unmap how its pages were used since it did so last, through evictions",
	 play_status((struct cpu_kind){ .ways = 2, .drop = 20 }))
TEST_ROW(HHSM0004, "the same if status comes into the hash table late",
	 play_status((struct cpu_kind){ .ways = 0, .late = true }))
