/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lateness.c - how late a sleeping thread runs because of unprivileged threads of lower priority.
 *
 * Time is measured in instructions: by the TSC, set against a loop of known length. Where the emulator
 * derives time from instructions (tests/guest/interface/run, tools/bochs), a busy host changes nothing.
 */
#include "robustness/late.h"

#ifndef CHOSEN_LEVELS			/* the build files set it: 0 if OPTIMIZE chooses others */
#define CHOSEN_LEVELS 1
#endif

enum {
	PRIO_WATCH = 200, PRIO_ABOVE = 150, PRIO_BELOW = 50,
	DEATHS = 300,
	LOOP = 100000,
	IDLE_NAPS = 64,
	REPORTS = 4,		/* core/fault.c */
	REPORT_US = 20,		/* a nap that is shorter than a report, so that each report makes one late */
	REPORT_LATE = 3000,	/* by so many instructions, or more: no other part of a deletion does */
};

/* ---- a thread that takes one nap after the other ---- */

/* Of 64 bits: 43,000 ticks, under QEMU's -icount 5,400 instructions, times LOOP do not fit 32. */
static word instructions(L4_Word64_t ticks)
{
	static L4_Word64_t loop;

	if (!loop) {
		L4_Word64_t begin = cpu_ticks();

		count_down(LOOP / 2);
		loop = cpu_ticks() - begin;
	}
	return (word)(ticks * LOOP / loop);
}

static word nap(word us)
{
	L4_Word64_t begin = cpu_ticks();

	sleep_us(us);
	return instructions(cpu_ticks() - begin);
}

/* What a nap takes when nothing else runs. */
static word quiet_nap(word us)
{
	word least = nap(us);

	for (unsigned i = 1; i < IDLE_NAPS; i++) {
		word took = nap(us);

		least = took < least ? took : least;
	}
	return least;
}

void take_nap(struct watch *w, word quiet)
{
	word took = nap(w->us), late = took > quiet ? took - quiet : 0;

	w->naps++;
	w->over += late > w->limit;
	w->worst = late > w->worst ? late : w->worst;
}

static void watch(void *arg)
{
	struct watch *w = arg;
	word quiet = quiet_nap(w->us);

	w->naps = w->over = w->worst = 0;
	while (!w->stop)
		take_nap(w, quiet);
	w->stopped = 1;
}

void need_speed(void)
{
	if (!CHOSEN_LEVELS)
		guest_skip("the bounds are those of the optimisation that the build files choose");
	if (entry_us() > SLOW_US)
		guest_skip("this kernel checks itself: it is late by that");
}

void watch_start(struct watch *w, word us, word limit)
{
	need_speed();
	*w = (struct watch){ .us = us, .limit = limit };
	thread_start_prio(watch, w, PRIO_WATCH);
	AWAIT(w->naps > 0);
}

void watch_end(struct watch *w)
{
	w->stop = 1;
	AWAIT(w->stopped);
	guest_note("naps", w->naps);
	guest_note("late by more than the limit", w->over);
	guest_note("late at most, instructions", w->worst);
}

/* ---- one item or many, of nothing: the sender has no page and no port ---- */

static void receive_all(void *arg)
{
	struct nothing *n = arg;
	L4_ThreadId_t from;

	L4_Accept((L4_Acceptor_t){ .raw = n->window.raw });
	for (;;)
		L4_Wait(&from);
}

static void send_all(void *arg)
{
	struct nothing *n = arg;

	n->ready = 1;
	sleep_us(1000);
	for (word m = 0; m < n->messages; m++) {
		for (word i = 0; i < n->items; i++)
			load_map(1 + 2 * i, n->send, n->base);
		L4_Set_MsgTag(tag_make(0, 0, 2 * n->items));
		if (L4_IpcFailed(L4_Send(n->receiver)))
			return;
		n->sent++;
	}
}

void nothing_start(struct nothing *n)
{
	n->ready = n->sent = 0;
	n->receiver = space_start_prio(&n->to, receive_all, n, PRIO_ABOVE);
	AWAIT(thread_state(n->receiver) == L4_SCHEDRESULT_WAITING);
	n->sender = space_start_prio(&n->from, send_all, n, PRIO_BELOW);
}

/* ---- reports of stopped threads ---- */

static void die(void *unused)
{
	(void)unused;
	L4_Set_Pager(L4_nilthread);
	*(volatile word *)WINDOW = 0;
}

/* A thread of s stops, for want of a pager, and is deleted. */
static void one_death(struct space *s)
{
	struct mark mark = world_mark();

	thread_delete(space_start(s, die, 0));
	space_forget_last(s);
	world_release(mark);
}

TEST(GLAT0002, "of 301 threads or more of a space that stop in turn at most 4 delay an interrupt by a report")
{
	static struct space s;
	static struct watch w;

	space_make(&s);
	one_death(&s);			/* the first of the reports; what the space needs is there now */
	watch_start(&w, REPORT_US, REPORT_LATE);
	for (unsigned i = 0; i < DEATHS || w.naps < DEATHS / 2; i++)	/* a nap may be several deaths */
		one_death(&s);
	watch_end(&w);
	CHECK(w.over < REPORTS);
}

/* ---- what a message does at the priority of its receiver ---- */

/* This thread's own naps, between the priorities of the two, until the message is there. */
word lateness_between(struct nothing *n)
{
	struct watch w = { .us = 500 };
	word quiet;

	need_speed();
	quiet = quiet_nap(w.us);
	nothing_start(n);
	AWAIT(n->ready);
	do
		take_nap(&w, quiet);
	while (!n->sent && w.naps < 10000);
	guest_note("naps", w.naps);
	guest_note("late at most, instructions", w.worst);
	CHECK(n->sent);
	return w.worst;
}

/*
 * The sender does the steps, as its receiver waits for any thread: so a thread between the two is late by a
 * step at most. Measured: 1,281 and 1,647; at the receiver's priority it was 1,832,000 and 5,974,000.
 */
enum { TABLES_LOG2 = 6, TABLE_LOG2 = 21 };

TEST(GLAT0004, "31 items of 128 MiB for a window with 64 empty page tables keep a thread between sender"
	      " and receiver from running for at most 5,000 instructions")
{
	static struct nothing n;

	n.items = ITEMS;
	n.messages = 1;
	n.send = fpage(WINDOW, TABLE_LOG2 + TABLES_LOG2, L4_FullyAccessible);
	n.base = WINDOW;
	n.window = L4_CompleteAddressSpace;
	space_make(&n.from);
	space_make(&n.to);
	for (word i = 0; i < 1 << TABLES_LOG2; i++) {
		struct mark mark = world_mark();

		map_page(&n.to, 0, i << TABLE_LOG2, L4_FullyAccessible);
		world_release(mark);
	}
	L4_UnmapFpage(fpage(pool(0), 12, L4_FullyAccessible));	/* the tables stay */
	CHECK(lateness_between(&n) <= STEP);
}
