/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_memory_control.c - MemoryControl (api 7.4): arguments and errors, and hostile calls at every
 * preemption point (stage.h), where a's space is privileged.
 */
#include <string.h>
#include <core/arch.h>
#include <mem/leaf.h>
#include <lib/bits.h>
#include "stage_scripts.h"

enum { UC = L4_MEMORY_UNCACHEABLE, WC = L4_MEMORY_WRITE_COMBINING, WT = L4_MEMORY_WRITE_THROUGH };

static uint8_t attr_at(struct thread *t, l4_word_t va)
{
	struct leaf leaf = arch_ptab_get(t->space, va);

	CHECK(leaf.present);
	return leaf.attr;
}

static struct thread *a;

static void set_up(void)
{
	world_boot();
	a = new_space();
	a->space->privileged = true;
	give(a, ram(16), VA, 16, L4_RWX);
}

/* One fpage; true if the call succeeded. */
static bool control(struct thread *t, l4_fpage_t f, l4_word_t attribute)
{
	clear_error(t);
	put_mr(t, 0, f.raw & ~(l4_word_t)7);
	CALL(t, L4_CALL_MEMORY_CONTROL, 0, attribute);
	return thread_regs(t)->out[0];
}

#define REFUSED(error) \
	do { \
		CHECK_EQ(thread_regs(a)->out[0], 0); \
		CHECK_EQ(error_of(a), error); \
		CHECK_EQ(attr_at(a, VA), 0); \
	} while (0)

TEST(HMCT0001, "without privilege MemoryControl is refused with 1")
{
	set_up();
	a->space->privileged = false;
	CHECK(!control(a, l4_fpage(VA, 16, 0), UC));
	REFUSED(L4_ERR_NO_PRIVILEGE);
}

TEST(HMCT0002, "each fpage gets the attribute that its low bits choose; message registers stay")
{
	static const l4_word_t name[4] = { L4_MEMORY_WRITE_BACK, WT, UC, WC };

	set_up();
	for (l4_word_t i = 0; i < 16; i++)
		put_mr(a, (unsigned)i, l4_fpage(VA + i * PAGE, 12, 0).raw | (i & 3));
	CALL(a, L4_CALL_MEMORY_CONTROL, 15, name[0], name[1], name[2], name[3]);
	CHECK_EQ(thread_regs(a)->out[0], 1);
	CHECK_EQ(error_of(a), 0);
	for (l4_word_t i = 0; i < 16; i++) {
		CHECK_EQ(attr_at(a, VA + i * PAGE), arch_attribute(name[i & 3]));
		CHECK_EQ(get_mr(a, (unsigned)i), l4_fpage(VA + i * PAGE, 12, 0).raw | (i & 3));
	}
	CHECK_EQ(arch_attribute(name[0]), 0);
	CHECK(control(a, L4_COMPLETE, L4_MEMORY_DEFAULT));
	for (l4_word_t i = 0; i < 16; i++)
		CHECK_EQ(attr_at(a, VA + i * PAGE), 0);
}

TEST(HMCT0003, "every attribute that x86 names is accepted, all others are 5 if an fpage chooses them")
{
	static const l4_word_t unknown[] = { 3, 6, 7, 9, 0x104, ~(l4_word_t)0 };
	static const l4_word_t known[] = { 8, 5, 4, 2, 1, 0 };

	set_up();
	for (unsigned i = 0; i < 6; i++) {
		CHECK(!control(a, l4_fpage(VA, 16, 0), unknown[i]));
		REFUSED(L4_ERR_PARAM);
	}
	for (unsigned i = 0; i < 6; i++) {
		CHECK(control(a, l4_fpage(VA, 16, 0), known[i]));
		CHECK_EQ(arch_attribute_name(attr_at(a, VA)), known[i] == 1 ? 0 : known[i]);
	}
}

TEST(HMCT0004, "an unknown attribute of the last fpage, ports, or k above 63: nothing has been changed")
{
	set_up();
	put_mr(a, 0, l4_fpage(VA, 12, 0).raw);
	put_mr(a, 1, l4_fpage(VA, 12, 0).raw | 3);
	CALL(a, L4_CALL_MEMORY_CONTROL, 1, UC, UC, UC, 3);
	REFUSED(L4_ERR_PARAM);
	put_mr(a, 1, l4_io_fpage(0x80, 3).raw & ~(l4_word_t)7);
	CALL(a, L4_CALL_MEMORY_CONTROL, 1, UC);
	REFUSED(L4_ERR_PARAM);
	CALL(a, L4_CALL_MEMORY_CONTROL, 0x40, UC);
	REFUSED(L4_ERR_PARAM);
	CALL(a, L4_CALL_MEMORY_CONTROL, ~(l4_word_t)0, UC);
	REFUSED(L4_ERR_PARAM);
}

TEST(HMCT0005, "nilpages, fpages smaller than a page, and pages that are not there are skipped")
{
	set_up();
	put_mr(a, 0, 0);
	put_mr(a, 1, 3);
	put_mr(a, 2, l4_fpage(VA, 11, 0).raw | 3);
	put_mr(a, 3, l4_fpage(64 * VA, 20, 0).raw);
	put_mr(a, 4, l4_fpage(VA, 12, 0).raw);
	CALL(a, L4_CALL_MEMORY_CONTROL, 4, UC, UC, UC, 99);
	CHECK_EQ(thread_regs(a)->out[0], 1);
	CHECK_EQ(attr_at(a, VA), arch_attribute(UC));
	CHECK_EQ(attr_at(a, VA + PAGE), 0);
}

TEST(HMCT0006, "the KIP and the UTCBs are not pages of the space")
{
	set_up();
	CHECK(control(a, L4_COMPLETE, UC));
	CHECK_EQ(attr_at(a, VA), arch_attribute(UC));
	CHECK_EQ(attr_at(a, L4_INITIAL_KIP), 0);
	CHECK_EQ(attr_at(a, a->rest->utcb_location & ~(l4_word_t)0xfff), 0);
}

TEST(HMCT0007, "sigma0's MemoryControl holds for what it maps later; without memory for it the error is 8")
{
	set_up();
	host_fail_at(0, true);
	world_run(root);
	PUT(root, 0);
	CHECK(send_to(root, sigma0));
	CHECK(!control(sigma0, l4_fpage(ram(20), 13, 0), WC));
	host_fail_never();
	CHECK_EQ(error_of(sigma0), L4_ERR_NO_MEM);
	CHECK(control(sigma0, l4_fpage(ram(20), 13, 0), WC));
	CHECK(!receive_from(sigma0, L4_ANYTHREAD));
	give(a, ram(20), 2 * VA, 20, L4_RWX);
	CHECK_EQ(attr_at(a, 2 * VA), arch_attribute(WC));
	CHECK_EQ(attr_at(a, 2 * VA + 2 * PAGE), 0);
}

/* ---- strings ---- */

static bool send_string(struct thread *from, struct thread *to)
{
	*thread_tcr(to, L4_TCR_BR0) = 1;
	*thread_tcr(to, L4_TCR_BR0 - 1) = (l4_word_t)100 << 10;
	*thread_tcr(to, L4_TCR_BR0 - 2) = VA + 10;
	CHECK(!receive_from(to, from->id));
	put_mr(from, 0, l4_tag(0, 0, 2).raw);
	put_mr(from, 1, (l4_word_t)100 << 10);
	put_mr(from, 2, VA + 2 * PAGE - 50);
	return send_to(from, to) && !l4_tag_failed(tag_of(to));
}

/*
 * The kernel copies through a window of its own, in default memory: for memory that is not, no line may
 * remain in the caches.
 */
TEST(HMCT0008, "a string from or to memory that is not default memory goes past the caches")
{
	struct thread *b;

	set_up();
	b = new_space();
	give(b, ram(21), VA, 12, L4_RWX);
	memset(arch_frame_ptr(ram(16) + 2 * PAGE - 50), 'x', 100);
	CHECK(send_string(a, b));
	CHECK_EQ(host.flushes, 0);
	CHECK(control(a, l4_fpage(VA + PAGE, 12, 0), UC));
	host.flushes = 0;
	CHECK(send_string(a, b));
	CHECK_EQ(host.flushes, 2);
	b->space->privileged = true;
	CHECK(control(b, l4_fpage(VA, 12, 0), WT));
	host.flushes = 0;
	CHECK(send_string(a, b));
	CHECK_EQ(host.flushes, 2 + 2 * 2);
	CHECK(memcmp(arch_frame_ptr(ram(21) + 10), arch_frame_ptr(ram(16) + 2 * PAGE - 50), 100) == 0);
}

/* ---- at every preemption point ---- */

static l4_word_t frames;		/* of a's region */

static void set_all(void)
{
	put_mr(cast.a, 0, l4_fpage(VA, LOG2, 0).raw);
	CALL(cast.a, L4_CALL_MEMORY_CONTROL, 0, UC);
}

/* Every page that comes from a's region has the attribute; and so has each that will. */
static void all_have(l4_word_t attribute) { have_attribute(frames, SIZE, attribute); }

static void all_uncached(void) { all_have(UC); }

static void done_and_uncached(void)
{
	CHECK_EQ(thread_regs(cast.a)->out[0], 1);
	all_uncached();
}

static void touch_some(struct thread *t)
{
	uint64_t pa;

	for (l4_word_t o = 0; o < SIZE; o += 7 * PAGE)
		host_user_access(t->space, VA + o, L4_W, &pa);
}

static void touch_all(void) { touch_some(cast.b); touch_some(cast.a); }
static void touch_and_map_on(void) { touch_all(); map_on(); }

static void combine_as_a2(void)
{
	put_mr(cast.a2, 0, l4_fpage(VA, LOG2, 0).raw);
	CALL(cast.a2, L4_CALL_MEMORY_CONTROL, 0, WC);
	CHECK_EQ(thread_regs(cast.a2)->out[0], 1);
	all_have(WC);
}

static void second_control(void) { by_a2(combine_as_a2); }
static void flush_all(void) { by_a2(flush_as_a2); }

static void all_combining(void) { all_have(WC); }

static void nothing_is_left(void)
{
	CHECK(!mapped(cast.a, VA, 0));
	CHECK(!mapped(cast.b, VA, 0));
	all_uncached();
}

static void on_stage(void)
{
	stage_set_receivers();
	cast.a->space->privileged = true;
	frames = ram(21);
	touch_all();
	stage_leave_to_a();
}

TEST(HMCT0009, "MemoryControl is preemptible, and reaches everything, in caches too")
{
	on_stage();
	stage_at_every_point(set_all, rest, false, done_and_uncached);
}

TEST(HMCT0010, "MemoryControl while the pages are used, mapped on, granted, flushed, read")
{
	on_stage();
	stage_at_every_point(set_all, touch_all, false, done_and_uncached);
	stage_at_every_point(set_all, touch_and_map_on, false, done_and_uncached);
	stage_at_every_point(set_all, map_to_self, false, done_and_uncached);
	stage_at_every_point(set_all, grant_on, false, done_and_uncached);
	stage_at_every_point(set_all, flush_own, false, done_and_uncached);
	stage_at_every_point(set_all, read_status, false, done_and_uncached);
}

TEST(HMCT0011, "MemoryControl while its caller, its space, or those that have its pages are deleted")
{
	on_stage();
	stage_at_every_point(set_all, stage_delete_a, true, all_uncached);
	stage_at_every_point(set_all, stage_delete_b_space, true, done_and_uncached);
	stage_at_every_point(set_all, stage_delete_c, true, done_and_uncached);
	stage_at_every_point(set_all, delete_a_and_a2, true, rest);
}

TEST(HMCT0012, "a second MemoryControl of the space finishes the first; an unmap of all of it too")
{
	on_stage();
	stage_at_every_point(set_all, second_control, true, all_combining);
	stage_at_every_point(set_all, flush_all, true, nothing_is_left);
}

/* Two fpages, the second of which others can write while the first is being done. */
static void set_two_as(struct thread *t)
{
	put_mr(t, 0, l4_fpage(VA, LOG2, 0).raw);
	for (unsigned i = 1; i < REG_MRS; i++)
		put_mr(t, i, L4_NILPAGE.raw);
	put_mr(t, REG_MRS, l4_fpage(VA, 12, 0).raw);
	CALL(t, L4_CALL_MEMORY_CONTROL, REG_MRS, UC, UC, UC, 77);
}

static void set_two(void) { set_two_as(cast.a); }
static void set_two_by_a2(void) { set_two_as(cast.a2); }

static void choose_another(void) { cast.a->utcb[REG_MRS] |= 3; }

static void done_or_refused(void)
{
	all_uncached();
	if (thread_regs(cast.a)->out[0] == 0)
		CHECK_EQ(error_of(cast.a), L4_ERR_PARAM);
	else
		CHECK_EQ(error_of(cast.a), 0);
}

TEST(HMCT0014, "an fpage that is changed during the call to choose an unknown attribute ends it with 5")
{
	on_stage();
	stage_at_every_point(set_two, choose_another, true, done_or_refused);
}

static unsigned refusals;

/* It may have reached its last fpage before it was moved. */
static void refused_in_another_space(void)
{
	CHECK(cast.a2->space == cast.c->space);
	world_run(cast.a2);
	all_uncached();
	refusals += thread_regs(cast.a2)->out[0] == 0;
	CHECK_EQ(error_of(cast.a2), thread_regs(cast.a2)->out[0] ? L4_OK : L4_ERR_PARAM);
}

TEST(HMCT0013, "a caller that is moved finishes the fpage that it is at, leaves the rest, and gets error 5")
{
	on_stage();
	stage_at_every_point(set_two_by_a2, stage_move_a2, true, refused_in_another_space);
	CHECK(refusals > 2);
}
