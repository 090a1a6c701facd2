/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_msg.c - what a message transfers, what it does not change, and which messages are refused.
 */
#include <core/arch.h>
#include "world.h"

static struct thread *a, *b;

static void two_spaces(void)
{
	world_boot();
	a = new_space();
	b = new_space();
}

static void check_overflow(void)
{
	CHECK(l4_tag_failed(tag_of(a)));
	CHECK(l4_tag_failed(tag_of(b)));
	CHECK_EQ(error_of(a), SEND_ERROR(OVERFLOW));
	CHECK_EQ(error_of(b), RECEIVE_ERROR(OVERFLOW));
}

TEST(HMSG0001, "a message of 63 words arrives whole")
{
	two_spaces();
	put_mr(a, 0, l4_tag(1, 63, 0).raw);
	for (unsigned i = 1; i < L4_MRS; i++)
		put_mr(a, i, 1000 + i);
	pass_message(a, b);
	CHECK_EQ(tag_of(b).raw, l4_tag(1, 63, 0).raw);
	for (unsigned i = 1; i < L4_MRS; i++)
		CHECK_EQ(get_mr(b, i), 1000 + i);
}

TEST(HMSG0002, "for each length, words that are not sent do not reach the receiver and keep its own values")
{
	two_spaces();
	for (unsigned u = 0; u < L4_MRS; u++) {
		put_mr(a, 0, l4_tag(1, u, 0).raw);
		for (unsigned i = 1; i < L4_MRS; i++) {
			put_mr(a, i, 0xa000 + i);
			put_mr(b, i, 0xb000 + i);
		}
		pass_message(a, b);
		for (unsigned i = 1; i < L4_MRS; i++)
			CHECK_EQ(get_mr(b, i), (i <= u ? 0xa000 : 0xb000) + i);
	}
}

TEST(HMSG0003, "the same holds when the sender came first")
{
	two_spaces();
	PUT(a, 1, 0xa1, 0xa2);
	put_mr(a, 3, 0xa3);
	put_mr(a, 9, 0xa9);
	CHECK(!send_to(a, b));
	put_mr(b, 3, 0xb3);
	put_mr(b, 9, 0xb9);
	CHECK(receive_from(b, L4_ANYTHREAD));
	CHECK_EQ(get_mr(b, 2), 0xa2);
	CHECK_EQ(get_mr(b, 3), 0xb3);
	CHECK_EQ(get_mr(b, 9), 0xb9);
}

TEST(HMSG0004, "flags of a sent tag are cleared on delivery; a refused propagation is an ordinary message")
{
	two_spaces();
	PUT(a, 0x77, 1);
	put_mr(a, 0, get_mr(a, 0) | L4_TAG_FLAGS);
	*thread_tcr(a, L4_TCR_SENDER) = root->id.raw;
	pass_message(a, b);
	CHECK_EQ(tag_of(b).raw, l4_tag(0x77, 1, 0).raw);
	CHECK_EQ(from_of(b).raw, a->id.raw);
}

TEST(HMSG0005, "more than 63 words in all are an overflow on both sides, even if the items are good")
{
	static const struct { unsigned u, t; } bad[] = { { 62, 2 }, { 2, 62 }, { 63, 1 }, { 1, 63 }, { 63, 63 } };

	two_spaces();
	accept_window(b, L4_COMPLETE);
	for (unsigned i = 0; i < 5; i++) {
		for (unsigned k = 1; k < L4_MRS; k++)	/* map items of nothing */
			put_mr(a, k, k > bad[i].u && (k - bad[i].u) % 2 ? l4_map_item(0) : 0);
		put_mr(a, 0, l4_tag(1, bad[i].u, bad[i].t).raw);
		pass_message(a, b);
		check_overflow();
	}
	put_mr(a, 0, l4_tag(1, 1, 62).raw);
	for (unsigned k = 2; k < L4_MRS; k++)
		put_mr(a, k, k % 2 ? 0 : l4_map_item(0));
	pass_message(a, b);
	CHECK(!l4_tag_failed(tag_of(a)));
}

TEST(HMSG0006, "a string is an overflow for a receiver that takes none; the words before it arrived")
{
	two_spaces();
	put_mr(a, 0, l4_tag(1, 2, 2).raw);
	put_mr(a, 1, 11);
	put_mr(a, 2, 22);
	put_mr(a, 3, 100 << 10);
	put_mr(a, 4, 0x1000);
	*thread_tcr(b, L4_TCR_BR0) = 1;
	pass_message(a, b);
	check_overflow();
	CHECK_EQ(get_mr(b, 1), 11);
	CHECK_EQ(get_mr(b, 2), 22);
}

TEST(HMSG0007, "items of an undefined kind and items that reach past the end are an overflow")
{
	static const l4_word_t kinds[] = { 0xc, 0xe };

	two_spaces();
	for (unsigned i = 0; i < 2; i++) {
		put_mr(a, 0, l4_tag(1, 0, 2).raw);
		put_mr(a, 1, kinds[i]);
		put_mr(a, 2, 0);
		accept_window(b, L4_COMPLETE);
		pass_message(a, b);
		check_overflow();
	}
	put_mr(a, 0, l4_tag(1, 0, 1).raw);
	put_mr(a, 1, l4_map_item(0));
	put_mr(a, 2, l4_fpage(0x1000, 12, L4_RWX).raw);
	pass_message(a, b);
	check_overflow();
	CHECK(!mapped(b, 0, 0));
	put_mr(a, 0, l4_tag(1, 0, 3).raw);
	put_mr(a, 2, 0);
	put_mr(a, 3, l4_map_item(0));
	put_mr(a, 4, l4_fpage(0x1000, 12, L4_RWX).raw);
	pass_message(a, b);
	check_overflow();
}

TEST(HMSG0008, "a map item without a receive window is an overflow")
{
	two_spaces();
	give(a, ram(12), 0x8000, 12, L4_RWX);
	put_map(a, l4_fpage(0x8000, 12, L4_RWX), 0, false);
	accept_window(b, L4_NILPAGE);
	pass_message(a, b);
	check_overflow();
	CHECK(!mapped(b, 0x8000, 0));
}

TEST(HMSG0009, "a map item maps the page at the place given by window and send base")
{
	two_spaces();
	give(a, ram(12), 0x8000, 12, L4_RWX);
	put_map(a, l4_fpage(0x8000, 12, L4_RWX), 0x5000, false);
	accept_window(b, l4_fpage(0x40000, 16, 0));
	pass_message(a, b);
	CHECK_SENT(b);
	CHECK(mapped(b, 0x45000, L4_RWX));
	CHECK(mapped(a, 0x8000, L4_RWX));
	CHECK_EQ(arch_ptab_get(b->space, 0x45000).frame, ram(12));
	CHECK(touch(b, 0x45123, L4_W));
}

TEST(HMSG0010, "a mapping never has more rights than its source")
{
	two_spaces();
	give(a, ram(12), 0x8000, 12, L4_R);
	put_map(a, l4_fpage(0x8000, 12, L4_RWX), 0x8000, false);
	accept_window(b, L4_COMPLETE);
	pass_message(a, b);
	CHECK_SENT(b);
	CHECK(mapped(b, 0x8000, L4_R));
	CHECK(!mapped(b, 0x8000, L4_W));
	CHECK(!mapped(b, 0x8000, L4_X));
}

TEST(HMSG0011, "a grant item moves the page: the sender has it no more")
{
	two_spaces();
	give(a, ram(12), 0x8000, 12, L4_RWX);
	put_map(a, l4_fpage(0x8000, 12, L4_RWX), 0x9000, true);
	accept_window(b, L4_COMPLETE);
	pass_message(a, b);
	CHECK_SENT(b);
	CHECK(mapped(b, 0x9000, L4_RWX));
	CHECK(!mapped(a, 0x8000, 0));
}

TEST(HMSG0012, "the words of map items arrive as they were sent, and several items are all done")
{
	two_spaces();
	give(a, ram(14), 0x8000, 14, L4_RWX);
	put_mr(a, 0, l4_tag(5, 1, 6).raw);
	put_mr(a, 1, 99);
	for (unsigned i = 0; i < 3; i++) {
		put_mr(a, 2 + 2 * i, l4_map_item(0x20000 + i * 0x10000));
		put_mr(a, 3 + 2 * i, l4_fpage(0x8000 + i * 0x1000, 12, L4_R).raw);
	}
	accept_window(b, L4_COMPLETE);
	pass_message(a, b);
	CHECK_EQ(tag_of(b).raw, l4_tag(5, 1, 6).raw);
	CHECK_EQ(get_mr(b, 1), 99);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(get_mr(b, 2 + 2 * i), get_mr(a, 2 + 2 * i));
		CHECK_EQ(get_mr(b, 3 + 2 * i), get_mr(a, 3 + 2 * i));
		CHECK(mapped(b, 0x20000 + i * 0x10000, L4_R));
	}
}

TEST(HMSG0013, "mappings made before a refused item remain")
{
	two_spaces();
	give(a, ram(12), 0x8000, 12, L4_RWX);
	put_mr(a, 0, l4_tag(1, 0, 4).raw);
	put_mr(a, 1, l4_map_item(0x8000));
	put_mr(a, 2, l4_fpage(0x8000, 12, L4_RWX).raw);
	put_mr(a, 3, 0xe);
	put_mr(a, 4, 0);
	accept_window(b, L4_COMPLETE);
	pass_message(a, b);
	check_overflow();
	CHECK(mapped(b, 0x8000, L4_RWX));
}

TEST(HMSG0014, "a nil fpage, one smaller than a page, and an unmapped source are delivered and map nothing")
{
	static const l4_word_t sends[] = { 0, 0x400000 | 11 << 4 | 7, 0x400000 | 10 << 4 | 7,
					   0x700000 | 12 << 4 | 7 };

	two_spaces();
	give(a, ram(12), 0x400000, 12, L4_RWX);
	accept_window(b, L4_COMPLETE);
	for (unsigned i = 0; i < 4; i++) {
		put_map(a, (l4_fpage_t){ sends[i] }, 0x400000, false);
		pass_message(a, b);
		CHECK_SENT(a);
		CHECK_SENT(b);
		CHECK(!mapped(b, 0x400000, 0));
	}
}

TEST(HMSG0015, "a window over the KIP and UTCB areas leaves both as they were")
{
	struct leaf kip, utcb;

	two_spaces();
	give(a, ram(21), 0x40000000, 21, L4_RWX);
	kip = arch_ptab_get(b->space, L4_INITIAL_KIP);
	utcb = arch_ptab_get(b->space, L4_INITIAL_UTCB);
	accept_window(b, L4_COMPLETE);
	put_map(a, l4_fpage(0x40000000, 12, L4_RWX), L4_INITIAL_KIP, false);
	pass_message(a, b);
	put_map(a, l4_fpage(0x40000000, 20, L4_RWX), L4_INITIAL_UTCB, false);
	pass_message(a, b);
	CHECK_SENT(b);
	CHECK_EQ(arch_ptab_get(b->space, L4_INITIAL_KIP).frame, kip.frame);
	CHECK_EQ(arch_ptab_get(b->space, L4_INITIAL_UTCB).frame, utcb.frame);
	CHECK(!mapped(b, L4_INITIAL_KIP, L4_W));
	CHECK(!mapped(b, L4_INITIAL_UTCB + 0x10000, 0));
}

TEST(HMSG0016, "KIP and UTCB pages cannot be mapped or granted to others")
{
	two_spaces();
	for (unsigned grant = 0; grant < 2; grant++) {
		accept_window(b, L4_COMPLETE);
		put_map(a, l4_fpage(L4_INITIAL_KIP, 12, L4_RWX), 0x8000, grant);
		pass_message(a, b);
		CHECK(!mapped(b, 0x8000, 0));
		put_map(a, l4_fpage(L4_INITIAL_UTCB, 12, L4_RWX), 0x8000, grant);
		pass_message(a, b);
		CHECK(!mapped(b, 0x8000, 0));
		CHECK(mapped(a, L4_INITIAL_UTCB, L4_R | L4_W));
		CHECK(mapped(a, L4_INITIAL_KIP, L4_R));
	}
}

TEST(HMSG0017, "memory of the kernel cannot be had from sigma0")
{
	l4_word_t pa;

	two_spaces();
	pa = (l4_word_t)arch_frame_pa((void *)mem.kmem.base);
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, sigma0->id));
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	put_map(sigma0, l4_fpage(pa, 12, L4_RWX), 0x8000, false);
	CHECK(send_to(sigma0, b));
	CHECK(!mapped(b, 0x8000, 0));
}

TEST(HMSG0018, "a message to a thread of the own space maps too, and a page onto itself changes nothing")
{
	struct thread *d;

	two_spaces();
	d = new_thread(a);
	give(a, ram(12), 0x8000, 12, L4_RWX);
	accept_window(d, L4_COMPLETE);
	CHECK(!receive_from(d, L4_ANYTHREAD));
	put_map(a, l4_fpage(0x8000, 12, L4_R), 0xa000, false);
	CHECK(send_to(a, d));
	CHECK(mapped(a, 0xa000, L4_R));
	CHECK(!mapped(a, 0xa000, L4_W));
	CHECK(!receive_from(d, L4_ANYTHREAD));
	put_map(a, l4_fpage(0x8000, 12, L4_RWX), 0x8000, false);
	CHECK(send_to(a, d));
	CHECK(mapped(a, 0x8000, L4_RWX));
}

TEST(HMSG0019, "a large transfer is made in steps, and leaves both sides with their message")
{
	two_spaces();
	give(a, ram(21), 0x400000, 21, L4_RWX);
	put_map(a, l4_fpage(0x401000, 12, L4_RWX), 0x401000, false);
	accept_window(b, L4_COMPLETE);
	pass_message(a, b);
	put_map(a, l4_fpage(0x400000, 20, L4_RWX), 0x800000, false);
	world_hook.steps = 0;
	pass_message(a, b);
	CHECK(world_hook.steps > 1);
	CHECK_SENT(a);
	CHECK_SENT(b);
	CHECK(mapped(b, 0x800000, L4_RWX));
	CHECK(mapped(b, 0x8ff000, L4_RWX));
	CHECK(!mapped(b, 0x900000, 0));
}

static unsigned low_steps;

static void count_low(void *arg)
{
	(void)arg;
	low_steps += world_current()->prio < 150;
}

/* b, of priority 150, waits for `from`; a, which is lower, is to send it an item of several steps. */
static void set_up_steps(l4_tid_t from, void (*call)(void *))
{
	give(a, ram(21), 0x400000, 21, L4_RWX);
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, from));
	set_prio(b, 150);
	put_map(a, l4_fpage(0x400000, 20, L4_RWX), 0x801000, false);
	low_steps = 0;
	world_hook = (struct world_hook){ .call = call };
}

TEST(HMSG0020, "a receiver that waits for the sender only, and is above it, does the steps of a transfer")
{
	two_spaces();
	set_up_steps(a->id, count_low);
	send_to(a, b);
	CHECK(world_hook.steps > 1);
	CHECK_EQ(low_steps, 0);
	CHECK_SENT(b);
}

TEST(HMSG0024, "the sender does the steps of a transfer to a receiver that waits for any thread")
{
	two_spaces();
	set_up_steps(L4_ANYTHREAD, count_low);
	send_to(a, b);
	CHECK(world_hook.steps > 1);
	CHECK_EQ(low_steps, world_hook.steps);
	CHECK_SENT(b);
}

static void pass_time(void *arg)
{
	(void)arg;
	world_pass(50);			/* all steps together are less than a slice */
}

TEST(HMSG0025, "a transfer timeout of either side does not end a transfer in steps that faults nowhere")
{
	for (unsigned receivers = 0; receivers < 2; receivers++) {
		two_spaces();
		*thread_tcr(a, L4_TCR_XFER_TIMEOUTS) = timeouts(receivers ? TIME_NEVER : time_us(500), TIME_ZERO);
		*thread_tcr(b, L4_TCR_XFER_TIMEOUTS) = timeouts(TIME_ZERO, receivers ? time_us(500) : TIME_NEVER);
		set_up_steps(L4_ANYTHREAD, pass_time);
		CHECK(send_to(a, b));
		CHECK_SENT(a);
		CHECK_SENT(b);
		CHECK(50 * world_hook.steps > 500);
	}
}

TEST(HMSG0026, "transfer timeouts of zero, or that are long enough, do not end a transfer without a fault")
{
	for (unsigned zero = 0; zero < 2; zero++) {
		l4_word_t value = zero ? timeouts(TIME_ZERO, TIME_ZERO) : timeouts(time_us(9000), time_us(9000));

		two_spaces();
		*thread_tcr(a, L4_TCR_XFER_TIMEOUTS) = *thread_tcr(b, L4_TCR_XFER_TIMEOUTS) = value;
		set_up_steps(L4_ANYTHREAD, zero ? pass_time : count_low);
		send_to(a, b);
		CHECK_SENT(a);
		CHECK_SENT(b);
		world_pass(10000);
		CHECK(!blocked(b));
	}
}

TEST(HMSG0021, "a message of thirty-one map items maps them all")
{
	two_spaces();
	give(a, ram(20), 0x800000, 20, L4_RWX);
	put_mr(a, 0, l4_tag(1, 1, 62).raw);
	for (unsigned i = 0; i < 31; i++) {
		put_mr(a, 2 + 2 * i, l4_map_item(0x10000000 + i * 0x2000));
		put_mr(a, 3 + 2 * i, l4_fpage(0x800000 + i * 0x1000, 12, L4_R | L4_W).raw);
	}
	accept_window(b, L4_COMPLETE);
	pass_message(a, b);
	CHECK_SENT(a);
	CHECK_SENT(b);
	for (unsigned i = 0; i < 31; i++)
		CHECK(mapped(b, 0x10000000 + i * 0x2000, L4_R | L4_W));
}
