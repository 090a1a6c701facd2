/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exregs_all.c - ExchangeRegisters: every combination of flags, and halting in the middle of an IPC
 * (api 4.4). The threads run below the test, so that it sees what the call left before they continue.
 */
#include "actor.h"
#include "exregs.h"
#include "ipc.h"

enum { FLAG_BITS = 0x1ff, NEW_FLAGS = THREAD_FLAGS_SOME };

static L4_ThreadId_t me;

static void wait_for_me(void *unused)
{
	(void)unused;
	wait_in_ipc(0, me.raw, 0, (word)__L4_Ipc);
	guest_wait();
}

/* The register's new value if its bit is set, else the old one. */
static word choose(word control, word bit, word new, word old) { return control & bit ? new : old; }

static void check_combination(L4_ThreadId_t t, word control)
{
	struct exregs new = { .sp = 0x12345670, .ip = (word)redirect_target, .flags = NEW_FLAGS, .handle = 0x77,
			      .pager = me.raw };
	struct exregs old = exchange_control(t, 0), got = exchange(t, control, new), after;
	bool halted = (control & X_HALT) && (control & X_H), waits = !(control & X_R);

	CHECK_EQ(got.result, L4_LocalIdOf(t).raw);
	CHECK_EQ(got.control & 7, X_R);
	CHECK_EQ(got.sp, old.sp);
	CHECK_EQ(got.ip, old.ip);
	CHECK_EQ(got.flags, old.flags);
	CHECK_EQ(got.handle, old.handle);
	CHECK_EQ(got.pager, old.pager);
	after = exchange_control(t, 0);
	CHECK_EQ(after.sp, choose(control, X_SP, new.sp, old.sp));
	CHECK_EQ(after.ip, choose(control, X_IP, new.ip, old.ip));
	CHECK_EQ(after.flags & NEW_FLAGS, choose(control, X_FLAGS, new.flags, old.flags) & NEW_FLAGS);
	CHECK_EQ(after.handle, choose(control, X_HANDLE, new.handle, old.handle));
	CHECK_EQ(after.pager, choose(control, X_PAGER, new.pager, old.pager));
	CHECK_EQ(after.control & 7, (halted ? X_H : 0) | (waits ? X_R : 0));
}

TEST(GEXR0037, "each of the 512 combinations of flags has exactly its effect, and bits 9 to 13 have none")
{
	me = L4_Myself();
	for (word control = 0; control <= FLAG_BITS; control++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t = thread_start_prio(wait_for_me, 0, 90);

		while (thread_state(t) != L4_SCHEDRESULT_WAITING)
			sleep_us(50);
		check_combination(t, control | (control * 0x9e5 & 0x1f) << 9);
		thread_delete(t);
		world_release(mark);
	}
}

TEST(GEXR0038, "nilthread: the result is nilthread, the error 2, and all values are 0")
{
	struct exregs x = exchange(L4_nilthread, FLAG_BITS, (struct exregs){ .sp = 1, .ip = 2, .handle = 3 });

	CHECK_EQ(x.result, 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	CHECK_EQ(x.control | x.sp | x.ip | x.flags | x.handle | x.pager, 0);
}

TEST(GEXR0039, "in every state control out shows whether it was halted, receiving or sending")
{
	static const unsigned char control[ACTOR_STATES] = {
		[WAITING] = X_R, [SLEEPING] = X_R, [SENDING] = X_S, [FAULTING] = X_S, [TRAPPED] = X_S,
		[GIVING] = X_S, [TAKING] = X_R, [HALTED] = X_H, [STARTING] = X_R,
	};
	static struct actor a;

	for (enum actor_state state = 0; state < INACTIVE; state++) {
		actor_make(&a, 0, state, L4_Myself());
		guest_note("state", state);
		CHECK_EQ(exchange_control(a.t, 0).control & 7, control[state]);
		CHECK_EQ(exchange_control(a.t, 0).control & 7, control[state]);
		thread_delete(a.t);
	}
}

/* ---- halted in the middle of an IPC ---- */

static void halt(L4_ThreadId_t t)
{
	exchange_control(t, X_HALT | X_H);
	CHECK_EQ(exchange_control(t, 0).control & X_H, X_H);
}

static void resume(L4_ThreadId_t t) { exchange_control(t, X_HALT); }

TEST(GHLT0001, "a sender halted in the queue is still received, and stops then")
{
	static struct actor a;

	actor_make(&a, 0, SENDING, L4_Myself());
	halt(a.t);
	CHECK_EQ(wait_now().error, 0);
	sleep_us(1000);
	CHECK(!a.done);
	CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_INACTIVE);
	resume(a.t);
	CHECK(a.done);
	CHECK_EQ(a.error, 0);
}

TEST(GHLT0002, "a thread halted in its page fault gets its page, and stops before the instruction")
{
	static struct actor a;
	L4_Fpage_t f = fpage(pool(0), 12, RW);

	actor_make(&a, 0, FAULTING, L4_Myself());
	halt(a.t);
	CHECK_EQ(tag_protocol((L4_MsgTag_t){ .raw = wait_now().tag }), N_PAGEFAULT);
	load_map(1, f, WINDOW);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Reply(a.t)));
	sleep_us(1000);
	CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_INACTIVE);
	resume(a.t);
	CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_WAITING);
	thread_delete(a.t);
	L4_Flush(fpage(WINDOW, 12, L4_FullyAccessible));
}

TEST(GHLT0003, "the giver and the taker of a string halted in it bring it to its end, and stop then")
{
	for (unsigned taker = 0; taker < 2; taker++) {
		static struct taker t;
		static struct giver g;
		static struct string_pager p;
		L4_ThreadId_t from, to, halted;

		p = (struct string_pager){ .delay = 5000 };
		taker_init(&t);
		t.pager = thread_start(serve_strings, &p);
		taker_buffer(&t, WINDOW, PAGE);
		to = thread_start(take, &t);
		g = (struct giver){ .to = to, .at = pool(0), .bytes = PAGE };
		from = thread_start(give, &g);
		halted = taker ? to : from;
		halt(halted);
		sleep_us(20000);
		CHECK_EQ(taker ? t.got.done : g.done, 0);
		CHECK_EQ(taker ? g.done : t.got.done, 1);
		resume(halted);
		CHECK(g.done && t.got.done);
		CHECK_EQ(g.error, 0);
		CHECK_EQ(t.got.error, 0);
		L4_Flush(fpage(WINDOW, 12, L4_FullyAccessible));
	}
}

TEST(GHLT0004, "the timeout of a thread halted in its receive expires; it gets the error when it is resumed")
{
	static struct job j;
	L4_ThreadId_t t;

	j = (struct job){ .from = L4_Myself(), .timeouts = L4_Timeouts(L4_Never, L4_TimePeriod(2000)) };
	t = thread_start(run_job, &j);
	halt(t);
	sleep_us(10000);
	CHECK(!j.got.done);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
	resume(t);
	CHECK(j.got.done);
	CHECK_EQ(j.got.error, RECEIVE_TIMEOUT);
}

TEST(GHLT0005, "one halted when it is about to take a message from its queue takes it, and stops then")
{
	static struct job call, waiting;
	L4_ThreadId_t t;

	call = (struct job){ .to = L4_Myself(), .from = L4_anythread };
	t = thread_start_prio(run_job, &call, 90);
	while (thread_state(t) != L4_SCHEDRESULT_PENDING_SEND)
		sleep_us(50);
	waiting = (struct job){ .to = t };
	thread_start(run_job, &waiting);
	CHECK_EQ(wait_now().error, 0);
	halt(t);
	CHECK(!waiting.got.done);
	sleep_us(1000);
	CHECK(waiting.got.done && !call.got.done);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
	resume(t);
	sleep_us(1000);
	CHECK(call.got.done);
	CHECK_EQ(call.got.error, 0);
}

/* ---- the start message, and what a pager may answer (protocols 1, 3) ---- */

static L4_MsgTag_t reply_item(L4_ThreadId_t t, word u, word first, word second)
{
	L4_LoadMR((int)u + 1, first);
	L4_LoadMR((int)u + 2, second);
	L4_Set_MsgTag(tag_make(0, u, 2));
	return L4_Reply(t);
}

TEST(GSTA0001, "a start message with an item is an overflow of the pager, and the thread waits for another")
{
	L4_ThreadId_t t = thread_waiting(L4_Myself());
	L4_Fpage_t f = fpage(pool(0), 12, RW);

	L4_LoadMR(1, (word)guest_thread_entry);
	L4_LoadMR(2, stack_new());
	CHECK(L4_IpcFailed(reply_item(t, 2, L4_MapItem(f, WINDOW).raw[0], f.raw)));
	CHECK_EQ(L4_ErrorCode() & 0xf, SEND_OVERFLOW);
	CHECK(L4_Set_Priority(t, 150));
	L4_Receive_Timeout(t, L4_TimePeriod(1000));		/* no page fault at 0 */
	CHECK_EQ(L4_ErrorCode() & 0xf, RECEIVE_TIMEOUT);
}

TEST(GSTA0002, "a start message of another length than two words starts the thread at 0, where it faults")
{
	for (word u = 0; u < 6; u++) {
		L4_ThreadId_t t = thread_waiting(L4_Myself());
		L4_MsgTag_t tag;

		if (u == 2)
			continue;
		CHECK(L4_Set_Priority(t, 150));
		msg_load(0, u, 0x5000);
		CHECK(L4_IpcSucceeded(L4_Reply(t)));
		tag = L4_Receive_Timeout(t, L4_TimePeriod(10000));
		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), 0);
		CHECK_EQ(mr(2), 0);
	}
}

TEST(GSTA0003, "a pager that answers with a string gets an overflow, and its thread stops")
{
	static struct actor a;

	actor_make(&a, 0, FAULTING, L4_Myself());
	CHECK_EQ(wait_now().error, 0);
	CHECK(L4_IpcFailed(reply_item(a.t, 0, 10 << 10, pool(0))));
	CHECK_EQ(L4_ErrorCode() & 0xf, SEND_OVERFLOW);
	CHECK_EQ(thread_state(a.t), L4_SCHEDRESULT_INACTIVE);
}
