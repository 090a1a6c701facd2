/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leftovers.c - what is left in the CPU and in UTCBs when another thread runs. Some threads hold a pattern in
 * every register that they have, and in their UTCB; a thread of another space searches all of its own after
 * each switch, when it begins, and after the others' lives. An address of the kernel counts as well.
 *
 * It also faults, traps and reads registers of the kernel, which leaves its own as they were: its pager and
 * handler, the judge, searches each message, and what the kernel wrote beside it.
 */
#include "attack.h"
#include "exceptions.h"
#include "kernel_registers.h"

enum {
	PRIO = 90, PRIO_JUDGE = 95, HOLDERS = 2, LIFE = 500, SLICE = 100, NAP_US = 10,
	BEGIN_US = 1000,
	SECRET_SHIFT = L4_BITS_PER_WORD - 24,
};

#define SECRET (0x5ec7e8ul << SECRET_SHIFT)
#define SMALL_NEGATIVE (-0x100000ul)	/* -1 and error codes are no addresses */

static volatile word switches, found, messages;
static word gateway, usual;		/* usual: words of the KIP that look so, code and memory descriptors */
static L4_ThreadId_t judge;
static L4_ThreadId_t server;		/* one of those that hold the pattern */

/* The gateway may be beside the kernel's memory: it is no secret. */
static bool is_left(word w)
{
	return w >> SECRET_SHIFT == SECRET >> SECRET_SHIFT
	    || (w >= KERNEL_MEMORY && w < SMALL_NEGATIVE && w / PAGE != gateway / PAGE);
}

static word left_in(const volatile void *at, word bytes)
{
	const volatile word *w = at;
	word n = 0;

	for (word i = 0; i < bytes / sizeof(word); i++)
		n += is_left(w[i]);
	return n;
}

static volatile word *my_utcb(void) { return (word *)(L4_MyLocalId().raw / UTCB_BYTES * UTCB_BYTES); }

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
		r->REG_SWITCH = 0;
		regs_call(r, (word)__L4_ThreadSwitch);
	}
}

static void fill_all(struct regs *r)
{
	static struct fpu f;

	for (word i = 0; i < sizeof f / sizeof(word); i++)
		((word *)&f)[i] = SECRET + i;
	kernel_registers_harmless(&f);
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
	struct regs r = { .REG_SENDER = 0 };

	(void)unused;
	for (;;) {
		L4_ThreadId_t to = { .raw = r.REG_SENDER };

		fill_all(&r);
		regs_ipc(&r, to, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_Never), L4_Niltag);
	}
}

static void trap(struct regs *r)
{
	word n = random_below(KERNEL_REGISTERS + 2);

	if (n < KERNEL_REGISTERS) {
		word before = r->REG_A;

		regs_call(r, kernel_registers_read(n));
		found += r->REG_A != before;
	} else if (n == KERNEL_REGISTERS) {
		regs_call(r, (word)trap_ud);
	} else {
		L4_Flush(fpage(WINDOW, 12, L4_FullyAccessible));
		r->REG_A = WINDOW;
		regs_call(r, (word)trap_read);
	}
}

/* The reply to what came from t: it continues behind the instruction, or with a page. */
static void load_reply(L4_MsgTag_t tag)
{
	word address = mr(1), next = mr(M_IP) + kernel_registers_trap_bytes(mr(M_NUMBER));
	L4_Fpage_t page = fpage((word)load_reply & -(word)PAGE, 12, L4_Readable);

	for (int i = 1; i < 64; i++)
		L4_LoadMR(i, 0);
	if (image_fault(tag, address)) {
		image_map(address);
	} else if (tag_protocol(tag) == N_PAGEFAULT) {
		load_map(1, page, WINDOW);
		L4_Set_MsgTag(tag_make(0, 0, 2));
	} else {
		L4_LoadMR(M_IP, next);
		L4_Set_MsgTag(tag_make(0, M_IP, 0));
	}
}

static void be_judge(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	(void)unused;
	image_read();
	tag = L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);		/* the kernel's labels are negative */
		found += left_in(my_utcb(), UTCB_BYTES);
		messages++;
		load_reply(tag);
		tag = L4_ReplyWait(from, &from);
	}
}

static void search(void *unused)
{
	struct regs r;
	struct fpu f;

	(void)unused;
	found += left_in((void *)(word)SPACE_UTCB, PAGE) + left_in((void *)(word)SPACE_KIP, PAGE) - usual;
	L4_Set_Pager(judge);
	L4_Set_ExceptionHandler(judge);
	for (;;) {
		fpu_store(&f);
		found += left_in(&f, sizeof f) + left_in(my_utcb(), UTCB_BYTES);
		regs_pattern(&r, switches << 8);
		if (random_below(4))
			enter_kernel(&r);
		else
			trap(&r);
		found += left_in(&r, sizeof r);
		switches++;
	}
}

/* Another thread of s, whose registers are searched as they are when it begins. */
static void begin_one(struct space *s)
{
	L4_ThreadId_t t = space_waiting(s, L4_Myself());
	L4_MsgTag_t tag;

	CHECK(L4_Set_Priority(t, PRIO) != 0);
	regs_found.sp = 0;
	L4_LoadMR(1, (word)regs_entry);
	L4_LoadMR(2, stack_new());
	L4_Set_MsgTag(tag_make(0, 2, 0));
	L4_Reply(t);
	while (regs_found.sp == 0) {
		tag = L4_Receive_Timeout(t, L4_TimePeriod(BEGIN_US));
		if (L4_IpcSucceeded(tag) && image_fault(tag, mr(1))) {
			image_map(mr(1));
			L4_Reply(t);
		}
	}
	found += left_in(&regs_found, sizeof regs_found);
}

/* New threads in new spaces, with the UTCBs and the memory of those before. */
static void live_once(void)
{
	static void (*const run[])(void *) = { answer, hold, search };
	static struct space spaces[HOLDERS + 1], own;
	struct mark mark = world_mark();
	word begin = switches;

	for (unsigned i = 0; i <= HOLDERS; i++)
		space_make(&spaces[i]);
	space_make(&own);
	judge = space_start_prio(&own, be_judge, 0, PRIO_JUDGE);
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
	begin_one(&spaces[HOLDERS]);
	for (unsigned i = 0; i <= HOLDERS; i++)
		space_delete(&spaces[i]);
	space_delete(&own);
	world_release(mark);
}

TEST(ALEF0001, "no thread finds another's words, or addresses of the kernel, in its registers and UTCB")
{
	word asked = rounds_asked();

	CHECK(kernel_registers_all_vectors());
	switches = found = messages = 0;
	gateway = GATEWAY_PAGE;
	usual = left_in(kip, PAGE);
	live_once();
	memory_note();
	while (switches < asked)
		live_once();
	found += memory_changed();
	guest_note("messages", messages);
	CHECK(messages > switches / 10);
	guest_figure("left-overs", switches, found);
	CHECK_EQ(found, 0);
}
