/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small_strings.c - strings that end with a small space, or reach beyond it (ia32 5).
 */
#include "small_space.h"
#include "string_items.h"

enum { SIZE = SMALL_MB << 20, HALF = 16 };

static volatile word fault_at;

/* The pager of one fault beyond the size. */
static void map_beyond(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	fault_at = tag_protocol(tag) == N_PAGEFAULT ? mr(1) : 0;
	L4_Set_MsgTag(tag_make(0, 0, 2));
	load_map(1, fpage(pool(1), 12, L4_FullyAccessible), SIZE);
	tag = L4_Reply(from);
	(void)tag;
}

/* s has pool(0) as its last page, in which the last bytes are `begin`; pool(1) begins with `rest`. */
static void make_sender(struct space *s, uint8_t begin, uint8_t rest)
{
	struct received r;

	make_at(s, 0);
	map_into(s, fpage(pool(0), 12, L4_FullyAccessible), 0, L4_FpageLog2(SIZE - PAGE, 12), &r);
	CHECK_EQ(r.error, 0);
	for (unsigned i = 0; i < HALF; i++) {
		((uint8_t *)pool(0))[PAGE - HALF + i] = (uint8_t)(begin + i);
		((uint8_t *)pool(1))[i] = (uint8_t)(rest + i);
	}
}

/* A thread of s sends n bytes from `at`, which have to be begin, begin + 1 and so on. */
static void transfer(struct space *s, word at, int n, uint8_t begin)
{
	static struct giver g;
	static struct taker t;

	g = (struct giver){ .to = L4_Myself(), .at = at, .bytes = n, .pager = thread_start(map_beyond, 0) };
	taker_init(&t);
	t.from = space_start(s, give, &g);
	taker_buffer(&t, pool(2), n);
	take(&t);
	CHECK_EQ(t.got.error, 0);
	for (int i = 0; i < n; i++)
		CHECK_EQ(((uint8_t *)pool(2))[i], (uint8_t)(begin + i));
	AWAIT(g.done);
	CHECK_EQ(g.error, 0);
}

TEST(GSML0034, "a string that ends with a small space is sent, and the space stays small")
{
	struct space s;

	need_small();
	make_sender(&s, 0x40, 0);
	transfer(&s, SIZE - HALF, HALF, 0x40);
	CHECK(is_small(&s));
}

TEST(GSML0035, "a string that reaches beyond a small space faults there, and is sent from a large one")
{
	struct space s;

	need_small();
	fault_at = 0;
	make_sender(&s, 0x60, 0x60 + HALF);
	transfer(&s, SIZE - HALF, 2 * HALF, 0x60);
	CHECK_EQ(fault_at, SIZE);
	CHECK(!is_small(&s));
}
