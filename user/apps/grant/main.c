/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - grant: a page moves from one space to another; docs/demos/grant.md.
 *
 *   before   owner --map--> giver                 after   owner --> taker     (giver has nothing)
 *
 * The owner (this task) is the pager of giver and taker for one page of the window. It counts their
 * faults there; a thread that faults after the grant gets a second page with another content, so that a
 * page that was lost differs from one that was kept.
 */
#include <l4/ipc.h>
#include <l4/space.h>
#include <pecan/demo.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <string.h>

enum {
	PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2,
	FIRST = 0x111, SECOND = 0x222, WRITTEN = 0x333,

	/* requests to giver and taker; each is answered with one word */
	ASK_READ = 1,			/* read the page through your pager */
	ASK_WRITE,			/* write the word to it */
	ASK_GIVE,			/* grant it to the thread named by the word */
	ASK_TAKE,			/* take a grant from the thread named by the word */
	GIFT,				/* not a request: the message with the grant item */

	/* requests to the owner's pager thread */
	ASK_FAULTS,			/* how many faults of the thread named by the word? */
};

static const char me[] = "grant";

static struct {
	L4_Word_t first, second;	/* two pages; a fault is answered with `first` until it was given */
	bool given;
	struct { L4_ThreadId_t thread; L4_Word_t faults; } who[2];
} owner;

static volatile L4_Word_t *page(void) { return (volatile L4_Word_t *)PECAN_WINDOW_BASE; }

static L4_Fpage_t fpage(L4_Word_t address)
{
	return L4_FpageAddRights(L4_FpageLog2(address, PAGE_LOG2), L4_ReadWriteOnly);
}

/* ---- giver and taker ---- */

static L4_Word_t give(L4_ThreadId_t to)
{
	L4_GrantItem_t item = L4_GrantItem(fpage(PECAN_WINDOW_BASE), PECAN_WINDOW_BASE);

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)GIFT << 16 | 2 << 6 });
	L4_LoadMRs(1, 2, item.raw);
	return L4_IpcSucceeded(L4_Send(to));
}

static L4_Word_t take(L4_ThreadId_t from)
{
	L4_MsgTag_t tag;

	L4_Accept(L4_MapGrantItems(fpage(PECAN_WINDOW_BASE)));
	tag = L4_Receive(from);
	L4_Accept(L4_UntypedWordsAcceptor);
	return L4_IpcSucceeded(tag) && L4_Label(tag) == GIFT && L4_TypedWords(tag) == 2;
}

static L4_Word_t obey(L4_Word_t request, L4_Word_t word, L4_ThreadId_t pager)
{
	L4_Word_t value;

	switch (request) {
	case ASK_READ: return demo_touch(pager, page());
	case ASK_WRITE:
		value = demo_touch(pager, page());
		*page() = word;
		return value;
	case ASK_GIVE: return give((L4_ThreadId_t){ .raw = word });
	case ASK_TAKE: return take((L4_ThreadId_t){ .raw = word });
	default: return 0;
	}
}

static void play(L4_ThreadId_t pager)
{
	for (;;) {
		L4_ThreadId_t from;
		L4_MsgTag_t tag = L4_Wait(&from);
		L4_Word_t word;

		if (L4_IpcFailed(tag))
			continue;
		L4_StoreMR(1, &word);
		demo_answer(from, obey(L4_Label(tag), word, pager));
	}
}

/* ---- the owner ---- */

static L4_Word_t *faults_of(L4_ThreadId_t t)
{
	for (unsigned i = 0; i < 2; i++)
		if (L4_IsThreadEqual(owner.who[i].thread, t))
			return &owner.who[i].faults;
	demo_fail(me, "thread %lu.%lu is none of ours", L4_ThreadNo(t), L4_Version(t));
}

static void serve_pages(void *arg)
{
	(void)arg;
	for (;;) {
		L4_ThreadId_t from;
		L4_MsgTag_t tag = L4_Wait(&from);
		L4_Word_t word;
		L4_MapItem_t item;

		if (L4_IpcFailed(tag))
			continue;
		L4_StoreMR(1, &word);
		if (!demo_is_page_fault(tag)) {
			demo_answer(from, *faults_of((L4_ThreadId_t){ .raw = word }));
			continue;
		}
		if ((word & ~(L4_Word_t)(PAGE - 1)) != PECAN_WINDOW_BASE)
			demo_fail(me, "a fault at %lx came, outside of the window", word);
		++*faults_of(from);
		item = L4_MapItem(fpage(owner.given ? owner.second : owner.first), PECAN_WINDOW_BASE);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
		L4_LoadMRs(1, 2, item.raw);
		L4_Reply(from);
	}
}

static L4_ThreadId_t pager, giver, taker;

static void check_faults(L4_Word_t of_giver, L4_Word_t of_taker)
{
	L4_Word_t a = demo_ask(me, pager, ASK_FAULTS, giver.raw);
	L4_Word_t b = demo_ask(me, pager, ASK_FAULTS, taker.raw);

	if (a != of_giver || b != of_taker)
		demo_fail(me, "faults of giver and taker are %lu and %lu, not %lu and %lu", a, b, of_giver,
			  of_taker);
}

static void check_pages(L4_Word_t of_giver, L4_Word_t of_taker)
{
	struct demo_window a = demo_window(me, giver, PECAN_WINDOW_BASE, PAGE);
	struct demo_window b = demo_window(me, taker, PECAN_WINDOW_BASE, PAGE);
	L4_Word_t mine = demo_space_of(me, L4_Myself());

	if (a.pages != of_giver || b.pages != of_taker)
		demo_fail(me, "giver and taker have %lu and %lu pages there, not %lu and %lu", a.pages,
			  b.pages, of_giver, of_taker);
	if ((a.pages && a.parent != mine) || (b.pages && b.parent != mine))
		demo_fail(me, "the page does not come from the owner's space %lu", mine);
}

static void expect(L4_ThreadId_t who, L4_Word_t request, L4_Word_t word, L4_Word_t answer)
{
	L4_Word_t got = demo_ask(me, who, request, word);

	if (got != answer)
		demo_fail(me, "request %lu was answered with %lx, not %lx", request, got, answer);
}

static void hand_over(void)
{
	/* Sent, not called: the taker is to wait for the giver now. Its answer is lost. */
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)ASK_TAKE << 16 | 1 });
	L4_LoadMR(1, giver.raw);
	if (L4_IpcFailed(L4_Send(taker)))
		demo_fail(me, "the taker does not listen: error %lu", L4_ErrorCode());
	owner.given = true;
	expect(giver, ASK_GIVE, taker.raw, 1);
	expect(taker, ASK_READ, 0, FIRST);
}

static void set_up(L4_Word_t *tasks)
{
	void *memory = pecan_map(2 * PAGE);

	if (!memory)
		demo_fail(me, "no memory for two pages");
	owner.first = (L4_Word_t)memory;
	owner.second = owner.first + PAGE;
	*(volatile L4_Word_t *)owner.first = FIRST;
	*(volatile L4_Word_t *)owner.second = SECOND;
	if (pecan_thread_start(serve_pages, NULL, 0, &pager) != ROOT_OK)
		demo_fail(me, "no second thread");
	owner.who[0].thread = giver = demo_spawn(me, me, &tasks[0], "giver 0x%lx", pager.raw);
	owner.who[1].thread = taker = demo_spawn(me, me, &tasks[1], "taker 0x%lx", pager.raw);
}

int main(int argc, char **argv)
{
	L4_Word_t tasks[2];

	if (argc > 2)
		play(demo_thread(argv[2]));
	set_up(tasks);
	expect(giver, ASK_READ, 0, FIRST);
	check_faults(1, 0);
	check_pages(1, 0);
	puts("  the owner mapped a page to the giver, at its first fault");
	hand_over();
	check_faults(1, 0);
	check_pages(0, 1);
	puts("  the giver granted it to the taker: it has the page without a fault, the giver no more");
	expect(taker, ASK_WRITE, WRITTEN, FIRST);
	if (*(volatile L4_Word_t *)owner.first != WRITTEN)
		demo_fail(me, "the owner does not see what the taker wrote");
	puts("  the taker writes to it, and the owner reads that: the page itself has moved, not a copy");
	expect(giver, ASK_READ, 0, SECOND);
	check_faults(2, 0);
	puts("  the giver touches the address again: it faults, and gets another page");
	L4_UnmapFpage(L4_FpageAddRights(fpage(owner.first), L4_FullyAccessible));
	check_pages(1, 0);
	expect(taker, ASK_READ, 0, SECOND);
	check_faults(2, 1);
	puts("  the owner flushes the first page: the taker has lost it, though it had it from the giver");
	pecan_kill(tasks[0]);
	pecan_kill(tasks[1]);
	demo_ok(me);
}
