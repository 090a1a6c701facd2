/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * long_mixtures.c - what threads without rights make long: messages of strings, map and grant items at
 * random; one more right for a page with many ancestors while an Unmap stands still; and the end of an extent
 * on which Unmaps of many spaces stand (make longest).
 */
#include "args.h"
#include "bad_values.h"
#include "map.h"
#include "random.h"

enum {
	MESSAGES = 3000, EACH = 300, PAGES = 256, ITEMS_MOST = 12, STRING_MOST = 100, LEVELS = 250,
	PRIO_BELOW = 90, XFER_US = 1000000,
};

/* ---- messages ---- */

/* Two threads that call each other, each in a space of its own. */
struct peer { L4_ThreadId_t partner; uint64_t seed; volatile word left; };

static char text[STRING_MOST], taken[2][ITEMS_MOST][STRING_MOST];

static word below(struct peer *p, word n) { return random_next(&p->seed) % n; }

static word load_item(struct peer *p, word at)
{
	int log2 = 12 + (int)below(p, 4);
	word place = WINDOW + below(p, PAGES) * PAGE, base = WINDOW + below(p, PAGES) * PAGE;
	L4_Fpage_t f = fpage(place >> log2 << log2, log2, below(p, 4) ? RWX : RW);

	switch (below(p, 3)) {
	case 0:
		L4_LoadMRs((int)at, 2, L4_StringItem((int)(1 + below(p, STRING_MOST)), text).raw);
		break;
	case 1:
		L4_LoadMRs((int)at, 2, L4_GrantItem(f, base).raw);
		break;
	default:
		load_map(at, f, base);
	}
	return at + 2;
}

static void load_mixture(struct peer *p)
{
	word at = 1;

	for (word n = 1 + below(p, ITEMS_MOST); n > 0; n--)
		at = load_item(p, at);
	L4_Set_MsgTag(tag_make(0, 0, at - 1));
}

static void accept_all(unsigned who)
{
	L4_MsgBuffer_t b;

	L4_MsgBufferClear(&b);
	for (unsigned i = 0; i < ITEMS_MOST; i++)
		L4_MsgBufferAppendSimpleRcvString(&b, L4_StringItem(STRING_MOST, taken[who][i]));
	L4_AcceptStrings(L4_AddAcceptor(L4_MapGrantItems(L4_CompleteAddressSpace), L4_StringItemsAcceptor), &b);
}

static void answer(void *peer)
{
	struct peer *p = peer;
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	accept_all(1);
	tag = L4_Wait(&from);
	for (;;) {
		if (L4_IpcFailed(tag)) {
			tag = L4_Wait(&from);
		} else {
			load_mixture(p);
			tag = L4_ReplyWait(from, &from);
		}
	}
}

static void ask(void *peer)
{
	struct peer *p = peer;
	L4_MsgTag_t tag;

	accept_all(0);
	for (; p->left > 0; p->left--) {
		L4_Time_t limit = below(p, 2) ? L4_Never : L4_TimePeriod(XFER_US);

		L4_Set_XferTimeouts(L4_Timeouts(limit, limit));
		load_mixture(p);
		tag = L4_Call(p->partner);
		(void)tag;
	}
}

static struct space s[2];

static bool in_one(word offset) { return seen(&s[0], offset) >= 0 || seen(&s[1], offset) >= 0; }

TEST(GLNG0014, "of messages of strings, map and grant items at random each comes to an end")
{
	static struct peer peers[2];
	struct mark mark;

	space_make(&s[0]);
	space_make(&s[1]);
	peers[0].seed = args_number("seed", 0x1234567);
	peers[1].seed = ~peers[0].seed;
	for (unsigned i = 0; i < (entry_us() > SLOW_US ? 1 : MESSAGES / EACH); i++) {
		map_into(&s[0], fpage(pool(0), 20, RWX), 0, window(0, 20), &(struct received){ 0 });
		mark = world_mark();
		peers[0].partner = space_start(&s[1], answer, &peers[1]);
		peers[0].left = EACH;
		peers[1].partner = space_start(&s[0], ask, &peers[0]);
		AWAIT(peers[0].left == 0);
		CHECK_EQ(peers[0].left, 0);
		thread_delete(peers[1].partner);
		thread_delete(peers[0].partner);
		space_forget_last(&s[0]);
		space_forget_last(&s[1]);
		world_release(mark);
	}
	L4_UnmapFpage(fpage(pool(0), 20, RWX));
	for (word i = 0; i < PAGES; i += 15)
		CHECK(!in_one(i * PAGE));
	check_alive();
}

/* ---- a page with many ancestors ---- */

/* Pages of the window of s[0], each mapped from the one before it, LEVELS of them, and then to s[1]. */
static volatile word errors, done;

static void take_chain(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (word i = 1; i <= LEVELS; i++) {
		L4_Accept((L4_Acceptor_t){ .raw = L4_FpageLog2(WINDOW + i * PAGE, 12).raw });
		errors += L4_IpcFailed(L4_Wait(&from));
	}
	done = 1;
}

static void give_chain(void *to)
{
	for (word i = 0; i < LEVELS; i++) {
		load_map(1, fpage(WINDOW + i * PAGE, 12, RWX), 0);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		errors += L4_IpcFailed(L4_Send((L4_ThreadId_t){ .raw = (word)to }));
	}
}

static void make_chain(void)
{
	L4_ThreadId_t t;

	errors = done = 0;
	map_into(&s[0], fpage(big_page(), 12, RWX), 0, window(0, 12), &(struct received){ 0 });
	t = space_start(&s[0], take_chain, 0);
	space_start(&s[0], give_chain, (void *)t.raw);
	AWAIT(done);
	CHECK_EQ(errors, 0);
}

static void unmap_pool(void *unused)
{
	(void)unused;
	for (;;) {
		L4_LoadMR(0, fpage(pool(0), 20, L4_NoAccess).raw);
		L4_Unmap(0);
	}
}

TEST(GLNG0015, "a page 250 derivations deep gets one more right while an Unmap of other pages stands still")
{
	L4_Fpage_t last = fpage(WINDOW + LEVELS * PAGE, 12, L4_Readable), more = last;

	L4_Set_Rights(&more, RW);
	for (word i = 0; i < 4; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t stands;

		space_make(&s[0]);
		space_make(&s[1]);
		make_chain();
		map_page(&s[1], 0, 0x100000, RW);
		pass_on(&s[0], &s[1], L4_MapItem(last, 0).raw[0], last, window(0, 12));
		CHECK(probe_write(&s[1], WINDOW, 1).faulted);
		stands = thread_start_prio(unmap_pool, 0, PRIO_BELOW);
		sleep_us(100 + 30 * i);
		pass_on(&s[0], &s[1], L4_MapItem(more, 0).raw[0], more, window(0, 12));
		CHECK(!probe_write(&s[1], WINDOW, 1).faulted);
		thread_delete(stands);
		space_delete(&s[1]);
		space_delete(&s[0]);
		world_release(mark);
	}
	check_alive();
}

/* ---- an extent on which many Unmaps stand ---- */

enum {
	LINKS = 100, FEW_LINKS = 8, LINK_LOG2 = 18, PRIO_UNMAPS = 90, PRIO_BUSY = 20, PRIO_STANDS = 10,
	UNMAP_US = 100,
};

/* A chain of spaces: the thread of each one maps the pool on to the next, and unmaps it on command. */
struct link { struct space space; L4_ThreadId_t thread; volatile word passed, unmapped; };

static struct link chain[LINKS];
static unsigned links;			/* of them; few if the kernel checks itself */

static void be_link(void *link)
{
	struct link *l = link;
	L4_Fpage_t all = window(0, LINK_LOG2);
	L4_ThreadId_t from;

	L4_Accept((L4_Acceptor_t){ .raw = all.raw });
	errors += L4_IpcFailed(L4_Wait(&from));
	if (l < &chain[links - 1]) {
		load_map(1, fpage(WINDOW, LINK_LOG2, RW), 0);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		errors += L4_IpcFailed(L4_Send(l[1].thread));
	}
	l->passed = 1;
	errors += L4_IpcFailed(L4_Wait(&from));
	if (l < &chain[links - 1])
		L4_UnmapFpage(fpage(WINDOW, LINK_LOG2, L4_Writable));
	else
		L4_Flush(fpage(WINDOW, LINK_LOG2, RWX));
	l->unmapped = 1;
}

static void busy(void *unused)
{
	(void)unused;
	for (;;)
		continue;
}

static void let_unmap(struct link *l)
{
	CHECK(L4_Set_Priority(l->thread, PRIO_UNMAPS) != 0);
	L4_Set_MsgTag(tag_make(0, 0, 0));
	CHECK(L4_IpcSucceeded(L4_Send(l->thread)));
}

static unsigned at_end(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < links; i++)
		n += chain[i].unmapped;
	return n;
}

TEST(GLNG0016, "an extent on which Unmaps of many spaces stand goes, and each of these comes to its end")
{
	L4_ThreadId_t hog;

	errors = 0;
	links = entry_us() > SLOW_US ? FEW_LINKS : LINKS;
	for (unsigned i = links; i-- > 0; ) {
		chain[i].passed = chain[i].unmapped = 0;
		space_make(&chain[i].space);
		chain[i].thread = space_start(&chain[i].space, be_link, &chain[i]);
	}
	load_map(1, fpage(pool(0), LINK_LOG2, RW), 0);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Send(chain[0].thread)));
	AWAIT(chain[links - 1].passed);
	hog = thread_start_prio(busy, 0, PRIO_BUSY);
	for (unsigned i = 0; i < links - 1; i++) {
		let_unmap(&chain[i]);
		sleep_us(UNMAP_US);
		CHECK(L4_Set_Priority(chain[i].thread, PRIO_STANDS) != 0);
	}
	let_unmap(&chain[links - 1]);
	AWAIT(chain[links - 1].unmapped);
	guest_note("Unmaps at their end", at_end());
	thread_delete(hog);
	AWAIT(at_end() == links);
	CHECK_EQ(at_end(), links);
	CHECK_EQ(errors, 0);
	CHECK_EQ(seen(&chain[links - 1].space, 0), -1);
	CHECK(probe_write(&chain[links - 2].space, WINDOW, 1).faulted);
	CHECK(!probe_read(&chain[links - 2].space, WINDOW + (1 << LINK_LOG2) - PAGE).faulted);
	for (unsigned i = 0; i < links; i++)
		space_delete(&chain[i].space);
	check_alive();
}
