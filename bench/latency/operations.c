/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * operations.c - the long operations. All threads but the timer's handler have main's priority or less.
 *
 * A and B are two spaces with a worker each, which maps and unmaps what main asks for, and accepts
 * everything. Main's space has the pages.
 */
#include <l4/misc.h>
#include <l4/sigma0.h>

#include "bench_device.h"
#include "free_places.h"
#include "latency.h"

#define CHAIN	FREE_PLACE_1		/* free addresses in A and B */
#define FAN	FREE_PLACE_2
#define WIDE	FREE_FAR

enum {
	ITEMS = 31,			/* map items of one message */
	LABEL_MAP = 1, LABEL_UNMAP, LABEL_FLUSH,
	BELOW = 50,			/* priority of the crowd */
	FAN_LOG2 = 24, FAN_EACH = 8,	/* addresses of one fan; each eighth level has one */
	PORT = 0x70,
	STRING = (1 << BULK_LOG2) - 8,	/* bytes */
	SPIN = 2 * 1000 * 1000,		/* instructions */
	ABOVE = 220,			/* of a receiver: above the timer's handler */
	WORDS = 63, MESSAGES = 400,
	MS = 1000, AHEAD_MS = 400, ALIGN_US = 1024, EARLY_US = 100,
	BEFORE_US = 12,			/* of which the timer's preparation takes most */
	FPAGES = 64,
	MORE = 1000,			/* mappings that are added */
};

static struct { unsigned depth, fan, wide_log2, senders, mappings, sleepers; } size;

static L4_ThreadId_t a, b, taker, victim;
static volatile char page[PAGE] __attribute__((aligned(PAGE)));
static volatile char bulk[BULK_PAGES][PAGE] __attribute__((aligned(1 << BULK_LOG2)));
static char text[1 << BULK_LOG2] __attribute__((aligned(PAGE)));

static void nothing(void) { }

/* ---- workers ---- */

/* A page of this space, to n consecutive addresses of the receiver's. */
static void map_many(L4_ThreadId_t to, L4_Fpage_t from, L4_Word_t there, L4_Word_t n)
{
	while (n > 0) {
		unsigned items = n < ITEMS ? (unsigned)n : ITEMS;

		for (unsigned i = 0; i < items; i++, there += L4_Size(from)) {
			L4_LoadMR((int)(2 * i + 1), L4_MapItem(from, there).raw[0]);
			L4_LoadMR((int)(2 * i + 2), from.raw);
		}
		call_with(to, items * 2 << 6);
		if (L4_IpcFailed(L4_MsgTag()))
			fail("a map item");
		n -= items;
	}
}

static void obey(L4_MsgTag_t tag)
{
	L4_Word_t w[4];
	L4_Fpage_t from;

	L4_StoreMRs(1, 4, w);
	from.raw = w[0];
	if (L4_Label(tag) == LABEL_MAP)
		map_many((L4_ThreadId_t){ .raw = w[1] }, from, w[2], w[3]);
	else if (L4_Label(tag) == LABEL_UNMAP)
		L4_UnmapFpage(from);
	else if (L4_Label(tag) == LABEL_FLUSH)
		L4_Flush(from);
}

static void worker_main(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	tag = L4_Wait(&from);
	for (;;) {
		if (L4_IpcSucceeded(tag) && L4_UntypedWords(tag) == 4)
			obey(tag);
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_ReplyWait(from, &from);
	}
}

static void ask(L4_ThreadId_t worker, L4_Word_t label, L4_Fpage_t from, L4_ThreadId_t to, L4_Word_t there,
		L4_Word_t n)
{
	L4_LoadMR(1, from.raw);
	L4_LoadMR(2, to.raw);
	L4_LoadMR(3, there);
	L4_LoadMR(4, n);
	call_with(worker, label << 16 | 4);
	if (L4_IpcFailed(L4_MsgTag()))
		fail("a worker");
}

static L4_Fpage_t at(L4_Word_t address, unsigned log2) { return page_of((void *)address, log2); }

static void main_has(volatile char *p, unsigned pages)
{
	for (unsigned i = 0; i < pages; i++)
		page_touch(p + i * PAGE);
}

/* ---- flush of a tree ---- */

static void tree_prepare(void)
{
	main_has(page, 1);
	map_many(a, page_of(page, 12), CHAIN, 1);
	for (L4_Word_t level = 1; level < size.depth; level++) {
		L4_ThreadId_t holder = level % 2 ? a : b, other = level % 2 ? b : a;
		L4_Word_t held = CHAIN + (level - 1) * PAGE;

		ask(holder, LABEL_MAP, at(held, 12), other, held + PAGE, 1);
		if (level % FAN_EACH == 0)
			ask(holder, LABEL_MAP, at(held, 12), other, FAN + (level << FAN_LOG2), size.fan);
	}
}

static void tree_run(void) { L4_Flush(page_of(page, 12)); }

/* ---- unmap of many pages ---- */

static void wide_prepare(void)
{
	main_has(bulk[0], BULK_PAGES);
	map_many(a, page_of(bulk, BULK_LOG2), WIDE, 1UL << (size.wide_log2 - BULK_LOG2));
	ask(a, LABEL_MAP, at(WIDE, size.wide_log2), b, WIDE, 1);
}

static void wide_run(void) { ask(a, LABEL_UNMAP, at(WIDE, size.wide_log2), L4_nilthread, 0, 0); }
static void wide_end(void) { L4_Flush(page_of(bulk, BULK_LOG2)); }

/* ---- items of all ports ---- */

static L4_Fpage_t all_ports(void) { return device_ports(0, 16); }

static void ports_prepare(void)
{
	if (L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, device_ports(PORT, 0))))
		fail("a port from sigma0");
	for (int i = 0; i < ITEMS; i++) {
		L4_LoadMR(2 * i + 1, L4_MapItem(all_ports(), 0).raw[0]);
		L4_LoadMR(2 * i + 2, all_ports().raw);
	}
}

static void items_run(void) { call_with(a, ITEMS * 2 << 6); }
static void ports_end(void) { L4_UnmapFpage(all_ports()); }

/* ---- deletion of a thread for which others wait ---- */

static volatile unsigned ready;

static void sender_main(void)
{
	ready++;
	L4_Set_MsgTag(L4_Niltag);
	L4_Send(victim);
	for (;;)
		L4_Sleep(L4_Never);
}

static void await_crowd(unsigned n)
{
	while (ready < n)
		L4_Sleep(L4_TimePeriod(MS));
	L4_Sleep(L4_TimePeriod(MS));		/* the last of them has blocked */
}

static void senders_prepare(void)
{
	ready = 0;
	create(victim, utcb_here(SPARE));	/* it waits for the message that starts it */
	crowd_grow(size.senders, sender_main, BELOW);
	await_crowd(size.senders);
}

static void senders_run(void) { delete(victim); }

/* ---- threads that begin where no code can be: an exception each, without a handler ---- */

#define NOWHERE	((entry_fn *)NO_PLACE)

static void last_main(void)
{
	L4_Set_MsgTag(L4_Niltag);
	L4_Send(main_thread);
	for (;;)
		L4_Sleep(L4_Never);
}

/* The last of the crowd runs when all others have stopped. */
static void lost_prepare(void)
{
	crowd_grow(size.senders, NOWHERE, BELOW);
	crowd_grow(size.senders + 1, last_main, BELOW - 1);
}

static void lost_run(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
}

/* ---- deletion of a space ---- */

static volatile L4_Word_t newest;

static void newest_main(void)
{
	newest = L4_Myself().raw;
	worker_main();
}

static void space_prepare(void)
{
	main_has(page, 1);
	newest = 0;
	crowd_grow(1, newest_main, PRIORITY);
	while (!newest)
		L4_Sleep(L4_TimePeriod(MS));
	map_many((L4_ThreadId_t){ .raw = newest }, page_of(page, 12), FAN, size.mappings);
}

/* ---- a string ---- */

static void taker_main(void)
{
	L4_StringItem_t buffer = L4_StringItem(STRING, text);
	L4_ThreadId_t from;

	main_has(text, BULK_PAGES);
	L4_Accept(L4_StringItemsAcceptor);
	L4_LoadBRs(1, 2, buffer.raw);
	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

static void string_prepare(void)
{
	L4_StringItem_t item = L4_StringItem(STRING, (void *)bulk);

	main_has(bulk[0], BULK_PAGES);
	L4_LoadMRs(1, 2, item.raw);
}

static void string_run(void)
{
	call_with(taker, 2 << 6);
	if (L4_IpcFailed(L4_MsgTag()))
		fail("the string");
}

/* ---- timeouts ---- */

static volatile L4_Word64_t deadline;
static volatile L4_Word_t sleeper[CROWD_MAX];
static volatile unsigned over;

static void sleeper_main(void)
{
	sleeper[crowd_index()] = L4_Myself().raw;
	for (;;) {
		L4_Clock_t until = { .raw = deadline };

		ready++;
		L4_Sleep(__L4_TimePointFrom(until, L4_SystemClock()));
		over++;
		L4_Receive(main_thread);
	}
}

/* The first run makes the threads, the others continue them. */
static void timeouts_prepare(void)
{
	bool first = sleeper[0] == 0;
	L4_Clock_t early;

	ready = over = 0;
	deadline = (L4_SystemClock().raw / ALIGN_US + 1) * ALIGN_US + AHEAD_MS * MS / ALIGN_US * ALIGN_US;
	if (first)
		crowd_grow(size.sleepers, sleeper_main, BELOW);
	for (unsigned i = 0; i < size.sleepers && !first; i++) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Send((L4_ThreadId_t){ .raw = sleeper[i] });
	}
	await_crowd(size.sleepers);
	early.raw = deadline - EARLY_US;
	if (L4_SystemClock().raw + EARLY_US > deadline)
		fail("the timeouts were over too early");
	L4_Sleep(__L4_TimePointFrom(early, L4_SystemClock()));
	while (L4_SystemClock().raw + BEFORE_US < deadline)
		continue;
}

/* Main is above the threads: their timeouts end while it is blocked. */
static void timeouts_run(void)
{
	while (over < size.sleepers)
		L4_Sleep(L4_TimePeriod(MS));
}

static void timeouts_end(void)
{
	if (L4_SystemClock().raw < deadline)
		fail("the timeouts are not over yet");
}

/* ---- Unmap of everything, again and again ---- */

static void everything_prepare(void)
{
	main_has(page, 1);
	map_many(a, page_of(page, 12), FAN, size.mappings);
}

static void everything_run(void)
{
	L4_Fpage_t all = L4_FpageAddRights(L4_CompleteAddressSpace, L4_FullyAccessible);

	for (int i = 0; i < FPAGES; i++)
		L4_LoadMR(i, all.raw);
	L4_Unmap(FPAGES - 1);
}

/* ---- map items and a flush in a space whose extents have many sizes, some inside others ---- */

static void sizes_prepare(void)
{
	if (L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, at(FREE_MEMORY, FREE_MEMORY_LOG2))))
		fail("memory from sigma0");
	main_has(page, 1);
	for (L4_Word_t log2 = 13; log2 <= FREE_MEMORY_LOG2; log2++)
		map_many(a, at(FREE_MEMORY, (unsigned)log2), FREE_SIZE(log2), 1);
	map_many(a, page_of(page, 12), FREE_SIZE((L4_Word_t)FREE_MEMORY_LOG2) + PAGE, 1);
	map_many(a, page_of(page, 12), FAN, size.mappings);
}

static void sizes_run(void)
{
	map_many(a, page_of(page, 12), CHAIN, MORE);
	L4_Flush(page_of(page, 12));
}

static void sizes_end(void) { L4_Flush(at(FREE_MEMORY, FREE_MEMORY_LOG2)); }

/* ---- user code, for comparison: interrupts are on ---- */

static void spin_run(void)
{
	for (volatile unsigned i = 0; i < SPIN / 4; i++)
		continue;
}

/*
 * ---- one message to a receiver above the timer's handler, which is above the sender: how long does the
 * transfer keep a thread between the two from running? ----
 */

static void words_prepare(void) { L4_Set_Priority(a, ABOVE); }

static void words_run(void)
{
	for (unsigned i = 0; i < MESSAGES; i++)
		call(a, WORDS);
}

static void words_end(void) { L4_Set_Priority(a, PRIORITY); }

static void mid_string_prepare(void)
{
	string_prepare();
	L4_Set_Priority(taker, ABOVE);
}

static void mid_string_end(void) { L4_Set_Priority(taker, PRIORITY); }

static void mid_map_prepare(void)
{
	L4_Fpage_t from = page_of(bulk, BULK_LOG2);

	main_has(bulk[0], BULK_PAGES);
	L4_Set_Priority(a, ABOVE);
	for (int i = 0; i < ITEMS; i++) {
		L4_LoadMR(2 * i + 1, L4_MapItem(from, FAN + ((L4_Word_t)i << BULK_LOG2)).raw[0]);
		L4_LoadMR(2 * i + 2, from.raw);
	}
}

static void mid_map_end(void)
{
	L4_Set_Priority(a, PRIORITY);
	wide_end();
}

static void mid_grant_prepare(void)
{
	L4_Fpage_t from = page_of(bulk, BULK_LOG2);

	main_has(bulk[0], BULK_PAGES);
	L4_Set_Priority(a, ABOVE);
	L4_LoadMRs(1, 2, L4_GrantItem(from, FAN).raw);
}

static void mid_grant_run(void) { call_with(a, 2 << 6); }

static void mid_grant_end(void)
{
	L4_Set_Priority(a, PRIORITY);
	ask(a, LABEL_FLUSH, at(FAN, BULK_LOG2), L4_nilthread, 0, 0);
}

static void mid_ports_prepare(void)
{
	L4_Set_Priority(a, ABOVE);
	ports_prepare();
}

static void mid_ports_end(void)
{
	L4_Set_Priority(a, PRIORITY);
	ports_end();
}

const struct operation operations[] = {
	{ "user", nothing, spin_run, nothing, 0 },
	{ "tree", tree_prepare, tree_run, nothing, 0 },
	{ "pages", wide_prepare, wide_run, wide_end, 0 },
	{ "ports", ports_prepare, items_run, ports_end, 0 },
	{ "senders", senders_prepare, senders_run, crowd_end, 0 },
	{ "lost", lost_prepare, lost_run, crowd_end, 0 },
	{ "space", space_prepare, crowd_end, nothing, 0 },
	{ "string", string_prepare, string_run, nothing, 0 },
	{ "everything", everything_prepare, everything_run, nothing, 0 },
	{ "sizes", sizes_prepare, sizes_run, sizes_end, 0 },
	{ "mid_words", words_prepare, words_run, words_end, 0 },
	{ "mid_string", mid_string_prepare, string_run, mid_string_end, 0 },
	{ "mid_map", mid_map_prepare, items_run, mid_map_end, 0 },
	{ "mid_grant", mid_grant_prepare, mid_grant_run, mid_grant_end, 0 },
	{ "mid_ports", mid_ports_prepare, items_run, mid_ports_end, 0 },
	{ "timeouts", timeouts_prepare, timeouts_run, timeouts_end, 60 },	/* last: its crowd remains */
	{ 0, 0, 0, 0, 0 }
};

void operations_init(void)
{
	size.depth = small ? 100 : 200;
	size.fan = small ? 256 : 4096;
	size.wide_log2 = small ? 25 : 30;
	size.senders = small ? 200 : 1000;
	size.mappings = small ? 2000 : 10000;
	size.sleepers = small ? 1000 : CROWD_MAX;
	victim = thread_id(SPARE);
	a = thread_there(worker_main);
	b = thread_apart(worker_main);
	taker = thread_there(taker_main);
	call(a, 0);
	call(b, 0);
	call(taker, 0);			/* all have what they need, and wait */
	lost_prepare();
	lost_run();			/* from now on without sigma0, whose priority is the highest */
	crowd_end();
}
