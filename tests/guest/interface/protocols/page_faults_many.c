/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_faults_many.c - many page faults: many threads on many pages, while the pages are unmapped again, and
 * pagers whose own pages are missing (protocols 3).
 */
#include "map.h"

enum { STOMPERS = 6, STOMP_PAGES = 240, DEPTH = 12, PRIO_BELOW = 95 };

struct stomper { word stride, rounds; volatile word done, sum; };

/* Read every page, in an order of its own. */
static void stomp(void *arg)
{
	struct stomper *s = arg;
	word at = 0;

	for (word r = 0; r < s->rounds; r++)
		for (word i = 0; i < STOMP_PAGES; i++) {
			s->sum += *(volatile word *)(WINDOW + at * PAGE) - CONTENT;
			at = (at + s->stride) % STOMP_PAGES;
		}
	s->done = 1;
}

struct pool_pager { volatile word faults; };

/* Serve the image, and WINDOW by the pool. */
static void serve_pool(void *arg)
{
	struct pool_pager *p = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		word at = mr(1);

		if (image_fault(tag, at)) {
			image_map(at);
		} else {
			L4_Fpage_t f = fpage(pool((unsigned)((at - WINDOW) / PAGE)), 12, L4_Readable);

			load_map(1, f, at & -(word)PAGE);
			L4_Set_MsgTag(tag_make(0, 0, 2));
			p->faults++;
		}
		tag = L4_ReplyWait(from, &from);
	}
}

/* It runs when the test sleeps: until then it has another pager, which starts it. */
static L4_ThreadId_t start_with_pager(struct space *s, void (*run)(void *), void *arg, L4_ThreadId_t pager)
{
	L4_ThreadId_t t = space_waiting(s, supervisor);

	thread_go(t, PRIO_BELOW, thread_frame(stack_new(), run, arg));
	if (!L4_IsNilThread(pager))
		CHECK_EQ(thread_control(t, t, L4_nilthread, pager, -1ul), 0);
	return t;
}

static void run_stompers(struct space *spaces, unsigned nspaces, struct stomper *s, struct pool_pager *p)
{
	static const word stride[STOMPERS] = { 1, 7, 239, 11, 13, 113 };	/* prime to the number of pages */
	L4_ThreadId_t pager;

	*p = (struct pool_pager){ 0 };
	pager = thread_start(serve_pool, p);
	fill(0, STOMP_PAGES);
	for (unsigned i = 0; i < STOMPERS; i++) {
		s[i] = (struct stomper){ .stride = stride[i], .rounds = 3 };
		start_with_pager(&spaces[i % nspaces], stomp, &s[i], pager);
	}
}

static bool all_done(struct stomper *s)
{
	for (unsigned i = 0; i < STOMPERS; i++)
		if (!s[i].done)
			return false;
	return true;
}

static void check_sums(struct stomper *s)
{
	for (unsigned i = 0; i < STOMPERS; i++) {
		CHECK(s[i].done);
		CHECK_EQ(s[i].sum, 3 * STOMP_PAGES * (STOMP_PAGES - 1) / 2);
	}
}

TEST(GSTP0001, "six threads of two spaces touch 240 pages, each in its own order: all are mapped on demand")
{
	static struct stomper s[STOMPERS];
	static struct pool_pager p;
	struct space spaces[2];

	space_make(&spaces[0]);
	space_make(&spaces[1]);
	run_stompers(spaces, 2, s, &p);
	for (unsigned i = 0; i < 1000 && !all_done(s); i++)
		sleep_us(1000);
	check_sums(s);
	CHECK(p.faults >= 2 * STOMP_PAGES);
}

TEST(GSTP0002, "the same while all pages are taken away again and again: no access sees anything wrong")
{
	static struct stomper s[STOMPERS];
	static struct pool_pager p;
	struct space spaces[2];
	unsigned taken = 0;

	space_make(&spaces[0]);
	space_make(&spaces[1]);
	run_stompers(spaces, 2, s, &p);
	for (unsigned i = 0; i < 1000 && !all_done(s); i++) {
		sleep_us(300);
		if (i < 40) {
			L4_UnmapFpage(fpage(pool(0), 20, L4_FullyAccessible));
			taken++;
		}
	}
	check_sums(s);
	guest_note("faults", p.faults);
	CHECK(p.faults > 2 * STOMP_PAGES);
	CHECK(taken > 1);
}

/* ---- pagers of pagers ---- */

struct level { volatile word faults; };

/*
 * Serve WINDOW from one's own WINDOW. The page is touched before it is passed on, so that a fault of
 * the last space becomes one of each space above it.
 */
static void serve_window(void *arg)
{
	struct level *l = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		word at = mr(1) & -(word)PAGE;
		L4_Fpage_t f = fpage(at, 12, RW);

		if (image_fault(tag, at)) {
			(void)*(volatile char *)at;
			image_map(at);
		} else {
			l->faults++;
			*(volatile word *)at += 1;
			load_map(1, f, at);
			L4_Set_MsgTag(tag_make(0, 0, 2));
		}
		tag = L4_ReplyWait(from, &from);
	}
}

static void write_window(void *done)
{
	*(volatile word *)(WINDOW + 8) = *(volatile word *)(word)WINDOW;
	*(volatile word *)done = 1;
}

TEST(GSTP0003, "a fault goes up through twelve spaces whose pagers fault themselves, and comes down again")
{
	static struct level level[DEPTH];
	static struct space s[DEPTH + 1];
	static volatile word done;
	L4_ThreadId_t pager;
	struct received r;

	done = 0;
	fill(0, 1);
	for (unsigned i = 0; i <= DEPTH; i++)
		space_make(&s[i]);
	map_into(&s[0], fpage(pool(0), 12, RW), 0, window(0, 12), &r);
	level[0] = (struct level){ 0 };
	pager = start_with_pager(&s[0], serve_window, &level[0], L4_nilthread);
	for (unsigned i = 1; i < DEPTH; i++) {
		level[i] = (struct level){ 0 };
		pager = start_with_pager(&s[i], serve_window, &level[i], pager);
	}
	start_with_pager(&s[DEPTH], write_window, (void *)&done, pager);
	for (unsigned i = 0; i < 1000 && !done; i++)
		sleep_us(1000);
	CHECK_EQ(done, 1);
	for (unsigned i = 0; i < DEPTH; i++)
		CHECK(level[i].faults >= 1);
	CHECK_EQ(*(volatile word *)(pool(0) + 8), CONTENT + DEPTH);
	L4_UnmapFpage(fpage(pool(0), 12, RWX));
	for (unsigned i = 0; i < DEPTH; i++)
		CHECK(probe_read(&s[i], WINDOW).faulted);
}
