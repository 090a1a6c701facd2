/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * one_hash.c - more pages of one hash value than the hash table has places for: 24 addresses of a space, for
 * which the 16 entries of both groups do not suffice (MPC750 user's manual, 5.4). The segments of a space
 * have numbers that differ in their lowest four bits; the hash is the number XOR the page's index in the
 * segment.
 */
#include "machine.h"
#include "map.h"

enum { SEGMENTS = 12, SETS = 2, PLACES = SEGMENTS * SETS, SEGMENT_LOG2 = 28, ROUNDS = 6, PAGES = 24 };

/* Index 0xa5a0, and the same with the bit that tables of up to 2 MiB leave out. */
static word place(unsigned i)
{
	word segment = i % SEGMENTS, index = (i < SEGMENTS ? 0x25a0ul : 0xa5a0ul) ^ segment;

	return segment << SEGMENT_LOG2 | index << 12;
}

static void map_at(struct space *s, unsigned page, word at, word rights)
{
	struct received r;

	map_into(s, fpage(pool(page), 12, rights), 0, L4_FpageLog2(at, 12), &r);
	CHECK_EQ(r.error, 0);
}

/* Reads or writes all places again and again. */
struct visit { word rounds; bool writes; volatile word wrong, done; };

static void visit(void *arg)
{
	struct visit *v = arg;

	for (word n = 0; n < v->rounds; n++)
		for (unsigned i = 0; i < PLACES; i++) {
			volatile word *at = (volatile word *)place(i);

			v->wrong += *at != CONTENT + i;
			if (v->writes)
				*at = CONTENT + i;
		}
	v->done = 1;
}

static void visit_all(struct space *s, struct visit *v, bool writes)
{
	*v = (struct visit){ .rounds = ROUNDS, .writes = writes };
	space_start(s, visit, v);
	AWAIT(v->done);
	CHECK(v->done);
	CHECK_EQ(v->wrong, 0);
}

static void make(struct space *s, word rights)
{
	space_make(s);
	fill(0, PAGES);
	for (unsigned i = 0; i < PLACES; i++) {
		struct mark mark = world_mark();

		map_at(s, i, place(i), rights);
		world_release(mark);
	}
}

TEST(GHSH0001, "24 pages of one hash value can be read and written in turn, each with its contents")
{
	static struct visit v;
	struct space s;

	make(&s, L4_ReadWriteOnly);
	visit_all(&s, &v, false);
	visit_all(&s, &v, true);
	visit_all(&s, &v, false);
}

TEST(GHSH0002, "status bits outlast the eviction of their entries: read pages are referenced, written ones"
	      " changed")
{
	static struct visit v;
	struct space s;

	make(&s, L4_ReadWriteOnly);
	for (unsigned i = 0; i < PAGES; i++)
		L4_UnmapFpage(fpage(pool(i), 12, 0));
	visit_all(&s, &v, false);
	for (unsigned i = 0; i < PAGES; i++)
		CHECK_EQ(L4_Rights(L4_UnmapFpage(fpage(pool(i), 12, 0))), L4_ReadeXecOnly);
	for (unsigned i = 0; i < PAGES; i++)
		CHECK_EQ(L4_Rights(L4_UnmapFpage(fpage(pool(i), 12, 0))), 0);
	visit_all(&s, &v, true);
	for (unsigned i = 0; i < PAGES; i++)
		CHECK_EQ(L4_Rights(L4_UnmapFpage(fpage(pool(i), 12, 0))), L4_FullyAccessible);
}

TEST(GHSH0003, "a right that is taken away is gone, whether the page's entry is in the table or was evicted")
{
	static struct visit v;
	struct space s;

	make(&s, L4_ReadWriteOnly);
	visit_all(&s, &v, true);
	for (unsigned i = 0; i < PAGES; i += 2)
		L4_UnmapFpage(fpage(pool(i), 12, L4_Writable));
	for (unsigned i = 1; i < PAGES; i += 4)
		L4_UnmapFpage(fpage(pool(i), 12, L4_FullyAccessible));
	for (unsigned i = 0; i < PLACES; i++) {
		struct mark mark = world_mark();
		bool gone = i % 4 == 1;

		CHECK_EQ(probe_read(&s, place(i)).faulted, gone);
		CHECK_EQ(probe_write(&s, place(i), CONTENT + i).faulted, gone || i % 2 == 0);
		world_release(mark);
	}
}

TEST(GHSH0004, "with the same addresses in two spaces each has its own pages")
{
	static struct visit v[2];
	struct space s[2];

	make(&s[0], L4_ReadWriteOnly);
	space_make(&s[1]);
	for (unsigned i = 0; i < PLACES; i++) {
		struct mark mark = world_mark();

		*(volatile word *)pool(PAGES + i) = CONTENT + i;
		map_at(&s[1], PAGES + i, place(i), L4_ReadWriteOnly);
		world_release(mark);
	}
	for (unsigned i = 0; i < 2; i++) {
		v[i] = (struct visit){ .rounds = 40 * ROUNDS, .writes = true };
		CHECK(L4_Set_Timeslice(space_start_prio(&s[i], visit, &v[i], 50), L4_TimePeriod(200), L4_Never));
	}
	AWAIT(v[0].done && v[1].done);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(v[i].done);
		CHECK_EQ(v[i].wrong, 0);
	}
	for (unsigned i = 0; i < PLACES; i++)
		L4_UnmapFpage(fpage(pool(i), 12, L4_FullyAccessible));
	for (unsigned i = 0; i < PLACES; i += 5) {
		struct mark mark = world_mark();

		CHECK(probe_read(&s[0], place(i)).faulted);
		CHECK(!probe_read(&s[1], place(i)).faulted);
		world_release(mark);
	}
}

TEST(GHSH0005, "a page that is mapped anew after it was taken away shows its new contents at once")
{
	struct space s;

	make(&s, L4_ReadWriteOnly);
	for (unsigned n = 0; n < 8; n++)
		for (unsigned i = 0; i < PLACES; i += 3) {
			struct mark mark = world_mark();

			CHECK(!probe_read(&s, place(i)).faulted);
			L4_UnmapFpage(fpage(pool(i), 12, L4_FullyAccessible));
			*(volatile word *)pool(i) = n;
			map_at(&s, i, place(i), n & 1 ? L4_Readable : L4_ReadWriteOnly);
			CHECK_EQ(probe_read(&s, place(i)).value, n);
			world_release(mark);
		}
}
