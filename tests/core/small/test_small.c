/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_small.c - small spaces of ia32 (kernel/arch/ia32/small.c): after all pairs of operations that change a
 * space, each space reaches its own pages and nothing else.
 */
#include <core/arch.h>
#include <arch/area.h>
#include <arch/layout.h>
#include <lib/bits.h>
#include "world.h"

/* ---- operations on space x ---- */

/* A slot of its own: 4 MiB at 0 and at 4 MiB, 8 MiB at 8 MiB. */
static void make_small(unsigned x)
{
	static const l4_word_t home[SPACES] = { 0, 1, 3, 6 };

	world_control(x, home[x]);
}

static void make_first(unsigned x) { world_control(x, 2); }		/* 8 MiB at 0, if free */
static void make_large(unsigned x) { world_control(x, 0); }

static void map_one(unsigned x, l4_word_t at)
{
	world_map(0, x, world_frame(x, 0) + 2 * PAGE, at, 12, L4_RWX);
}

static void map_last(unsigned x) { map_one(x, LAST); }
static void map_low(unsigned x) { map_one(x, LOW); }
static void map_beyond(unsigned x) { map_one(x, BEYOND); }
static void map_far(unsigned x) { map_one(x, FAR); }
static void map_other(unsigned x) { world_map(0, x, world_frame(x, 1), VA, 12, L4_RWX); }
static void map_big(unsigned x) { world_map(0, x, world_frame(x, 1), VA, 21, L4_RWX); }
static void derive(unsigned x) { world_map(x, x % 3 + 1, VA, DERIVED, 12, L4_RWX); }
static void unmap(unsigned x) { world_unmap(0, world_frame(x, 0), 12, L4_RWX, false); }
static void unmap_all(unsigned x) { world_unmap(0, world_frame(x, 0), 22, L4_RWX, false); }
static void flush(unsigned x) { world_unmap(x, VA, 12, L4_RWX, true); }
static void flush_all(unsigned x) { world_unmap(x, 0, MAPDB_ALL, L4_RWX, true); }
static void revoke(unsigned x) { world_unmap(x, VA, 12, L4_W, true); }
static void read_status(unsigned x) { world_unmap(x, VA, 12, 0, true); }

static void make_again(unsigned x)
{
	world_delete(x);
	world_map_first(x);
}

/* As trap.c at a #GP that nothing else explains. */
static void touch_beyond(unsigned x)
{
	world_run(x);
	if (!world_touch(x, BEYOND, false))
		small_grow(world_space(x));
}

/* So often that no entry is global any more. */
static void run_often(unsigned x)
{
	for (unsigned i = 0; i < 20; i++)
		world_run(x);
}

static void (*const operation[])(unsigned x) = {
	make_small, make_first, make_large, map_last, map_low, map_beyond, map_far, map_other, map_big, derive,
	unmap, unmap_all, flush, flush_all, revoke, read_status, touch_beyond, run_often, make_again,
};
enum { OPERATIONS = ARRAY_LEN(operation), CASES = OPERATIONS * (SPACES - 1) };

static void touch_all(unsigned x)
{
	static const l4_word_t at[] = { VA, READ, LOW, DERIVED, LAST, LAST + PAGE - 4, BEYOND, FAR,
					KMAP_SMALL, KMAP_SMALL + VA, KMAP_SMALL + 0x400000 + VA };

	for (unsigned i = 0; i < ARRAY_LEN(at); i++)
		for (unsigned write = 0; write < 2; write++)
			world_touch(x, at[i], write);
}

/* Switches from each space to each, by both ways. */
static void touch_everywhere(void)
{
	for (unsigned from = 0; from < SPACES; from++)
		for (unsigned x = 1; x < SPACES; x++) {
			world_run(from);
			world_run_short(x);
			touch_all(x);
			world_run(x);
			touch_all(x);
		}
}

/* How a pair is played. */
struct variant {
	unsigned small;			/* bit x - 1: space x is small */
	bool self;			/* the space that an operation is about makes the call, not sigma0 */
	bool back;			/* C exits to the space that made the call, not to the next one */
	bool between;			/* all pages are accessed between the two operations, too */
};

/* Case n is operation n / 3 on a space x. At the end the short path switches to x. */
static void operate(unsigned n, const struct variant *v)
{
	unsigned x = n % (SPACES - 1) + 1;
	void (*op)(unsigned x) = operation[n / (SPACES - 1)];

	unsigned caller = v->self && op != make_again ? x : 0;

	world_run(caller);
	op(x);
	world_run(v->back ? caller : (x + 1) % SPACES);
	world_run_short(x);
	touch_all(x);
}

static void play_pair(unsigned first, unsigned second, const struct variant *v)
{
	for (unsigned x = 1; x < SPACES; x++) {
		if (v->small >> (x - 1) & 1)
			make_small(x);
		world_map_first(x);
	}
	touch_everywhere();
	operate(first, v);
	if (v->between)
		touch_everywhere();
	operate(second, v);
	touch_everywhere();
	world_check();
	world_run(0);
	for (unsigned x = 1; x < SPACES; x++)
		world_delete(x);
}

static void play_all(struct variant v)
{
	world_init();
	for (unsigned first = 0; first < CASES; first++)
		for (unsigned second = 0; second < CASES; second++)
			play_pair(first, second, &v);
}

TEST_ROW(HSML0001, "after each pair of changes of three large spaces each reaches its pages and nothing else",
	 play_all((struct variant){ .small = 0 }))
TEST_ROW(HSML0002, "the same if two are small, and all pages are accessed between the changes",
	 play_all((struct variant){ .small = 3, .back = true, .between = true }))
TEST_ROW(HSML0003, "the same if all are small", play_all((struct variant){ .small = 7 }))
TEST_ROW(HSML0004, "the same if two are small, and the space that is changed makes the calls",
	 play_all((struct variant){ .small = 5, .self = true }))
TEST_ROW(HSML0005, "the same, and the calls return to that space",
	 play_all((struct variant){ .small = 5, .self = true, .back = true }))

/* Space 1 is made again first: a table beyond the size is a reason to refuse it. */
static void play_specifier(l4_word_t specifier)
{
	const l4_word_t size = (specifier & -specifier) << 22, offset = (specifier & (specifier - 1)) << 21;
	const bool valid = size <= 64ul << 20 && offset + size <= KMAP_SMALL_BYTES;
	const struct space *s = world_space(1);

	world_run(0);
	make_again(1);
	CHECK_EQ(world_control(1, specifier), valid ? APPLY : 0);
	CHECK_EQ(s->arch.base, valid ? KMAP_SMALL + offset : 0);
	world_map(0, 1, world_frame(1, 0), size - PAGE, 12, L4_RWX);
	world_run(1);
	CHECK(world_touch(1, size - 1, true));
	CHECK_EQ(world_touch(1, size, false), !valid);
	CHECK(!world_touch(1, ~(l4_word_t)0, false));
	world_map(0, 1, world_frame(1, 0), size, 12, L4_RWX);
	CHECK(!s->arch.base);
	world_run(1);
	CHECK(world_touch(1, size, true));
	world_check();
}

TEST(HSML0006, "a space of each size at each place reaches its last byte, and grows by the next page")
{
	world_init();
	for (l4_word_t specifier = 1; specifier < 256; specifier++)
		play_specifier(specifier);
}
