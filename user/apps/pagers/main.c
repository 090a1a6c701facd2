/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - pagers: address spaces built on address spaces; docs/demos/pagers.md.
 *
 *   level 1 (this task)  --map-->  level 2  --map-->  level 3  --map-->  worker
 *
 * Four tasks, four address spaces. The pages belong to level 1. The worker's faults in the window
 * go to level 3, which has nothing there either: it touches its own window, and so faults to level
 * 2, which faults to level 1. Each maps to the one below what it got from above. No pager here is
 * privileged; root is not involved in the window, and the kernel only transfers mappings.
 */
#include <l4/ipc.h>
#include <l4/space.h>
#include <pecan/demo.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/pagers_client.h>
#include <proto/pagers_server.h>

enum {
	PAGES = PAGERS_PAGES, PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2, WINDOW = PAGES * PAGE,
	LEVELS = 3,			/* pagers; below them is the worker */
};

static const char me[] = "pagers";

/* What a task has: a pager, or the worker. */
struct pager {
	L4_ThreadId_t up;		/* level 1: nil */
	L4_Word_t source;		/* where it has the window's pages in its own space */
	L4_Word_t faults;
};

struct pagers_caller { L4_ThreadId_t thread; struct pager *pager; };

static volatile L4_Word_t *word_of_page(L4_Word_t base, L4_Word_t page)
{
	return (volatile L4_Word_t *)(base + page * PAGE);
}

static L4_Word_t content(L4_Word_t page) { return 0x1000 + page; }

static void load_map(L4_Word_t from, L4_Word_t to)
{
	L4_Fpage_t page = L4_FpageAddRights(L4_FpageLog2(from, PAGE_LOG2), L4_ReadWriteOnly);
	L4_MapItem_t item = L4_MapItem(page, to);

	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
	L4_LoadMRs(1, 2, item.raw);
}

/* Answer the page fault in the MRs: have the page, and map it. */
static void serve_fault(struct pager *p, L4_ThreadId_t from)
{
	L4_Word_t address, offset;

	L4_StoreMR(1, &address);
	offset = (address - PECAN_WINDOW_BASE) & ~(L4_Word_t)(PAGE - 1);
	if (address < PECAN_WINDOW_BASE || offset >= WINDOW)
		demo_fail(me, "a fault at %lx came, outside of the window", address);
	p->faults++;
	if (!L4_IsNilThread(p->up))
		demo_touch(p->up, (volatile L4_Word_t *)(p->source + offset));
	load_map(p->source + offset, PECAN_WINDOW_BASE + offset);
	L4_Reply(from);
}

enum pagers_status serve_pagers_faults(struct pagers_caller *c, struct pagers_faults_out *out)
{
	out->faults = c->pager->faults;
	return PAGERS_OK;
}

enum pagers_status serve_pagers_read(struct pagers_caller *c, const struct pagers_read_in *in,
				     struct pagers_read_out *out)
{
	if (L4_IsNilThread(c->pager->up))
		return PAGERS_E_LEVEL;
	out->value = demo_touch(c->pager->up, word_of_page(PECAN_WINDOW_BASE, in->page));
	return PAGERS_OK;
}

enum pagers_status serve_pagers_write(struct pagers_caller *c, const struct pagers_write_in *in)
{
	struct pagers_read_in read = { in->page };
	struct pagers_read_out unused;
	enum pagers_status status = serve_pagers_read(c, &read, &unused);

	if (status == PAGERS_OK)
		*word_of_page(PECAN_WINDOW_BASE, in->page) = in->value;
	return status;
}

static void serve(void *arg)
{
	struct pagers_caller c = { .pager = arg };

	for (;;) {
		L4_MsgTag_t tag = L4_Wait(&c.thread);

		if (demo_is_page_fault(tag))
			serve_fault(c.pager, c.thread);
		else if (pagers_serve(tag, &c))
			L4_Reply(c.thread);
	}
}

struct chain {
	L4_ThreadId_t thread[LEVELS + 1];	/* pagers from level 1 on, then the worker */
	L4_Word_t task[LEVELS + 1];
	L4_Word_t memory;
};

static struct pager top;

static void build(struct chain *c)
{
	void *memory = pecan_map(2 * WINDOW);

	if (!memory)
		demo_fail(me, "no memory for %u pages", (unsigned)PAGES);
	/* Aligned to its size, so that one fpage names all of it. */
	c->memory = top.source = ((L4_Word_t)memory + WINDOW - 1) & ~(L4_Word_t)(WINDOW - 1);
	for (unsigned i = 0; i < PAGES; i++)
		*word_of_page(c->memory, i) = content(i);
	if (pecan_thread_start(serve, &top, 0, &c->thread[0]) != ROOT_OK)
		demo_fail(me, "no second thread");
	for (unsigned i = 1; i <= LEVELS; i++)
		c->thread[i] = demo_spawn(me, me, &c->task[i], "%s 0x%lx", i < LEVELS ? "pager" : "worker",
					  c->thread[i - 1].raw);
}

static void touch_all(const struct chain *c, L4_Word_t (*expected)(L4_Word_t))
{
	for (unsigned i = 0; i < PAGES; i++) {
		struct pagers_read_out out;

		if (pagers_read(c->thread[LEVELS], i, &out) != PAGERS_OK || out.value != expected(i))
			demo_fail(me, "the worker read %lx in page %u, not %lx", out.value, i, expected(i));
	}
}

static void check_faults(const struct chain *c, L4_Word_t each, const char *what)
{
	struct pagers_faults_out n[LEVELS];

	for (unsigned i = 0; i < LEVELS; i++)
		if (pagers_faults(c->thread[i], &n[i]) != PAGERS_OK)
			demo_fail(me, "level %u does not answer", i + 1);
	printf("  %s: faults served at level 1, 2, 3 so far: %lu %lu %lu\n", what, n[0].faults, n[1].faults,
	       n[2].faults);
	for (unsigned i = 0; i < LEVELS; i++)
		if (n[i].faults != each)
			demo_fail(me, "level %u served %lu faults, not %lu", i + 1, n[i].faults, each);
}

/* Does the kernel show `pages` pages in the window of each level below 1, each from the one above? */
static void check_tree(const struct chain *c, L4_Word_t pages)
{
	for (unsigned i = 1; i <= LEVELS; i++) {
		struct demo_window w = demo_window(me, c->thread[i], PECAN_WINDOW_BASE, WINDOW);
		L4_Word_t above = demo_space_of(me, c->thread[i - 1]);

		if (w.pages != pages || (pages && w.parent != above))
			demo_fail(me, "space %lu has %lu pages there from space %lu; expected %lu from %lu",
				  demo_space_of(me, c->thread[i]), w.pages, w.parent, pages, above);
		if (pages)
			printf("  maps: space %lu has %lu pages from space %lu\n",
			       demo_space_of(me, c->thread[i]), w.pages, w.parent);
	}
}

static L4_Word_t complement(L4_Word_t page) { return ~content(page); }

static void show(struct chain *c)
{
	touch_all(c, content);
	check_faults(c, PAGES, "the worker touched 4 pages");
	check_tree(c, PAGES);
	touch_all(c, content);
	check_faults(c, PAGES, "it touched them again     ");
	for (unsigned i = 0; i < PAGES; i++) {
		if (pagers_write(c->thread[LEVELS], i, complement(i)) != PAGERS_OK
		    || *word_of_page(c->memory, i) != complement(i))
			demo_fail(me, "level 1 does not see what the worker wrote to page %u", i);
	}
	puts("  what the worker writes, level 1 reads: it is the same memory");
	L4_UnmapFpage(L4_FpageAddRights(L4_Fpage(c->memory, WINDOW), L4_FullyAccessible));
	check_tree(c, 0);
	puts("  one flush at level 1: no page is left at level 2, level 3 and the worker");
	touch_all(c, complement);
	check_faults(c, 2 * PAGES, "the worker touched 4 pages");
	check_tree(c, PAGES);
}

int main(int argc, char **argv)
{
	static struct chain c;
	static struct pager p;

	if (argc > 2) {
		p = (struct pager){ .up = demo_thread(argv[2]), .source = PECAN_WINDOW_BASE };
		serve(&p);
	}
	build(&c);
	show(&c);
	for (unsigned i = 1; i <= LEVELS; i++)
		pecan_kill(c.task[i]);
	demo_ok(me);
}
