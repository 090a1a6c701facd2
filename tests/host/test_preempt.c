/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_preempt.c - hostile calls at every preemption point of every long operation.
 *
 * Two threads wait for interrupts at priorities above everybody: `mole` in the space of b, without
 * privileges, and `rival` in the root server's space. An operation is run again and again from the
 * same copy of the world; in run k the interrupt of one of them comes at the k-th place where
 * interrupts are let in, and it plays its script. Whatever it does, the operation ends, and what it
 * promises holds. The invariants are checked after every step by the world itself.
 */
#include <stdlib.h>
#include <core/arch.h>
#include "world.h"

#define NIL L4_NILTHREAD

enum { VA = 0x400000, LOG2 = 19, SIZE = 1 << LOG2, PAGE = 4096, MOLE_LINE = 6, RIVAL_LINE = 7 };

static struct thread *a, *b, *c, *a2, *mole, *rival;

/* ---- the stage ---- */

static void make_handler(struct thread *t, unsigned line, unsigned prio)
{
	l4_tid_t irq = l4_tid_global(line, 1);

	CHECK(thread_control(root, irq, irq, NIL, t->id, KEEP));
	CHECK(!receive_from(t, irq));
	set_prio(t, prio);
}

static void map(struct thread *from, struct thread *to, l4_word_t at, unsigned log2, l4_word_t dest, bool grant)
{
	accept_window(to, L4_COMPLETE);
	CHECK(!receive_from(to, from->id));
	put_map(from, l4_fpage(at, log2, L4_RWX), dest, grant);
	CHECK(send_to(from, to));
}

/* a has SIZE bytes at VA; b has them from a, and c from b page by page and at two places. */
static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	c = new_space();
	a2 = new_thread(a);
	mole = new_thread(b);
	rival = new_thread(root);
	give(a, ram(21), VA, 21, L4_RWX);
	map(a, b, VA, LOG2, VA, false);
	for (l4_word_t o = 0; o < SIZE; o += 8 * PAGE)
		map(b, c, VA + o, 12, VA + o, false);
	map(b, c, VA, 16, 8 * VA, false);
	make_handler(mole, MOLE_LINE, 200);
	make_handler(rival, RIVAL_LINE, 210);
	world_run(root);
}

/* Ids outlive their threads. */
static l4_tid_t a_id, b_id, c_id;

static void remember(void)
{
	a_id = a->id;
	b_id = b->id;
	c_id = c->id;
}

struct script { void (*play)(void); bool by_rival; };

static struct script script;
static unsigned play_at;

static void at_preemption_point(void *arg)
{
	struct thread *who = script.by_rival ? rival : mole;
	unsigned line = script.by_rival ? RIVAL_LINE : MOLE_LINE;
	l4_tid_t irq = l4_tid_global(line, 1);

	(void)arg;
	if (world_hook.steps != play_at + 1)
		return;
	world_irq(line);
	CHECK(world_current() == who);
	script.play();
	if (thread_by_number(l4_tid_number(irq))->handler == who && world_current() == who) {
		PUT(who, 0);
		ipc(who, irq, irq, timeouts(TIME_ZERO, TIME_NEVER));
	}
}

static bool somebody_works(void)
{
	for (l4_word_t n = kernel.user_base; n < kernel.user_base + 1200; n++)
		if (thread_by_number(n) && thread_by_number(n)->work != WORK_NONE)
			return true;
	return kernel.active_walks > 0;
}

/* Let all that was begun come to its end. */
static void settle_down(void)
{
	for (unsigned i = 0; i < 500 && somebody_works(); i++)
		world_pass(CFG_TIMESLICE_US);
	CHECK(!somebody_works());
}

/* The operation with the script at preemption point number `at`; returns how many it had. */
static unsigned perform(const struct world_copy *start, unsigned at, void (*operation)(void))
{
	unsigned points;

	world_restore(start);
	remember();
	play_at = at;
	world_hook = (struct world_hook){ .call = at_preemption_point };
	operation();
	points = world_hook.steps;
	world_hook.call = 0;
	settle_down();
	return points;
}

/* Run the operation with the script at each of its preemption points, then judge the result. */
static void at_every_point(void (*operation)(void), void (*play)(void), bool by_rival, void (*judge)(void))
{
	struct world_copy *start = world_save();
	unsigned points = perform(start, UINT32_MAX, operation);

	CHECK(points > 0);
	script = (struct script){ play, by_rival };
	for (unsigned at = 0; at < points; at++) {
		perform(start, at, operation);
		judge();
	}
	world_restore(start);
	world_drop(start);
}

/* ---- operations and what they promise ---- */

static void flush_all(void)
{
	put_mr(a, 0, l4_fpage(VA, LOG2, L4_RWX).raw);
	CALL(a, L4_CALL_UNMAP, L4_UNMAP_FLUSH);
}

static void check_gone(l4_tid_t id, l4_word_t at, l4_word_t size)
{
	struct thread *t = thread_find(id);

	for (l4_word_t o = 0; t && o < size; o += PAGE)
		CHECK(!mapped(t, at + o, 0));
}

static void nothing_is_left(void)
{
	check_gone(a_id, VA, SIZE);
	check_gone(b_id, VA, SIZE);
	check_gone(c_id, VA, SIZE);
	check_gone(c_id, 8 * VA, 1 << 16);
	check_gone(c_id, 16 * VA, SIZE);
	check_gone(b_id, 16 * VA, SIZE);
}

/* ---- scripts ---- */

static void do_nothing(void) { }

/* c's thread waits; what b still has of the region is mapped on while it is being flushed. */
static void map_on(void)
{
	put_map(mole, l4_fpage(VA, LOG2, L4_RWX), 16 * VA, false);
	CHECK(ipc(mole, c->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

static void map_to_self(void)
{
	put_map(mole, l4_fpage(VA, LOG2, L4_RWX), 16 * VA, false);
	CHECK(ipc(mole, b->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

static void grant_on(void)
{
	put_map(mole, l4_fpage(VA + SIZE / 2, LOG2 - 1, L4_RWX), 16 * VA, true);
	CHECK(ipc(mole, c->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

static void flush_own(void)
{
	put_mr(mole, 0, l4_fpage(VA + SIZE / 4, LOG2 - 2, L4_RWX).raw);
	CALL(mole, L4_CALL_UNMAP, L4_UNMAP_FLUSH);
}

static void read_status(void)
{
	put_mr(mole, 0, L4_COMPLETE.raw);
	CALL(mole, L4_CALL_UNMAP, 0);
}

static void rival_deletes(l4_tid_t id)
{
	CHECK(thread_control(rival, id, NIL, NIL, NIL, KEEP));
}

static void delete_a(void) { rival_deletes(a_id); }
static void delete_a_and_a2(void) { rival_deletes(a2->id); rival_deletes(a_id); }
static void delete_b(void) { rival_deletes(mole->id); rival_deletes(b_id); }
static void delete_c(void) { rival_deletes(c_id); }
static void delete_root(void) { rival_deletes(root->id); }

static void move_a(void)
{
	l4_tid_t new = l4_tid_global(l4_tid_number(a_id), 5);

	CHECK(thread_control(rival, new, a_id, NIL, NIL, KEEP));
	a_id = new;
}

/* a2, of a's space, acts above everybody, and sleeps ever after. */
static void by_a2(void (*act)(void))
{
	CHECK(schedule(rival, a2->id, KEEP, 220) != L4_SCHED_ERROR);
	CHECK(world_current() == a2);
	act();
	CHECK(!receive_from(a2, a2->id));
	CHECK(schedule(rival, a2->id, KEEP, CFG_PRIO_DEFAULT) != L4_SCHED_ERROR);
}

static void flush_as_a2(void)
{
	put_mr(a2, 0, l4_fpage(VA, LOG2, L4_RWX).raw);
	CALL(a2, L4_CALL_UNMAP, L4_UNMAP_FLUSH);
	CHECK(!mapped(a2, VA, 0));
	CHECK(!mapped(b, VA, 0));
}

static void halt_and_abort_as_a2(void)
{
	CHECK(exregs(a2, a_id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT | L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0));
}

static void second_flush(void) { by_a2(flush_as_a2); }
static void halt_a(void) { by_a2(halt_and_abort_as_a2); }

/* ---- unmap ---- */

static void with_waiting_receivers(void)
{
	set_up();
	remember();
	accept_window(c, L4_COMPLETE);
	CHECK(!receive_from(c, mole->id));
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, mole->id));
	CHECK(!receive_from(root, root->id));
	world_run(a);
}

TEST(PRE0001, "a flush is preemptible, and clears all that was derived")
{
	with_waiting_receivers();
	at_every_point(flush_all, do_nothing, false, nothing_is_left);
}

TEST(PRE0002, "a flush while what it flushes is mapped on to another space")
{
	with_waiting_receivers();
	at_every_point(flush_all, map_on, false, nothing_is_left);
}

TEST(PRE0003, "a flush while what it flushes is mapped on inside the space")
{
	with_waiting_receivers();
	at_every_point(flush_all, map_to_self, false, nothing_is_left);
}

TEST(PRE0004, "a flush while what it flushes is granted away")
{
	with_waiting_receivers();
	at_every_point(flush_all, grant_on, false, nothing_is_left);
}

TEST(PRE0005, "a flush while the receiver flushes its own part, or reads its status")
{
	with_waiting_receivers();
	at_every_point(flush_all, flush_own, false, nothing_is_left);
	at_every_point(flush_all, read_status, false, nothing_is_left);
}

TEST(PRE0006, "a flush whose caller is deleted is finished all the same")
{
	with_waiting_receivers();
	at_every_point(flush_all, delete_a, true, nothing_is_left);
}

TEST(PRE0007, "a flush while the receiving spaces are deleted")
{
	with_waiting_receivers();
	at_every_point(flush_all, delete_b, true, nothing_is_left);
	at_every_point(flush_all, delete_c, true, nothing_is_left);
}

TEST(PRE0022, "two flushes of one space at a time: the second finishes the first")
{
	with_waiting_receivers();
	at_every_point(flush_all, second_flush, true, nothing_is_left);
}

TEST(PRE0023, "a flush whose caller is halted is finished all the same")
{
	with_waiting_receivers();
	at_every_point(flush_all, halt_a, true, nothing_is_left);
}

TEST(PRE0008, "a flush whose caller gets another id")
{
	with_waiting_receivers();
	at_every_point(flush_all, move_a, true, nothing_is_left);
}

TEST(PRE0009, "a flush while its whole space is deleted")
{
	with_waiting_receivers();
	at_every_point(flush_all, delete_a_and_a2, true, nothing_is_left);
}

/* ---- map ---- */

/* b gets all of a's region again, at another address, in steps. */
static void map_again(void)
{
	put_map(a, l4_fpage(VA, LOG2, L4_RWX), 16 * VA, false);
	ipc(a, b_id, NIL, timeouts(TIME_ZERO, TIME_ZERO));
}

static void any_end_will_do(void)
{
	struct thread *x = thread_find(a_id), *y = thread_find(b_id);

	CHECK(!x || (x->send != SEND_COPYING && x->work == WORK_NONE));
	CHECK(!y || (y->recv != RECV_COPYING && y->work == WORK_NONE));
}

static void map_is_done(void)
{
	any_end_will_do();
	CHECK_SENT(a);
	CHECK(mapped(b, 16 * VA, L4_RWX));
	CHECK(mapped(b, 16 * VA + SIZE - PAGE, L4_RWX));
}

static void b_waits_for_a(void)
{
	set_up();
	remember();
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, a->id));
	accept_window(c, L4_COMPLETE);
	CHECK(!receive_from(c, mole->id));
	CHECK(!receive_from(root, root->id));
	world_run(a);
}

static void flush_target(void)
{
	put_mr(mole, 0, l4_fpage(16 * VA, LOG2, L4_RWX).raw);
	CALL(mole, L4_CALL_UNMAP, L4_UNMAP_FLUSH);
}

TEST(PRE0010, "a transfer in steps ends with the whole region mapped")
{
	b_waits_for_a();
	at_every_point(map_again, do_nothing, false, map_is_done);
	at_every_point(map_again, map_on, false, map_is_done);
	at_every_point(map_again, flush_own, false, map_is_done);
}

TEST(PRE0011, "a transfer while its receiver flushes what has arrived")
{
	b_waits_for_a();
	at_every_point(map_again, flush_target, false, any_end_will_do);
}

TEST(PRE0012, "a transfer whose sender, receiver or their spaces are deleted")
{
	b_waits_for_a();
	at_every_point(map_again, delete_a, true, any_end_will_do);
	at_every_point(map_again, delete_a_and_a2, true, any_end_will_do);
	at_every_point(map_again, delete_b, true, any_end_will_do);
	at_every_point(map_again, move_a, true, any_end_will_do);
}

static void aborted_or_done(void)
{
	any_end_will_do();
	if (a->halted && l4_tag_failed((l4_tag_t){ a->utcb[0] })) {
		CHECK_EQ(error_of(a), SEND_ERROR(ABORTED));
		CHECK_EQ(error_of(b), RECEIVE_ERROR(ABORTED));
	}
}

TEST(PRE0013, "a transfer that is aborted ends with error 7 on both sides")
{
	b_waits_for_a();
	at_every_point(map_again, halt_a, true, aborted_or_done);
}

/* ---- deletion ---- */

static void delete_c_space(void) { delete_thread(c_id); }

static void delete_a_space(void)
{
	delete_thread(a2->id);
	if (thread_find(a_id) && thread_find(root->id))
		delete_thread(a_id);
}

static void a_is_gone(void)
{
	CHECK(!thread_find(a_id));
	nothing_is_left();
}

static void root_runs(void)
{
	set_up();
	remember();
	accept_window(c, L4_COMPLETE);
	CHECK(!receive_from(c, mole->id));
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, mole->id));
	CHECK(!receive_from(a2, L4_ANYTHREAD));
	CHECK(!receive_from(a, L4_ANYTHREAD));
	world_run(root);
}

TEST(PRE0014, "a space is deleted while what it had is mapped on, granted, flushed, deleted")
{
	root_runs();
	at_every_point(delete_a_space, do_nothing, false, a_is_gone);
	at_every_point(delete_a_space, map_on, false, a_is_gone);
	at_every_point(delete_a_space, map_to_self, false, a_is_gone);
	at_every_point(delete_a_space, grant_on, false, a_is_gone);
	at_every_point(delete_a_space, flush_own, false, a_is_gone);
	at_every_point(delete_a_space, read_status, false, a_is_gone);
}

TEST(PRE0015, "a space is deleted while others with its pages are")
{
	root_runs();
	at_every_point(delete_a_space, delete_b, true, a_is_gone);
	at_every_point(delete_a_space, delete_c, true, a_is_gone);
}

static size_t spaces_before;

static void one_space_less(void)
{
	if (!thread_find(a_id))
		CHECK_EQ(kernel.nspaces, spaces_before - 1);
}

TEST(PRE0016, "the deleter of a space is deleted itself: its deleter finishes the work")
{
	root_runs();
	spaces_before = kernel.nspaces;
	at_every_point(delete_a_space, delete_root, true, one_space_less);
}

/* ---- a thread with many senders ---- */

enum { SENDERS = 150 };

static struct thread *sender[SENDERS];
static l4_tid_t sender_id[SENDERS];

static void many_senders(unsigned n)
{
	set_up();
	remember();
	for (unsigned i = 0; i < n; i++) {
		struct thread *t = new_thread(i % 3 ? b : a);

		if (i % 2)
			CHECK(!send_to(t, c));
		else
			CHECK(!receive_from(t, c->id));
		if (n == SENDERS) {
			sender[i] = t;
			sender_id[i] = t->id;
		}
	}
	world_run(root);
}

static void all_are_told(void)
{
	for (unsigned i = 0; i < SENDERS; i++) {
		struct thread *t = thread_find(sender_id[i]);

		if (!t)
			continue;
		CHECK(!blocked(t));
		CHECK_EQ(error_of(t), i % 2 ? SEND_ERROR(NOT_EXISTING) : RECEIVE_ERROR(NOT_EXISTING));
	}
	CHECK(!thread_find(c_id));
}

static void send_to_dying(void)
{
	PUT(mole, 0);
	CHECK(ipc(mole, c_id, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(mole, SEND_ERROR(NOT_EXISTING));
	CHECK(receive_from(mole, c_id));
	CHECK_FAILED(mole, RECEIVE_ERROR(NOT_EXISTING));
}

static void delete_some_senders(void)
{
	for (unsigned i = SENDERS - 6; i < SENDERS; i++)
		rival_deletes(sender_id[i]);
	rival_deletes(sender_id[0]);
	rival_deletes(sender_id[75]);
}

static void use_the_number_again(void)
{
	CHECK(thread_control(rival, l4_tid_global(l4_tid_number(c_id), 2), b->id, root->id, NIL, KEEP));
}

static void delete_it_again(void) { rival_deletes(c_id); }

TEST(PRE0017, "a thread is deleted while its 150 partners send, die, or its number is used again")
{
	many_senders(SENDERS);
	at_every_point(delete_c_space, send_to_dying, false, all_are_told);
	at_every_point(delete_c_space, delete_some_senders, true, all_are_told);
	at_every_point(delete_c_space, use_the_number_again, true, all_are_told);
	at_every_point(delete_c_space, delete_it_again, true, all_are_told);
}

TEST(PRE0018, "the deleter of a thread with many senders is deleted: all are told all the same")
{
	many_senders(SENDERS);
	at_every_point(delete_c_space, delete_root, true, all_are_told);
}

static void rename_c(void)
{
	CHECK(thread_control(root, l4_tid_global(l4_tid_number(c_id), 3), c_id, NIL, NIL, KEEP));
}

static void delete_renamed(void) { rival_deletes(l4_tid_global(l4_tid_number(c_id), 3)); }

static void rename_again(void)
{
	CHECK(thread_control(rival, l4_tid_global(l4_tid_number(c_id), 4),
			     l4_tid_global(l4_tid_number(c_id), 3), NIL, NIL, KEEP));
}

static void rename_by_root(void)
{
	thread_control(root, l4_tid_global(l4_tid_number(c_id), 3), c_id, NIL, NIL, KEEP);
}

TEST(PRE0019, "a thread gets a new id while its 150 partners send, and while it is deleted or renamed again")
{
	many_senders(SENDERS);
	at_every_point(rename_c, send_to_dying, false, all_are_told);
	at_every_point(rename_c, delete_some_senders, true, all_are_told);
	at_every_point(rename_by_root, delete_renamed, true, all_are_told);
	at_every_point(rename_by_root, rename_again, true, all_are_told);
	at_every_point(rename_by_root, delete_root, true, all_are_told);
}

TEST(PRE0020, "a thread with 700 partners is deleted in bounded steps")
{
	many_senders(700);
	world_hook.steps = 0;
	CHECK(delete_thread(c_id));
	CHECK(world_hook.steps >= 700 / CFG_STEP);
	for (l4_word_t n = kernel.user_base; n < kernel.user_base + 1200; n++) {
		struct thread *t = thread_by_number(n);

		if (t && t->life == THREAD_ACTIVE)
			CHECK(t->partner == 0 || t->partner->kind == THREAD_IRQ);
	}
}

/* ---- moving a thread with many senders ---- */

static void move_c_thread(void)
{
	thread_control(root, mole->id, c_id, NIL, NIL, KEEP);
}

static unsigned received;

static void all_senders_are_served(void)
{
	received = 0;
	while (ipc(mole, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)) && !l4_tag_failed(tag_of(mole)))
		received++;
	CHECK_EQ(received, 100);
}

static void send_to_moving(void)
{
	CHECK(ipc(rival, mole->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

TEST(PRE0021, "a thread moves to another space with 100 senders in its queues, and serves each once")
{
	set_up();
	remember();
	for (unsigned i = 0; i < 100; i++)
		CHECK(!send_to(new_thread(i % 3 ? b : a), mole));
	CHECK(thread_control(root, l4_tid_global(MOLE_LINE, 1), l4_tid_global(MOLE_LINE, 1), NIL,
			     l4_tid_global(MOLE_LINE, 1), KEEP));
	world_run(root);
	at_every_point(move_c_thread, send_to_moving, true, all_senders_are_served);
}

/* ---- a thread is renamed in each state, and disturbed ---- */

enum { FEW_SENDERS = 70, STATES = 4 };	/* more than are told in one step */

static l4_tid_t b_new;

static void b_is_renamed(unsigned state)
{
	set_up();
	remember();
	b_new = l4_tid_global(l4_tid_number(b_id), 77);
	for (unsigned i = 0; i < FEW_SENDERS; i++) {
		sender[i] = new_thread(i % 3 ? b : a);
		sender_id[i] = sender[i]->id;
	}
	if (state == 1)
		CHECK(!receive_from(b, c->id));
	if (state == 2)
		CHECK(!send_to(b, c));
	if (state == 3)
		CHECK(exregs(sender[1], b->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	for (unsigned i = 0; i < FEW_SENDERS; i++)
		CHECK(!ipc(sender[i], b->id, NIL, timeouts(time_us(300000), TIME_NEVER)));
	world_run(root);
}

static void rename_b(void) { thread_control(root, b_new, b_id, NIL, NIL, KEEP); }

static void let_all_time_out(void)
{
	host.now += 400000;
	for (unsigned i = 0; i < 3; i++) {
		host.timer = L4_FOREVER;
		world_settle(kernel_timer(world_current()));
	}
}

static void delete_all_senders(void)
{
	for (unsigned i = 0; i < FEW_SENDERS; i++)
		rival_deletes(sender_id[i]);
}

static l4_tid_t b_by_local_id(void) { return local_id(mole->space == b->space ? b : mole); }

static void resume_b(void) { exregs(mole, b_by_local_id(), L4_EXREGS_SET_HALT, 0, 0); }

static void abort_b(void)
{
	exregs(mole, b_by_local_id(), L4_EXREGS_SET_HALT | L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0);
}

static void halt_b(void)
{
	exregs(mole, b_by_local_id(), L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0);
}

static void send_to_new_id(void)
{
	CHECK(ipc(mole, b_new, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(mole, SEND_ERROR(TIMEOUT));
}

static void raise_b(void)
{
	CHECK(schedule(rival, b_new, KEEP, 120) != L4_SCHED_ERROR);
	CHECK(schedule(rival, b_new, KEEP, 90) != L4_SCHED_ERROR);
}

static void delete_b_now(void) { rival_deletes(b_new); }

static void b_is_in_order(void)
{
	for (unsigned i = 0; i < FEW_SENDERS; i++)
		CHECK(!thread_find(sender_id[i]) || !blocked(thread_find(sender_id[i])));
	CHECK(!thread_find(b_id));
}

TEST(PRE0025, "a thread in any state is renamed while its senders time out or die, or it is acted upon")
{
	static const struct script scripts[] = {
		{ let_all_time_out, false }, { delete_all_senders, true }, { resume_b, false },
		{ abort_b, false }, { halt_b, false }, { send_to_new_id, false }, { raise_b, true },
		{ delete_b_now, true }, { delete_root, true },
	};

	for (unsigned state = 0; state < STATES; state++) {
		b_is_renamed(state);
		for (unsigned i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
			at_every_point(rename_b, scripts[i].play, scripts[i].by_rival, b_is_in_order);
	}
}

/* ---- local ids of a dying thread ---- */

static l4_tid_t b_local;

static void delete_b_thread(void) { delete_thread(b_id); }

static void use_local_id_of_dying(void)
{
	clear_error(mole);
	CHECK(ipc(mole, b_local, NIL, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_FAILED(mole, SEND_ERROR(NOT_EXISTING));
	CHECK(receive_from(mole, b_local));
	CHECK_FAILED(mole, RECEIVE_ERROR(NOT_EXISTING));
	CHECK(!exregs(mole, b_local, L4_EXREGS_SET_HALT, 0, 0));
}

static void no_thread_waits_for_b(void)
{
	CHECK(!thread_find(b_id));
	CHECK(!blocked(c));
}

TEST(PRE0024, "the local id of a thread that is being deleted names nobody any more")
{
	set_up();
	b_local = local_id(b);
	for (unsigned i = 0; i < 100; i++)
		CHECK(!send_to(new_thread(i % 3 ? b : a), b));
	CHECK(!send_to(c, b));
	world_run(root);
	at_every_point(delete_b_thread, use_local_id_of_dying, false, no_thread_waits_for_b);
}
