/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - threads of the benchmark: here, and in other spaces that show the same memory.
 *
 * The other spaces are filled by `pager`, a thread of this space: a fault there is answered with the
 * page of the same address here, all rights. To start a thread there, main asks the pager, because
 * the start message must come from it.
 */
#include "bench_device.h"
#include "world.h"

enum {
	THREADS		= 32,
	FIRST_ID	= 8,		/* thread numbers from UserBase on; below are the initial servers */
	STACK		= 8192,
	LABEL_START	= 1,
	PF_PROTOCOL	= -2,
	KIP_AREA_LOG2	= 12,
};

L4_ThreadId_t main_thread, pager;

static char stacks[THREADS][STACK] __attribute__((aligned(PAGE)));
static unsigned threads;
static L4_Word_t first_number;

L4_ThreadId_t thread_id(unsigned n)
{
	return L4_GlobalId(first_number + n, 1);
}

void *utcb_here(unsigned n)
{
	L4_Word_t slot = L4_UtcbSize(L4_GetKernelInterface());

	return (void *)(UTCBS_HERE + (n + 1) * slot);	/* slot 0 is main's */
}

L4_Word_t utcb_in(L4_Word_t area, unsigned slot)
{
	return area + slot * L4_UtcbSize(L4_GetKernelInterface());
}

void page_touch(volatile char *page)
{
	*page = *page;
}

static L4_Word_t stack_of(unsigned n)
{
	return (L4_Word_t)&stacks[n][STACK] - STACK_BELOW;
}

static L4_MsgTag_t tag_of(L4_Word_t label, unsigned untyped, unsigned typed)
{
	L4_MsgTag_t tag;

	tag.raw = label << 16 | typed << 6 | untyped;
	return tag;
}

/* ---- the pager ---- */

static void load_page(L4_Word_t address)
{
	L4_MapItem_t item;

	if (!device_has(address))
		page_touch((volatile char *)address);
	item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2(address & -(L4_Word_t)PAGE, 12), L4_FullyAccessible),
			  address & -(L4_Word_t)PAGE);
	L4_LoadMR(1, item.raw[0]);
	L4_LoadMR(2, item.raw[1]);
	L4_Set_MsgTag(tag_of(0, 0, 2));
}

static void forward_start(void)
{
	L4_ThreadId_t to;
	L4_Word_t ip, sp;

	L4_StoreMR(1, &to.raw);
	L4_StoreMR(2, &ip);
	L4_StoreMR(3, &sp);
	L4_LoadMR(1, ip);
	L4_LoadMR(2, sp);
	L4_Set_MsgTag(tag_of(0, 2, 0));
	if (L4_IpcFailed(L4_Send(to)))
		fail("start message");
	L4_Set_MsgTag(L4_Niltag);
}

static void pager_main(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		L4_Word_t address;

		if (L4_IpcFailed(tag))
			fail("message to the pager");
		if ((long)tag.raw >> 20 == PF_PROTOCOL) {
			L4_StoreMR(1, &address);
			load_page(address);
		} else if (L4_Label(tag) == LABEL_START) {
			forward_start();
		} else {
			fail("unknown message to the pager");
		}
		tag = L4_ReplyWait(from, &from);
	}
}

/* ---- threads ---- */

L4_ThreadId_t thread_here(entry_fn *entry)
{
	unsigned n = threads++;
	L4_ThreadId_t t = thread_id(n);

	if (!L4_ThreadControl(t, main_thread, main_thread, L4_Pager(), utcb_here(n)))
		fail("thread here");
	L4_Set_Priority(t, PRIORITY);
	page_touch(&stacks[n][STACK - 1]);
	L4_Start_SpIp(t, stack_of(n), (L4_Word_t)entry);
	return t;
}

void space_create(L4_ThreadId_t t, L4_Word_t utcb_log2)
{
	bool many = utcb_log2 > UTCB_AREA_LOG2;
	L4_Fpage_t kip = L4_FpageLog2(many ? CROWD_KIP : KIP_AREA, KIP_AREA_LOG2);
	L4_Fpage_t utcbs = L4_FpageLog2(many ? CROWD_UTCBS : UTCB_AREA, (int)utcb_log2);
	L4_Word_t old;

	if (!L4_ThreadControl(t, t, main_thread, L4_nilthread, (void *)-1))
		fail("space");
	if (!L4_SpaceControl(t, 0, kip, utcbs, L4_nilthread, &old))
		fail("areas of the space");
}

void space_cycle(L4_ThreadId_t t)
{
	space_create(t, 12);
	delete(t);
}

void thread_launch(const struct place *p, entry_fn *entry, L4_Word_t sp, unsigned priority)
{
	if (!L4_ThreadControl(p->thread, p->space, main_thread, pager, (void *)p->utcb))
		fail("thread there");
	L4_Set_Priority(p->thread, priority);
	L4_LoadMR(1, p->thread.raw);
	L4_LoadMR(2, (L4_Word_t)entry);
	L4_LoadMR(3, sp);
	L4_Set_MsgTag(tag_of(LABEL_START, 3, 0));
	if (L4_IpcFailed(L4_Call(pager)))
		fail("the pager does not start a thread");
}

L4_ThreadId_t thread_there(entry_fn *entry)
{
	static L4_ThreadId_t space;
	static unsigned slots;
	unsigned n = threads++;
	struct place p = { thread_id(n), space, utcb_in(UTCB_AREA, slots++) };

	if (slots == 1) {
		p.space = space = p.thread;
		space_create(space, UTCB_AREA_LOG2);
	}
	thread_launch(&p, entry, stack_of(n), PRIORITY);
	return p.thread;
}

L4_ThreadId_t thread_apart(entry_fn *entry)
{
	unsigned n = threads++;
	struct place p = { thread_id(n), thread_id(n), UTCB_AREA };

	space_create(p.thread, 12);
	thread_launch(&p, entry, stack_of(n), PRIORITY);
	return p.thread;
}

void redirect(L4_ThreadId_t t, L4_ThreadId_t to)
{
	L4_Word_t old;

	if (!L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, to, &old))
		fail("redirector");
}

void world_init(void)
{
	main_thread = L4_Myself();
	first_number = L4_ThreadIdUserBase(L4_GetKernelInterface()) + FIRST_ID;
	pager = thread_here(pager_main);
	L4_Set_Priority(main_thread, PRIORITY);
	device_init();
}
