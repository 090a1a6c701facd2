/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_thread.c - ThreadControl: creation, start protocol, change, migration, deletion, refusals.
 */
#include "world.h"

#define REFUSED(error, ...) \
	do { \
		CHECK(!thread_control(__VA_ARGS__)); \
		CHECK_EQ(error_of(root), error); \
	} while (0)

#define NIL L4_NILTHREAD

/* A thread in root's space that waits for the start message of root, its pager. */
static struct thread *startable(void)
{
	l4_tid_t id = new_tid();

	CHECK(thread_control(root, id, root->id, root->id, root->id, free_utcb(root->space)));
	return thread_find(id);
}

/* A configured space whose only thread is still inactive. */
static struct thread *quiet_space(void)
{
	l4_tid_t id = new_tid();

	CHECK(thread_control(root, id, id, root->id, NIL, KEEP));
	CHECK(space_control(root, id, 0, l4_fpage(L4_INITIAL_KIP, 12, 0),
			    l4_fpage(L4_INITIAL_UTCB, SPACE_UTCB_LOG2, 0)));
	return thread_find(id);
}

TEST(HTHR0001, "a thread created without a pager exists and is inactive")
{
	struct thread *t;

	world_boot();
	t = new_inactive(root);
	CHECK_EQ(t->life, THREAD_INACTIVE);
	CHECK_EQ(schedule(root, t->id, KEEP, KEEP), L4_SCHED_INACTIVE);
	CHECK_EQ(t->space->number, root->space->number);
}

TEST(HTHR0002, "a thread with a pager waits for it and starts at the IP and SP of its message")
{
	struct thread *t;

	world_boot();
	t = startable();
	CHECK_EQ(schedule(root, t->id, KEEP, KEEP), L4_SCHED_WAITING);
	PUT(root, 0, 0x123400, 0x567800);
	CHECK(ipc(root, t->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_SENT(root);
	CHECK(!blocked(t));
	CHECK_EQ(thread_regs(t)->ip, 0x123400);
	CHECK_EQ(thread_regs(t)->sp, 0x567800);
	CHECK_EQ(thread_regs(t)->flags, HOST_FLAGS);
	for (unsigned i = 0; i < REG_MRS; i++)
		CHECK_EQ(thread_regs(t)->mr[i], 0);
}

TEST(HTHR0003, "only the pager's message starts a thread")
{
	struct thread *t, *other;

	world_boot();
	other = new_space();
	t = startable();
	PUT(other, 0, 0x123400, 0x567800);
	CHECK(ipc(other, t->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(other, SEND_ERROR(TIMEOUT));
	CHECK(blocked(t));
}

TEST(HTHR0004, "a start message with an item or too long is an overflow of the pager; the thread waits on")
{
	struct thread *t;

	world_boot();
	t = startable();
	put_map(root, l4_fpage(0x1000, 12, L4_RWX), 0x1000, false);
	CHECK(ipc(root, t->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(root, SEND_ERROR(OVERFLOW));
	CHECK(blocked(t));
	put_mr(root, 0, l4_tag(0, 62, 2).raw);
	CHECK(ipc(root, t->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(root, SEND_ERROR(OVERFLOW));
	CHECK(blocked(t));
	PUT(root, 0, 0x123400, 0x567800);
	CHECK(ipc(root, t->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_SENT(root);
	CHECK(!blocked(t));
	CHECK_EQ(thread_regs(t)->ip, 0x123400);
}

TEST(HTHR0005, "only privileged threads may call ThreadControl")
{
	struct thread *a;

	world_boot();
	a = new_space();
	CHECK(!thread_control(a, new_tid(), a->id, a->id, NIL, KEEP));
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	CHECK(!thread_control(a, root->id, NIL, NIL, NIL, KEEP));
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
}

TEST(HTHR0006, "destinations that are reserved, local, out of range or the caller are refused with 2")
{
	l4_tid_t too_big = l4_tid_global((l4_word_t)1 << L4_THREAD_BITS, 1);

	world_boot();
	REFUSED(L4_ERR_THREAD, root, l4_tid_global(kernel.irq_lines, 1), root->id, root->id, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, l4_tid_global(kernel.user_base - 1, 1), root->id, root->id, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, NIL, root->id, root->id, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, L4_ANYTHREAD, root->id, root->id, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, L4_ANYLOCALTHREAD, root->id, root->id, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, local_id(root), root->id, root->id, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, l4_tid_global(l4_tid_number(new_tid()), 64), root->id, root->id, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, root->id, NIL, NIL, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, too_big, root->id, root->id, NIL, KEEP);
}

TEST(HTHR0007, "a space specifier that names no thread, or a stale one, is refused with 3")
{
	l4_tid_t stale;

	world_boot();
	stale = l4_tid_global(l4_tid_number(sigma0->id), 2);
	REFUSED(L4_ERR_SPACE, root, new_tid(), l4_tid_global(l4_tid_number(new_tid()) + 1, 1), root->id,
		NIL, KEEP);
	REFUSED(L4_ERR_SPACE, root, new_tid(), stale, root->id, NIL, KEEP);
	REFUSED(L4_ERR_SPACE, root, new_tid(), L4_ANYTHREAD, root->id, NIL, KEEP);
	REFUSED(L4_ERR_SPACE, root, new_space()->id, stale, NIL, NIL, KEEP);
}

TEST(HTHR0008, "in a space that is not configured a new active thread is refused with 3, activation with 6")
{
	l4_tid_t id;

	world_boot();
	id = new_tid();
	REFUSED(L4_ERR_SPACE, root, id, id, root->id, root->id, L4_INITIAL_UTCB);
	CHECK(!thread_find(id));
	CHECK(thread_control(root, id, id, root->id, NIL, KEEP));
	REFUSED(L4_ERR_UTCB_AREA, root, id, id, NIL, root->id, L4_INITIAL_UTCB);
	CHECK_EQ(thread_find(id)->life, THREAD_INACTIVE);
}

TEST(HTHR0009, "creation needs a scheduler that exists, a modification one that exists or none, else 4")
{
	l4_tid_t missing;
	struct thread *a;

	world_boot();
	a = new_space();
	missing = l4_tid_global(l4_tid_number(new_tid()) + 5, 1);
	REFUSED(L4_ERR_SCHEDULER, root, a->id, a->id, missing, NIL, KEEP);
	REFUSED(L4_ERR_SCHEDULER, root, new_inactive(a)->id, a->id, missing, NIL, KEEP);
	REFUSED(L4_ERR_SCHEDULER, root, new_tid(), root->id, NIL, NIL, KEEP);
	REFUSED(L4_ERR_SCHEDULER, root, new_tid(), root->id, l4_tid_global(l4_tid_number(new_tid()) + 5, 1), NIL,
		KEEP);
}

TEST(HTHR0010, "a UTCB that is misaligned, outside the area, taken, or not given is refused with 6")
{
	l4_word_t area = L4_INITIAL_UTCB, size = (l4_word_t)1 << SPACE_UTCB_LOG2, bad[7];
	struct thread *a, *t;

	world_boot();
	a = new_space();
	bad[0] = free_utcb(a->space) + 64;
	bad[1] = area - L4_UTCB_BYTES;
	bad[2] = area + size;
	bad[3] = a->rest->utcb_location;
	bad[4] = 0;
	bad[5] = KEEP;
	bad[6] = KEEP - L4_UTCB_BYTES + 1;
	for (unsigned i = 0; i < 7; i++)
		REFUSED(L4_ERR_UTCB_AREA, root, new_tid(), a->id, root->id, root->id, bad[i]);
	t = new_inactive(a);
	for (unsigned i = 0; i < 7; i++)
		REFUSED(L4_ERR_UTCB_AREA, root, t->id, t->id, NIL, root->id, bad[i]);
	CHECK_EQ(t->life, THREAD_INACTIVE);
}

TEST(HTHR0011, "the last UTCB of the area is usable")
{
	l4_word_t last = L4_INITIAL_UTCB + ((l4_word_t)1 << SPACE_UTCB_LOG2) - L4_UTCB_BYTES;
	struct thread *a;

	world_boot();
	a = new_space();
	CHECK(thread_control(root, new_tid(), a->id, root->id, root->id, last));
}

TEST(HTHR0012, "the UTCB of an active thread cannot be moved: 6")
{
	struct thread *a;

	world_boot();
	a = new_space();
	REFUSED(L4_ERR_UTCB_AREA, root, a->id, a->id, NIL, NIL, free_utcb(a->space));
}

TEST(HTHR0013, "deleting a thread that does not exist succeeds")
{
	world_boot();
	CHECK(delete_thread(new_tid()));
}

TEST(HTHR0014, "the space goes with its last thread")
{
	struct thread *a, *d;
	size_t spaces;

	world_boot();
	spaces = mem.nspaces;
	a = new_space();
	d = new_thread(a);
	CHECK_EQ(mem.nspaces, spaces + 1);
	CHECK(delete_thread(a->id));
	CHECK_EQ(mem.nspaces, spaces + 1);
	CHECK(delete_thread(d->id));
	CHECK_EQ(mem.nspaces, spaces);
}

TEST(HTHR0015, "kernel memory is as it was after rounds of creating and deleting threads and spaces")
{
	struct world_copy *c;
	size_t frames;
	uint64_t used;
	char *before;

	world_boot();
	CHECK(delete_thread(new_space()->id));
	frames = mem.kmem.frames_free;
	used = root->space->account.used;
	before = world_text();
	c = world_save();
	for (unsigned round = 0; round < 20; round++) {
		struct thread *a = new_space(), *b = new_thread(a), *d = new_inactive(a), *e = new_space();

		give(a, ram(16), 0x8000, 14, L4_RWX);
		accept_window(e, L4_COMPLETE);
		CHECK(!receive_from(e, a->id));
		put_map(a, l4_fpage(0x8000, 12, L4_RWX), 0x8000, false);
		CHECK(send_to(a, e));
		CHECK(!send_to(b, e));
		CHECK(delete_thread(round % 2 ? a->id : b->id));
		CHECK(delete_thread(d->id));
		CHECK(delete_thread(e->id));
		CHECK(delete_thread(round % 2 ? b->id : a->id));
		CHECK_EQ(mem.kmem.frames_free, frames);
		CHECK_EQ(root->space->account.used, used);
	}
	world_restore(c);
	CHECK_SAME(before);
}

TEST(HTHR0016, "a new thread has priority 100, a slice of 10 ms, and a UTCB with its id and pager only")
{
	struct thread *a, *d;

	world_boot();
	a = new_space();
	d = new_thread(a);
	CHECK_EQ(d->prio, CFG_PRIO_DEFAULT);
	CHECK_EQ(d->slice, CFG_TIMESLICE_US);
	CHECK_EQ(*thread_tcr(d, L4_TCR_GLOBAL_ID), d->id.raw);
	CHECK_EQ(*thread_tcr(d, L4_TCR_PAGER), root->id.raw);
	CHECK_EQ(*thread_tcr(d, L4_TCR_EXCEPTION_HANDLER), 0);
	CHECK_EQ(*thread_tcr(d, L4_TCR_PROCESSOR), 0);
	CHECK_EQ(*thread_tcr(d, L4_TCR_FLAGS), 0);
	CHECK_EQ(*thread_tcr(d, L4_TCR_BR0), 0);
	CHECK_EQ(*thread_tcr(d, L4_TCR_THREAD_WORD_0), 0);
	CHECK_EQ(*thread_tcr(d, L4_TCR_USER_HANDLE), 0);
}

TEST(HTHR0017, "a UTCB location used before is zeroed for the next thread")
{
	l4_word_t location;
	struct thread *a, *d;

	world_boot();
	a = new_space();
	d = new_thread(a);
	location = d->rest->utcb_location;
	put_mr(d, 40, 0x5ec7e7);
	*thread_tcr(d, L4_TCR_THREAD_WORD_0) = 0x5ec7e7;
	*thread_tcr(d, L4_TCR_FLAGS) = 0x40;
	CHECK(delete_thread(d->id));
	d = new_thread(a);
	CHECK_EQ(d->rest->utcb_location, location);
	CHECK_EQ(d->utcb[40], 0);
	CHECK_EQ(*thread_tcr(d, L4_TCR_THREAD_WORD_0), 0);
	CHECK_EQ(*thread_tcr(d, L4_TCR_FLAGS), 0);
}

TEST(HTHR0018, "a pager given later activates an inactive thread")
{
	struct thread *a, *d;

	world_boot();
	a = new_space();
	d = new_inactive(a);
	CHECK(thread_control(root, d->id, d->id, NIL, a->id, free_utcb(a->space)));
	CHECK_EQ(d->life, THREAD_ACTIVE);
	PUT(a, 0, 0x77000, 0x88000);
	CHECK(send_to(a, d));
	CHECK_SENT(a);
	CHECK_EQ(thread_regs(d)->ip, 0x77000);
}

TEST(HTHR0019, "scheduler and pager change when given and stay when nil")
{
	struct thread *a;

	world_boot();
	a = new_space();
	CHECK(thread_control(root, a->id, a->id, sigma0->id, sigma0->id, KEEP));
	CHECK_EQ(a->scheduler.raw, sigma0->id.raw);
	CHECK_EQ(*thread_tcr(a, L4_TCR_PAGER), sigma0->id.raw);
	CHECK(thread_control(root, a->id, a->id, NIL, NIL, KEEP));
	CHECK_EQ(a->scheduler.raw, sigma0->id.raw);
	CHECK_EQ(*thread_tcr(a, L4_TCR_PAGER), sigma0->id.raw);
}

TEST(HTHR0020, "another version gives the thread a new id; the old one is invalid")
{
	l4_tid_t old, new;
	struct thread *a;

	world_boot();
	a = new_space();
	old = a->id;
	new = l4_tid_global(l4_tid_number(old), l4_tid_version(old) + 1);
	REFUSED(L4_ERR_SPACE, root, new, new, NIL, NIL, KEEP);
	CHECK(thread_control(root, new, old, NIL, NIL, KEEP));
	CHECK(!thread_find(old));
	CHECK(thread_find(new) == a);
	CHECK_EQ(*thread_tcr(a, L4_TCR_GLOBAL_ID), new.raw);
	PUT(root, 0);
	CHECK(ipc(root, old, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(root, SEND_ERROR(NOT_EXISTING));
}

TEST(HTHR0021, "a stale id does not reach the next thread with that number")
{
	l4_tid_t old, new;
	struct thread *a, *b;

	world_boot();
	a = new_space();
	b = new_space();
	old = a->id;
	CHECK(delete_thread(old));
	new = l4_tid_global(l4_tid_number(old), l4_tid_version(old) + 1);
	CHECK(thread_control(root, new, b->id, root->id, root->id, free_utcb(b->space)));
	CHECK(ipc(b, old, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(b, SEND_ERROR(NOT_EXISTING));
	CHECK(receive_from(b, old));
	CHECK_FAILED(b, RECEIVE_ERROR(NOT_EXISTING));
}

TEST(HTHR0022, "a thread moved to another space takes its UTCB contents along and loses its IPC")
{
	struct thread *a, *b, *d;

	world_boot();
	a = new_space();
	b = new_space();
	d = new_thread(a);
	d->utcb[50] = 0x1234567;
	CHECK(!receive_from(d, L4_ANYTHREAD));
	CHECK(thread_control(root, d->id, b->id, NIL, NIL, KEEP));
	CHECK(d->space == b->space);
	CHECK_EQ(d->utcb[50], 0x1234567);
	CHECK(!blocked(d));
	CHECK(l4_tag_failed(tag_of(d)));
	CHECK(!receive_from(d, L4_ANYTHREAD));
	PUT(b, 3);
	CHECK(send_to(b, d));
	CHECK_EQ(from_of(d).raw, local_id(b).raw);
}

TEST(HTHR0023, "a thread cannot move to a space where its UTCB address is taken or outside the area: 6")
{
	struct thread *a, *b;

	world_boot();
	a = new_space();
	b = new_space();
	CHECK_EQ(a->rest->utcb_location, b->rest->utcb_location);
	REFUSED(L4_ERR_UTCB_AREA, root, a->id, b->id, NIL, NIL, KEEP);
	CHECK(a->space != b->space);
}

TEST(HTHR0024, "senders queued at a thread that moves are still served, with the id that is right there")
{
	struct thread *a, *b, *d;

	world_boot();
	a = new_space();
	b = new_space();
	d = new_thread(a);
	PUT(a, 1, 1);
	PUT(b, 2, 2);
	CHECK(!send_to(a, d));
	CHECK(!send_to(b, d));
	CHECK(thread_control(root, d->id, b->id, NIL, NIL, KEEP));
	CHECK(receive_from(d, L4_ANYLOCALTHREAD));
	CHECK_EQ(from_of(d).raw, local_id(b).raw);
	CHECK(receive_from(d, L4_ANYTHREAD));
	CHECK_EQ(from_of(d).raw, a->id.raw);
}

TEST(HTHR0025, "a thread is deleted whatever it is doing")
{
	struct thread *a, *b, *t[6];

	world_boot();
	a = new_space();
	b = new_space();
	for (unsigned i = 0; i < 5; i++)
		t[i] = new_thread(a);
	t[5] = new_inactive(a);
	CHECK(!send_to(t[0], b));
	CHECK(!receive_from(t[1], b->id));
	CHECK(!receive_from(t[2], L4_ANYTHREAD));
	CHECK(!ipc(t[3], NIL, NIL, 0) == false);
	CHECK(!ipc(t[4], NIL, t[4]->id, timeouts(TIME_NEVER, time_us(100))));
	CHECK(exregs(a, t[3]->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
	for (unsigned i = 0; i < 6; i++) {
		l4_tid_t id = t[i]->id;

		CHECK(delete_thread(id));
		CHECK(!thread_find(id));
	}
	world_pass(1000);
	CHECK(ipc(b, NIL, L4_ANYTHREAD, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_FAILED(b, RECEIVE_ERROR(TIMEOUT));
}

TEST(HTHR0026, "a space without its first thread continues, and its other threads can name it")
{
	struct thread *a, *d;

	world_boot();
	a = new_space();
	d = new_thread(a);
	CHECK(delete_thread(a->id));
	CHECK(new_thread(d)->space == d->space);
}

TEST(HTHR0027, "an inactive thread that is deleted with its unconfigured space leaves nothing")
{
	l4_tid_t id;
	size_t frames;
	char *before;

	world_boot();
	CHECK(delete_thread(new_space()->id));
	before = world_text();
	frames = mem.kmem.frames_free;
	id = new_tid();
	CHECK(thread_control(root, id, id, root->id, NIL, KEEP));
	CHECK(delete_thread(id));
	CHECK_SAME(before);
	CHECK_EQ(mem.kmem.frames_free, frames);
}

TEST(HTHR0028, "specifier, scheduler and pager may be local ids of the caller's space")
{
	l4_tid_t id;
	struct thread *t;

	world_boot();
	id = new_tid();
	CHECK(thread_control(root, id, local_id(root), local_id(root), local_id(root), free_utcb(root->space)));
	t = thread_find(id);
	CHECK(t->space == root->space);
	PUT(root, 0, 0x1000, 0x2000);
	CHECK(ipc(root, id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
	CHECK_SENT(root);
	CHECK(schedule(root, id, KEEP, KEEP) != L4_SCHED_ERROR);
}

TEST(HTHR0029, "a failed ThreadControl changes nothing")
{
	struct thread *a, *q;
	char *before;

	world_boot();
	a = new_space();
	q = quiet_space();
	world_run(root);
	before = world_text();
	REFUSED(L4_ERR_UTCB_AREA, root, q->id, q->id, sigma0->id, root->id, 0x1234);
	REFUSED(L4_ERR_SPACE, root, a->id, l4_tid_global(l4_tid_number(a->id) + 100, 1), sigma0->id, sigma0->id,
		KEEP);
	REFUSED(L4_ERR_UTCB_AREA, root, a->id, a->id, sigma0->id, sigma0->id, free_utcb(a->space));
	CHECK_SAME(before);
}

TEST(HTHR0030, "hundreds of threads exist in one space")
{
	struct thread *a, *t[300];

	world_boot();
	a = new_space();
	for (unsigned i = 0; i < 300; i++)
		t[i] = new_thread(a);
	CHECK_EQ(a->space->nthreads, 301);
	for (unsigned i = 0; i < 300; i++)
		CHECK(delete_thread(t[i]->id));
	CHECK_EQ(a->space->nthreads, 1);
}

TEST(HTHR0031, "a privileged thread may give itself a new id")
{
	l4_tid_t old, new;
	struct thread *a;

	world_boot();
	a = new_space();
	old = root->id;
	new = l4_tid_global(l4_tid_number(old), 2);
	CHECK(!send_to(a, root));
	CHECK(thread_control(root, new, old, NIL, NIL, KEEP));
	CHECK_EQ(root->id.raw, new.raw);
	CHECK_FAILED(a, SEND_ERROR(NOT_EXISTING));
	CHECK(!send_to(a, root));
	CHECK(receive_from(root, a->id));
	CHECK_SENT(root);
}

TEST(HTHR0032, "sigma0 is never deleted, and the kernel's own threads cannot be changed")
{
	world_boot();
	REFUSED(L4_ERR_THREAD, root, sigma0->id, NIL, NIL, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, cpu_self()->idle->id, NIL, NIL, NIL, KEEP);
	REFUSED(L4_ERR_THREAD, root, cpu_self()->idle->id, root->id, root->id, root->id, KEEP);
	REFUSED(L4_ERR_SPACE, root, new_tid(), cpu_self()->idle->id, root->id, NIL, KEEP);
	REFUSED(L4_ERR_SPACE, root, new_tid(), l4_tid_global(3, 1), root->id, NIL, KEEP);
	CHECK_EQ(schedule(root, cpu_self()->idle->id, KEEP, 10), L4_SCHED_ERROR);
	CHECK(!exregs(root, cpu_self()->idle->id, L4_EXREGS_SET_HALT | L4_EXREGS_HALT, 0, 0));
}

TEST(HTHR0033, "a start message of another length than two words starts the thread where it stands")
{
	static const unsigned lengths[] = { 0, 1, 3, 10 };

	for (unsigned i = 0; i < 4; i++) {
		struct thread *t;

		world_boot();
		t = startable();
		for (unsigned m = 1; m < 11; m++)
			put_mr(root, m, 0x111000 * m);
		put_mr(root, 0, l4_tag(0, lengths[i], 0).raw);
		CHECK(ipc(root, t->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
		CHECK_SENT(root);
		CHECK(!blocked(t));
		CHECK_EQ(thread_regs(t)->ip, 0);
		CHECK_EQ(thread_regs(t)->sp, 0);
	}
}

TEST(HTHR0034, "a thread whose pager is deleted before its start waits on; its own space can start it")
{
	struct thread *a, *pager, *t;
	l4_tid_t id;

	world_boot();
	a = new_space();
	pager = new_space();
	id = new_tid();
	CHECK(thread_control(root, id, a->id, root->id, pager->id, free_utcb(a->space)));
	t = thread_find(id);
	CHECK(delete_thread(pager->id));
	CHECK(blocked(t));
	CHECK(!world_try_run(t));
	CHECK(exregs(a, id, L4_EXREGS_SET_IP | L4_EXREGS_SET_SP | L4_EXREGS_RECEIVE | L4_EXREGS_SEND
		     | L4_EXREGS_SET_HALT, 0x2000, 0x1000));
	world_run(t);
	CHECK_EQ(thread_regs(t)->ip, 0x1000);
	CHECK(delete_thread(id));
}
