/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spaces.c - child spaces whose threads are hostile, and tasks that make many of them.
 *
 * A hostile thread executes this program, whose pages its space gets at the same addresses, without the right
 * to write; its stack is a page of its own, with its order. This task is pager and redirector, and a thread
 * of another task, the victim, counts what reaches it.
 */
#include <l4/message.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <pecan/demo.h>
#include <pecan/memory.h>
#include <pecan/space.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <x2/arch.h>

#include "intruder.h"

enum {
	PAGE = 4096, PAGE_LOG2 = 12, KMEM = 160 << 10, PRIORITY = 10,
	MOST_EVENTS = 60, QUIET_US = 2000, MOST_QUIET = 1000, FAULT = -2, EXCEPTION = -5, EXHAUSTED = -16,
	FAR = 4 << 20, FAR_PAGES = 60,
	SPARE_KERNEL = 64 << 10, FILL_KMEM = 40 << 10, LABEL = 0x123, LOOKS = 500, LOOK_US = 10000,
};

#define UTCBS	PECAN_WINDOW_BASE
#define FIELD	(PECAN_WINDOW_BASE + 0x10000000)	/* pages of the child that take kernel memory */
#define HOLE	((volatile char *)PAGE)

enum kind { PAGER, HANDLER, SENDER, SCRIBBLER, CANCELLER, UNMAPPER, EATER, LOOPER, CALLER, KINDS };

/* At the beginning of the stack's page. */
struct order { enum kind kind; L4_ThreadId_t victim, root, parent, first; L4_Word_t seed, gain, asked; };

extern const char __program_start[], __program_end[];

static L4_Word64_t state;
static L4_ThreadId_t victim;
static L4_Word_t diverted;		/* messages of children to the victim that this task got */

static L4_Word_t next(L4_Word_t *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed;
}

/* ---- what hostile threads do: they write to their stack and their UTCB only ---- */

static void send_all(struct order *o)
{
	const L4_ThreadId_t to[] = { o->victim, o->root, o->victim, L4_GlobalId(L4_ThreadNo(o->root) - 2, 1) };

	for (unsigned i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		L4_MsgTag_t tag = { .raw = (L4_Word_t)LABEL << 16 };

		L4_Set_VirtualSender(i & 1 ? o->victim : o->parent);
		if (i & 2)
			L4_Set_Propagation(&tag);
		L4_Set_MsgTag(tag);
		if (L4_IpcSucceeded(L4_Call_Timeouts(to[i], L4_TimePeriod(500), L4_TimePeriod(500))))
			o->gain = 1 + i;
		o->asked++;
	}
}

static void scribble(struct order *o)
{
	for (int i = 0; i < 32; i++)
		L4_LoadMR(i, next(&o->seed));
	for (int i = 0; i < 16; i++)
		L4_LoadBR(i, next(&o->seed));
	L4_Set_ExceptionHandler((L4_ThreadId_t){ .raw = next(&o->seed) & 1 ? o->victim.raw : next(&o->seed) });
	L4_Set_Pager((L4_ThreadId_t){ .raw = next(&o->seed) & 1 ? o->victim.raw : next(&o->seed) });
	L4_Set_VirtualSender(o->victim);
	L4_Set_XferTimeouts(next(&o->seed));
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = next(&o->seed) });
	L4_Send_Timeout(o->victim, L4_TimePeriod(100));
}

/* Calls that must be refused; what is not is the gain. */
static void call_all(struct order *o)
{
	L4_ThreadId_t own = L4_Myself();
	L4_Word_t old;

	if (L4_ThreadControl(own, own, own, own, (void *)-1)
	    || L4_ThreadControl(o->victim, own, own, own, (void *)-1))
		o->gain = 10;
	if (L4_SpaceControl(own, 0, L4_Nilpage, L4_Nilpage, L4_anythread, &old))
		o->gain = 11;
	if (L4_Set_Priority(own, 200) || L4_Set_Priority(o->victim, 1))
		o->gain = 12;
	if (!L4_IsNilThread(__L4_Exregs(o->victim, 0, 0, 0, 0).result)
	    || !L4_IsNilThread(__L4_Exregs(o->root, 0, 0, 0, 0).result))
		o->gain = 13;
	if (L4_ProcessorControl(0, 0, 0, 0))
		o->gain = 14;
	o->asked++;
}

static void cancel_first(struct order *o)
{
	for (;;)
		__L4_Exregs(o->first, __L4_EXREGS_SEND | __L4_EXREGS_RECEIVE, 0, 0, 0);
}

static void hostile(void)
{
	struct order *o = (struct order *)L4_UserDefinedHandle();

	if (o->kind == CANCELLER && !L4_IsNilThread(o->first) && !L4_IsThreadEqual(L4_MyGlobalId(), o->first))
		cancel_first(o);
	L4_Set_ExceptionHandler(o->kind == HANDLER ? o->victim : o->parent);
	if (o->kind == PAGER)
		L4_Set_Pager(o->victim);
	if (o->kind == PAGER)
		*HOLE;
	if (o->kind == SENDER)
		send_all(o);
	if (o->kind == SCRIBBLER)
		scribble(o);
	for (L4_Word_t i = 0; o->kind == EATER && i < FAR_PAGES; i++)
		*(volatile char *)(FIELD + i * FAR);
	for (unsigned i = 0; o->kind == UNMAPPER && i < MOST_EVENTS; i++)
		L4_Flush(L4_FpageAddRights(L4_CompleteAddressSpace, L4_FullyAccessible));
	if (o->kind == CALLER)
		call_all(o);
	while (o->kind == LOOPER)
		o->asked++;
	for (;;)
		__builtin_trap();
}

/* ---- their pager ---- */

static bool serve_fault(const struct order *o, L4_Word_t address)
{
	L4_Word_t page = address & ~(L4_Word_t)(PAGE - 1), own = page;
	L4_Word_t rights = L4_Readable | L4_eXecutable;
	L4_MapItem_t item;

	if (page == (L4_Word_t)o)
		rights = L4_Readable | L4_Writable;
	else if (o->kind == EATER && page >= FIELD && page - FIELD < (L4_Word_t)FAR * FAR_PAGES)
		own = (L4_Word_t)o, rights = L4_Readable;
	else if (page < (L4_Word_t)__program_start || page >= (L4_Word_t)__program_end)
		return false;
	*(volatile char *)own;
	item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2(own, PAGE_LOG2), rights), page);
	L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
	return true;
}

/* Returns true if the message is one after which the child does something else. */
static bool answer(const struct order *o, L4_MsgTag_t tag, L4_ThreadId_t from)
{
	L4_Word_t word[L4_EXC_WORDS];

	if (L4_IpcRedirected(tag) && L4_IsThreadEqual(L4_IntendedReceiver(), victim))
		diverted++;
	L4_StoreMRs(1, L4_EXC_WORDS, word);
	if ((L4_SignedWord_t)tag.raw >> 20 == FAULT && serve_fault(o, word[0])) {
		L4_Reply(from);
		return true;
	}
	if ((L4_SignedWord_t)tag.raw >> 20 != EXCEPTION || o->kind != CANCELLER)
		return false;
	L4_LoadMRs(1, L4_EXC_REPLY_WORDS, word);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = L4_EXC_REPLY_WORDS });
	L4_Reply(from);			/* its exception may be cancelled already: that is no error of ours */
	return true;
}

static void start(struct order *o, L4_ThreadId_t thread, L4_Word_t sp)
{
	L4_Set_UserDefinedHandleOf(thread, (L4_Word_t)o);
	L4_LoadMR(1, (L4_Word_t)hostile);
	L4_LoadMR(2, PECAN_CALLED_SP(sp));
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 2 });
	L4_Reply(thread);
}

/* Has it done what it is made for, if it records that? A slow machine may not have let it run yet. */
static bool was_tried(const struct order *o)
{
	bool records = o->kind == SENDER || o->kind == CALLER || o->kind == LOOPER || o->kind == EATER;

	return !records || ((volatile const struct order *)o)->asked != 0;
}

static void live(struct order *o, const struct pecan_space *space)
{
	L4_ThreadId_t from, second;
	L4_MsgTag_t tag;

	o->first = space->thread;
	start(o, space->thread, (L4_Word_t)o + PAGE);
	if (o->kind == CANCELLER && pecan_space_thread_new(space->number, 1, PRIORITY, &second) == ROOT_OK)
		start(o, second, (L4_Word_t)o + PAGE / 2);
	for (unsigned i = 0, quiet = 0; i < MOST_EVENTS && quiet < MOST_QUIET; ) {
		tag = L4_Wait_Timeout(L4_TimePeriod(QUIET_US), &from);
		if (L4_IpcFailed(tag) && was_tried(o))
			return;
		quiet = L4_IpcFailed(tag) ? quiet + 1 : 0;
		if (L4_IpcFailed(tag))
			continue;
		i++;
		if ((L4_SignedWord_t)tag.raw >> 20 == EXHAUSTED)
			o->asked++;
		else if (!answer(o, tag, from) && o->kind != SENDER)
			return;
	}
}

static void round(struct order *o, enum kind kind)
{
	struct pecan_space_wanted wanted = { KMEM, 2, (L4_Word_t)L4_GetKernelInterface(), UTCBS, PRIORITY };
	struct pecan_space space;

	*o = (struct order){ .kind = kind, .victim = victim, .root = pecan_root(), .parent = L4_MyGlobalId(),
			     .seed = (L4_Word_t)(state >> 16) };
	state = state * 6364136223846793005ul + 1442695040888963407ul;
	if (pecan_space_new(&wanted, &space) != ROOT_OK) {
		gained("there is no child space for a hostile thread of kind", kind);
		return;
	}
	live(o, &space);
	if (pecan_space_end(space.number) != ROOT_OK)
		gained("a child space does not end, kind", kind);
	if (o->gain != 0)
		gained("a child's thread was given what it may not have", o->gain);
	if (!was_tried(o))
		gained("a hostile thread was not tried, kind", kind);
}

/* What is in use of the kernel's memory, and of root's. */
struct memory { L4_Word_t kernel, pages; };

static struct memory memory(void)
{
	struct l4_inspect_system s = { 0 };
	struct pecan_memory m = { 0 };
	L4_Word_t at = 0;

	if (!pecan_inspect(L4_INSPECT_SYSTEM, 0, &at, &s, sizeof(s) / sizeof(L4_Word_t), 0)
	    || pecan_memory(&m) != ROOT_OK)
		gained("the memory in use is not known", 0);
	return (struct memory){ s.kmem_used, m.total - m.free };
}

/* Programs beside this one have some while they run: so it is looked at again, some seconds long. */
static void compare(struct memory before)
{
	struct memory after = memory();
	bool kernel = true, pages = true;

	for (unsigned i = 0; i < LOOKS && (kernel || pages); i++) {
		kernel &= after.kernel > before.kernel + SPARE_KERNEL;
		pages &= after.pages > before.pages + SPARE_KERNEL;
		L4_Sleep(L4_TimePeriod(LOOK_US));
		after = memory();
	}
	if (kernel)
		gained("kernel memory is not back", after.kernel - before.kernel);
	if (pages)
		gained("memory is not back", after.pages - before.pages);
}

static L4_Word_t count_of(L4_ThreadId_t task)
{
	L4_Word_t count = ~(L4_Word_t)0;

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
	if (L4_IpcSucceeded(L4_Call(task)))
		L4_StoreMR(1, &count);
	return count;
}

void attack_by_children(L4_Word_t rounds, L4_Word_t seed)
{
	struct order *o = pecan_map(PAGE);
	struct memory before;

	state = seed;
	victim = demo_spawn("intruder", "intruder", 0, "spaces-victim 0x%lx 0", L4_MyGlobalId().raw);
	count_of(victim);
	round(o, PAGER);
	before = memory();
	for (L4_Word_t i = 0; i < rounds; i++)
		round(o, (enum kind)(i % KINDS));
	compare(before);
	if (diverted < rounds / KINDS)
		gained("fewer messages for the victim came here than were sent", diverted);
	if (count_of(victim) != 0)
		gained("messages of children reached a thread of another task", count_of(victim));
}

void spaces_victim(L4_ThreadId_t parent)
{
	L4_Word_t others = 0;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		if (L4_IsThreadEqual(from, parent) && !L4_IpcPropagated(tag)) {
			L4_LoadMR(1, others);
			L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 1 });
			tag = L4_ReplyWait(from, &from);
		} else {
			others += L4_IpcSucceeded(tag);
			tag = L4_Wait(&from);
		}
	}
}

static bool make(L4_Word_t kmem, struct pecan_space *space)
{
	struct pecan_space_wanted wanted = { kmem, 1, (L4_Word_t)L4_GetKernelInterface(), UTCBS, 0 };

	return pecan_space_new(&wanted, space) == ROOT_OK;
}

void attack_space_cycles(L4_Word_t rounds)
{
	struct pecan_space space;
	struct memory before;

	if (!make(KMEM, &space) || pecan_space_end(space.number) != ROOT_OK)
		gained("there is no child space", 0);
	before = memory();
	for (L4_Word_t i = 0; i < rounds; i++)
		if (!make(KMEM, &space) || pecan_space_end(space.number) != ROOT_OK) {
			gained("a child space is not made, or does not end, round", i);
			break;
		}
	compare(before);
}

/* Makes so many, and then waits to be ended. */
void spaces_task(L4_Word_t spaces, L4_ThreadId_t parent)
{
	struct pecan_space space;
	L4_Word_t n = 0;

	while (n < spaces && make(FILL_KMEM, &space))
		n++;
	L4_LoadMR(1, n);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 1 });
	L4_Send(parent);
	for (;;)
		L4_Sleep(L4_Never);
}

void attack_space_deaths(L4_Word_t rounds, L4_Word_t spaces)
{
	struct memory before = { 0, 0 };
	struct pecan_end end;

	for (L4_Word_t i = 0; i <= rounds; i++) {	/* the first one is before the memory is counted */
		L4_Word_t task, made = 0;
		L4_ThreadId_t child = demo_spawn("intruder", "intruder-many", &task, "spaces-task 0x%lx %lu",
						 L4_MyGlobalId().raw, spaces);

		if (L4_IpcSucceeded(L4_Receive(child)))
			L4_StoreMR(1, &made);
		if (made != spaces)
			gained("a task got fewer child spaces than there are", made);
		pecan_kill(task);
		pecan_wait(task, false, &end);
		if (i == 0)
			before = memory();
	}
	compare(before);
}
