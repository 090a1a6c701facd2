/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_string_edges.c - string items whose pieces end at each other's edges: substrings, pages and buffers of
 * any size and alignment, of no bytes among others, and with a page that is missing at any of these edges.
 */
#include <core/arch.h>
#include <string.h>
#include "world.h"

enum { PAGE = 4096, SRC = 0x100000, DST = 0x200000, PAGES = 3, POOL = 0x400000 };
enum { ROUNDS = 400 };

static struct thread *a, *b, *pager;
static l4_word_t next_frame, words[L4_MRS], nwords;

static unsigned char pattern(l4_word_t i) { return (unsigned char)(i * 13 + i / 256 + 7); }

static void give_apart(struct thread *t, l4_word_t va, unsigned pages)
{
	for (unsigned i = 0; i < pages; i++, next_frame += 3 * PAGE)	/* frames that are not neighbours */
		give(t, next_frame, va + i * PAGE, 12, L4_R | L4_W);
}

/* a has PAGES pages at SRC, filled, and b at DST; the first `missing` pages of either are left out. */
static void setup(unsigned a_missing, unsigned b_missing)
{
	world_boot();
	a = new_space();
	b = new_space();
	pager = new_space();
	next_frame = ram(20);
	give_apart(a, SRC + a_missing * PAGE, PAGES - a_missing);
	give_apart(b, DST + b_missing * PAGE, PAGES - b_missing);
	for (l4_word_t i = a_missing * PAGE; i < PAGES * PAGE; i++)
		*byte_at(a, SRC + i) = pattern(i);
	*thread_tcr(a, L4_TCR_PAGER) = pager->id.raw;
	*thread_tcr(b, L4_TCR_PAGER) = pager->id.raw;
	*thread_tcr(b, L4_TCR_BR0) = 1;
}

static void put_words(struct thread *t)
{
	put_mr(t, 0, l4_tag(5, 0, (unsigned)nwords).raw);
	for (unsigned i = 0; i < nwords; i++)
		put_mr(t, 1 + i, words[i]);
}

static void put_buffers(struct thread *t)
{
	for (unsigned i = 0; i < nwords; i++)
		*thread_tcr(t, L4_TCR_BR0 - 1 - (int)i) = words[i];
}

static void simple(l4_word_t bytes, l4_word_t at)
{
	words[0] = bytes << 10;
	words[1] = at;
	nwords = 2;
}

/* The bytes of b from DST + to on, n of them, are those of a from SRC + from on. */
static void check_arrived(l4_word_t to, l4_word_t from, l4_word_t n)
{
	for (l4_word_t i = 0; i < n; i++)
		CHECK_EQ(*byte_at(b, DST + to + i), pattern(from + i));
}

TEST(HSTR0042, "short strings arrive byte for byte at every distance from the ends of both pages")
{
	static const l4_word_t sizes[] = { 1, 2, 7, 8, 9, 15, 16, 17, 64 };

	setup(0, 0);
	for (unsigned k = 0; k < sizeof(sizes) / sizeof(*sizes); k++)
		for (l4_word_t x = 0; x <= 17; x++)
			for (l4_word_t y = 0; y <= 17; y += 3) {
				l4_word_t n = sizes[k], from = PAGE - x, to = PAGE - y;

				*byte_at(b, DST + to - 1) = *byte_at(b, DST + to + n) = 0xa5;
				simple(n, DST + to);
				put_buffers(b);
				simple(n, SRC + from);
				put_words(a);
				CHECK(!receive_from(b, L4_ANYTHREAD));
				CHECK(send_to(a, b));
				CHECK_SENT(a);
				check_arrived(to, from, n);
				CHECK_EQ(*byte_at(b, DST + to - 1), 0xa5);
				CHECK_EQ(*byte_at(b, DST + to + n), 0xa5);
			}
}

/* ---- lists of substrings ---- */

static unsigned seed;

static unsigned chance(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/*
 * A list of at most 8 descriptors for a stream of n bytes that lies in order from `at` on: substrings of any
 * size, many of them of no bytes, the last one of what is left.
 */
static void describe(l4_word_t at, l4_word_t n)
{
	l4_word_t done = 0;

	nwords = 0;
	for (unsigned d = 0; d < 8; d++) {
		bool last = d == 7 || chance(6) == 0;
		unsigned parts = last ? 1 : 1 + chance(3);
		l4_word_t each = chance(3) == 0 ? 0 : chance((unsigned)((n - done) / parts) + 1);

		if (last)
			each = n - done;
		words[nwords++] = each << 10 | (parts - 1) << 4 | (l4_word_t)!last << 9;
		for (unsigned p = 0; p < parts; p++, done += each)
			words[nwords++] = at + done;
		if (last)
			break;
	}
}

/* The pager gives pages of its own until both sides are done. Returns how often it was asked. */
static unsigned serve_all(void)
{
	unsigned asked = 0;

	for (; blocked(a) || blocked(b); asked++) {
		l4_word_t va, pool;
		struct thread *t;

		CHECK(asked < 2 * PAGES);
		if (!receive_from(pager, L4_ANYTHREAD))
			world_pass(100000);
		if (blocked(pager))
			break;
		t = l4_tid_eq(from_of(pager), a->id) ? a : b;
		va = get_mr(pager, 1);
		va &= ~(l4_word_t)(PAGE - 1);
		pool = t == a ? POOL + va - SRC : POOL + PAGES * PAGE + va - DST;
		put_map(pager, l4_fpage(pool, 12, L4_RWX), va, false);
		CHECK(send_to(pager, t));
		world_pass(100000);
	}
	return asked;
}

/* The pages that the pager has for a hold what a's would; those for b nothing. */
static void fill_pool(void)
{
	give_apart(pager, POOL, 2 * PAGES);
	for (l4_word_t i = 0; i < PAGES * PAGE; i++)
		*byte_at(pager, POOL + i) = pattern(i);
}

TEST(HSTR0043, "substrings and buffers of any size, also 0, make one stream, whichever pages are missing")
{
	unsigned faults = 0;

	for (unsigned round = 0; round < ROUNDS; round += SPARSE) {
		l4_word_t n, from, to;

		seed = round;
		setup(round % 3, round / 3 % 3);
		fill_pool();
		from = chance(PAGE);
		to = chance(PAGE);
		n = chance(PAGE) + 1;
		describe(DST + to, n);
		put_buffers(b);
		describe(SRC + from, n);
		put_words(a);
		CHECK(!receive_from(b, L4_ANYTHREAD));
		send_to(a, b);
		faults += serve_all();
		CHECK(!blocked(a) && !blocked(b));
		CHECK_SENT(a);
		CHECK_SENT(b);
		check_arrived(to, from, n);
	}
	CHECK(faults > ROUNDS / SPARSE);
}

TEST(HSTR0044, "a string of no bytes between others uses up its buffer and needs no page")
{
	for (unsigned shape = 0; shape < 3; shape++) {
		setup(0, 0);
		for (unsigned i = 0; i < 3; i++) {
			*thread_tcr(b, L4_TCR_BR0 - 1 - 2 * (int)i) = 100 << 10 | (i < 2);
			*thread_tcr(b, L4_TCR_BR0 - 2 - 2 * (int)i) = DST + i * PAGE;
		}
		nwords = 0;
		words[nwords++] = 50 << 10;
		words[nwords++] = SRC;
		words[nwords++] = shape << 4;			/* of 1 to 3 substrings, */
		for (unsigned i = 0; i <= shape; i++)
			words[nwords++] = POOL + i;		/* where nothing is */
		words[nwords++] = 60 << 10;
		words[nwords++] = SRC + 50;
		put_words(a);
		*byte_at(b, DST + PAGE) = 0xa5;
		CHECK(!receive_from(b, L4_ANYTHREAD));
		CHECK(send_to(a, b));
		CHECK_SENT(a);
		check_arrived(0, 0, 50);
		check_arrived(2 * PAGE, 50, 60);
		CHECK_EQ(*byte_at(b, DST + PAGE), 0xa5);
		CHECK_EQ(get_mr(b, 3), shape << 4);
		CHECK_EQ(get_mr(b, 4), DST + PAGE);
	}
}

TEST(HSTR0045, "a string in pieces is cut where its buffer ends, in the middle of a substring and of a page")
{
	for (l4_word_t room = 1; room < 200; room += 11) {
		setup(0, 0);
		words[0] = (room - room / 2) << 10 | 1 << 9;
		words[1] = DST + PAGE - 3;
		words[2] = room / 2 << 10;
		words[3] = DST + PAGE - 3 + room - room / 2;
		nwords = 4;
		put_buffers(b);
		*byte_at(b, DST + PAGE - 3 + room) = 0xa5;
		words[0] = 40 << 10 | 4 << 4;
		for (unsigned i = 0; i < 5; i++)
			words[1 + i] = SRC + PAGE - 60 + 40 * i;
		nwords = 6;
		put_words(a);
		CHECK(!receive_from(b, L4_ANYTHREAD));
		CHECK(send_to(a, b));
		CHECK_EQ(error_of(a), l4_ipc_error(L4_IPC_OVERFLOW, L4_SEND_PHASE) | room << 4);
		CHECK_EQ(error_of(b), l4_ipc_error(L4_IPC_OVERFLOW, L4_RECEIVE_PHASE) | room << 4);
		check_arrived(PAGE - 3, PAGE - 60, room);
		CHECK_EQ(*byte_at(b, DST + PAGE - 3 + room), 0xa5);
	}
}
