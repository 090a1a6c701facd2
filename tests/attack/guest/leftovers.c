/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leftovers.c - what is left in the CPU and in UTCBs when another thread runs. Some threads hold a pattern in
 * every register that they have, and in their UTCB; a thread of another space searches all of its own after
 * each switch, when it begins, and after the others' lives. An address of the kernel counts as well.
 */
#include "attack.h"

enum {
	PRIO = 90, HOLDERS = 2, UTCB = 1024, LIFE = 500, SLICE = 100, NAP_US = 10,
};

#define SECRET 0x5ec7e80000000000ul
#define KERNEL_HALF 0xffff800000000000ul
#define SMALL_NEGATIVE 0xfffffffffff00000ul	/* -1 and error codes are no addresses */

static volatile word switches, found;
static L4_ThreadId_t server;		/* one of those that hold the pattern */

/* The gateway is in the kernel's half, no secret. */
static bool is_left(word w)
{
	return w >> 40 == SECRET >> 40
	    || (w >= KERNEL_HALF && w < SMALL_NEGATIVE && w / PAGE != (word)__L4_Ipc / PAGE);
}

static word left_in(const volatile void *at, word bytes)
{
	const volatile word *w = at;
	word n = 0;

	for (word i = 0; i < bytes / sizeof(word); i++)
		n += is_left(w[i]);
	return n;
}

static volatile word *my_utcb(void) { return (word *)(L4_MyLocalId().raw / UTCB * UTCB); }

/* ThreadSwitch to no particular thread, a receive that times out, or a call. */
static void enter_kernel(struct regs *r)
{
	switch (random_below(4)) {
	case 0:
		regs_ipc(r, L4_nilthread, L4_MyGlobalId(), L4_Timeouts(L4_ZeroTime, L4_TimePeriod(NAP_US)),
			 L4_Niltag);
		break;
	case 1:
		regs_ipc(r, server, server, 0, L4_Niltag);
		break;
	default:
		r->rdi = 0;
		regs_call(r, (word)__L4_ThreadSwitch);
	}
}

static void fill_all(struct regs *r)
{
	static struct fpu f;

	for (word i = 0; i < sizeof f / sizeof(word); i++)
		((word *)&f)[i] = SECRET + i;
	f.mxcsr = 0x1f80;
	f.control = 0x37f;
	fpu_load(&f);
	for (int i = 1; i < 64; i++)
		L4_LoadMR(i, SECRET + (word)i);
	regs_pattern(r, SECRET);
}

static void hold(void *unused)
{
	struct regs r;

	(void)unused;
	for (;;) {
		fill_all(&r);
		enter_kernel(&r);
	}
}

static void answer(void *unused)
{
	struct regs r = { .rsi = 0 };

	(void)unused;
	for (;;) {
		L4_ThreadId_t to = { .raw = r.rsi };

		fill_all(&r);
		regs_ipc(&r, to, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_Never), L4_Niltag);
	}
}

static void search(void *unused)
{
	struct regs r;
	struct fpu f;

	(void)unused;
	for (;;) {
		fpu_store(&f);
		found += left_in(&f, sizeof f) + left_in(my_utcb(), UTCB);
		regs_pattern(&r, switches << 8);
		enter_kernel(&r);
		found += left_in(&r, sizeof r);
		switches++;
	}
}

/* New threads in new spaces, with the UTCBs and the memory of those before. */
static void live_once(void)
{
	static void (*const run[])(void *) = { answer, hold, search };
	static struct space spaces[HOLDERS + 1];
	struct mark mark = world_mark();
	word begin = switches;

	for (unsigned i = 0; i <= HOLDERS; i++)
		space_make(&spaces[i]);
	for (unsigned i = 0; i <= HOLDERS; i++) {
		L4_ThreadId_t t = space_start_prio(&spaces[i], run[i], 0, PRIO);

		server = i == 0 ? t : server;
		CHECK(L4_Set_Timeslice(t, L4_TimePeriod(SLICE), L4_Never) != 0);
	}
	while (switches - begin < LIFE) {
		word before = switches;

		sleep_us(1000);
		CHECK(switches > before);
	}
	for (unsigned i = 0; i <= HOLDERS; i++)
		space_delete(&spaces[i]);
	world_release(mark);
}

TEST(ALEF0001, "no thread finds another's words, or addresses of the kernel, in its registers and UTCB")
{
	word asked = rounds_asked();

	switches = found = 0;
	while (switches < asked)
		live_once();
	guest_figure("left-overs", switches, found);
	CHECK_EQ(found, 0);
}
