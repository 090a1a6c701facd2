/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_string.c - string items: complete ones, refused ones, faults in the middle, every kind of end.
 */
#include <core/arch.h>
#include <core/sched.h>
#include <string.h>
#include "world.h"

enum { PAGE = 4096, SRC = 0x100000, DST = 0x200000, SPREAD = 16 };

static struct thread *a, *b, *pager;

static void fill(struct thread *t, l4_word_t va, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++)
		*byte_at(t, va + i) = (unsigned char)(seed + i * 7 + i / 251);
}

static void check_bytes(struct thread *t, l4_word_t va, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++)
		CHECK_EQ(*byte_at(t, va + i), (unsigned char)(seed + i * 7 + i / 251));
}

static l4_word_t next_frame;

/* Memory that no thread had before. */
static void give_fresh(struct thread *t, l4_word_t va, unsigned pages, unsigned rights)
{
	give_pages(t, next_frame, va, pages, rights);
	next_frame += pages * PAGE;
}

/* a has 8 pages at SRC, b has 8 at DST; a third thread is b's pager and a's. */
static void setup(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	pager = new_space();
	next_frame = ram(20);
	give_fresh(a, SRC, 8, L4_R | L4_W);
	give_fresh(b, DST, 8, L4_R | L4_W);
	*thread_tcr(a, L4_TCR_PAGER) = pager->id.raw;
	*thread_tcr(b, L4_TCR_PAGER) = pager->id.raw;
}

static l4_word_t string(l4_word_t bytes, unsigned extra, bool goes_on)
{
	return bytes << 10 | extra << 4 | (l4_word_t)goes_on << 9;
}

static void buffer(struct thread *t, unsigned br, l4_word_t w)
{
	*thread_tcr(t, L4_TCR_BR0 - (int)br) = w;
}

#define BUFFERS(...) put_buffers((l4_word_t[]){ __VA_ARGS__ }, sizeof((l4_word_t[]){ __VA_ARGS__ }))
static void put_buffers(const l4_word_t *w, size_t bytes)
{
	for (unsigned i = 0; i < bytes / sizeof(*w); i++)
		buffer(b, i, w[i]);
}

static void accept_simple(struct thread *t, l4_word_t va, l4_word_t bytes)
{
	buffer(t, 0, 1);
	buffer(t, 1, string(bytes, 0, false));
	buffer(t, 2, va);
}

/* The typed part of a's message: words, no untyped ones. */
#define STRINGS(...) \
	put_strings(sizeof((l4_word_t[]){ __VA_ARGS__ }) / sizeof(l4_word_t), (l4_word_t[]){ __VA_ARGS__ })
static void put_strings(size_t n, const l4_word_t *w)
{
	put_mr(a, 0, l4_tag(5, 0, (unsigned)n).raw);
	for (unsigned i = 0; i < n; i++)
		put_mr(a, 1 + i, w[i]);
}

static l4_word_t overflow_at(l4_word_t offset, enum l4_ipc_phase p)
{
	return l4_ipc_error(L4_IPC_OVERFLOW, p) | offset << 4;
}

static void check_cut(l4_word_t offset)
{
	CHECK(l4_tag_failed(tag_of(a)));
	CHECK(l4_tag_failed(tag_of(b)));
	CHECK_EQ(error_of(a), overflow_at(offset, L4_SEND_PHASE));
	CHECK_EQ(error_of(b), overflow_at(offset, L4_RECEIVE_PHASE));
}

TEST(HSTR0001, "simple strings of many lengths and alignments arrive byte for byte, and nothing beyond")
{
	setup();
	for (l4_word_t n = 0; n < 3 * PAGE; n = n * 2 + 1)
		for (unsigned off = 0; off < 9; off += 4) {
			fill(b, DST, 4 * PAGE, 200);
			fill(a, SRC + off, n, 3);
			accept_simple(b, DST + 2 * off + 1, n);
			STRINGS(string(n, 0, false), SRC + off);
			pass_message(a, b);
			CHECK_SENT(a);
			CHECK_EQ(tag_of(b).raw, l4_tag(5, 0, 2).raw);
			CHECK_EQ(get_mr(b, 1), string(n, 0, false));
			CHECK_EQ(get_mr(b, 2), DST + 2 * off + 1);
			check_bytes(b, DST + 2 * off + 1, n, 3);
			CHECK_EQ(*byte_at(b, DST + 2 * off), (unsigned char)(200 + 2 * off * 7));
		}
}

TEST(HSTR0002, "the sender's addresses do not reach the receiver")
{
	setup();
	fill(a, SRC, 100, 1);
	accept_simple(b, DST, 100);
	STRINGS(string(20, 2, false), SRC, SRC + 40, SRC + 80);
	pass_message(a, b);
	CHECK_EQ(get_mr(b, 1), string(20, 2, false));
	CHECK_EQ(get_mr(b, 2), DST);
	CHECK_EQ(get_mr(b, 3), 0);
	CHECK_EQ(get_mr(b, 4), 0);
}

TEST(HSTR0003, "a compound string is gathered and scattered over buffers of any shape")
{
	setup();
	fill(a, SRC, 60, 9);
	BUFFERS(1, string(7, 1, true), DST, DST + 100, string(50, 0, false), DST + 200);
	STRINGS(string(10, 1, true), SRC, SRC + 10, string(40, 0, false), SRC + 20);
	pass_message(a, b);
	CHECK_SENT(a);
	check_bytes(b, DST, 7, 9);
	for (unsigned i = 0; i < 7; i++)
		CHECK_EQ(*byte_at(b, DST + 100 + i), *byte_at(a, SRC + 7 + i));
	for (unsigned i = 0; i < 46; i++)
		CHECK_EQ(*byte_at(b, DST + 200 + i), *byte_at(a, SRC + 14 + i));
}

TEST(HSTR0004, "the second string goes to the second buffer, whatever is left of the first")
{
	setup();
	fill(a, SRC, 100, 5);
	BUFFERS(1, string(50, 0, false) | 1, DST, string(50, 0, false), DST + 1000);
	STRINGS(string(10, 0, false) | 1, SRC, string(20, 0, false), SRC + 50);
	pass_message(a, b);
	CHECK_SENT(a);
	check_bytes(b, DST, 10, 5);
	for (unsigned i = 0; i < 20; i++)
		CHECK_EQ(*byte_at(b, DST + 1000 + i), *byte_at(a, SRC + 50 + i));
}

TEST(HSTR0005, "without string acceptance, or without a buffer left, the string is an overflow at 0")
{
	setup();
	fill(a, SRC, 100, 5);
	buffer(b, 0, 0);
	STRINGS(string(10, 0, false), SRC);
	pass_message(a, b);
	check_cut(0);
	accept_simple(b, DST, 10);
	STRINGS(string(10, 0, false), SRC, string(10, 0, false), SRC);
	pass_message(a, b);
	check_cut(10);
	check_bytes(b, DST, 10, 5);
}

TEST(HSTR0006, "a string longer than its buffer is cut there, and both get the number of bytes")
{
	setup();
	fill(a, SRC, 2 * PAGE, 8);
	accept_simple(b, DST, PAGE + 77);
	STRINGS(string(2 * PAGE, 0, false), SRC);
	pass_message(a, b);
	check_cut(PAGE + 77);
	check_bytes(b, DST, PAGE + 77, 8);
}

TEST(HSTR0025, "a buffer without C ends the place for its string: the next buffer is not written")
{
	setup();
	fill(a, SRC, 200, 8);
	fill(b, DST + 1000, 100, 3);
	BUFFERS(1, string(50, 0, false) | 1, DST, string(100, 0, false), DST + 1000);
	STRINGS(string(120, 0, false), SRC);
	pass_message(a, b);
	check_cut(50);
	check_bytes(b, DST, 50, 8);
	check_bytes(b, DST + 1000, 100, 3);
}

TEST(HSTR0007, "descriptors that reach behind the message are an overflow")
{
	setup();
	accept_simple(b, DST, 100);
	put_mr(a, 0, l4_tag(5, 0, 1).raw);
	put_mr(a, 1, string(10, 0, false));
	put_mr(a, 2, SRC);
	pass_message(a, b);
	check_cut(0);
	STRINGS(string(10, 5, false), SRC, SRC);
	pass_message(a, b);
	check_cut(0);
	STRINGS(string(10, 0, true), SRC);
	pass_message(a, b);
	check_cut(0);
}

TEST(HSTR0008, "overlapping memory of one space is moved as memmove does, in both directions")
{
	setup();
	b = new_thread(a);
	fill(a, SRC, 3 * PAGE, 4);
	accept_simple(b, SRC + 100, 2 * PAGE);
	STRINGS(string(2 * PAGE, 0, false), SRC);
	pass_message(a, b);
	CHECK_SENT(a);
	check_bytes(a, SRC + 100, 2 * PAGE, 4);
	fill(a, SRC, 3 * PAGE, 4);
	accept_simple(b, SRC, PAGE);
	STRINGS(string(PAGE, 0, false), SRC + 100);
	pass_message(a, b);
	for (unsigned i = 0; i < PAGE; i++)
		CHECK_EQ(*byte_at(a, SRC + i), (unsigned char)(4 + (i + 100) * 7 + (i + 100) / 251));
	fill(a, SRC, 3 * PAGE, 4);
	accept_simple(b, SRC + 100, 50);
	STRINGS(string(PAGE, 0, false), SRC);
	pass_message(a, b);
	check_cut(0);			/* its end came first */
}

TEST(HSTR0009, "memory beyond the user area is an overflow, never a fault")
{
	setup();
	accept_simple(b, DST, 100);
	STRINGS(string(10, 0, false), L4_USER_END);
	pass_message(a, b);
	check_cut(0);
	STRINGS(string(10, 0, false), ~(l4_word_t)0 - 3);
	pass_message(a, b);
	check_cut(0);
	fill(a, SRC, 10, 1);
	accept_simple(b, ~(l4_word_t)0 << 12, 100);
	STRINGS(string(10, 0, false), SRC);
	pass_message(a, b);
	check_cut(0);
}

/* ---- strings within a page, which are copied at once ---- */

TEST(HSTR0019, "a string within a page is cut at the end of its buffer, and nothing is written behind that")
{
	setup();
	fill(a, SRC, 200, 5);
	fill(b, DST, 400, 90);
	accept_simple(b, DST + 8, 77);
	STRINGS(string(200, 0, false), SRC);
	pass_message(a, b);
	check_cut(77);
	check_bytes(b, DST + 8, 77, 5);
	CHECK_EQ(*byte_at(b, DST + 8 + 77), (unsigned char)(90 + 85 * 7));
}

TEST(HSTR0020, "a string that crosses into another page at one side continues there, wherever its memory is")
{
	setup();
	for (unsigned i = 0; i < 2; i++) {	/* frames in the other order than pages */
		give_fresh(a, SRC + (9 - i) * PAGE, 1, L4_R | L4_W);
		give_fresh(b, DST + (9 - i) * PAGE, 1, L4_R | L4_W);
	}
	fill(a, SRC + 8 * PAGE, 2 * PAGE, 1);
	accept_simple(b, DST + 8 * PAGE, 60);
	STRINGS(string(60, 0, false), SRC + 9 * PAGE - 9);
	pass_message(a, b);
	CHECK_SENT(a);
	for (unsigned i = 0; i < 60; i++)
		CHECK_EQ(*byte_at(b, DST + 8 * PAGE + i), *byte_at(a, SRC + 9 * PAGE - 9 + i));
	accept_simple(b, DST + 9 * PAGE - 9, 60);
	STRINGS(string(60, 0, false), SRC + 8 * PAGE);
	pass_message(a, b);
	CHECK_SENT(a);
	check_bytes(b, DST + 9 * PAGE - 9, 60, 1);
}

TEST(HSTR0021, "one frame at two addresses of a space: overlapping ends do not disturb each other")
{
	l4_word_t frame;

	setup();
	frame = next_frame;
	give(a, frame, SRC + 16 * PAGE, 12, L4_R | L4_W);
	give(a, frame, SRC + 17 * PAGE, 12, L4_R | L4_W);
	b = new_thread(a);
	for (unsigned forward = 0; forward < 2; forward++) {
		fill(a, SRC + 16 * PAGE, PAGE, 6);
		accept_simple(b, SRC + (16 + forward) * PAGE + 30, 900);
		STRINGS(string(900, 0, false), SRC + (17 - forward) * PAGE + 17);
		pass_message(a, b);
		CHECK_SENT(a);
		for (unsigned i = 0; i < 900; i++)
			CHECK_EQ(*byte_at(a, SRC + 16 * PAGE + 30 + i),
				 (unsigned char)(6 + (i + 17) * 7 + (i + 17) / 251));
	}
}

TEST(HSTR0022, "short strings go to one buffer after the other as long as their C bits are set")
{
	setup();
	fill(a, SRC, 100, 7);
	BUFFERS(1, string(50, 0, false) | 1, DST, string(60, 0, false), DST + 200);
	STRINGS(string(20, 0, false) | 1, SRC, string(30, 0, false), SRC + 20);
	pass_message(a, b);
	CHECK_SENT(a);
	check_bytes(b, DST, 20, 7);
	for (unsigned i = 0; i < 30; i++)
		CHECK_EQ(*byte_at(b, DST + 200 + i), *byte_at(a, SRC + 20 + i));
	CHECK_EQ(get_mr(b, 2), DST);
	CHECK_EQ(get_mr(b, 4), DST + 200);
	buffer(b, 5, string(60, 0, false));
	buffer(b, 6, DST + 300);
	STRINGS(string(20, 0, false) | 1, SRC, string(30, 0, false) | 1, SRC + 20, string(5, 0, false), SRC);
	pass_message(a, b);
	check_cut(50);			/* no third buffer: the second has no C */
	buffer(b, 1, string(50, 1, false) | 1);		/* two parts, at BR2 and BR3 */
	buffer(b, 4, string(60, 0, false));
	buffer(b, 5, DST + 400);
	STRINGS(string(20, 0, false) | 1, SRC, string(30, 0, false), SRC + 20);
	pass_message(a, b);
	CHECK_SENT(a);
	CHECK_EQ(get_mr(b, 4), DST + 400);
}

/* MRi: what looks like a string of four bytes, but is not one. */
static l4_word_t plain_word(unsigned i) { return i % 2 ? string(4, 0, false) : SRC; }

TEST(HSTR0023, "one short string behind words: few, many, or as many as there is room for, each arrives")
{
	setup();
	fill(a, SRC, 100, 9);
	for (unsigned u = 0; u < L4_MRS - 2; u += u < 10 ? 1 : 17) {
		fill(b, DST, 100, 40 + u);
		accept_simple(b, DST, 100);
		put_mr(a, 0, l4_tag(6, u, 2).raw);
		for (unsigned i = 1; i <= u; i++)
			put_mr(a, i, plain_word(i));
		put_mr(a, u + 1, string(100, 0, false));
		put_mr(a, u + 2, SRC);
		pass_message(a, b);
		CHECK_SENT(a);
		CHECK_EQ(tag_of(b).raw, l4_tag(6, u, 2).raw);
		for (unsigned i = 1; i <= u; i++)
			CHECK_EQ(get_mr(b, i), plain_word(i));
		CHECK_EQ(get_mr(b, u + 1), string(100, 0, false));
		CHECK_EQ(get_mr(b, u + 2), DST);
		check_bytes(b, DST, 100, 9);
	}
}

TEST(HSTR0024, "a short string to a receiver of none, and one item that is no string, write to no buffer")
{
	setup();
	fill(a, SRC, 100, 9);
	fill(b, DST, 3 * PAGE, 50);
	accept_simple(b, DST, 100);
	buffer(b, 0, 0);
	STRINGS(string(100, 0, false), SRC);
	pass_message(a, b);
	check_cut(0);
	check_bytes(b, DST, 100, 50);
	accept_simple(b, DST, 3 * PAGE);		/* as a string, the item would be 0x700 bytes from SRC */
	buffer(b, 0, L4_COMPLETE.raw | 1);
	STRINGS(l4_map_item(0x700 << 10), l4_fpage(SRC, 12, L4_R).raw);
	pass_message(a, b);
	CHECK_SENT(a);
	CHECK(mapped(b, 0x700 << 10, L4_R));
	check_bytes(b, DST, 3 * PAGE, 50);
}

/* ---- faults ---- */

static l4_tag_t fault_tag(unsigned access) { return l4_tag_kernel(L4_PROTO_PAGEFAULT, access, 2); }

/* pager, which waits or not, gets the fault of t at va and maps a page of its own there. */
static void serve(struct thread *t, l4_word_t va, unsigned access, l4_word_t own)
{
	if (!receive_from(pager, L4_ANYTHREAD))
		world_pass(100000);		/* slices: the copying thread runs, up to the next fault */
	CHECK(!blocked(pager));
	CHECK_EQ(from_of(pager).raw, t->id.raw);
	CHECK_EQ(tag_of(pager).raw, fault_tag(access).raw);
	CHECK_EQ(get_mr(pager, 1), va);
	CHECK_EQ(get_mr(pager, 2), ~(l4_word_t)0);
	put_map(pager, l4_fpage(own, 12, L4_RWX), va & ~(l4_word_t)(PAGE - 1), false);
	CHECK(send_to(pager, t));
	CHECK_SENT(pager);
}

TEST(HSTR0010, "pages missing on either side are requested from the right pager, and the copy continues")
{
	setup();
	give_fresh(pager, 0x400000, 4, L4_RWX);
	for (unsigned i = 0; i < PAGE; i++)
		*byte_at(pager, 0x400000 + i) = (unsigned char)(i * 3);
	accept_simple(b, DST + 7 * PAGE, 2 * PAGE);	/* the second page is not there */
	STRINGS(string(2 * PAGE, 0, false), SRC + 7 * PAGE);	/* nor is the sender's */
	fill(a, SRC + 7 * PAGE, PAGE, 6);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!send_to(a, b));
	CHECK(blocked(b));
	CHECK_EQ(thread_state(a), L4_SCHED_SENDING);
	CHECK_EQ(thread_state(b), L4_SCHED_RECEIVING);
	serve(a, SRC + 8 * PAGE, L4_R, 0x400000);
	serve(b, DST + 8 * PAGE, L4_W, 0x401000);
	world_pass(100000);
	CHECK(!blocked(a));
	CHECK(!blocked(b));
	CHECK_SENT(a);
	CHECK_SENT(b);
	check_bytes(b, DST + 7 * PAGE, PAGE, 6);
	for (unsigned i = 0; i < PAGE; i++)
		CHECK_EQ(*byte_at(b, DST + 8 * PAGE + i), (unsigned char)(i * 3));
}

/* A transfer that will need a page of the sender, or of the receiver, that is not there. */
static void stuck(bool sender_side)
{
	setup();
	accept_simple(b, sender_side ? DST : DST + 8 * PAGE, PAGE);
	STRINGS(string(PAGE, 0, false), sender_side ? SRC + 8 * PAGE : SRC);
}

static void begin_stuck(void)
{
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!send_to(a, b));
}

/* The transfer timeout of the receiver, or of the sender, has ended it. */
static void check_ended(bool by_receiver)
{
	CHECK_FAILED(a, by_receiver ? SEND_ERROR(XFER_PARTNER) : SEND_ERROR(XFER_MINE));
	CHECK_FAILED(b, by_receiver ? RECEIVE_ERROR(XFER_MINE) : RECEIVE_ERROR(XFER_PARTNER));
}

TEST(HSTR0011, "a transfer timeout of zero fails at the first fault: 5 at its side, 6 at the other")
{
	for (unsigned k = 0; k < 4; k++) {
		bool receiver = k & 1;

		stuck(k & 2);
		*thread_tcr(receiver ? b : a, L4_TCR_XFER_TIMEOUTS)
			= receiver ? timeouts(TIME_NEVER, TIME_ZERO) : timeouts(TIME_ZERO, TIME_NEVER);
		CHECK(!receive_from(b, L4_ANYTHREAD));
		CHECK(send_to(a, b));
		check_ended(receiver);
	}
}

TEST(HSTR0012, "the shorter transfer timeout ends it when the pager is too slow, asked or not: 5 at its side")
{
	for (unsigned k = 0; k < 24; k++) {
		static const l4_word_t us[][2] = { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 2, 2 }, { 1, 0 }, { 0, 1 } };
		l4_word_t mine = us[k % 6][0] * 1000, yours = us[k % 6][1] * 1000;

		stuck(k / 6 & 1);
		*thread_tcr(a, L4_TCR_XFER_TIMEOUTS) = timeouts(mine ? time_us((unsigned)mine) : 0, TIME_ZERO);
		*thread_tcr(b, L4_TCR_XFER_TIMEOUTS) = timeouts(TIME_ZERO, yours ? time_us((unsigned)yours) : 0);
		begin_stuck();
		if (k / 12)
			CHECK(receive_from(pager, L4_ANYTHREAD));
		world_pass(4000);
		check_ended(mine == 0 || (yours != 0 && yours < mine));
	}
}

TEST(HSTR0013, "cancelling or deleting either side, or the pager, while a page is awaited ends both")
{
	for (unsigned k = 0; k < 24; k++) {
		struct thread *victim, *left;

		stuck(k & 2);
		begin_stuck();
		victim = k & 1 ? a : b;
		left = k & 1 ? b : a;
		if (k & 4)
			CHECK(receive_from(pager, L4_ANYTHREAD));
		if (k < 8) {
			struct thread *sibling = new_thread(victim);

			CHECK(exregs(sibling, victim->id, L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0));
			CHECK(!blocked(victim));
			CHECK_EQ(error_of(victim) >> 1, L4_IPC_ABORTED);
			CHECK_EQ(error_of(left) >> 1, L4_IPC_ABORTED);
		} else if (k < 16) {
			CHECK(delete_thread(victim->id));
			CHECK_EQ(error_of(left) >> 1, L4_IPC_ABORTED);
		} else {
			CHECK(delete_thread(pager->id));
			CHECK(!blocked(victim));
		}
		CHECK(!blocked(left));
	}
}

TEST(HSTR0014, "a thread without a pager cannot bring its partner to a halt")
{
	for (unsigned side = 0; side < 2; side++) {
		stuck(side);
		*thread_tcr(side ? a : b, L4_TCR_PAGER) = 0;
		CHECK(!receive_from(b, L4_ANYTHREAD));
		CHECK(send_to(a, b));
		CHECK_FAILED(a, side ? SEND_ERROR(XFER_MINE) : SEND_ERROR(XFER_PARTNER));
		CHECK_FAILED(b, side ? RECEIVE_ERROR(XFER_PARTNER) : RECEIVE_ERROR(XFER_MINE));
	}
}

TEST(HSTR0015, "untyped words, map items and strings travel in one message, in order")
{
	setup();
	give_fresh(a, 0x500000, 1, L4_RWX);
	fill(a, SRC, 30, 2);
	accept_window(b, L4_COMPLETE);
	BUFFERS(L4_COMPLETE.raw | 1, string(30, 0, false), DST);
	put_mr(a, 0, l4_tag(3, 2, 4).raw);
	put_mr(a, 1, 11);
	put_mr(a, 2, 22);
	put_mr(a, 3, l4_map_item(0x700000));
	put_mr(a, 4, l4_fpage(0x500000, 12, L4_R | L4_W).raw);
	put_mr(a, 5, string(30, 0, false));
	put_mr(a, 6, SRC);
	pass_message(a, b);
	CHECK_SENT(a);
	CHECK_EQ(get_mr(b, 2), 22);
	CHECK(mapped(b, 0x700000, L4_R | L4_W));
	check_bytes(b, DST, 30, 2);
}

TEST(HSTR0016, "a call with strings both ways: the reply's string arrives too")
{
	setup();
	fill(a, SRC, 64, 1);
	fill(b, DST + PAGE, 64, 77);
	accept_simple(a, SRC + PAGE, 64);
	accept_simple(b, DST, 64);
	STRINGS(string(64, 0, false), SRC);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!call_to(a, b));
	check_bytes(b, DST, 64, 1);
	put_mr(b, 0, l4_tag(6, 0, 2).raw);
	put_mr(b, 1, string(64, 0, false));
	put_mr(b, 2, DST + PAGE);
	CHECK(send_to(b, a));
	CHECK(!blocked(a));
	CHECK_SENT(a);
	check_bytes(a, SRC + PAGE, 64, 77);
}

TEST(HSTR0017, "a receiver that writes a string marks pages accessed and dirty, as its own accesses would")
{
	setup();
	fill(a, SRC, 10, 1);
	accept_simple(b, DST, 10);
	STRINGS(string(10, 0, false), SRC);
	pass_message(a, b);
	CHECK_EQ(leaf_get(&b->space->map[RESOURCE_MEMORY], DST).touched & (L4_R | L4_W), L4_R | L4_W);
	CHECK_EQ(leaf_get(&a->space->map[RESOURCE_MEMORY], SRC).touched & (L4_R | L4_W), L4_R);
	CHECK_EQ(leaf_get(&b->space->map[RESOURCE_MEMORY], DST + PAGE).touched, 0);
}

TEST(HSTR0018, "read-only memory is not written: the right is requested from the receiver's pager")
{
	setup();
	give_fresh(b, DST + 16 * PAGE, 1, L4_R);
	fill(a, SRC, 10, 1);
	accept_simple(b, DST + 16 * PAGE, 10);
	STRINGS(string(10, 0, false), SRC);
	begin_stuck();
	CHECK(receive_from(pager, L4_ANYTHREAD));
	CHECK_EQ(tag_of(pager).raw, fault_tag(L4_W).raw);
	CHECK_EQ(from_of(pager).raw, b->id.raw);
}
