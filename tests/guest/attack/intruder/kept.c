/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.c - a child space keeps a page that its pager, this task, takes and uses for something else.
 *
 * The child has a page to read. It writes there: this task replaces the page by a copy, as a system with copy
 * on write does, and writes a secret into the page. The child looks for that at both places that it has.
 *
 *   BY_GRANT    a thread of the child got the page by a grant item, at another place, before
 *   BY_MESSAGE  the fault is a message that the child's thread sends itself; it receives the copy elsewhere
 *   BY_CANCEL   the fault is one, but another thread cancels it before the answer, and lets the thread wait
 *               for that with a window elsewhere
 */
#include <l4/message.h>
#include <l4/pecan.h>
#include <l4/space.h>
#include <pecan/memory.h>
#include <pecan/space.h>
#include <x2/arch.h>

#include "intruder.h"

enum {
	PAGE = 4096, PAGE_LOG2 = 12, KMEM = 160 << 10, PRIORITY = 10, SECRET = 0x5ec2e7, FAULT = -2,
	DONE = 1, CANCELLED = 2, HANG_US = 2000000, FORGED_IP = 0x12345,
};

#define UTCBS	PECAN_WINDOW_BASE
#define FIELD	(PECAN_WINDOW_BASE + 0x10000000)
#define AT	((volatile L4_Word_t *)FIELD)
#define MOVED	((volatile L4_Word_t *)(FIELD + PAGE))	/* where the child keeps a page */

enum way { BY_GRANT, BY_MESSAGE, BY_CANCEL, WAYS };

/* What the child and this task share: the child's stacks are in the same page. */
struct scene { enum way way; L4_ThreadId_t pager, first, second; volatile L4_Word_t found, delayed; };

extern const char __program_start[], __program_end[];

/* The pages of this task's that the child may get, and which of them is at AT. */
static struct { char *first, *copy, *zeros; bool replaced; } pages;

/* ---- the child ---- */

static void accept_at(volatile L4_Word_t *place)
{
	L4_Accept(L4_MapGrantItems(L4_FpageLog2((L4_Word_t)place, PAGE_LOG2)));
}

static L4_MsgTag_t say(L4_ThreadId_t to, L4_Word_t label)
{
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = label << 16 });
	return L4_Call(to);
}

/* Its pages are this program's, and the two places. */
static void look(struct scene *s)
{
	say(s->pager, DONE);
	s->found = (*AT == SECRET) + (*MOVED == SECRET);
	for (;;)
		say(s->pager, DONE);
}

static void receive_elsewhere(void)
{
	struct scene *s = (struct scene *)L4_UserDefinedHandle();

	accept_at(MOVED);
	L4_Receive(s->pager);
	look(s);
}

static void first(void)
{
	struct scene *s = (struct scene *)L4_UserDefinedHandle();
	L4_Fpage_t page = L4_FpageAddRights(L4_FpageLog2(FIELD, PAGE_LOG2), L4_FullyAccessible);
	L4_GrantItem_t item = L4_GrantItem(page, 0);

	*AT;
	if (s->way == BY_GRANT) {
		L4_LoadMRs(1, 2, item.raw);
		L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
		L4_Call(s->second);
	}
	if (s->way == BY_MESSAGE) {
		accept_at(MOVED);
		L4_LoadMR(1, FIELD);
		L4_LoadMR(2, FORGED_IP);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)FAULT << 20 | L4_Writable << 16 | 2 });
		L4_Call(s->pager);
	} else {
		*AT = 1;
	}
	look(s);
}

static void second(void)
{
	struct scene *s = (struct scene *)L4_UserDefinedHandle();
	L4_ThreadId_t from;

	accept_at(MOVED);
	if (s->way == BY_GRANT) {
		L4_Wait(&from);
		say(from, 0);
	}
	while (!s->delayed)
		L4_ThreadSwitch(s->first);
	L4_Start_SpIp(s->first, PECAN_CALLED_SP((L4_Word_t)s + PAGE), (L4_Word_t)receive_elsewhere);
	say(s->pager, CANCELLED);
}

/* ---- its pager ---- */

static void load_page(const char *own, L4_Word_t at, L4_Word_t rights)
{
	L4_MapItem_t item;

	*(volatile const char *)own;
	item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2((L4_Word_t)own, PAGE_LOG2), rights), at);
	L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
}

/* The page at AT is another one from now on: the first is taken, wherever it is, and has a secret. */
static void replace(void)
{
	L4_UnmapFpage(L4_FpageAddRights(L4_FpageLog2((L4_Word_t)pages.first, PAGE_LOG2), L4_FullyAccessible));
	*(volatile L4_Word_t *)pages.first = SECRET;
	pages.replaced = true;
}

/* The answer to a fault is in the message registers; false: there is none, or not yet. */
static bool serve_fault(struct scene *s, L4_Word_t address, bool writes)
{
	L4_Word_t page = address & ~(L4_Word_t)(PAGE - 1);

	if (page == (L4_Word_t)s)
		load_page((const char *)s, page, L4_ReadWriteOnly);
	else if (page == FIELD + PAGE)
		load_page(pages.zeros, page, L4_Readable);
	else if (page >= (L4_Word_t)__program_start && page < (L4_Word_t)__program_end)
		load_page((const char *)page, page, L4_Readable | L4_eXecutable);
	else if (page != FIELD)
		return false;
	else if (writes && s->way == BY_CANCEL)
		return !(s->delayed = 1);
	else if (writes && !pages.replaced)
		replace();
	if (page == FIELD)
		load_page(pages.replaced ? pages.copy : pages.first, page,
			  pages.replaced ? L4_ReadWriteOnly : L4_Readable);
	return true;
}

/* The message in the message registers is a fault, or looks like one. */
static bool serve_message(struct scene *s, L4_MsgTag_t tag)
{
	L4_Word_t word[2];

	L4_StoreMRs(1, 2, word);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
	if (L4_IpcRedirected(tag))
		return true;
	if (s->way == BY_MESSAGE && word[1] == FORGED_IP)
		gained("what a child's thread sent came as a fault of the kernel's", tag.raw);
	return serve_fault(s, word[0], (tag.raw >> 16 & L4_Writable) != 0);
}

/* Serve the child until it has looked twice: for the second time after it has looked for the secret. */
static void live(struct scene *s)
{
	unsigned looks = 0;

	while (looks < 2) {
		L4_ThreadId_t from;
		L4_MsgTag_t tag = L4_Wait_Timeout(L4_TimePeriod(HANG_US), &from);

		if (L4_IpcFailed(tag)) {
			gained("a child has done nothing, way", s->way);
			return;
		}
		if ((L4_SignedWord_t)tag.raw >> 20 == FAULT) {
			if (serve_message(s, tag))
				L4_Reply(from);
			continue;
		}
		if (!pages.replaced)
			replace();
		looks += tag.raw >> 16 == DONE;
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
		if (tag.raw >> 16 == CANCELLED) {
			load_page(pages.copy, FIELD, L4_ReadWriteOnly);
			from = s->first;
		}
		L4_Send_Timeout(from, L4_TimePeriod(HANG_US));
	}
}

static void start(struct scene *s, L4_ThreadId_t thread, L4_Word_t sp, void (*f)(void))
{
	L4_Set_UserDefinedHandleOf(thread, (L4_Word_t)s);
	L4_LoadMR(1, (L4_Word_t)f);
	L4_LoadMR(2, PECAN_CALLED_SP(sp));
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 2 });
	L4_Reply(thread);
}

static void round(struct scene *s, enum way way)
{
	struct pecan_space_wanted wanted = { KMEM, 2, (L4_Word_t)L4_GetKernelInterface(), UTCBS, PRIORITY };
	struct pecan_space space;

	*s = (struct scene){ .way = way, .pager = L4_MyGlobalId() };
	*(volatile L4_Word_t *)pages.first = 0;
	pages.replaced = false;
	if (pecan_space_new(&wanted, &space) != ROOT_OK
	    || pecan_space_thread_new(space.number, 1, PRIORITY, &s->second) != ROOT_OK) {
		gained("there is no child space, way", way);
		return;
	}
	s->first = space.thread;
	start(s, s->second, (L4_Word_t)s + PAGE / 2, second);
	start(s, s->first, (L4_Word_t)s + PAGE, first);
	live(s);
	if (pecan_space_end(space.number) != ROOT_OK)
		gained("a child space does not end, way", way);
	if (s->found != 0)
		gained("a child reads what is in a page that was taken from it, way", way);
}

void attack_kept_pages(L4_Word_t rounds)
{
	struct scene *s = pecan_map(PAGE);

	pages.first = pecan_map(PAGE);
	pages.copy = pecan_map(PAGE);
	pages.zeros = pecan_map(PAGE);
	for (L4_Word_t i = 0; i < rounds; i++)
		round(s, (enum way)(i % WAYS));
}
