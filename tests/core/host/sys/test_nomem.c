/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_nomem.c - for every n, the n-th allocation of an operation fails: it has no effect and returns an
 * error, or its failure is one that the interface describes; then it works when there is memory again.
 */
#include <stdlib.h>
#include <core/arch.h>
#include "world.h"

#define NIL L4_NILTHREAD

static struct thread *a, *b;
static l4_tid_t id;		/* of the thread to be made */

/* One operation: true if it succeeded. */
typedef bool operation(void);

/* Refused with `error`, and the world unchanged, for each n; returns how many allocations it makes. */
static size_t refused_for_each_n(operation *op, l4_word_t error, bool all)
{
	struct world_copy *c = world_save();
	char *before = world_text();

	for (size_t n = 0;; n++) {
		bool ok;

		host_fail_at(n, all);
		ok = op();
		host_fail_never();
		if (ok) {
			free(before);
			world_drop(c);
			return n;
		}
		CHECK_EQ(error_of(root), error);
		CHECK_SAME(before);
		CHECK(op());
		world_restore(c);
	}
}

static bool create_inactive(void)
{
	return thread_control(root, id, a->id, root->id, NIL, KEEP);
}

static bool create_active(void)
{
	return thread_control(root, id, a->id, root->id, root->id, L4_INITIAL_UTCB + 0x8000);
}

static bool create_space(void)
{
	return thread_control(root, id, id, root->id, NIL, KEEP);
}

static bool configure(void)
{
	return space_control(root, id, 0, l4_fpage(0x20000000, 12, 0), l4_fpage(0x60000000, 16, 0));
}

static bool configure_with_limit(void)
{
	return space_control(root, id, L4_SPACE_KMEM_LIMIT | 512, l4_fpage(0x20000000, 12, 0),
			     l4_fpage(0x60000000, 16, 0));
}

static bool activate(void)
{
	return thread_control(root, id, id, NIL, root->id, 0x60000000);
}

static bool migrate(void)
{
	return thread_control(root, id, b->id, NIL, NIL, KEEP);
}

/* A number far from others, so that the table of threads grows too. */
static void set_up(void)
{
	world_boot();
	a = new_space();
	b = new_space();
	world_run(root);
	id = l4_tid_global(((l4_word_t)1 << L4_THREAD_BITS) - 5, 1);
}

TEST(HMEM0001, "creating an inactive thread")
{
	set_up();
	CHECK(refused_for_each_n(create_inactive, L4_ERR_NO_MEM, false) > 0);
	CHECK(delete_thread(id));
	CHECK(refused_for_each_n(create_inactive, L4_ERR_NO_MEM, true) > 0);
}

TEST(HMEM0002, "creating an active thread with a new UTCB page")
{
	set_up();
	CHECK(refused_for_each_n(create_active, L4_ERR_NO_MEM, false) > 2);
	set_up();
	CHECK(refused_for_each_n(create_active, L4_ERR_NO_MEM, true) > 2);
}

TEST(HMEM0003, "creating a space, setting its areas, activating its first thread")
{
	for (unsigned all = 0; all < 2; all++) {
		set_up();
		CHECK(refused_for_each_n(create_space, L4_ERR_NO_MEM, all) > 1);
		CHECK(refused_for_each_n(configure, L4_ERR_NO_MEM, all) > 0);
		CHECK(refused_for_each_n(activate, L4_ERR_NO_MEM, all) > 1);
	}
}

TEST(HMEM0004, "moving a thread to another space")
{
	set_up();
	CHECK(create_active());
	CHECK(refused_for_each_n(migrate, L4_ERR_NO_MEM, false) > 0);
}

TEST(HMEM0005, "kernel memory that ran out in the middle of a creation is all given back")
{
	size_t frames;
	uint64_t used;

	set_up();
	CHECK(create_space());
	CHECK(configure());
	CHECK(activate());
	CHECK(delete_thread(id));
	frames = mem.kmem.frames_free;
	used = root->space->account.used + root->space->account.given;
	for (size_t n = 0; n < 12; n++) {
		host_fail_at(n, false);
		if (create_space() && configure())
			activate();
		host_fail_never();
		CHECK(delete_thread(id));
		CHECK_EQ(mem.kmem.frames_free, frames);
		CHECK_EQ(root->space->account.used + root->space->account.given, used);
	}
}

/* a sends map or grant items to b, which waits: a superpage's worth in pieces and a single page. */
static void send_items(bool grant)
{
	accept_window(b, L4_COMPLETE);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	put_mr(a, 0, l4_tag(3, 1, 4).raw);
	put_mr(a, 1, 0x1111);
	put_mr(a, 2, grant ? l4_grant_item(0x1000000) : l4_map_item(0x1000000));
	put_mr(a, 3, l4_fpage(0x400000, 18, L4_RWX).raw);
	put_mr(a, 4, grant ? l4_grant_item(0x30000000) : l4_map_item(0x30000000));
	put_mr(a, 5, l4_fpage(0x440000, 12, L4_RWX).raw);
	CHECK(send_to(a, b));
	CHECK(!blocked(b));
	CHECK_EQ(get_mr(b, 1), 0x1111);
}

static void check_items_done(void)
{
	CHECK_SENT(a);
	CHECK_SENT(b);
	for (l4_word_t o = 0; o < 0x40000; o += 0x1000)
		CHECK(mapped(b, 0x1000000 + o, L4_RWX));
	CHECK(mapped(b, 0x30000000, L4_RWX));
}

/* Which of the two items stopped: its fpage arrived as nil, what is before it is complete. */
static void check_items_stopped(void)
{
	CHECK(l4_tag_failed(tag_of(a)));
	CHECK(l4_tag_failed(tag_of(b)));
	CHECK_EQ(error_of(a), SEND_ERROR(OVERFLOW));
	CHECK_EQ(error_of(b), RECEIVE_ERROR(OVERFLOW));
	if (get_mr(b, 3) == 0)
		return;
	CHECK_EQ(get_mr(b, 5), 0);
	for (l4_word_t o = 0; o < 0x40000; o += 0x1000)
		CHECK(mapped(b, 0x1000000 + o, L4_RWX));
	CHECK(!mapped(b, 0x30000000, 0));
}

/* Returns how many allocations stopped the items, each with an attempt of its own. */
static size_t items_for_each_n(bool grant, bool all, bool general)
{
	struct world_copy *c;
	size_t n, frames = 0;

	set_up();
	mem.general = general;
	mem.walks += general;		/* M10 */
	give(a, ram(20) + 0x100000, 0x400000, 20, L4_RWX);	/* small pages */
	c = world_save();
	for (n = 0; n < 1000; n++) {
		host_fail_at(n, all);
		send_items(grant);
		host_fail_never();
		if (!l4_tag_failed(tag_of(a)))
			break;
		check_items_stopped();
		if (!grant) {		/* what was granted is not there to be granted again */
			send_items(false);
			check_items_done();
		}
		CHECK(delete_thread(b->id));
		CHECK(delete_thread(a->id));
		CHECK(!frames || frames == mem.kmem.frames_free);
		frames = mem.kmem.frames_free;
		world_restore(c);
	}
	check_items_done();
	mem.walks -= general;
	mem.general = false;
	return n;
}

/* Without steps, the first attempt at an item that finds no memory is followed by another one in steps. */
TEST(HMEM0006, "sending map items")
{
	CHECK(items_for_each_n(false, false, true) > 1);
	CHECK_EQ(items_for_each_n(false, false, false), host_has_ranges ? 0 : 2);
}

TEST(HMEM0007, "sending map items, nothing left from there on")
{
	CHECK(items_for_each_n(false, true, false) > 1);
}

TEST(HMEM0008, "sending grant items") { CHECK(items_for_each_n(true, false, false) > 1); }

TEST(HMEM0009, "replying to a page fault")
{
	struct world_copy *c;
	size_t n;

	set_up();
	give(a, ram(21), 0x400000, 21, L4_RWX);
	*thread_tcr(b, L4_TCR_PAGER) = a->id.raw;
	CHECK(!touch(b, 0x30000000, L4_R));
	CHECK(receive_from(a, L4_ANYTHREAD));
	c = world_save();
	for (n = 0;; n++) {
		host_fail_at(n, false);
		put_map(a, l4_fpage(0x400000, 12, L4_R), 0x30000000, false);
		CHECK(send_to(a, b));
		host_fail_never();
		if (!l4_tag_failed(tag_of(a)))
			break;
		CHECK_FAILED(a, SEND_ERROR(OVERFLOW));
		CHECK(b->halted);
		CHECK(receive_from(a, b->id));
		CHECK_EQ(tag_of(a).raw, l4_tag_kernel(L4_PROTO_MEM_EXHAUSTED, 0, 2).raw);
		world_restore(c);
	}
	CHECK(n > 0);
	CHECK(touch(b, 0x30000000, L4_R));
}

TEST(HMEM0010, "unmap and deletion need no memory at all")
{
	set_up();
	give(a, ram(21), 0x400000, 21, L4_RWX);
	send_items(false);
	check_items_done();
	host_fail_at(0, true);
	unmap_fpage(a, l4_fpage(0x400000, 14, L4_RWX), true);
	CHECK(!mapped(a, 0x400000, 0));
	CHECK(!mapped(b, 0x1000000, 0));
	CHECK(delete_thread(a->id));
	CHECK(!mapped(b, 0x30000000, 0));
	CHECK(delete_thread(b->id));
	CHECK_EQ(host.admitted, 0);
}

TEST(HMEM0011, "untyped IPC, scheduling and ExchangeRegisters need no memory at all")
{
	set_up();
	host_fail_at(0, true);
	CHECK(!receive_from(b, L4_ANYTHREAD));
	PUT(a, 1, 2, 3);
	CHECK(!call_to(a, b));
	CHECK(send_to(b, a));
	CHECK(schedule(root, a->id, KEEP, 90) != L4_SCHED_ERROR);
	CHECK(exregs(b, b->id, 0, 0, 0));
	world_pass(50000);
	CHECK_EQ(host.admitted, 0);
}

static bool move_and_activate(void)
{
	return thread_control(root, id, b->id, NIL, root->id, L4_INITIAL_UTCB + 0x8000);
}

TEST(HMEM0012, "moving an inactive thread and activating it in one call")
{
	set_up();
	CHECK(create_inactive());
	CHECK(refused_for_each_n(move_and_activate, L4_ERR_NO_MEM, false) > 0);
}

TEST(HMEM0013, "a thread cannot move to a space whose account is used up: 8, and nothing changed")
{
	char *before;

	set_up();
	CHECK(create_inactive());
	CHECK(space_control(root, b->id, L4_SPACE_KMEM_LIMIT | 64, L4_NILPAGE, L4_NILPAGE));
	while (thread_control(root, new_tid(), b->id, root->id, NIL, KEEP))
		CHECK(kernel.nthreads < 1000);
	CHECK_EQ(error_of(root), L4_ERR_NO_MEM);
	before = world_text();
	CHECK(!migrate());
	CHECK_EQ(error_of(root), L4_ERR_NO_MEM);
	CHECK(!move_and_activate());
	CHECK_EQ(error_of(root), L4_ERR_NO_MEM);
	CHECK_SAME(before);
}

TEST(HMEM0014, "setting areas and a kernel-memory limit in one call: both, or neither")
{
	for (unsigned all = 0; all < 2; all++) {
		set_up();
		CHECK(create_space());
		CHECK(refused_for_each_n(configure_with_limit, L4_ERR_NO_MEM, all) > 0);
	}
}
