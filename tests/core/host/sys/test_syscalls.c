/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_syscalls.c - the small calls, the inspection call, and storms of random arguments.
 */
#include <stdlib.h>
#include <string.h>
#include <core/arch.h>
#include <x2/inspect.h>
#include "world.h"

TEST(HSYS0001, "SystemClock returns microseconds and never goes back")
{
	uint64_t before, now;

	world_boot();
	CALL(root, L4_CALL_SYSTEM_CLOCK, 0);
	before = thread_regs(root)->out[0] | (uint64_t)thread_regs(root)->out[1] << 32;
	world_pass(5000000000ull);
	CALL(root, L4_CALL_SYSTEM_CLOCK, 0);
	now = thread_regs(root)->out[0] | (uint64_t)thread_regs(root)->out[1] << 32;
	CHECK_EQ((uint32_t)(now - before), (uint32_t)5000000000ull);
}

TEST(HSYS0002, "ProcessorControl is refused: 1 without privilege, 5 with it")
{
	struct thread *a;

	world_boot();
	a = new_space();
	clear_error(a);
	CALL(a, L4_CALL_PROCESSOR_CONTROL, 0, 1000, 1000, 0);
	CHECK_EQ(thread_regs(a)->out[0], 0);
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	clear_error(root);
	CALL(root, L4_CALL_PROCESSOR_CONTROL, 0, 1000, 1000, 0);
	CHECK_EQ(thread_regs(root)->out[0], 0);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
}

TEST(HSYS0003, "MemoryControl takes the default attribute, refuses unknown ones with 5, others' calls with 1")
{
	struct thread *a;

	world_boot();
	a = new_space();
	put_mr(a, 0, l4_fpage(0x1000, 12, 0).raw);
	CALL(a, L4_CALL_MEMORY_CONTROL, 0, 0, 0, 0, 0);
	CHECK_EQ(thread_regs(a)->out[0], 0);
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	put_mr(root, 0, l4_fpage(0x1000, 12, 0).raw);
	CALL(root, L4_CALL_MEMORY_CONTROL, 0, 0, 0, 0, 0);
	CHECK_EQ(thread_regs(root)->out[0], 1);
	CALL(root, L4_CALL_MEMORY_CONTROL, 0, 3, 0, 0, 0);
	CHECK_EQ(thread_regs(root)->out[0], 0);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	put_mr(root, 0, l4_fpage(0x1000, 12, 0).raw | 3);
	CALL(root, L4_CALL_MEMORY_CONTROL, 0, 3, 3, 3, 0);
	CHECK_EQ(thread_regs(root)->out[0], 1);
}

/* Number of records of a kind that `t` can list. */
static unsigned list(struct thread *t, enum l4_inspect what, l4_word_t object)
{
	l4_word_t start = 0;
	unsigned n = 0;

	for (;; n++) {
		CALL(t, L4_CALL_INSPECT, what, object, start);
		if (thread_regs(t)->out[0] == 0)
			return n;
		CHECK(thread_regs(t)->out[0] > start);
		start = thread_regs(t)->out[0];
	}
}

TEST(HSYS0004, "Inspect lists threads, spaces, interrupts and mappings to privileged threads")
{
	struct thread *a;
	const struct l4_inspect_space *s;
	const struct l4_inspect_thread *th;

	world_boot();
	a = new_space();
	give(a, ram(16), 0x400000, 16, L4_RWX);
	CHECK(list(root, L4_INSPECT_THREAD, 0) >= 3);
	CHECK_EQ(list(root, L4_INSPECT_SPACE, 0), mem.nspaces);
	CHECK(list(root, L4_INSPECT_IRQ, 0) > 0);
	CHECK_EQ(list(root, L4_INSPECT_MAPPING, a->space->number), 1);
	CHECK_EQ(list(root, L4_INSPECT_PORTS, a->space->number), 0);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_SPACE, 0, a->space->number);
	s = (const void *)(root->utcb + 1);
	CHECK_EQ(s->number, a->space->number);
	CHECK_EQ(s->thread, a->id.raw);
	CHECK_EQ(s->threads, 1);
	CHECK_EQ(s->pages, 16);
	CHECK(s->kmem_used > 0 && s->kmem_used <= s->kmem_limit);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_THREAD, 0, l4_tid_number(a->id));
	th = (const void *)(root->utcb + 1);
	CHECK_EQ(th->id, a->id.raw);
	CHECK_EQ(th->space, a->space->number);
	CHECK_EQ(th->state, L4_SCHED_RUNNING);
	CHECK_EQ(th->priority, CFG_PRIO_DEFAULT);
	CHECK_EQ(th->pager, root->id.raw);
}

TEST(HSYS0005, "Inspect is refused to others with 1, and an unknown kind with 5")
{
	struct thread *a;

	world_boot();
	a = new_space();
	clear_error(a);
	CALL(a, L4_CALL_INSPECT, L4_INSPECT_SYSTEM, 0, 0);
	CHECK_EQ(thread_regs(a)->out[0], 0);
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	clear_error(root);
	CALL(root, L4_CALL_INSPECT, L4_INSPECTS, 0, 0);
	CHECK_EQ(thread_regs(root)->out[0], 0);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	clear_error(root);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_MAPPING, 123456, 0);
	CHECK_EQ(thread_regs(root)->out[0], 0);
	CHECK_EQ(error_of(root), L4_OK);
}

TEST(HSYS0006, "Inspect returns the system's figures")
{
	const struct l4_inspect_system *s;

	world_boot();
	world_pass(1000);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_SYSTEM, 0, 0);
	CHECK(thread_regs(root)->out[0] != 0);
	s = (const void *)(root->utcb + 1);
	CHECK_EQ(s->uptime, (l4_word_t)host.now);
	CHECK_EQ(s->spaces, mem.nspaces);
	CHECK(s->kmem_used > 0 && s->kmem_used < s->kmem_total);
}

/* ---- storms ---- */

static uint64_t seed;

static l4_word_t any(void)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (l4_word_t)(seed >> 31);
}

/* A random word that is likely to pass the first checks. */
static l4_word_t wild(struct thread **t, unsigned n)
{
	static const l4_word_t odd[] = { 0, 1, ~(l4_word_t)0, ~(l4_word_t)0x3f,
					 (l4_word_t)1 << (L4_WORD_BITS - 1), 0x10, 0x17, 0x7ffff000, 64, 0x400, 0x04000400 };
	struct thread *one = t[any() % n];

	switch (any() % 10) {
	case 0: return any() | (uint64_t)any() << 16;
	case 1: return odd[any() % (sizeof(odd) / sizeof(odd[0]))];
	case 2:
	case 3: return one->id.raw;
	case 4: return one->utcb ? local_id(one).raw : 64;
	case 5: return l4_fpage(0x400000 + (any() & 0xff) * 0x1000, 12 + any() % 10, any() & 7).raw;
	case 6: return l4_io_fpage(any() & 0xffff, any() % 17).raw;
	case 7: return timeouts(any() % 3 ? 0x400 : time_us(50), any() % 3 ? 0x400 : time_us(50));
	case 8: return one->rest->utcb_location;
	default: return any() & 0xff;
	}
}

/* The messages, acceptors and control words of t are filled with junk as well. */
static void wild_utcb(struct thread *t, struct thread **all, unsigned n)
{
	put_mr(t, 0, l4_tag(any() & 0xff, any() % 5, any() % 7).raw | (any() % 4 ? 0 : any() & 0xffff));
	for (unsigned i = 1; i < 12; i++)
		put_mr(t, i, any() % 3 ? wild(all, n) : l4_map_item(any() & 0xffffff) | (any() & 2));
	*thread_tcr(t, L4_TCR_BR0) = any() % 2 ? L4_COMPLETE.raw : wild(all, n);
	*thread_tcr(t, L4_TCR_PAGER) = wild(all, n);
	*thread_tcr(t, L4_TCR_EXCEPTION_HANDLER) = wild(all, n);
	*thread_tcr(t, L4_TCR_SENDER) = wild(all, n);
	*thread_tcr(t, L4_TCR_GLOBAL_ID) = wild(all, n);
}

static void one_wild_entry(struct thread **t, unsigned n)
{
	struct thread *self = world_current();
	l4_word_t in[8];

	if (self->kind == THREAD_IDLE || any() % 16 == 0) {
		world_pass(any() % 2000);
		world_irq(any() % 3 + 4);
		return;
	}
	wild_utcb(self, t, n);
	for (unsigned i = 0; i < 8; i++)
		in[i] = wild(t, n);
	switch (any() % 8) {
	case 0:
		touch(self, 0x400000 + (any() & 0xff) * 0x1000, any() % 2 ? L4_R : L4_W);
		break;
	case 1:
		world_settle(fault_exception(self, any() % 20, any()));
		break;
	case 2:
		world_settle(fault_io(self, any() & 0xfff8, any() % 3));
		break;
	default:
		memcpy(thread_regs(self)->in, in, sizeof(in));
		world_settle(world_call(self, any() % L4_CALLS));
	}
}

/* Deleted threads are left out of the list; if no thread is ready, time passes. */
static void storm(uint64_t from, unsigned entries)
{
	struct thread *t[6], *live[6];
	l4_tid_t ids[6];

	seed = from;
	world_boot();
	for (unsigned i = 0; i < 6; i++)
		t[i] = i % 2 ? new_thread(t[i - 1]) : new_space();
	give(t[0], ram(18), 0x400000, 18, L4_RWX);
	CHECK(thread_control(root, l4_tid_global(5, 1), l4_tid_global(5, 1), L4_NILTHREAD, t[1]->id, KEEP));
	for (unsigned i = 0; i < 6; i++)
		ids[i] = t[i]->id;
	CHECK(!receive_from(root, root->id));
	for (unsigned e = 0; e < entries; e++) {
		unsigned n = 0;

		for (unsigned i = 0; i < 6; i++)
			if (thread_find(ids[i]))
				live[n++] = thread_find(ids[i]);
		if (n == 0)
			return;
		one_wild_entry(live, n);
	}
}

TEST(HSYS0007, "unprivileged threads with wild arguments break no invariant, whatever they call")
{
	for (uint64_t i = 1; i <= 25; i++)
		storm(i * 7919, 250);
}

/* The same, but the root server is one of those that call wildly, so threads and spaces come and go. */
TEST(HSYS0008, "a root server with wild arguments breaks no invariant of the kernel")
{
	for (uint64_t i = 1; i <= 20; i++) {
		struct thread *t[2];

		seed = i * 104729;
		world_boot();
		for (unsigned e = 0; e < 200; e++) {
			t[0] = root;
			t[1] = world_current()->kind == THREAD_IDLE ? root : world_current();
			one_wild_entry(t, 2);
			if (root->life != THREAD_ACTIVE)
				break;
		}
	}
}

TEST(HSYS0009, "Inspect returns the partner of a blocked thread, and that there is one system")
{
	struct thread *a, *b;
	const struct l4_inspect_thread *th;

	world_boot();
	a = new_space();
	b = new_space();
	th = (const void *)(root->utcb + 1);
	CHECK(!send_to(a, b));
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_THREAD, 0, l4_tid_number(a->id));
	CHECK_EQ(th->partner, b->id.raw);
	CHECK_EQ(th->state, L4_SCHED_PENDING_SEND);
	CHECK(!receive_from(b, root->id));
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_THREAD, 0, l4_tid_number(b->id));
	CHECK_EQ(th->partner, root->id.raw);
	CHECK_EQ(list(root, L4_INSPECT_SYSTEM, 0), 1);
}

TEST(HSYS0010, "SetTls sets the caller's own, an address of the user area or 0; others are refused with 5")
{
	struct thread *a, *b;

	world_boot();
	a = new_space();
	b = new_thread(a);
	CALL(a, L4_CALL_SET_TLS, L4_USER_END - 1);
	CHECK_EQ(thread_regs(a)->out[0], 1);
	CHECK_EQ(error_of(a), 0);
	CHECK(a->tls == L4_USER_END - 1 && b->tls == 0);
	CALL(b, L4_CALL_SET_TLS, 8);
	CALL(a, L4_CALL_SET_TLS, L4_USER_END);
	CHECK_EQ(thread_regs(a)->out[0], 0);
	CHECK_EQ(error_of(a), L4_ERR_PARAM);
	CALL(a, L4_CALL_SET_TLS, ~(l4_word_t)0);
	CHECK_EQ(thread_regs(a)->out[0], 0);
	CHECK(a->tls == L4_USER_END - 1 && b->tls == 8);
	CALL(a, L4_CALL_SET_TLS, 0);
	CHECK(thread_regs(a)->out[0] == 1 && a->tls == 0);
}
