/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_hash.c - page tables of ppc32 and the hash table as a cache of them, against a model of the CPU:
 * random operations, and particular ones.
 */
#include <core/arch.h>
#include <arch/gateway.h>
#include <arch/layout.h>
#include "../../../kernel/arch/ppc32/hash.h"
#include "../../../kernel/arch/ppc32/vsid.h"
#include "refill.h"
#include "world.h"

enum { FEW_SPACES = 6 };

static unsigned running;

static enum cpu_access any_access(void) { return (enum cpu_access)cpu_random(3); }

/* Adjacent addresses are more likely to be free or mapped together. */
static unsigned any_address(void) { return cpu_random(ADDRESSES); }

/* ---- operations ---- */

static void set(unsigned x) { world_set(x, any_address(), world_random_page()); }

static void set_run(unsigned x)
{
	for (unsigned i = 0; i < RUN; i++)
		if (cpu_random(4))
			world_set(x, FIRST_OF_RUN + i, world_random_page());
}

static void set_same(unsigned x)
{
	for (unsigned i = 0; i < SAME + REST; i++)
		if (cpu_random(4))
			world_set(x, i, world_random_page());
}

static void clear(unsigned x) { world_clear(x, any_address()); }

/* One property of a page that is there changes. */
static void alter(unsigned x)
{
	unsigned i = any_address();
	struct page p = *model_page(x, i), other = world_random_page();

	if (!p.present)
		return;
	p.referenced = p.changed = false;
	switch (cpu_random(3)) {
	case 0:
		p.write = !p.write;
		break;
	case 1:
		p.frame = other.frame;
		p.attr = other.attr;
		break;
	default:
		p.referenced = true;
		p.changed = cpu_random(2);
	}
	world_set(x, i, p);
}

static unsigned seen_of(const struct page *p)
{
	return p->kept | (p->referenced ? 1u << 6 : 0) | (p->changed ? 3u << 6 : 0);
}

static void strip(unsigned x)
{
	unsigned i = any_address(), rights = cpu_random(8), seen = 0;
	struct arch_ptes e = arch_ptes_of(world_space(x), world_address(i));
	struct page *p = model_page(x, i);

	CHECK_EQ(e.left > 0, p->present);
	if (!p->present)
		return;
	arch_ptes_strip(e, rights, &seen);
	CHECK_EQ(seen, seen_of(p));
	p->referenced = p->changed = false;
	if (rights & L4_W)
		p->write = false;
}

static void keep(unsigned x)
{
	unsigned i = any_address(), not = cpu_random(64), more = cpu_random(64);
	struct arch_ptes e = arch_ptes_of(world_space(x), world_address(i));
	struct page *p = model_page(x, i);

	if (!p->present)
		return;
	CHECK_EQ(arch_ptes_keep(e, not, more), p->kept);
	p->kept = (uint8_t)((p->kept & ~not) | more);
}

/* Space x maps a part of its run to the next space. */
static void copy_run(unsigned x)
{
	unsigned y = (x + 1) % FEW_SPACES, from = cpu_random(RUN), to = cpu_random(RUN);
	unsigned n = 1 + cpu_random(RUN - (from > to ? from : to)), done = 0;
	unsigned rights = cpu_random(2) ? L4_RWX : L4_R;
	struct arch_ptes f = arch_ptes_of(world_space(x), world_address(FIRST_OF_RUN + from));
	struct arch_ptes t = arch_ptes_room(world_space(y), world_address(FIRST_OF_RUN + to), 12);

	for (; done < n; done++) {
		struct page *p = model_page(x, FIRST_OF_RUN + from + done);
		struct page *q = model_page(y, FIRST_OF_RUN + to + done);

		if (!p->present || q->present)
			break;
		*q = *p;
		q->kept = 0;
		q->referenced = q->changed = false;
		q->write = q->write && rights & L4_W;
	}
	CHECK(done == 0 || f.left >= done);
	if (t.left > 0 && f.left > 0)
		CHECK_EQ(arch_ptes_copy(f, t, rights, n), done);
	else if (done > 0)		/* no table yet */
		for (unsigned i = 0; i < done; i++)
			model_page(y, FIRST_OF_RUN + to + i)->present = false;
}

/* It may stop before the end, but not among the first eight pages. */
static void clear_run(unsigned x)
{
	unsigned first = cpu_random(RUN), n = 1 + cpu_random(RUN - first), done = 0, want = 0, seen = 0, most = 0;
	struct arch_ptes e = arch_ptes_of(world_space(x), world_address(FIRST_OF_RUN + first));
	struct page *p = model_page(x, FIRST_OF_RUN + first);
	bool idle = cpu_random(2);

	while (most < n && p[most].present && !(idle && seen_of(&p[most])))
		most++;
	if (e.left > 0)
		done = arch_ptes_clear(e, n, idle, &seen);
	CHECK(done == most || (done >= 8 && done < most));
	for (unsigned i = 0; i < done; i++) {
		want |= seen_of(&p[i]);
		p[i].present = false;
	}
	CHECK_EQ(seen, want);
}

static void count_run(unsigned x)
{
	unsigned first = cpu_random(RUN), n = 1 + cpu_random(RUN - first), idle = 0, empty = 0;
	struct arch_ptes e = arch_ptes_of(world_space(x), world_address(FIRST_OF_RUN + first));
	struct arch_ptes hole = arch_ptes_room(world_space(x), world_address(FIRST_OF_RUN + first), 12);

	while (idle < n && model_page(x, FIRST_OF_RUN + first + idle)->present
	       && !model_page(x, FIRST_OF_RUN + first + idle)->kept)
		idle++;
	while (empty < n && !model_page(x, FIRST_OF_RUN + first + empty)->present)
		empty++;
	CHECK(e.left == 0 || arch_ptes_idle(e, n) == idle);
	CHECK(hole.left == 0 || arch_ptes_empty(hole, n) == empty);
}

static void compare(unsigned x)
{
	unsigned y = cpu_random(FEW_SPACES), i = any_address(), k = any_address(), lacks = 0;
	struct page *p = model_page(x, i), *q = model_page(y, k);

	if (!p->present || !q->present)
		return;
	if (p->frame != q->frame)
		lacks = L4_RWX;
	else if (q->write && !p->write)
		lacks = L4_W;
	CHECK_EQ(arch_ptes_lacks(arch_ptes_of(world_space(x), world_address(i)),
				 arch_ptes_of(world_space(y), world_address(k)), L4_RWX), lacks);
}

/* The kernel accesses the page for a thread of x. */
static void use(unsigned x)
{
	unsigned i = any_address();
	bool write = cpu_random(2);
	struct page *p = model_page(x, i);
	void *at = arch_user_ptr(world_space(x), world_address(i) + 8, write);

	CHECK_EQ(at != 0, p->present && (p->write || !write) && !p->attr && p->frame < CPU_RAM_BYTES);
	if (!at)
		return;
	CHECK_EQ(arch_frame_pa(at), p->frame + 8);
	p->referenced = true;
	p->changed |= write;
}

/* The kernel reads user memory of x, in the direct map: not that with an attribute. */
static void read_user(unsigned x)
{
	unsigned i = any_address();
	struct page *p = model_page(x, i);
	uint32_t word;

	CHECK_EQ(arch_copy_in(world_space(x), &word, world_address(i) + 8, sizeof(word)),
		 p->present && !p->attr && p->frame < CPU_RAM_BYTES);
	p->referenced |= p->present && !p->attr && p->frame < CPU_RAM_BYTES;
}

static void make_again(unsigned x)
{
	if (cpu_random(4))
		return;
	world_delete(x);
	CHECK(world_create(x));
	world_run(running);
}

static void touch_all(unsigned x)
{
	world_run(running = x);
	for (unsigned i = 0; i < ADDRESSES; i++)
		world_touch(x, i, any_access());
}

static void touch_same(unsigned x)
{
	world_run(running = x);
	for (unsigned i = 0; i < SAME + REST; i++)
		world_touch(x, i, any_access());
}

static void check_all(unsigned x)
{
	for (unsigned i = 0; i < ADDRESSES; i++)
		world_check_page(x, i);
	world_check();
}

static void (*const operation[])(unsigned x) = {
	set, set_run, set_same, clear, alter, alter, strip, strip, keep, copy_run, clear_run, count_run, compare,
	use, read_user, make_again, touch_all, touch_same, touch_same, check_all,
};

static void play(struct cpu_kind kind, uint64_t seed, unsigned operations)
{
	world_init(kind, seed);
	for (unsigned x = 0; x < FEW_SPACES; x++)
		CHECK(world_create(x));
	world_run(running = 0);
	for (unsigned n = 0; n < operations; n++) {
		operation[cpu_random(ARRAY_LEN(operation))](cpu_random(FEW_SPACES));
		world_run(running = cpu_random(4) ? running : cpu_random(FEW_SPACES));
		for (unsigned i = 0; i < 8; i++)
			world_touch(running, any_address(), any_access());
	}
	for (unsigned x = 0; x < FEW_SPACES; x++)
		world_delete(x);
	world_check();
	CHECK(world_evictions() > 1000);
}

#define PLAYS(id, text, ...) TEST_ROW(id, text, play((struct cpu_kind){ __VA_ARGS__ }, 1, 1000))

PLAYS(HHSH0001, "after random changes of six spaces each access and all status is right, with two ways a set",
      .ways = 2)
PLAYS(HHSH0002, "the same if the TLB never replaces a translation", .ways = 0)
PLAYS(HHSH0003, "the same if it loses translations at random", .ways = 2, .drop = 6)
PLAYS(HHSH0004, "the same if status comes into the hash table as late as it may", .ways = 0, .late = true)
PLAYS(HHSH0005, "the same with two ways, and translations lost", .ways = 2, .drop = 6, .late = true)
PLAYS(HHSH0006, "the same on a CPU whose tlbie invalidates a set, which has translations of before the start",
      .ways = 0, .sets = true)
