/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_redirect_kernel.c - redirectors and propagation with messages of the kernel: faults,
 * exceptions, reports; strings that are redirected, propagated, or need pages in the middle.
 */
#include <core/arch.h>
#include <string.h>
#include "world.h"

#define NIL L4_NILTHREAD

enum {
	PAGE = 4096, VA = 0x400000, OWN = 0x800000, SRC = 0x100000, DST = 0x200000, IP = 0x1234,
	R = L4_TAG_REDIRECTED, P = L4_TAG_PROPAGATED,
};

/* s and s2 in a space that r watches; d, its pager and exception handler, elsewhere, with d2. */
static struct thread *s, *s2, *r, *d, *d2;

static void setup(void)
{
	world_boot();
	s = new_space();
	s2 = new_thread(s);
	r = new_space();
	d = new_space();
	d2 = new_thread(d);
	give(r, ram(16), OWN, 16, L4_RWX);
	give(d, ram(16) + (1 << 16), OWN, 16, L4_RWX);
	*thread_tcr(s, L4_TCR_PAGER) = d->id.raw;
	*thread_tcr(s, L4_TCR_EXCEPTION_HANDLER) = d->id.raw;
	thread_regs(s)->ip = IP;
	redirect(s, r->id);
}

static bool answer_map(struct thread *t, struct thread *to, l4_word_t page)
{
	put_map(t, l4_fpage(OWN, 12, L4_RWX), page, false);
	return ipc(t, to->id, NIL, timeouts(TIME_ZERO, TIME_NEVER)) && !l4_tag_failed(tag_of(t));
}

static bool forward(struct thread *t, struct thread *from, struct thread *to)
{
	put_mr(t, 0, tag_of(t).raw & ~(l4_word_t)L4_TAG_FLAGS);
	in_name_of(t, from->id);
	return send_to(t, to);
}

/* r has got the kernel's message of s to d: two words, the first of them w. */
#define CHECK_ASKED(protocol, nibble, w) \
	do { \
		CHECK(!blocked(r)); \
		CHECK_EQ(tag_of(r).raw, l4_tag_kernel(protocol, nibble, 2).raw | R); \
		CHECK_EQ(get_mr(r, 1), w); \
		CHECK_EQ(from_of(r).raw, s->id.raw); \
		CHECK_EQ(*thread_tcr(r, L4_TCR_INTENDED_RECEIVER), d->id.raw); \
	} while (0)

/* ---- faults ---- */

TEST(HRED0025, "a page fault comes to the redirector, which may answer it")
{
	setup();
	CHECK(!receive_from(r, L4_ANYTHREAD));
	CHECK(!touch(s, VA, L4_W));
	CHECK_ASKED(L4_PROTO_PAGEFAULT, L4_W, VA);
	CHECK(!answer_map(d, s, VA));
	CHECK(answer_map(r, s, VA));
	CHECK(touch(s, VA, L4_W));
	CHECK_EQ(thread_regs(s)->ip, IP);
}

TEST(HRED0026, "or hand it on to the pager, whose answer is taken then, and no other")
{
	setup();
	CHECK(!touch(s, VA, L4_W));
	CHECK(receive_from(r, L4_ANYTHREAD));
	CHECK_ASKED(L4_PROTO_PAGEFAULT, L4_W, VA);
	CHECK(!receive_from(d, L4_ANYTHREAD));
	CHECK(forward(r, s, d));
	CHECK_EQ(tag_of(d).raw, l4_tag_kernel(L4_PROTO_PAGEFAULT, L4_W, 2).raw | P | R);
	CHECK_EQ(from_of(d).raw, s->id.raw);
	CHECK(!answer_map(r, s, VA));
	CHECK(answer_map(d, s, VA));
	CHECK(touch(s, VA, L4_W));
}

TEST(HRED0038, "an answer to a fault may be propagated: the thread does not notice")
{
	setup();
	CHECK(!receive_from(r, L4_ANYTHREAD));
	*thread_tcr(s, L4_TCR_SENDER) = *thread_tcr(s, L4_TCR_INTENDED_RECEIVER) = 0x5e5e;
	CHECK(!touch(s, VA, L4_W));
	put_map(r, l4_fpage(OWN, 12, L4_RWX), VA, false);
	in_name_of(r, s2->id);
	CHECK(send_to(r, s));
	CHECK(touch(s, VA, L4_W));
	CHECK_EQ(*thread_tcr(s, L4_TCR_SENDER), 0x5e5e);
	CHECK_EQ(*thread_tcr(s, L4_TCR_INTENDED_RECEIVER), 0x5e5e);
}

/* t sends the message of a page fault itself. Returns true if its send phase is over. */
static bool forge(struct thread *t, struct thread *to, l4_tag_t tag)
{
	put_mr(t, 0, tag.raw);
	put_mr(t, 1, VA);
	put_mr(t, 2, IP);
	return send_to(t, to);
}

static l4_tag_t fault_tag(void) { return l4_tag_kernel(L4_PROTO_PAGEFAULT, L4_W, 2); }

TEST(HRED0039, "what a thread sends out with a label of the kernel's has r, its faults have not")
{
	struct thread *r2, *to[3];

	setup();
	r2 = new_thread(r);
	*thread_tcr(s, L4_TCR_PAGER) = r->id.raw;
	to[0] = r;
	to[1] = r2;
	to[2] = d;
	for (unsigned waits = 0; waits < 2; waits++) {
		for (unsigned i = 0; i < 3; i++) {
			if (waits)
				CHECK(!receive_from(r, L4_ANYTHREAD));
			CHECK_EQ(forge(s, to[i], fault_tag()), waits);
			CHECK(waits || receive_from(r, L4_ANYTHREAD));
			CHECK_EQ(tag_of(r).raw, fault_tag().raw | R);
			CHECK_EQ(get_mr(r, 1), VA);
			CHECK_EQ(from_of(r).raw, s->id.raw);
			CHECK_EQ(*thread_tcr(r, L4_TCR_INTENDED_RECEIVER), thread_id_for(to[i], r->space).raw);
		}
		if (waits)
			CHECK(!receive_from(r, L4_ANYTHREAD));
		CHECK(!touch(s, VA, L4_W));
		CHECK(waits || receive_from(r, L4_ANYTHREAD));
		CHECK_EQ(tag_of(r).raw, fault_tag().raw);
		CHECK(answer_map(r, s, VA));
		CHECK(touch(s, VA, L4_W));
		unmap_fpage(r, l4_fpage(OWN, 12, L4_RWX), false);
	}
}

TEST(HRED0040, "so are those of labels -256 to -1, also in another's name; others, and those inside, are not")
{
	const struct { l4_word_t label, flags; } labels[] = {
		{ (l4_word_t)-1, R }, { (l4_word_t)-256, R }, { (l4_word_t)-257, 0 }, { 0, 0 }, { 7, 0 },
	};

	setup();
	for (unsigned i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		l4_tag_t tag = l4_tag(labels[i].label, 2, 0);

		CHECK(!receive_from(r, L4_ANYTHREAD));
		CHECK(forge(s, r, tag));
		CHECK_EQ(tag_of(r).raw, tag.raw | labels[i].flags);
		CHECK(!receive_from(r, L4_ANYTHREAD));
		*thread_tcr(s, L4_TCR_SENDER) = s2->id.raw;
		CHECK(forge(s, r, (l4_tag_t){ tag.raw | P }));
		CHECK_EQ(tag_of(r).raw, tag.raw | labels[i].flags | P);
		CHECK_EQ(from_of(r).raw, s2->id.raw);
		CHECK(!receive_from(s2, L4_ANYTHREAD));
		CHECK(forge(s, s2, tag));
		CHECK_EQ(tag_of(s2).raw, tag.raw);
	}
}

TEST(HRED0027, "an exception likewise: the registers of the answer are taken, whichever thread sent it")
{
	for (unsigned handed_on = 0; handed_on < 2; handed_on++) {
		struct thread *answers;

		setup();
		answers = handed_on ? d : r;
		CHECK(!receive_from(r, L4_ANYTHREAD));
		CHECK(!receive_from(d, L4_ANYTHREAD));
		world_run(s);
		world_settle(fault_exception(s, 6, 0));
		CHECK(!blocked(r));
		CHECK_EQ(tag_of(r).raw & L4_TAG_FLAGS, R);
		if (handed_on)
			CHECK(forward(r, s, d));
		CHECK_EQ(tag_of(answers).raw & ~(l4_word_t)L4_TAG_FLAGS,
			 l4_tag_kernel(L4_PROTO_EXCEPTION, 0, L4_EXC_WORDS).raw);
		CHECK_EQ(get_mr(answers, 1), IP);
		put_mr(answers, 0, l4_tag(0, L4_EXC_WORDS, 0).raw);
		put_mr(answers, 1, IP + 2);
		CHECK(send_to(answers, s));
		CHECK(!blocked(s));
		CHECK_EQ(thread_regs(s)->ip, IP + 2);
	}
}

TEST(HRED0028, "an I/O fault likewise")
{
	setup();
	CHECK(!receive_from(r, L4_ANYTHREAD));
	world_run(s);
	world_settle(fault_io(s, 0x3f8, 0));
	CHECK_ASKED(L4_PROTO_IO_FAULT, L4_R | L4_W, l4_io_fpage(0x3f8, 0).raw & ~(l4_word_t)0xf);
	PUT(r, 0);
	CHECK(send_to(r, s));
	CHECK(!blocked(s));
	CHECK(!s->halted);
}

TEST(HRED0029, "without its redirector a faulting thread stops, and so when that one goes meanwhile")
{
	setup();
	CHECK(!touch(s, VA, L4_R));
	CHECK(delete_thread(r->id));
	CHECK(s->halted);
	CHECK(!blocked(s));
	*thread_tcr(s2, L4_TCR_PAGER) = d->id.raw;
	CHECK(!receive_from(d, L4_ANYTHREAD));
	CHECK(!touch(s2, VA, L4_R));
	CHECK(s2->halted);
	CHECK(blocked(d));
}

TEST(HRED0030, "the report that kernel memory is exhausted is redirected; without a redirector it is lost")
{
	for (unsigned gone = 0; gone < 2; gone++) {
		setup();
		CHECK(!touch(s, 0x30000000, L4_R));
		CHECK(receive_from(r, L4_ANYTHREAD));
		if (gone)
			redirect(s, l4_tid_global(5000, 1));
		host_fail_at(0, true);
		answer_map(r, s, 0x30000000);
		host_fail_never();
		CHECK(s->halted);
		CHECK(ipc(r, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
		if (gone)
			CHECK_FAILED(r, RECEIVE_ERROR(TIMEOUT));
		else
			CHECK_ASKED(L4_PROTO_MEM_EXHAUSTED, 0, 0x30000000);
		CHECK(!blocked(s));
	}
}

/* ---- strings ---- */

TEST(HRED0031, "a string goes to the redirector's buffer, and on to the receiver's when it is forwarded")
{
	setup();
	give(s, ram(16) + (2 << 16), SRC, 16, L4_RWX);
	for (unsigned i = 0; i < 3 * PAGE; i++)
		*byte_at(s, SRC + i) = (unsigned char)(i * 7);
	accept_string(r, OWN, 4 * PAGE);
	accept_string(d, OWN, 4 * PAGE);
	CHECK(!receive_from(r, L4_ANYTHREAD));
	put_string(s, 5, 0, SRC, 3 * PAGE);
	CHECK(send_to(s, d));
	CHECK_EQ(tag_of(r).raw, l4_tag(5, 0, 2).raw | R);
	CHECK_EQ(*byte_at(r, OWN + 3 * PAGE - 1), (unsigned char)((3 * PAGE - 1) * 7));
	CHECK(!receive_from(d, L4_ANYTHREAD));
	put_string(r, 5, 0, OWN, 3 * PAGE);
	in_name_of(r, s->id);
	CHECK(send_to(r, d));
	CHECK_EQ(tag_of(d).raw, l4_tag(5, 0, 2).raw | P | R);
	CHECK_EQ(from_of(d).raw, s->id.raw);
	for (unsigned i = 0; i < 3 * PAGE; i++)
		CHECK_EQ(*byte_at(d, OWN + i), (unsigned char)(i * 7));
}

/* s sends in the name of s2, with a string whose page is missing; b2, in d's space, has the buffer. */
static void propagated_string_that_faults(void)
{
	setup();
	redirect(s, L4_ANYTHREAD);
	accept_string(d2, OWN, PAGE);
	put_string(s, 5, 0, VA, PAGE);
	in_name_of(s, s2->id);
	CHECK(!receive_from(d2, s2->id));
	CHECK(!send_to(s, d2));
}

TEST(HPRO0022, "a propagated message stays one through the page faults of its strings")
{
	propagated_string_that_faults();
	CHECK(receive_from(d, L4_ANYTHREAD));
	CHECK_EQ(from_of(d).raw, s->id.raw);
	CHECK_EQ(tag_of(d).raw, l4_tag_kernel(L4_PROTO_PAGEFAULT, L4_R, 2).raw);
	CHECK(answer_map(d, s, VA));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK(!blocked(d2));
	CHECK_EQ(tag_of(d2).raw, l4_tag(5, 0, 2).raw | P);
	CHECK_EQ(from_of(d2).raw, s2->id.raw);
	CHECK_EQ(*thread_tcr(d2, L4_TCR_SENDER), s->id.raw);
}

TEST(HRED0032, "a page that a string needs is requested from the redirector, which answers or forwards")
{
	for (unsigned handed_on = 0; handed_on < 2; handed_on++) {
		setup();
		give(s2, ram(16) + (2 << 16), SRC, 16, L4_RWX);
		accept_string(s2, SRC, PAGE);
		put_string(s, 5, 0, VA, PAGE);
		CHECK(!receive_from(r, L4_ANYTHREAD));
		CHECK(!receive_from(d, L4_ANYTHREAD));
		CHECK(!receive_from(s2, s->id));
		CHECK(!send_to(s, s2));
		CHECK_ASKED(L4_PROTO_PAGEFAULT, L4_R, VA);
		if (handed_on)
			CHECK(forward(r, s, d));
		CHECK_EQ(answer_map(r, s, VA), !handed_on);
		if (handed_on)
			CHECK(answer_map(d, s, VA));
		world_pass(10 * CFG_TIMESLICE_US);
		CHECK_SENT(s);
		CHECK_SENT(s2);
		CHECK_EQ(from_of(s2).raw, local_id(s).raw);
		CHECK_EQ(tag_of(s2).raw, l4_tag(5, 0, 2).raw);
	}
}

TEST(HRED0033, "without a redirector such a page cannot be requested: both sides get an error")
{
	setup();
	redirect(s, l4_tid_global(5000, 1));
	give(s2, ram(16) + (2 << 16), SRC, 16, L4_RWX);
	accept_string(s2, SRC, PAGE);
	put_string(s, 5, 0, VA, PAGE);
	CHECK(!receive_from(s2, s->id));
	CHECK(send_to(s, s2));
	CHECK_FAILED(s, SEND_ERROR(XFER_MINE));
	CHECK_FAILED(s2, RECEIVE_ERROR(XFER_PARTNER));
}

TEST(HPRO0023, "map items that are propagated come from the real sender's space")
{
	setup();
	redirect(s, L4_ANYTHREAD);
	accept_window(d2, L4_COMPLETE);
	CHECK(!receive_from(d2, s->id));
	put_map(d, l4_fpage(OWN, 12, L4_RWX), VA, false);
	in_name_of(d, s->id);
	CHECK(send_to(d, d2));
	CHECK_EQ(from_of(d2).raw, s->id.raw);
	CHECK(mapped(d2, VA, L4_RWX));
}
