/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delayed_preemption.c - delayed preemption (api 2.2, 7.1, 7.2; protocols 4): a thread `holder` at
 * priority 80 computes with d set, and another one becomes ready meanwhile. The test, above both,
 * sleeps.
 */
#include "machine.h"

enum { HOLDER = 80, DELAY = 6000, DUE = 5000, SLACK = 1000 };

/* The allowance for an event that should come at once. */
static word slack(void) { return SLACK + 200 * entry_us(); }

static word set_preemption(L4_ThreadId_t t, word sensitive, word delay)
{
	return L4_Set_PreemptionDelay(t, sensitive, delay);
}

/* Sleeps, and records when it should have run and when it did: a number of times. */
enum { ROUNDS = 3 };
struct sleeper { unsigned rounds; volatile word due[ROUNDS], ran[ROUNDS]; };

static void sleep_and_note(void *arg)
{
	struct sleeper *s = arg;

	for (unsigned i = 0; i < s->rounds; i++) {
		s->due[i] = now() + DUE;
		sleep_us(DUE);
		s->ran[i] = now();
	}
}

static word late(const struct sleeper *s, unsigned i)
{
	CHECK(s->ran[i] != 0);
	guest_note("late", s->ran[i] - s->due[i]);
	return s->ran[i] - s->due[i];
}

/* What the holder does when it sees I, and what it saw. */
enum act { GO_ON, SWITCH, CLEAR_D };
struct holder { enum act act; bool no_d; volatile word counter, pending_at, pending; };

static void hold(void *arg)
{
	struct holder *h = arg;

	if (!h->no_d)
		L4_DisablePreemption();
	for (;;) {
		h->counter++;
		if (!L4_PreemptionPending())		/* clears it */
			continue;
		h->pending_at = now();
		h->pending++;
		if (h->act == SWITCH) {
			L4_ThreadSwitch(L4_nilthread);
		} else if (h->act == CLEAR_D) {
			L4_EnablePreemption();
			L4_Receive_Timeout(L4_Myself(), L4_ZeroTime);
			L4_DisablePreemption();
		}
	}
}

static L4_ThreadId_t start_holder(struct holder *h, word sensitive, word delay)
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK(set_preemption(t, sensitive, delay) != 0);
	thread_go(t, HOLDER, thread_frame(stack_new(), hold, h));
	return t;
}

static struct holder holder;
static struct sleeper sleeper;

/* One holder, one sleeper of priority prio; the test sleeps until all is over. */
static void play(struct holder h, word sensitive, word delay, word prio, unsigned rounds)
{
	holder = h;
	sleeper = (struct sleeper){ .rounds = rounds };
	start_holder(&holder, sensitive, delay);
	thread_start_prio(sleep_and_note, &sleeper, prio);
	sleep_us(rounds * (DUE + DELAY) + 10000);
	CHECK(holder.counter > 0);
}

TEST(GDLY0001, "with d a thread delays one of its sensitive priority for its maximum delay; I is set")
{
	play((struct holder){ .act = GO_ON }, 85, DELAY, 85, 1);
	CHECK(late(&sleeper, 0) >= DELAY);
	CHECK(late(&sleeper, 0) < DELAY + slack());
	CHECK_EQ(holder.pending, 1);
	CHECK(holder.pending_at >= sleeper.due[0] && holder.pending_at < sleeper.due[0] + slack());
}

TEST(GDLY0002, "without a maximum delay, as threads begin, d has no effect, and I stays clear")
{
	play((struct holder){ .act = GO_ON }, 85, 0, 85, 1);
	CHECK(late(&sleeper, 0) < slack());
	CHECK_EQ(holder.pending, 0);
}

TEST(GDLY0003, "without d a maximum delay has no effect")
{
	play((struct holder){ .no_d = true }, 85, DELAY, 85, 1);
	CHECK(late(&sleeper, 0) < slack());
	CHECK_EQ(holder.pending, 0);
}

TEST(GDLY0004, "one above the sensitive priority is not held off")
{
	play((struct holder){ .act = GO_ON }, 85, DELAY, 86, 1);
	CHECK(late(&sleeper, 0) < slack());
	CHECK_EQ(holder.pending, 0);
}

TEST(GDLY0005, "a thread that switches when it sees I lets the other one run, and has its whole delay again")
{
	play((struct holder){ .act = SWITCH }, 85, DELAY, 85, 3);
	for (unsigned i = 0; i < 3; i++)
		CHECK(late(&sleeper, i) < slack());
	CHECK(holder.pending == 3 || entry_us() > SLOW_US);	/* it may come too late to see I */
}

TEST(GDLY0006, "without a ThreadSwitch a delay that is used up is not given again")
{
	play((struct holder){ .act = GO_ON }, 85, DELAY, 85, 3);
	CHECK(late(&sleeper, 0) >= DELAY);
	CHECK(late(&sleeper, 1) < slack());
	CHECK(late(&sleeper, 2) < slack());
	CHECK_EQ(holder.pending, 1);
}

TEST(GDLY0007, "a thread that clears d is preempted at its next system call, and keeps the rest of its delay")
{
	play((struct holder){ .act = CLEAR_D }, 85, DELAY, 85, 3);
	for (unsigned i = 0; i < 3; i++)
		CHECK(late(&sleeper, i) < slack());
	CHECK_EQ(holder.pending, 3);
}

static void note_start(void *when)
{
	*(volatile word *)when = now();
	guest_wait();
}

/* How long the holder keeps an equal waiting, with slices of 3000 us. */
static word equal_waits(bool no_d, word delay)
{
	static volatile word ran;
	L4_ThreadId_t h, t;
	word begin;

	holder = (struct holder){ .no_d = no_d };
	ran = 0;
	h = start_holder(&holder, 1, delay);	/* below its own: counts as its own */
	CHECK(L4_Set_Timeslice(h, L4_TimePeriod(3000), L4_Never) != 0);
	sleep_us(1000);
	CHECK(L4_Set_Timeslice(h, L4_TimePeriod(3000), L4_Never) != 0);
	begin = now();
	t = thread_start_prio(note_start, (void *)&ran, HOLDER);
	sleep_us(40000);
	CHECK(ran != 0);
	thread_delete(t);
	disown(t);
	thread_delete(h);
	disown(h);
	return ran - begin;
}

TEST(GDLY0008, "the end of a slice is held off in the same way, for as long as the delay lasts")
{
	word without = equal_waits(true, DELAY), none = equal_waits(false, 0);
	word with = equal_waits(false, DELAY);

	guest_note("without d", without);
	guest_note("without a delay", none);
	guest_note("with both", with);
	CHECK(without < 3000 + slack() && none < 3000 + slack());
	CHECK(with + slack() >= without + DELAY && with < without + DELAY + slack());
}

static void spin_entry(void *counter) { spin(counter); }

TEST(GDLY0009, "a thread that keeps d set for ever takes no more than its turns, and its delay once")
{
	static volatile word equal;

	holder = (struct holder){ .act = GO_ON };
	equal = 0;
	start_holder(&holder, 0, DELAY);
	thread_start_prio(spin_entry, (void *)&equal, HOLDER);
	sleep_us(400000);
	guest_note("holder", holder.counter);
	guest_note("equal", equal);
	CHECK(equal > 1000 && holder.counter > 1000);
	CHECK(holder.pending <= 1);
}

TEST(GDLY0010, "one that a thread wakes itself, by a message, is held off too, until it switches")
{
	static struct receiver r;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start_prio(receive_once, &r, 120);
	CHECK(set_preemption(L4_Myself(), 120, 60000) != 0);
	L4_DisablePreemption();
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK(!r.got.done);
	CHECK(L4_PreemptionPending());
	L4_ThreadSwitch(L4_nilthread);
	CHECK(r.got.done);
	CHECK(!L4_PreemptionPending());
	L4_EnablePreemption();
}

TEST(GDLY0011, "a new PreemptionControl gives the delay whole")
{
	L4_ThreadId_t t;

	holder = (struct holder){ .act = GO_ON };
	sleeper = (struct sleeper){ .rounds = 2 };
	t = start_holder(&holder, 85, DELAY);
	thread_start_prio(sleep_and_note, &sleeper, 85);
	sleep_us(DUE + DELAY + 2000);		/* the first round is over */
	CHECK(set_preemption(t, 85, DELAY) != 0);
	sleep_us(DUE + DELAY + 10000);
	CHECK(late(&sleeper, 0) >= DELAY);
	CHECK(late(&sleeper, 1) >= DELAY);
	CHECK_EQ(holder.pending, 2);
}

TEST(GDLY0012, "the functions of the library return the flags as they were, and a new thread has none")
{
	CHECK(!L4_PreemptionPending());
	CHECK(!L4_DisablePreemption());
	CHECK(L4_DisablePreemption());
	CHECK(L4_EnablePreemption());
	CHECK(!L4_EnablePreemption());
	CHECK(!L4_EnablePreemptionFaultException());
	CHECK(L4_DisablePreemptionFaultException());
	CHECK(!L4_DisablePreemptionFaultException());
}

struct refused { L4_ThreadId_t who; volatile word above, error, equal; };

static void set_sensitive(void *arg)
{
	struct refused *r = arg;

	r->above = set_preemption(r->who, 91, 100);
	r->error = L4_ErrorCode();
	r->equal = set_preemption(r->who, 90, 100);
}

TEST(GDLY0013, "a scheduler without privileges gives no sensitive priority above its own: error 1")
{
	static struct space s;
	static struct refused r;
	L4_ThreadId_t t = thread_waiting(supervisor), scheduler;

	r = (struct refused){ .who = t, .above = 99 };
	space_make(&s);
	scheduler = space_waiting(&s, supervisor);
	CHECK_EQ(thread_control(t, t, scheduler, L4_nilthread, -1ul), 0);
	thread_go(scheduler, 90, thread_frame(stack_new(), set_sensitive, &r));
	AWAIT(r.equal);
	CHECK_EQ(r.above, 0);
	CHECK_EQ(r.error, L4_ErrNoPrivilege);
	CHECK_EQ(r.equal, L4_SCHEDRESULT_WAITING);
}
