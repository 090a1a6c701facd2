/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fast.c - messages that are done without core (fast.S, by kernel/arch/host/x86_64/enter.c): when they
 * are, when they must not, and that core's state is right afterwards. The rules T3, T15, T16, S7 and G5 are
 * checked after each of them, in every test.
 */
#include <string.h>
#include <core/arch.h>
#include <lib/bits.h>
#include "world.h"

enum { NEVER = 0, LABEL = 7, LINE = 5 };

static struct thread *a, *b, *c;

/* a has called b, which has answered: wait_at and caller name each other. c is another thread. */
static void set_up(bool same_space)
{
	world_boot();
	a = new_space();
	b = new_thread(same_space ? a : new_space());
	c = new_space();
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!call_to(a, b));
	CHECK(!ipc(b, from_of(b), L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(!blocked(a) && blocked(b));
	host.fast = 0;
}

/* a calls b, which answers, with so many words each; others stay as they are. */
static void call_and_answer(unsigned words)
{
	put_marked(b, words);
	put_marked(a, words);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_ZERO, TIME_NEVER)));
	check_marked(b, a, words);
	put_marked(b, words);
	CHECK(!ipc(b, from_of(b), L4_ANYTHREAD, timeouts(NEVER, TIME_NEVER)));
	CHECK(!blocked(a));
	check_marked(a, b, words);
}

TEST(HFST0001, "calls and replies are done without core, with any number of words, inside a space and across")
{
	for (unsigned same = 0; same < 2; same++) {
		set_up(same);
		for (unsigned words = 0; words < L4_MRS; words++) {
			call_and_answer(words);
		}
		CHECK_EQ(host.fast, by_fast(2 * L4_MRS));
	}
}

/* a calls b once more; that must be done by core, with the right result. */
static void check_asked(const char *what)
{
	size_t before = host.fast;

	put_marked(a, 2);
	ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER));
	if (host.fast != before)
		test_fail(__FILE__, __LINE__, "core was not asked: %s", what);
}

TEST(HFST0002, "core is called when the receiver would not continue at once")
{
	set_up(true);
	CHECK(exregs(a, b->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	check_asked("halted");
	CHECK(blocked(a) && !blocked(b));
	set_up(true);
	CHECK(exregs(a, b->id, L4_EXREGS_SET_IP, 0, 0x7000));
	CHECK(exregs(a, b->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	CHECK(exregs(a, b->id, L4_EXREGS_SET_HALT, 0, 0));
	CHECK(thread_waits(b));
	set_up(false);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!ipc(b, a->id, c->id, timeouts(TIME_NEVER, TIME_NEVER)));
	check_asked("it waits for another");
	CHECK(blocked(a) && blocked(b));
}

TEST(HFST0003, "core is called if another thread should run, or the message is propagated or redirected")
{
	set_up(false);
	set_prio(b, 50);
	check_asked("it is below root, which is ready");
	set_up(false);
	redirect(a, c->id);
	check_asked("a redirector");
	CHECK(thread_waited_for(a) == c || partner_of(a) == c);
	redirect(a, L4_ANYTHREAD);
	set_up(false);
	redirect(b, c->id);
	check_asked("the receiver's space has a redirector");
	set_up(false);
	CHECK(!send_to(c, a));
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(host.fast, by_fast(1));			/* a call does not look at c */
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(ipc(a, b->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(from_of(a).raw, c->id.raw);	/* but an open wait does */
}

TEST(HFST0004, "a partner that is deleted, renamed or moved is not found")
{
	l4_tid_t old;

	set_up(false);
	old = b->id;
	CHECK(delete_thread(old));
	CHECK(ipc(a, old, old, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	CHECK_EQ(host.fast, 0);
	set_up(false);
	old = a->id;
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(delete_thread(old));
	host.fast = 0;
	CHECK(!ipc(b, old, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)) || l4_tag_failed(tag_of(b)));
	CHECK_EQ(host.fast, 0);
	set_up(false);
	old = b->id;
	CHECK(thread_control(root, l4_tid_global(l4_tid_number(old), l4_tid_version(old) + 1), b->id,
			     L4_NILTHREAD, L4_NILTHREAD, KEEP));
	CHECK(ipc(a, old, old, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	CHECK_EQ(host.fast, 0);
	set_up(false);
	CHECK(thread_control(root, b->id, a->id, L4_NILTHREAD, L4_NILTHREAD, KEEP));
	CHECK(!blocked(b));
	check_asked("it has moved");
}

TEST(HFST0005, "core continues after such a message: cancelled, deleted, timed out, sent to")
{
	set_up(true);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(host.fast, by_fast(1));
	CHECK(exregs(b, a->id, L4_EXREGS_RECEIVE, 0, 0));
	CHECK_FAILED(a, RECEIVE_ERROR(CANCELLED));
	set_up(false);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(host.fast, by_fast(1));
	CHECK(delete_thread(b->id));
	CHECK_FAILED(a, RECEIVE_ERROR(NOT_EXISTING));
	set_up(false);
	put_marked(a, 3);
	put_marked(b, 3);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(host.fast, by_fast(1));
	put_marked(b, 3);
	CHECK(send_to(b, a));
	check_marked(a, b, 3);
}

/* d has called e, which has answered, in one space. */
static void set_up_local(struct thread **d, struct thread **e)
{
	set_up(false);
	*d = new_thread(a);
	*e = new_thread(a);
	CHECK(!receive_from(*e, L4_ANYLOCALTHREAD));
	CHECK(!call_to(*d, *e));
	CHECK(!ipc(*e, from_of(*e), L4_ANYLOCALTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	host.fast = 0;
}

TEST(HFST0006, "a caller may call others in turn, and is on the list of the last one")
{
	set_up(false);
	CHECK(!receive_from(c, L4_ANYTHREAD));
	for (unsigned i = 0; i < 4; i++) {
		struct thread *to = i & 1 ? b : c;

		CHECK(!ipc(a, to->id, to->id, timeouts(TIME_NEVER, TIME_NEVER)));
		CHECK(a->wait_at == &to->id && to->caller == &a->id);
		CHECK(!ipc(to, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	}
}

TEST(HFST0007, "a server may answer an older call than the last")
{
	set_up(true);
	c = new_thread(a);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!ipc(c, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(b->caller == &c->id);
	put_marked(b, 5);
	put_marked(a, 5);
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	check_marked(a, b, 5);
	CHECK(blocked(c) && c->wait_at == &b->id && b->caller == &c->id);
}

TEST(HFST0008, "core handles the first call of a thread that waits for another or does not exist")
{
	l4_tid_t old;

	set_up(false);
	CHECK(!ipc(a, c->id, c->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(a->wait_at == &b->id && thread_queued(a));
	CHECK(receive_from(c, L4_ANYTHREAD));
	set_up(false);
	CHECK(!receive_from(c, root->id));
	CHECK(!ipc(a, c->id, c->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(host.fast, 0);
	CHECK(a->wait_at == &b->id && thread_queued(a));
	set_up(false);
	old = c->id;
	CHECK(!receive_from(c, L4_ANYTHREAD));
	CHECK(delete_thread(old));
	CHECK(ipc(a, old, old, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	CHECK_EQ(host.fast, 0);
}

TEST(HFST0009, "local ids pass core by as well, and so do waits for any local thread that such a one ends")
{
	struct thread *d, *e;

	set_up_local(&d, &e);
	for (unsigned i = 0; i < 3; i++) {
		put_marked(d, i);
		put_marked(e, i);
		CHECK(!ipc(d, local_id(e), local_id(e), timeouts(TIME_NEVER, TIME_NEVER)));
		check_marked(e, d, i);
		CHECK_EQ(d->recv_from.raw, e->id.raw);
		put_marked(e, i);
		CHECK(!ipc(e, local_id(d), L4_ANYLOCALTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
		check_marked(d, e, i);
	}
	CHECK_EQ(host.fast, by_fast(6));
	host.fast = 0;
	CHECK(!ipc(d, e->id, e->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!ipc(e, d->id, L4_ANYLOCALTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_EQ(e->recv_from.raw, L4_ANYLOCALTHREAD.raw);
	CHECK(!ipc(d, local_id(e), local_id(e), timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!ipc(e, local_id(d), L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(!ipc(d, local_id(e), local_id(e), timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(host.fast, by_fast(5));
	CHECK(!ipc(e, local_id(d), L4_ANYLOCALTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	host.fast = 0;
	CHECK(!ipc(c, e->id, e->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(host.fast, 0);
	CHECK(thread_queued(c));
	CHECK(blocked(e));
}

/* d, which has called e before, calls it again while e waits for c. e moves away, and takes the message. */
static void call_and_move(bool by_local_id)
{
	struct thread *d, *e;
	l4_tid_t name;

	set_up_local(&d, &e);
	CHECK(!ipc(d, e->id, e->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!ipc(e, d->id, c->id, timeouts(TIME_ZERO, TIME_NEVER)));
	name = by_local_id ? local_id(e) : e->id;
	CHECK(!ipc(d, name, name, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(thread_queued(d));
	CHECK(thread_control(root, e->id, c->id, L4_NILTHREAD, L4_NILTHREAD, KEEP));
	CHECK(receive_from(e, d->id));
	if (by_local_id)
		CHECK_FAILED(d, RECEIVE_ERROR(NOT_EXISTING));
	else
		CHECK(thread_waited_for(d) == e);
}

TEST(HFST0019, "a call by a local id fails if its partner leaves the space first; one by global id waits")
{
	call_and_move(false);
	call_and_move(true);
}

/* a sends the page at va to b, which answers without a word. */
static void send_page(l4_word_t va, bool grant)
{
	put_map(a, l4_fpage(va, 12, L4_RWX), va, grant);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(get_mr(b, 2), l4_fpage(va, 12, L4_RWX).raw);
	CHECK_EQ(from_of(b).raw, a->id.raw);
	put_marked(b, 0);
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
}

TEST(HFST0010, "one map item arrives with the receiver's own words behind it, and is done or refused")
{
	set_up(false);
	accept_window(b, L4_COMPLETE);
	give(a, ram(14), 0x8000, 14, L4_RWX);
	send_page(0x8000, false);
	send_page(0x9000, false);
	CHECK(mapped(b, 0x9000, L4_RWX));
	put_marked(b, 7);
	put_map(a, l4_fpage(0xa000, 12, L4_RWX), 0xa000, false);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(mapped(b, 0xa000, L4_RWX));
	for (unsigned i = 3; i < 8; i++)
		CHECK_EQ(get_mr(b, i), b->id.raw + i);	/* not the sender's */
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	send_page(0xb000, true);
	CHECK(!mapped(a, 0xb000, L4_R));
	accept_window(b, L4_NILPAGE);
	put_map(a, l4_fpage(0x9000, 12, L4_RWX), 0xc000, false);
	CHECK(ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(OVERFLOW));
	CHECK(!mapped(b, 0xc000, L4_R));
}

enum { SOURCE = 0x100000, BUFFER = 0x200040, PAGE = 4096 };

/* a calls b with a string of n bytes, for which b has a buffer of `room`. Returns true if it has arrived. */
static bool send_string(l4_word_t n, l4_word_t room)
{
	l4_word_t words[] = { 1, room << 10, BUFFER };

	for (unsigned i = 0; i < 3; i++)
		*thread_tcr(b, L4_TCR_BR0 - (int)i) = words[i];
	memset(arch_user_ptr(a->space, SOURCE, true), 0x5a, n);
	memset(arch_user_ptr(b->space, BUFFER & ~(PAGE - 1ul), true), 0, PAGE);
	put_marked(b, 7);
	put_marked(a, 7);
	put_mr(a, 0, l4_tag(LABEL, 0, 2).raw);
	put_mr(a, 1, n << 10);
	put_mr(a, 2, SOURCE);
	ipc(a, b->id, b->id, timeouts(TIME_ZERO, TIME_NEVER));
	return !blocked(b) && !l4_tag_failed(tag_of(b));
}

static void answer(void)
{
	put_marked(b, 0);
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK(!blocked(a) && blocked(b));
}

/* As set_up; each has the page that is named here. */
static void set_up_pages(void)
{
	set_up(false);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_ZERO, TIME_NEVER)));
	give(b, ram(14) + PAGE, BUFFER & ~(PAGE - 1ul), 12, L4_RWX);
	answer();
	give(a, ram(14), SOURCE, 12, L4_RWX);
	put_marked(a, 0);
	CHECK(!call_to(a, b));		/* as core does it: so that its space is known to the TLB again */
	answer();
}

TEST(HFST0011, "one string that goes from a page into one arrives at once; it is known by its buffer")
{
	const uint8_t *got;

	set_up_pages();
	got = arch_user_ptr(b->space, BUFFER & ~(PAGE - 1ul), false);
	CHECK(send_string(1001, 2000));
	CHECK_EQ(tag_of(b).raw, l4_tag(LABEL, 0, 2).raw);
	CHECK_EQ(get_mr(b, 1), 1001 << 10);
	CHECK_EQ(get_mr(b, 2), BUFFER);
	for (unsigned i = 3; i < 8; i++)
		CHECK_EQ(get_mr(b, i), b->id.raw + i);		/* not the sender's */
	for (unsigned i = 0; i < PAGE; i++)
		CHECK_EQ(got[i], i - 64 < 1001 ? 0x5a : 0);
	CHECK_EQ(from_of(b).raw, a->id.raw);
	answer();
	CHECK(!send_string(1001, 1000));			/* cut */
	CHECK_FAILED(a, SEND_ERROR(OVERFLOW) | 1000 << 4);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	CHECK(!call_to(a, b));
	answer();
	CHECK(!send_string(PAGE - 63, PAGE));			/* reaches into a page that b has not */
	CHECK(a->send == SEND_COPYING);
}

TEST(HFST0012, "a string for a thread that accepts none is an overflow for both")
{
	set_up_pages();
	put_mr(a, 0, l4_tag(LABEL, 0, 2).raw);
	put_mr(a, 1, 16 << 10);
	put_mr(a, 2, SOURCE);
	*thread_tcr(b, L4_TCR_BR0) = 0;
	*thread_tcr(b, L4_TCR_BR0 - 1) = 16 << 10;
	*thread_tcr(b, L4_TCR_BR0 - 2) = BUFFER;
	CHECK(ipc(a, b->id, b->id, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_FAILED(a, SEND_ERROR(OVERFLOW));
	CHECK_FAILED(b, RECEIVE_ERROR(OVERFLOW));
}

/* c faults at va; a, which waits for any thread, answers with that page of its own. */
static void answer_fault(l4_word_t va)
{
	put_marked(c, 5);
	CHECK(!touch(c, va, L4_W));
	CHECK(!blocked(a) && blocked(c));
	put_map(a, l4_fpage(va, 12, L4_RWX), va, false);
	CHECK(!ipc(a, c->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(blocked(a));
}

/* a is c's pager, and has answered its first fault. */
static void answer_first_fault(void)
{
	set_up(false);
	give(a, ram(15), 0x8000, 15, L4_RWX);
	*thread_tcr(c, L4_TCR_PAGER) = a->id.raw;
	CHECK(!receive_from(a, L4_ANYTHREAD));
	answer_fault(0x8000);
}

TEST(HFST0013, "after an answer to its page fault, one map item, a thread keeps its registers, halted or not")
{
	answer_first_fault();
	CHECK(!blocked(c) && touch(c, 0x8000, L4_W));
	answer_fault(0x9000);
	CHECK(!blocked(c) && touch(c, 0x9000, L4_W));
	for (unsigned i = 1; i < 8; i++)
		CHECK_EQ(get_mr(c, i), c->id.raw + i);
	CHECK(!touch(c, 0xa000, L4_W));
	CHECK(exregs(new_thread(c), c->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	put_map(a, l4_fpage(0xa000, 12, L4_RWX), 0xa000, false);
	CHECK(!ipc(a, c->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!thread_runnable(c) && mapped(c, 0xa000, L4_RWX));
}

static struct thread *beside;		/* in c's space */

/* Between two steps: a, which waited for an interrupt, takes c's fault, and answers it. */
static void answer_between(void *arg)
{
	(void)arg;
	if (world_hook.steps > 1)
		return;
	world_irq(LINE);
	CHECK(!blocked(a));
	world_run(beside);		/* c's space was loaded lately */
	CHECK(ipc(a, L4_NILTHREAD, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(from_of(a).raw, c->id.raw);
	put_map(a, l4_fpage(0x9000, 12, L4_RWX), 0x9000, false);
	CHECK(!ipc(a, c->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(mapped(c, 0x9000, L4_RWX) && world_current() != c);
}

TEST(HFST0014, "a thread does not continue when its fault is answered while its old senders are notified")
{
	l4_tid_t irq = l4_tid_global(LINE, 1), id;
	struct thread *sender[3 * CFG_STEP];

	answer_first_fault();
	CHECK(thread_control(root, irq, irq, L4_NILTHREAD, a->id, KEEP));
	id = c->id;
	for (unsigned i = 0; i < ARRAY_LEN(sender); i++)
		sender[i] = new_thread(a);
	PUT(root, LABEL);
	CHECK(send_to(root, a));
	CHECK(!receive_from(a, irq));
	set_prio(a, 120);
	beside = new_thread(c);
	CHECK(!touch(c, 0x9000, L4_W));
	set_prio(c, 130);
	for (unsigned i = 0; i < ARRAY_LEN(sender); i++)
		CHECK(!send_to(sender[i], c));
	world_hook = (struct world_hook){ .call = answer_between };
	CHECK(thread_control(root, l4_tid_global(l4_tid_number(id), l4_tid_version(id) + 1), c->id,
			     L4_NILTHREAD, L4_NILTHREAD, KEEP));
	world_hook.call = 0;
	CHECK(world_hook.steps > 1 && thread_runnable(c));
	for (unsigned i = 0; i < ARRAY_LEN(sender); i++)
		CHECK_FAILED(sender[i], SEND_ERROR(NOT_EXISTING));
}

enum { MINE = 0x8000 };

/* a calls b, unmaps a page and asks for the time: how many of these passed core by? */
static size_t call_all(void)
{
	host.fast = host.unmaps = host.clocks = 0;
	put_marked(a, 3);
	put_marked(b, 3);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	check_marked(b, a, 3);
	put_marked(b, 0);
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	unmap_fpage(a, l4_fpage(MINE, 12, L4_RWX), false);
	CHECK_EQ(get_mr(a, 0), l4_fpage(MINE, 12, 0).raw);
	host.now += 12345;
	CALL(a, L4_CALL_SYSTEM_CLOCK, 0);
	CHECK_EQ(thread_regs(a)->out[0], host.now);
	return host.fast + host.unmaps + host.clocks;
}

TEST(HFST0015, "a load of GS, which destroys its base, makes the fast path ask core, which mends the base")
{
	set_up(false);
	give(a, ram(12), MINE, 12, L4_RWX);
	call_all();				/* its space is known to the TLB again */
	CHECK_EQ(call_all(), by_fast(2) + by_fast_calls(2));
	host.gs_is_lost = true;
	CHECK_EQ(call_all(), host_has_gs ? 0 : by_fast(2) + by_fast_calls(2));
}

TEST(HFST0016, "a message in time ends a wait with a timeout without core, and its deadline does nothing")
{
	set_up(false);
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK(!ipc(b, a->id, L4_ANYTHREAD, timeouts(TIME_NEVER, time_us(500))));
	CHECK(b->timed);
	host.fast = 0;
	CHECK(!ipc(a, b->id, b->id, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(host.fast, by_fast(1));
	world_pass(1000);
	CHECK(!blocked(b) && !l4_tag_failed(tag_of(b)) && !tree_linked(&b->deadline));
}

TEST(HFST0017, "a message loads the FS base of a thread that has one, and no register is another for it")
{
	enum { OF_A = 1, OF_B = 2, BOTH = 3 };

	for (unsigned who = 0; who <= 2 * BOTH; who++) {
		set_up(who > BOTH);
		a->tls = who & OF_A ? (l4_word_t)0x1234567811223344 & (L4_USER_END - 1) : 0;
		b->tls = who & OF_B ? (l4_word_t)0x765400000000 & (L4_USER_END - 1) : 0;
		for (unsigned words = 0; words < 12; words++) {
			call_and_answer(words);
		}
		CHECK_EQ(host.fast, by_fast(24));
	}
}

static void send_words(struct thread *from, struct thread *to, l4_tid_t next, unsigned words)
{
	put_marked(to, words);
	put_marked(from, words);
	CHECK(!ipc(from, to->id, next, timeouts(TIME_ZERO, TIME_NEVER)));
	check_marked(to, from, words);
}

/* Where there are small spaces, the exit to one checks that nothing was loaded (ia32/enter.c). */
TEST(HFST0018, "messages to and from a small space are done without core, and load its segments")
{
	set_up(false);
	send_words(a, b, b->id, 0);
	send_words(b, a, L4_ANYTHREAD, 0);
	host.fast = 0;
	host.small = b->space;
	for (unsigned words = 0; words < 12; words++) {
		send_words(a, b, b->id, words);
		send_words(b, a, L4_ANYTHREAD, words);
	}
	CHECK_EQ(host.fast, by_fast(24));
}
