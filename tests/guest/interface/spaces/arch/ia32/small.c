/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small.c - small spaces (ia32 5): where they can be, what they cannot reach, and when they become large.
 */
#include "args.h"
#include "machine.h"
#include "small_space.h"

enum { SIZE = SMALL_MB << 20, SMALLEST_MB = 4, LARGEST_MB = 64 };

/* One without areas, which fits everywhere. */
static L4_ThreadId_t bare_space(void)
{
	L4_ThreadId_t t = tid_new();

	adopt(t);
	CHECK_EQ(thread_control(t, t, supervisor, L4_nilthread, -1ul), 0);
	return t;
}

TEST_N(GSML0001, "each size from 4 to 64 MB is accepted at each place that is aligned to it, and no other")
{
	L4_ThreadId_t t = bare_space();

	need_small();
	for (word specifier = 1; specifier < 256; specifier++) {
		word size = (specifier & -specifier) * SMALLEST_MB, mb = (specifier & (specifier - 1)) * 2;
		bool good = size <= LARGEST_MB && mb + size <= SMALL_AREA_MB;
		word old;

		CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | specifier, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
		CHECK_EQ(old, good ? SMALL_APPLY : 0);
		CHECK_EQ(small_get(t), good ? specifier : 0);
		CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
		CHECK_EQ(old, SMALL_APPLY | (good ? specifier : 0));
		CHECK_EQ(small_get(t), 0);
	}
}

TEST_N(GSML0002, "a specifier without the bit that applies it changes nothing")
{
	L4_ThreadId_t t = bare_space();
	word old;

	need_small();
	CHECK_EQ(L4_SpaceControl(t, L4_SmallSpace(0, 4), L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
	CHECK_EQ(old, 0);
	CHECK_EQ(small_get(t), 0);
	CHECK(small_at(t, 8, 4));
	CHECK_EQ(L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
	CHECK_EQ(old, L4_SmallSpace(8, 4));
}

TEST_N(GSML0003, "a slot that another space has, in whole or in part, is refused until that one leaves it")
{
	L4_ThreadId_t a = bare_space(), b = bare_space();

	need_small();
	CHECK(small_at(a, 16, 16));
	for (word mb = 0; mb < 64; mb += 4)
		CHECK_EQ(small_at(b, mb, 4), mb < 16 || mb >= 32);
	CHECK(small_at(b, 0, 4));
	for (word size = 8; size <= LARGEST_MB; size *= 2)
		CHECK_EQ(small_at(b, 0, size), size <= 16);
	CHECK_EQ(small_get(b), L4_SmallSpace(0, 16));	/* where it was accepted last */
	CHECK(small_at(a, 16, 8));			/* its own slots are free to it */
	CHECK(!small_at(b, 0, 32));
	thread_delete(a);
	disown(a);
	CHECK(small_at(b, 0, 32));
}

TEST_N(GSML0004, "a space with an area or a page beyond the size is refused, and stays as it was")
{
	struct space s;
	struct received r;
	word old;

	need_small();
	space_make(&s);
	small_at(s.anchor, 0, 0);
	CHECK(!small_at(s.anchor, 0, 16));		/* its areas are at 30 MB */
	CHECK(small_at(s.anchor, 0, 32));
	small_at(s.anchor, 0, 0);
	map_into(&s, fpage(pool(0), 12, L4_FullyAccessible), 0, L4_FpageLog2(SIZE + 5 * PAGE, 12), &r);
	CHECK_EQ(r.error, 0);
	CHECK(!small_at(s.anchor, 0, 32));
	CHECK(small_at(s.anchor, 0, 64));
	CHECK_EQ(probe_read(&s, SIZE + 5 * PAGE).faulted, false);
	CHECK_EQ(L4_SpaceControl(s.anchor, SMALL_APPLY, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
	CHECK_EQ(old, SMALL_APPLY | L4_SmallSpace(0, 64));
}

TEST_N(GSML0005, "areas that the same call sets count")
{
	L4_ThreadId_t t = bare_space();
	word old;

	need_small();
	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(0, 4), L4_FpageLog2(0x400000, 12),
				 L4_FpageLog2(0x200000, 16), L4_anythread, &old), 1);
	CHECK_EQ(old, 0);
	t = bare_space();
	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(0, 4), L4_FpageLog2(0x200000, 12),
				 L4_FpageLog2(0x400000, 16), L4_anythread, &old), 1);
	CHECK_EQ(old, 0);
	t = bare_space();
	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(0, 4), L4_FpageLog2(0x3ff000, 12),
				 L4_FpageLog2(0x200000, 16), L4_anythread, &old), 1);
	CHECK_EQ(old, SMALL_APPLY);
}

TEST(GSML0006, "small spaces see their own pages at one address, whichever ran before")
{
	enum { SPACES = 4, ROUNDS = 3 };
	struct space s[SPACES];

	need_small();
	for (unsigned i = 0; i < SPACES; i++) {
		make_at(&s[i], i * SMALL_MB);
		*(volatile word *)pool(i) = 0x51100 + i;
		map_page(&s[i], i, 0, L4_FullyAccessible);
	}
	for (unsigned i = 0; i < SPACES * ROUNDS; i++) {
		CHECK_EQ(probe_read(&s[i % SPACES], WINDOW).value, 0x51100 + i % SPACES);
		CHECK(is_small(&s[i % SPACES]));
	}
}

/* Accesses of four bytes near the end of a small space. */
static void reach(word at, bool grows, word fault)
{
	struct space a, b;
	struct probe p;

	make_at(&a, 0);
	make_at(&b, SMALL_MB);
	p = probe_read(&a, at);
	CHECK(p.faulted);
	CHECK_EQ(p.address, fault);
	CHECK_EQ(is_small(&a), !grows);
	CHECK(is_small(&b));
	space_delete(&a);
	space_delete(&b);
}

TEST_N(GSML0007, "an access in the last word of a small space leaves it small, one beyond makes it large")
{
	need_small();
	if (!limits_enforced())
		guest_skip("the CPU checks no segment limits");
	reach(SIZE - 4, false, SIZE - 4);
	reach(SIZE - 3, true, SIZE - 3);
	reach(SIZE - 1, true, SIZE - 1);
	reach(SIZE, true, SIZE);
	reach(SIZE + 1, true, SIZE + 1);
	reach(2 * SIZE, true, 2 * SIZE);
}

static void map_at(struct space *s, word at)
{
	struct received r;

	map_into(s, fpage(pool(0), 12, L4_FullyAccessible), 0, L4_FpageLog2(at, 12), &r);
	CHECK_EQ(r.error, 0);
}

TEST(GSML0008, "the same by the stack, by a string instruction, by FS and by a jump")
{
	static void (*const ways[])(void *) = { small_by_stack, small_by_es, small_by_fs, small_by_jump };
	static word at;

	need_small();
	if (!limits_enforced())
		guest_skip("the CPU checks no segment limits");
	at = SIZE + 0x123000;
	for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct space a, b;
		L4_ThreadId_t t;
		L4_MsgTag_t tag;

		make_at(&a, 0);
		make_at(&b, SMALL_MB);			/* at this address, seen from the first one */
		map_at(&b, 0x123000);
		t = space_start_pager(&a, ways[i], &at, L4_Myself());
		tag = pager_serve(t);
		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), at);
		CHECK(!is_small(&a));
		thread_delete(t);
		space_forget_last(&a);
		space_delete(&a);
		space_delete(&b);
	}
}

TEST(GSML0009, "a page that is mapped beyond the size makes the space large, and what it had stays")
{
	struct space s;
	struct received r;

	need_small();
	make_at(&s, 0);
	*(volatile word *)pool(0) = 0x51109;
	*(volatile word *)pool(1) = 0x5110a;
	map_page(&s, 0, 0, L4_FullyAccessible);
	CHECK_EQ(probe_read(&s, WINDOW).value, 0x51109);
	map_into(&s, fpage(pool(1), 12, L4_FullyAccessible), 0, L4_FpageLog2(SIZE, 12), &r);
	CHECK_EQ(r.error, 0);
	CHECK(!is_small(&s));
	CHECK_EQ(probe_read(&s, WINDOW).value, 0x51109);
	CHECK_EQ(probe_read(&s, SIZE).value, 0x5110a);
}

TEST(GSML0010, "the pages of a space that was small are not seen in another large one")
{
	enum { PAGES = 12 };
	struct space s, other;

	need_small();
	make_at(&s, 0);
	space_make_large(&other);
	for (unsigned i = 0; i < PAGES; i++) {
		*(volatile word *)pool(i) = 0x51100 + i;
		map_page(&s, i, i * PAGE, L4_FullyAccessible);
		CHECK_EQ(probe_read(&s, WINDOW + i * PAGE).value, 0x51100 + i);
	}
	small_at(s.anchor, 0, 0);
	CHECK(!is_small(&s));
	for (unsigned i = 0; i < PAGES; i++) {
		CHECK_EQ(probe_read(&s, WINDOW + i * PAGE).value, 0x51100 + i);
		CHECK(probe_read(&other, WINDOW + i * PAGE).faulted);
	}
}

TEST(GSML0011, "an unmapped page of a small space faults at its next access, after other spaces ran")
{
	enum { PAGES = 24 };
	static const unsigned runs[] = { 1, 2, 8, 9, PAGES };
	struct space s;

	need_small();
	make_at(&s, 0);
	for (unsigned n = 0; n < sizeof runs / sizeof *runs; n++) {
		for (unsigned i = 0; i < runs[n]; i++) {
			map_page(&s, i, i * PAGE, L4_FullyAccessible);
			CHECK(!probe_write(&s, WINDOW + i * PAGE, i).faulted);
		}
		for (unsigned i = 0; i < runs[n]; i++)
			L4_UnmapFpage(L4_FpageAddRights(L4_FpageLog2(pool(i), 12), L4_FullyAccessible));
		for (unsigned i = 0; i < runs[n]; i++)
			CHECK(probe_read(&s, WINDOW + i * PAGE).faulted);
		CHECK(is_small(&s));
	}
}

TEST(GSML0012, "a slot that is used again and again shows nothing of the space before")
{
	word rounds = args_number("slots", 1000);

	need_small();
	for (word i = 0; i < rounds; i++) {
		struct mark mark = world_mark();
		struct space s;

		make_at(&s, 0);
		CHECK(probe_read(&s, WINDOW).faulted);
		*(volatile word *)pool(i % 8) = i;
		map_page(&s, i % 8, 0, L4_FullyAccessible);
		CHECK_EQ(probe_read(&s, WINDOW).value, i);
		if (i % 2)
			small_at(s.anchor, 0, 0);
		space_delete(&s);
		world_release(mark);
	}
}

TEST(GSML0013, "CLI, SYSEXIT and a write of CR3 are #GP, OUT is an I/O fault, and the space stays small")
{
	static void (*const ways[])(void *) = { small_cli, small_out, small_write_cr3, small_sysexit };
	static L4_ThreadId_t me;

	need_small();
	me = L4_Myself();
	for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct space s;
		L4_ThreadId_t t;
		L4_MsgTag_t tag;

		make_at(&s, 0);
		t = space_start_pager(&s, ways[i], &me, me);
		tag = pager_serve(t);
		CHECK_EQ(tag_protocol(tag), ways[i] == small_out ? N_IO_FAULT : N_EXCEPTION);
		CHECK(is_small(&s));
		thread_delete(t);
		space_forget_last(&s);
		space_delete(&s);
	}
}

TEST(GSML0014, "the UTCB area of a small space can end with it")
{
	L4_ThreadId_t t = bare_space(), thread = tid_new();
	word old;

	need_small();
	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(0, 4), L4_FpageLog2(0x3fe000, 12),
				 L4_FpageLog2(0x3ff000, 12), L4_anythread, &old), 1);
	CHECK_EQ(old, SMALL_APPLY);
	adopt(thread);
	CHECK_EQ(thread_control(thread, t, supervisor, supervisor, 0x400000 - UTCB_BYTES), 0);
	CHECK_EQ(small_get(t), L4_SmallSpace(0, 4));
}

struct both { word at; volatile word done; };

static void touch(void *arg)
{
	struct both *b = arg;

	*(volatile word *)b->at = 1;
	b->done++;
	L4_Sleep(L4_Never);
}

TEST(GSML0015, "two threads that reach beyond before one is served are both served in a large space")
{
	static struct both b;
	struct space s;
	L4_ThreadId_t t[2];

	need_small();
	if (!limits_enforced())
		guest_skip("the CPU checks no segment limits");
	make_at(&s, 0);
	b = (struct both){ .at = SIZE + 0x5000 };
	for (unsigned i = 0; i < 2; i++)
		t[i] = space_start_pager(&s, touch, &b, L4_Myself());
	for (unsigned i = 0; i < 2; i++) {
		CHECK_EQ(tag_protocol(pager_serve(t[i])), N_PAGEFAULT);
		CHECK_EQ(mr(1), b.at);
	}
	CHECK(!is_small(&s));
	for (unsigned i = 0; i < 2; i++) {
		L4_Set_MsgTag(tag_make(0, 0, 2));
		load_map(1, fpage(pool(3), 12, L4_FullyAccessible), b.at);
		CHECK(L4_IpcSucceeded(L4_Reply(t[i])));
	}
	AWAIT(b.done == 2);
	CHECK_EQ(b.done, 2);
}
