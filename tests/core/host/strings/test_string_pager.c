/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_string_pager.c - string items to and from pagers: in a pager's answer, and of pages that are asked
 * for.
 */
#include <core/arch.h>
#include "world.h"

enum { VA = 0x400000, SRC = 0x100000, DST = 0x200000, PAGE = 4096, LOG2 = 19, LINE = 7, BYTES = 100 };

static struct thread *a, *b, *pager, *killer;

TEST(HSTR0026, "a pager's answer with a string item writes nothing behind the faulting thread's registers")
{
	const l4_word_t *behind;
	struct thread *t;

	world_boot();
	a = new_space();
	pager = new_space();
	t = new_thread(a);
	*thread_tcr(t, L4_TCR_PAGER) = pager->id.raw;
	CHECK(!receive_from(pager, L4_ANYTHREAD));
	CHECK(!touch(t, VA, L4_R));
	for (unsigned i = 1; i <= 40; i++)
		put_mr(pager, i, 0);
	put_string(pager, 0, 40, SRC, BYTES);
	CHECK(ipc(pager, t->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER)));
	CHECK_EQ(error_of(pager), SEND_ERROR(OVERFLOW));
	behind = (const l4_word_t *)(const void *)((const char *)t->rest + offsetof(struct thread_rest, kmr));
	CHECK(behind[41] != (l4_word_t)BYTES << 10);
}

TEST(HSTR0030, "a string in device memory that the kernel does not reach is cut off, not touched")
{
	world_boot();
	a = new_space();
	b = new_space();
	give(a, HOST_MEMORY + ram(12), SRC, 12, L4_RWX);
	give(b, ram(12), DST, 12, L4_RWX);
	accept_string(b, DST, BYTES);
	CHECK(!receive_from(b, a->id));
	put_string(a, 0, 0, SRC, BYTES);
	CHECK(send_to(a, b));
	CHECK_EQ(error_of(a), SEND_ERROR(OVERFLOW));
	CHECK_EQ(error_of(b), RECEIVE_ERROR(OVERFLOW));
}

/* ---- a pager's answer in steps, while a string waits for it ---- */

static void (*act)(void);

static void once(void *arg)
{
	(void)arg;
	if (!act)
		return;
	world_irq(LINE);
	CHECK(world_current() == killer);
	act();
	act = 0;
	CHECK(!receive_from(killer, L4_ANYTHREAD));
}

/* b waits with an empty buffer at DST for a's string; its pager answers with 512 KiB in steps. */
static void answer_in_steps(void (*then)(void))
{
	l4_tid_t irq = l4_tid_global(LINE, 1);

	world_boot();
	a = new_space();
	b = new_space();
	pager = new_space();
	killer = new_thread(root);
	CHECK(thread_control(root, irq, irq, L4_NILTHREAD, killer->id, KEEP));
	CHECK(!receive_from(killer, irq));
	set_prio(killer, 200);
	give(a, ram(12), SRC, 12, L4_RWX);
	give(pager, ram(21), VA, 21, L4_RWX);
	*thread_tcr(b, L4_TCR_PAGER) = pager->id.raw;
	accept_string(b, VA, BYTES);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	put_string(a, 0, 0, SRC, BYTES);
	CHECK(!receive_from(pager, b->id));
	CHECK(!send_to(a, b));
	CHECK(!blocked(pager));
	act = then;
	world_hook = (struct world_hook){ .call = once };
	put_map(pager, l4_fpage(VA, LOG2, L4_RWX), VA, false);
	ipc(pager, b->id, L4_NILTHREAD, timeouts(TIME_NEVER, TIME_NEVER));
	world_pass(10 * CFG_TIMESLICE_US);
	CHECK(!act);
}

static void kill(const struct thread *t)
{
	thread_control(killer, t->id, L4_NILTHREAD, L4_NILTHREAD, L4_NILTHREAD, KEEP);
}

static void kill_receiver(void) { kill(b); }
static void kill_sender(void) { kill(a); }
static void kill_pager(void) { kill(pager); }
static void nothing(void) { }

TEST(HSTR0027, "a receiver that is deleted while its pager answers in steps leaves pager and sender free")
{
	answer_in_steps(kill_receiver);
	CHECK(!blocked(a));
	CHECK(!blocked(pager));
	CHECK_EQ(error_of(pager), SEND_ERROR(ABORTED));
}

TEST(HSTR0028, "a sender that is deleted while the receiver's pager answers in steps leaves both free")
{
	answer_in_steps(kill_sender);
	CHECK(!blocked(b));
	CHECK(!blocked(pager));
}

TEST(HSTR0029, "a pager that is deleted while it answers a string's fault in steps leaves both free")
{
	answer_in_steps(kill_pager);
	CHECK(!blocked(a));
	CHECK(!blocked(b));
}

TEST(HSTR0031, "a string continues when the receiver's pager has answered its fault in steps")
{
	answer_in_steps(nothing);
	CHECK_SENT(a);
	CHECK_SENT(b);
	CHECK_SENT(pager);
}
