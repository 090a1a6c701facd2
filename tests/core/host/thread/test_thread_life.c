/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_thread_life.c - what privileged programs can do to the first servers, to threads that have
 * not started, and to a transfer that is under way.
 */
#include <string.h>
#include "world.h"

#define NIL L4_NILTHREAD

enum { VA = 0x400000, OTHER_VA = 0x800000, LOG2 = 19, PAGE = 4096, LINE = 7 };

/* A thread in a new space, started, whose UTCB is the n-th of the area. */
static struct thread *with_utcb(unsigned n)
{
	l4_tid_t id = new_tid();

	CHECK(thread_control(root, id, id, root->id, NIL, KEEP));
	CHECK(space_control(root, id, 0, l4_fpage(L4_INITIAL_KIP, L4_KIP_AREA_LOG2, 0),
			    l4_fpage(L4_INITIAL_UTCB, SPACE_UTCB_LOG2, 0)));
	CHECK(thread_control(root, id, id, NIL, root->id, L4_INITIAL_UTCB + n * L4_UTCB_BYTES));
	return thread_find(id);
}

TEST(HTHR0039, "the first thread of sigma0 cannot leave its space: 2")
{
	struct thread *other;
	char *before;

	world_boot();
	other = with_utcb(5);
	before = world_text();
	CHECK(!thread_control(root, sigma0->id, other->id, NIL, NIL, KEEP));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK_SAME(before);
	CHECK(sigma0->space == kernel.sigma0_space);
}

TEST(HTHR0040, "the root server's last thread is deleted: what it made continues, and can be deleted")
{
	struct thread *a, *b;
	l4_tid_t a_id, b_id, root_id;

	world_boot();
	a = new_space();
	b = new_space();
	a_id = a->id;
	b_id = b->id;
	root_id = root->id;
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	CHECK(thread_control(sigma0, root_id, NIL, NIL, NIL, KEEP));
	CHECK(!thread_find(root_id));
	CHECK(!receive_from(sigma0, L4_ANYTHREAD));
	CHECK(!receive_from(b, a_id));
	PUT(a, 0, 0x1234);
	CHECK(send_to(a, b));
	CHECK_EQ(get_mr(b, 1), 0x1234);
	PUT(a, 0);
	CHECK(send_to(a, sigma0));
	CHECK(thread_control(sigma0, b_id, NIL, NIL, NIL, KEEP));
	CHECK(thread_control(sigma0, a_id, NIL, NIL, NIL, KEEP));
	CHECK_EQ(mem.nspaces, 1);
	CHECK_EQ(mem.kmem.pool.given, sigma0->space->account.granted);
}

TEST(HTHR0041, "a thread that is moved before it was started still waits for its start message")
{
	struct thread *a, *b, *t;
	l4_tid_t id;

	world_boot();
	a = new_space();
	b = new_space();
	id = new_tid();
	CHECK(thread_control(root, id, a->id, root->id, root->id, L4_INITIAL_UTCB + 7 * L4_UTCB_BYTES));
	t = thread_find(id);
	CHECK(thread_control(root, id, b->id, NIL, NIL, KEEP));
	CHECK(t->space == b->space);
	CHECK_EQ(schedule(root, id, KEEP, KEEP), L4_SCHED_WAITING);
	PUT(root, 0, START_IP, START_SP);
	CHECK(send_to(root, t));
	CHECK_EQ(thread_regs(t)->ip, START_IP);
	CHECK_EQ(thread_regs(t)->sp, START_SP);
}

/* ---- which thread does the steps of a transfer ---- */

static struct thread *giver, *taker, *boss;
static unsigned lowered;

/* At the first preemption point the thread that does the transfer falls to the lowest priority. */
static void lower_the_worker(void *arg)
{
	struct thread *worker = arg;

	if (lowered++)
		return;
	CHECK(worker->work == WORK_TRANSFER);
	world_irq(LINE);
	CHECK(world_current() == boss);
	CHECK(schedule(boss, worker->id, KEEP, 1) != L4_SCHED_ERROR);
	CHECK(worker->work == WORK_NONE);
	CHECK(worker->partner->work == WORK_TRANSFER);
	CHECK(schedule(boss, boss->id, KEEP, 10) != L4_SCHED_ERROR);
	CHECK(world_current() == taker);
	CHECK(!blocked(taker));
}

static void transfer_set_up(void)
{
	l4_tid_t irq = l4_tid_global(LINE, 1);

	world_boot();
	giver = new_space();
	taker = new_space();
	boss = new_thread(root);
	give(giver, ram(21), VA, 21, L4_RWX);
	CHECK(thread_control(root, irq, irq, NIL, boss->id, KEEP));
	CHECK(!receive_from(boss, irq));
	set_prio(boss, 200);
	accept_window(taker, L4_COMPLETE);
	CHECK(!receive_from(taker, giver->id));
}

TEST(HMSG0022, "a transfer in steps continues at the other's priority when that of its worker is lowered")
{
	transfer_set_up();
	set_prio(giver, 150);
	set_prio(root, 50);
	world_hook = (struct world_hook){ .call = lower_the_worker, .arg = giver };
	put_map(giver, l4_fpage(VA, LOG2, L4_RWX), VA, false);
	CHECK(send_to(giver, taker));
	CHECK_SENT(taker);
	CHECK_EQ(lowered, 1);
	CHECK(mapped(taker, VA + (1 << LOG2) - PAGE, L4_RWX));
}

static size_t pages_before;

static void few_pages(void *arg)
{
	size_t now = taker->space->map[RESOURCE_MEMORY].pages;

	(void)arg;
	CHECK(now - pages_before <= CFG_STEP);
	pages_before = now;
}

TEST(HMSG0023, "many map items in one message are as preemptible as a large one")
{
	transfer_set_up();
	pages_before = 0;
	world_hook = (struct world_hook){ .call = few_pages };
	put_mr(giver, 0, l4_tag(0, 0, 30).raw);
	for (unsigned i = 0; i < 15; i++) {
		put_mr(giver, 1 + 2 * i, l4_map_item(0x10000000 + i * 16 * PAGE));
		put_mr(giver, 2 + 2 * i, l4_fpage(VA + i * 16 * PAGE, 16, L4_RWX).raw);
	}
	CHECK(send_to(giver, taker));
	CHECK_SENT(taker);
	CHECK(world_hook.steps >= 14);
	CHECK_EQ(taker->space->map[RESOURCE_MEMORY].pages, 15 * 16);
}

/* ---- small things ---- */

TEST(HTHR0042, "neither the caller nor sigma0 can be deleted, not by another version either: 2")
{
	world_boot();
	CHECK(!thread_control(root, l4_tid_global(l4_tid_number(root->id), 9), NIL, NIL, NIL, KEEP));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK(!thread_control(root, l4_tid_global(l4_tid_number(sigma0->id), 9), NIL, NIL, NIL, KEEP));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK(thread_find(root->id) && thread_find(sigma0->id));
	CHECK(!delete_thread(root->id));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
	CHECK(!delete_thread(sigma0->id));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
}

TEST(HTHR0043, "no thread can have an id that means any thread: 2")
{
	world_boot();
	CHECK(!thread_control(root, L4_ANYTHREAD, root->id, root->id, NIL, KEEP));
	CHECK_EQ(error_of(root), L4_ERR_THREAD);
}

/* What the idle thread would print is printed. */
static unsigned reports(void)
{
	unsigned n = 0;

	while (kernel_idle())
		continue;

	for (const char *p = host.console; (p = strstr(p, "stopped:")); p++)
		n++;
	return n;
}

TEST(HFLT0033, "a tenant cannot flood the kernel's console by resuming a thread that has no pager")
{
	struct thread *a, *a2;

	world_boot();
	a = new_space();
	a2 = new_thread(a);
	world_run(a);
	*thread_tcr(a2, L4_TCR_PAGER) = 0;
	for (unsigned i = 0; i < 100; i++) {
		CHECK(!touch(a2, VA, L4_R));
		CHECK(a2->halted);
		CHECK_EQ(exregs(a, a2->id, L4_EXREGS_SET_HALT, 0, 0), true);
	}
	CHECK(reports() >= 1);
	CHECK(reports() <= 4);
}

TEST(HFLT0035, "a space has 4 reports on the console, however many threads of it stop one after the other")
{
	struct thread *a, *b;

	world_boot();
	a = new_space();
	b = new_space();
	for (unsigned i = 0; i < 40; i++) {
		struct thread *t = new_thread(a);

		*thread_tcr(t, L4_TCR_PAGER) = 0;
		CHECK(!touch(t, VA, L4_R));
		CHECK(t->halted);
		world_run(root);
		CHECK(delete_thread(t->id));
	}
	CHECK_EQ(reports(), 4);
	CHECK(strstr(host.console, "further reports of this space are left out") != 0);
	*thread_tcr(b, L4_TCR_PAGER) = 0;
	CHECK(!touch(b, VA, L4_R));
	CHECK_EQ(reports(), 5);
}

static void nothing_printed(void *arg)
{
	CHECK_EQ(host.console_len, *(size_t *)arg);
}

TEST(HFLT0034, "a pager of threads of 40 spaces is deleted: interrupts wait for no report; 16 are kept")
{
	struct thread *pager;
	size_t printed;

	world_boot();
	pager = new_space();
	for (unsigned i = 0; i < 40; i++) {
		struct thread *t = new_space();

		*thread_tcr(t, L4_TCR_PAGER) = pager->id.raw;
		CHECK(!touch(t, VA, L4_R));
	}
	printed = host.console_len;
	world_hook = (struct world_hook){ .call = nothing_printed, .arg = &printed };
	CHECK(delete_thread(pager->id));
	CHECK_EQ(host.console_len, printed);
	CHECK_EQ(reports(), 16);
	CHECK(strstr(host.console, "kernel: 24 reports lost") != 0);
}

/* ---- starting ---- */

static struct thread *early;		/* inactive, in a space that is configured */
static struct thread *starter;

static void pager_sends_first(void)
{
	struct thread *a;

	world_boot();
	a = new_space();
	starter = new_space();
	early = new_inactive(a);
	PUT(starter, 0, START_IP, START_SP);
	CHECK(!send_to(starter, early));
	CHECK(!receive_from(a, L4_ANYTHREAD));
}

static bool activate_early(void)
{
	return thread_control(root, early->id, early->id, NIL, starter->id,
			      free_utcb(early->space));
}

TEST(HTHR0044, "a start message that was sent before the thread was activated starts it")
{
	pager_sends_first();
	CHECK(activate_early());
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK(!blocked(starter));
	CHECK_SENT(starter);
	CHECK(!blocked(early));
	CHECK_EQ(thread_regs(early)->ip, START_IP);
	CHECK_EQ(thread_regs(early)->sp, START_SP);
}

TEST(HTHR0045, "a pager deleted with its start message on the way leaves a thread that can be started")
{
	pager_sends_first();
	CHECK(activate_early());
	CHECK(delete_thread(starter->id));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK_EQ(early->recv, RECV_WAITING);
}

TEST(HTHR0049, "of two queued start messages the first with an item fails, the second starts the thread")
{
	l4_tid_t id;
	struct thread *t, *pager, *other;

	world_boot();
	pager = new_space();
	other = new_thread(pager);
	id = new_tid();
	CHECK(thread_control(root, id, root->id, root->id, NIL, free_utcb(root->space)));
	t = thread_find(id);
	put_map(pager, l4_fpage(0x1000, 12, L4_RWX), 0x1000, false);
	CHECK(!send_to(pager, t));
	PUT(other, 0, 0x123400, 0x567800);
	put_mr(other, 0, l4_tag(0, 2, 0).raw | L4_TAG_PROPAGATED);
	*thread_tcr(other, L4_TCR_SENDER) = pager->id.raw;
	CHECK(!send_to(other, t));
	CHECK(thread_control(root, id, id, NIL, pager->id, free_utcb(root->space)));
	CHECK(!receive_from(root, L4_ANYTHREAD));
	CHECK_FAILED(pager, SEND_ERROR(OVERFLOW));
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	CHECK_EQ(thread_regs(t)->ip, 0x123400);
}

#define FILL(from, field, junk) memset(&(from)->field, junk, sizeof((from)->field))

/* The bytes between two fields: the second is aligned to 8 where a word has 32 bits, but for ia32. */
#define FILL_GAP(from, field, next) \
	memset(&(from)->field + 1, 0, (size_t)((char *)&(from)->next - (char *)(&(from)->field + 1)))

/* Fills what T17 says nothing of, but for the link of free blocks. */
static void fill_block(struct thread *t, int junk)
{
	char *first = (char *)thread_regs(t) + sizeof(void *);

	memset(first, junk, sizeof(*thread_regs(t)) - sizeof(void *));
	memset(t, junk, offsetof(struct thread, wait_at));
	memset(&t->space, junk, offsetof(struct thread, rest) - offsetof(struct thread, space));
	memset(&t->queued_local, junk, (size_t)(&t->fpu_loads - (uint8_t *)&t->queued_local));
	FILL(t, fpu_loads, junk);
	memset(&t->route, junk, offsetof(struct thread, until) - offsetof(struct thread, route));
	FILL(t, send_order, junk);
	FILL(t, slice, junk);
	FILL(t, slice_left, junk);
	FILL(t, scheduler, junk);
	memset(&t->rest->unmap, junk, sizeof(*t->rest) - offsetof(struct thread_rest, unmap));
}

/* An inactive thread with the id of t, in whose block it is, after that was filled with junk. */
static struct thread *create_in(struct thread *t, int junk)
{
	l4_tid_t id = t->id;
	struct thread_rest *rest = t->rest;
	struct thread *again;

	CHECK(delete_thread(id));
	fill_block(t, junk);
	CHECK(thread_control(root, id, root->id, root->id, L4_NILTHREAD, KEEP));
	again = thread_find(id);
	CHECK(again == t && again->rest == rest);
	return again;
}

/* Fields of a new thread that are not read before they are written are not compared. */
static void forget_unset(struct thread *t)
{
	FILL(t, recv_from, 0);
	FILL(t, local, 0);
	FILL(t, mr, 0);
	FILL(t, tag, 0);
	t->route = (struct route){ .flags = t->route.flags };
	FILL(t, recv_timeout, 0);
	FILL(t, send_order, 0);
	FILL_GAP(t, id, state);
	FILL_GAP(t, route, recv_timeout);
}

TEST(HTHR0035, "a new thread is the same whatever its memory held before")
{
	struct { struct arch_regs regs; struct thread t; } was;
	struct thread *t;

	world_boot();
	t = create_in(new_inactive(root), 0);
	memcpy(&was, thread_regs(t), sizeof(was));
	t = create_in(t, 0xa5);
	forget_unset(&was.t);
	forget_unset(t);
	CHECK(memcmp(&was, thread_regs(t), sizeof(was)) == 0);
	CHECK_EQ(t->rest->unmap.report.phase, WALK_NONE);
	CHECK_EQ(t->rest->unmap.report.status, 0);
}

TEST(HTHR0048, "a field of a thread's state has the bits of STATE_VALUE; the last four bytes are busy")
{
#define HAS_BITS(field) do { \
		t = (struct thread){ .field = 0x5a }; \
		CHECK(t.state == STATE_VALUE(field, 0x5a) && STATE_BYTE(field) == STATE_VALUE(field, 0xff)); \
	} while (0)
	static struct thread t;

	HAS_BITS(prio);
	HAS_BITS(recv);
	HAS_BITS(send);
	CHECK(t.phase != 0 && t.busy == 0);
	HAS_BITS(work);
	CHECK(t.phase == 0 && t.busy != 0);
	HAS_BITS(origin);
	HAS_BITS(kind);
	HAS_BITS(stops);
	t = (struct thread){ .timed = true };
	CHECK(t.state == STATE_VALUE(timed, 1));
}

/* ---- an Unmap whose thread is deleted before its end ---- */

static void delete_the_unmapper(void *arg)
{
	struct thread *t = arg;

	if (lowered || t->rest->unmap.report.phase != WALK_ACTIVE || !t->rest->unmap.m->walk.status)
		return;
	lowered++;
	world_irq(LINE);
	CHECK(world_current() == boss);
	CHECK(thread_control(boss, t->id, NIL, NIL, NIL, KEEP));
}

TEST(HUNM0013, "what an Unmap had found when its thread was deleted is not reported to the next thread's")
{
	struct thread *t, *next;

	transfer_set_up();
	t = new_thread(giver);
	for (unsigned i = 0; i < 256; i++) {
		give(giver, ram(12), OTHER_VA + 2 * i * PAGE, 12, L4_RWX);
		CHECK(touch(giver, OTHER_VA + 2 * i * PAGE, L4_W));
	}
	world_hook = (struct world_hook){ .call = delete_the_unmapper, .arg = t };
	unmap_fpage(t, l4_fpage(OTHER_VA, 21, L4_W), true);
	CHECK_EQ(lowered, 1);
	next = new_space();
	CHECK(next == t);
	unmap_fpage(next, l4_fpage(VA, 21, L4_RWX), true);
	CHECK_EQ(get_mr(next, 0), l4_fpage(VA, 21, 0).raw);
}
