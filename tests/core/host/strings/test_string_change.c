/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_string_change.c - string items whose descriptors, deadlines and pages change while they are
 * copied.
 */
#include <core/arch.h>
#include "world.h"

enum { SRC = 0x100000, DST = 0x200000, FAR = 0x800000, PAGE = 4096, PAGES = 8, LOG2 = 19 };
enum { AT = REG_MRS };		/* MR of a string: in memory, where others can write it */

static struct thread *a, *b, *pager;

static l4_word_t string(l4_word_t bytes, unsigned extra) { return bytes << 10 | extra << 4; }

static void setup(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	pager = new_space();
	give_pages(a, ram(20), SRC, PAGES, L4_R | L4_W);
	give_pages(b, ram(20) + PAGES * PAGE, DST, PAGES, L4_R | L4_W);
	*thread_tcr(a, L4_TCR_PAGER) = pager->id.raw;
	*thread_tcr(b, L4_TCR_PAGER) = pager->id.raw;
}

static l4_word_t at_offset(l4_word_t error, l4_word_t bytes) { return error | bytes << 4; }

/* ---- the sender's other threads write its message while it is read ---- */

static void (*act)(void);

static void once(void *arg)
{
	void (*now)(void) = act;

	(void)arg;
	act = 0;
	if (now)
		now();
}

/* a sends `bytes` to b, which has room for all 8 pages; after the first step `then` happens. */
static void send_and(l4_word_t bytes, void (*then)(void))
{
	accept_string(b, DST, PAGES * PAGE);
	put_string(a, 0, AT - 1, SRC, bytes);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	act = then;
	world_hook = (struct world_hook){ .call = once };
	send_to(a, b);
	world_pass(10 * CFG_TIMESLICE_US);
	world_hook.call = 0;
	CHECK(!act);
	CHECK(!blocked(a));
	CHECK(!blocked(b));
}

static void shorten(void) { a->utcb[AT] = string(PAGE + 1, 0); }
static void lengthen(void) { a->utcb[AT] = string(8 * PAGE, 0); }
static void more_parts(void) { a->utcb[AT] = string(4 * PAGE, 1); }
static void other_kind(void) { a->utcb[AT] = ~(l4_word_t)0; }

TEST(HSTR0032, "the receiver's length is never more than what came: a string that gets shorter is cut")
{
	setup();
	send_and(4 * PAGE, shorten);
	CHECK_EQ(error_of(b), at_offset(RECEIVE_ERROR(OVERFLOW), PAGE + 1));
	CHECK_EQ(error_of(a), at_offset(SEND_ERROR(OVERFLOW), PAGE + 1));
}

TEST(HSTR0033, "a string that gets longer while it is copied ends at the length with which it began")
{
	setup();
	*(char *)arch_frame_ptr(ram(20) + PAGES * PAGE + 4 * PAGE) = 77;
	send_and(4 * PAGE, lengthen);
	CHECK_SENT(b);
	CHECK_EQ(get_mr(b, AT), string(4 * PAGE, 0));
	CHECK_EQ(*(char *)arch_frame_ptr(ram(20) + PAGES * PAGE + 4 * PAGE), 77);
}

TEST(HSTR0034, "the item behind a string is where it was when the string began")
{
	static void (*const acts[])(void) = { more_parts, other_kind };
	static const l4_word_t offset[] = { 2 * PAGE, PAGE };

	for (unsigned i = 0; i < 2; i++) {
		setup();
		accept_string(b, DST, PAGES * PAGE);
		put_mr(b, AT + 4, 0xabc);
		put_string(a, 0, AT - 1, SRC, 2 * PAGE);
		put_mr(a, 0, l4_tag(0, AT - 1, 5).raw);
		put_mr(a, AT + 2, 0xe);		/* no item: an overflow, if it is looked at */
		CHECK(!receive_from(b, L4_ANYTHREAD));
		act = acts[i];
		world_hook = (struct world_hook){ .call = once };
		send_to(a, b);
		world_pass(10 * CFG_TIMESLICE_US);
		world_hook.call = 0;
		CHECK_EQ(error_of(b), at_offset(RECEIVE_ERROR(OVERFLOW), offset[i]));
	}
}

TEST(HSTR0035, "a string moved backward and cut counts as nothing: its end came first")
{
	struct thread *c;

	setup();
	c = new_thread(a);
	accept_string(c, SRC + 100, 2 * PAGE);
	put_string(a, 0, AT - 1, SRC, 3 * PAGE);
	CHECK(!receive_from(c, L4_ANYTHREAD));
	send_to(a, c);
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK_EQ(error_of(a), SEND_ERROR(OVERFLOW));
	CHECK_EQ(error_of(c), RECEIVE_ERROR(OVERFLOW));
}

static void shorten_a_lot(void) { a->utcb[AT] = string(1, 0); }

TEST(HSTR0036, "the offset of a later error counts what was moved, not what the descriptor has later")
{
	struct thread *c;

	setup();
	c = new_thread(a);
	accept_string(c, SRC + 100, 3 * PAGE);
	put_string(a, 0, AT - 1, SRC, 3 * PAGE);
	put_mr(a, 0, l4_tag(0, AT - 1, 4).raw);	/* the second string is no whole item */
	put_mr(a, AT + 2, string(1, 7));
	CHECK(!receive_from(c, L4_ANYTHREAD));
	act = shorten_a_lot;
	world_hook = (struct world_hook){ .call = once };
	send_to(a, c);
	world_pass(10 * CFG_TIMESLICE_US);
	world_hook.call = 0;
	CHECK_EQ(error_of(c), at_offset(RECEIVE_ERROR(OVERFLOW), 3 * PAGE));
}

/* ---- the transfer timeout ---- */

static void time_passes(void) { world_pass(5000); }

/* b's buffer is at FAR, where nothing is; its pager answers with 512 KiB, in steps. */
static void answer_too_late(unsigned prio)
{
	setup();
	give(pager, ram(21), FAR, 21, L4_RWX);
	*thread_tcr(b, L4_TCR_XFER_TIMEOUTS) = timeouts(TIME_NEVER, time_us(2000));
	accept_string(b, FAR, PAGE);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	put_string(a, 0, AT - 1, SRC, PAGE);
	CHECK(!receive_from(pager, b->id));
	CHECK(!send_to(a, b));
	CHECK(!blocked(pager));
	set_prio(b, prio);
	act = time_passes;
	world_hook = (struct world_hook){ .call = once };
	put_map(pager, l4_fpage(FAR, LOG2, L4_RWX), FAR, false);
	ipc(pager, b->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	world_pass(10 * CFG_TIMESLICE_US);
	world_hook.call = 0;
	CHECK(!act);
	CHECK_FAILED(a, SEND_ERROR(XFER_PARTNER));
	CHECK_FAILED(b, RECEIVE_ERROR(XFER_MINE));
	CHECK_FAILED(pager, SEND_ERROR(ABORTED));
}

TEST(HSTR0037, "the transfer timeout runs on while the pager answers in steps, whichever thread does them")
{
	answer_too_late(CFG_PRIO_DEFAULT);
	answer_too_late(CFG_PRIO_DEFAULT + 1);
}

TEST(HSTR0038, "the transfer timeout covers the rest of the copy, not only its faults")
{
	setup();
	give(pager, ram(21), FAR, 21, L4_RWX);
	*thread_tcr(a, L4_TCR_XFER_TIMEOUTS) = timeouts(time_us(2000), TIME_NEVER);
	accept_string(b, FAR, 8 * PAGE);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	put_string(a, 0, AT - 1, SRC, 8 * PAGE);
	CHECK(!receive_from(pager, b->id));
	CHECK(!send_to(a, b));
	put_map(pager, l4_fpage(FAR, 15, L4_RWX), FAR, false);
	act = time_passes;
	ipc(pager, b->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	world_hook = (struct world_hook){ .call = once };
	world_pass(2 * CFG_TIMESLICE_US);
	world_hook.call = 0;
	CHECK_EQ(error_of(a) & 0xf, SEND_ERROR(XFER_MINE));
	CHECK_EQ(error_of(b) & 0xf, RECEIVE_ERROR(XFER_PARTNER));
	CHECK_EQ(error_of(a) >> 4, error_of(b) >> 4);
}

TEST(HSTR0046, "the transfer timeout starts at the first fault, however long the copy took before it")
{
	setup();
	give(pager, ram(21), FAR, 21, L4_RWX);
	for (l4_word_t i = 0; i < PAGES - 1; i++)
		give(b, ram(20) + i * PAGE, FAR + i * PAGE, 12, L4_R | L4_W);
	*thread_tcr(a, L4_TCR_XFER_TIMEOUTS) = timeouts(time_us(2000), TIME_NEVER);
	accept_string(b, FAR, PAGES * PAGE);
	put_string(a, 0, AT - 1, SRC, PAGES * PAGE);
	CHECK(!receive_from(pager, b->id));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	act = time_passes;
	world_hook = (struct world_hook){ .call = once };
	send_to(a, b);
	world_pass(1000);
	world_hook.call = 0;
	CHECK(!act);
	CHECK(!blocked(pager));
	put_map(pager, l4_fpage(FAR, 15, L4_RWX), FAR, false);
	ipc(pager, b->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	world_pass(500);
	CHECK_SENT(a);
	CHECK_SENT(b);
}

TEST(HSTR0039, "a pager that is deleted before it answered has not served the page: error 5 and 6")
{
	for (unsigned asked = 0; asked < 2; asked++) {
		setup();
		accept_string(b, FAR, PAGE);
		put_string(a, 0, AT - 1, SRC, PAGE);
		CHECK(!receive_from(b, L4_ANYTHREAD));
		CHECK(!send_to(a, b));
		if (asked)
			CHECK(receive_from(pager, L4_ANYTHREAD));
		CHECK(delete_thread(pager->id));
		CHECK_FAILED(a, SEND_ERROR(XFER_PARTNER));
		CHECK_FAILED(b, RECEIVE_ERROR(XFER_MINE));
	}
}

/* ---- sigma0 ---- */

/* sigma0, out of its wait, accepts a string at `at`. */
static void sigma0_accepts(l4_word_t at)
{
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	accept_string(sigma0, at, PAGE);
	CHECK(!receive_from(sigma0, L4_ANYTHREAD));
}

TEST(HSTR0040, "memory that sigma0 has not touched yet is mapped to it when a string needs it")
{
	l4_word_t at = ram(20) + 2 * PAGES * PAGE;

	setup();
	CHECK(!mapped(sigma0, at, L4_R));
	sigma0_accepts(at);
	put_string(a, 0, AT - 1, SRC, 50);
	*(char *)arch_frame_ptr(ram(20)) = 33;
	CHECK(send_to(a, sigma0));
	CHECK_SENT(a);
	CHECK_SENT(sigma0);
	CHECK_EQ(*(char *)arch_frame_ptr(at), 33);
}

TEST(HSTR0041, "what sigma0 may not have or write ends a string at once: the kernel's memory, its KIP")
{
	for (unsigned i = 0; i < 2; i++) {
		setup();
		sigma0_accepts(i ? (l4_word_t)arch_frame_pa((void *)mem.kmem.base)
				 : l4_fpage_base(sigma0->space->kip_area));
		put_string(a, 0, AT - 1, SRC, 50);
		CHECK(send_to(a, sigma0));
		CHECK_FAILED(a, SEND_ERROR(XFER_PARTNER));
		CHECK_FAILED(sigma0, RECEIVE_ERROR(XFER_MINE));
	}
}
