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
#include <proto/grant_client.h>
#include <proto/grant_server.h>

enum {
	PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2,
	FIRST = 0x111, SECOND = 0x222, WRITTEN = 0x333,
};

static const char me[] = "grant";

static struct {
	L4_Word_t first, second;	/* two pages; a fault is answered with `first` until it was given */
	bool given;
	struct { L4_ThreadId_t thread; L4_Word_t faults; } who[2];
} owner;

/* pager: of giver and taker, and its task; nilthread: this is the owner. */
struct grant_caller { L4_ThreadId_t thread, pager; L4_Word_t owner; };

static volatile L4_Word_t *page(void) { return (volatile L4_Word_t *)PECAN_WINDOW_BASE; }

static L4_Fpage_t fpage(L4_Word_t address)
{
	return L4_FpageAddRights(L4_FpageLog2(address, PAGE_LOG2), L4_ReadWriteOnly);
}

/* The owner serves its own threads, giver and taker serve the owner. */
bool permit_grant(struct grant_caller *c)
{
	struct pecan_task t;

	if (L4_IsNilThread(c->pager))
		return L4_IsLocalId(c->thread);
	return pecan_task_of(c->thread, &t) == ROOT_OK && t.task == c->owner;
}

/* ---- giver and taker ---- */

enum grant_status serve_grant_read(struct grant_caller *c, struct grant_read_out *out)
{
	if (L4_IsNilThread(c->pager))
		return GRANT_E_REFUSED;
	out->value = demo_touch(c->pager, page());
	return GRANT_OK;
}

enum grant_status serve_grant_write(struct grant_caller *c, const struct grant_write_in *in,
				    struct grant_write_out *out)
{
	if (L4_IsNilThread(c->pager))
		return GRANT_E_REFUSED;
	out->value = demo_touch(c->pager, page());
	*page() = in->word;
	return GRANT_OK;
}

enum grant_status serve_grant_give(struct grant_caller *c, const struct grant_give_in *in)
{
	L4_GrantItem_t item = L4_GrantItem(fpage(PECAN_WINDOW_BASE), PECAN_WINDOW_BASE);

	if (L4_IsNilThread(c->pager))
		return GRANT_E_REFUSED;
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)GRANT_GIFT << 16 | 2 << 6 });
	L4_LoadMRs(1, 2, item.raw);
	return L4_IpcSucceeded(L4_Send(in->receiver)) ? GRANT_OK : GRANT_E_REFUSED;
}

/* If it fails, the taker's next read faults, which the owner sees. */
void serve_grant_take(struct grant_caller *c, const struct grant_take_in *in)
{
	if (L4_IsNilThread(c->pager))
		return;
	L4_Accept(L4_MapGrantItems(fpage(PECAN_WINDOW_BASE)));
	L4_Receive(in->giver);
	L4_Accept(L4_UntypedWordsAcceptor);
}

/* ---- the owner ---- */

static L4_Word_t *faults_of(L4_ThreadId_t t)
{
	for (unsigned i = 0; i < 2; i++)
		if (L4_IsThreadEqual(owner.who[i].thread, t))
			return &owner.who[i].faults;
	return NULL;
}

enum grant_status serve_grant_faults(struct grant_caller *c, const struct grant_faults_in *in,
				     struct grant_faults_out *out)
{
	L4_Word_t *faults = faults_of(in->thread);

	(void)c;
	if (faults)
		out->faults = *faults;
	return faults ? GRANT_OK : GRANT_E_REFUSED;
}

static void serve_fault(L4_ThreadId_t from)
{
	L4_Word_t address, *faults = faults_of(from);
	L4_MapItem_t item;

	if (!faults)
		return;
	L4_StoreMR(1, &address);
	if ((address & ~(L4_Word_t)(PAGE - 1)) != PECAN_WINDOW_BASE)
		demo_fail(me, "a fault outside of the window: %lx", address);
	++*faults;
	item = L4_MapItem(fpage(owner.given ? owner.second : owner.first), PECAN_WINDOW_BASE);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
	L4_LoadMRs(1, 2, item.raw);
	L4_Reply(from);
}

/* The loop of all three. pager: of giver and taker; NULL: this is the owner. */
static void serve(void *pager)
{
	struct grant_caller c = { .pager = L4_nilthread };
	struct pecan_task t;

	if (pager)
		c.pager = *(L4_ThreadId_t *)pager;
	if (pager && pecan_task_of(c.pager, &t) == ROOT_OK)
		c.owner = t.task;
	for (;;) {
		L4_MsgTag_t tag = L4_Wait(&c.thread);

		if (demo_is_page_fault(tag))
			serve_fault(c.thread);
		else if (grant_serve(tag, &c))
			L4_Reply(c.thread);
	}
}

static L4_ThreadId_t pager, giver, taker;

static void check_faults(L4_Word_t of_giver, L4_Word_t of_taker)
{
	struct grant_faults_out a, b;

	if (grant_faults(pager, giver, &a) != GRANT_OK || grant_faults(pager, taker, &b) != GRANT_OK)
		demo_fail(me, "the owner does not answer");
	if (a.faults != of_giver || b.faults != of_taker)
		demo_fail(me, "faults of giver and taker are %lu and %lu, not %lu and %lu", a.faults, b.faults,
			  of_giver, of_taker);
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

static void expect_read(L4_ThreadId_t who, L4_Word_t value)
{
	struct grant_read_out out;

	if (grant_read(who, &out) != GRANT_OK || out.value != value)
		demo_fail(me, "%lx was read, not %lx", out.value, value);
}

static void expect_write(L4_ThreadId_t who, L4_Word_t word, L4_Word_t before)
{
	struct grant_write_out out;

	if (grant_write(who, word, &out) != GRANT_OK || out.value != before)
		demo_fail(me, "%lx was there before the write, not %lx", out.value, before);
}

static void hand_over(void)
{
	if (grant_take(taker, giver) != GRANT_OK)
		demo_fail(me, "the taker does not listen: error %lu", L4_ErrorCode());
	owner.given = true;
	if (grant_give(giver, taker) != GRANT_OK)
		demo_fail(me, "the giver could not grant the page");
	expect_read(taker, FIRST);
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
	if (pecan_thread_start(serve, NULL, 0, &pager) != ROOT_OK)
		demo_fail(me, "no second thread");
	owner.who[0].thread = giver = demo_spawn(me, me, &tasks[0], "giver 0x%lx", pager.raw);
	owner.who[1].thread = taker = demo_spawn(me, me, &tasks[1], "taker 0x%lx", pager.raw);
}

int main(int argc, char **argv)
{
	L4_ThreadId_t up;
	L4_Word_t tasks[2];

	if (argc > 2) {
		up = demo_thread(argv[2]);
		serve(&up);
	}
	set_up(tasks);
	expect_read(giver, FIRST);
	check_faults(1, 0);
	check_pages(1, 0);
	puts("  the owner mapped a page to the giver, at its first fault");
	hand_over();
	check_faults(1, 0);
	check_pages(0, 1);
	puts("  the giver granted it to the taker: it has the page without a fault, the giver no more");
	expect_write(taker, WRITTEN, FIRST);
	if (*(volatile L4_Word_t *)owner.first != WRITTEN)
		demo_fail(me, "the owner does not see what the taker wrote");
	puts("  the taker writes to it, and the owner reads that: the page itself has moved, not a copy");
	expect_read(giver, SECOND);
	check_faults(2, 0);
	puts("  the giver touches the address again: it faults, and gets another page");
	L4_UnmapFpage(L4_FpageAddRights(fpage(owner.first), L4_FullyAccessible));
	check_pages(1, 0);
	expect_read(taker, SECOND);
	check_faults(2, 1);
	puts("  the owner flushes the first page: the taker has lost it, though it had it from the giver");
	pecan_kill(tasks[0]);
	pecan_kill(tasks[1]);
	demo_ok(me);
}
