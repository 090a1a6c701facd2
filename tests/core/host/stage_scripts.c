/* SPDX-License-Identifier: BSD-2-Clause */
#include <core/arch.h>
#include <mem/leaf.h>
#include <lib/bits.h>
#include "stage_scripts.h"

void rest(void) { }

void map_on(void)
{
	put_map(cast.mole, l4_fpage(VA, LOG2, L4_RWX), 16 * VA, false);
	CHECK(ipc(cast.mole, cast.c->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

void map_to_self(void)
{
	put_map(cast.mole, l4_fpage(VA, LOG2, L4_RWX), 16 * VA, false);
	CHECK(ipc(cast.mole, cast.b->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

void grant_on(void)
{
	put_map(cast.mole, l4_fpage(VA + SIZE / 2, LOG2 - 1, L4_RWX), 16 * VA, true);
	CHECK(ipc(cast.mole, cast.c->id, NIL, timeouts(TIME_ZERO, TIME_ZERO)));
}

void flush_own(void)
{
	unmap_fpage(cast.mole, l4_fpage(VA + SIZE / 4, LOG2 - 2, L4_RWX), true);
}

void read_status(void)
{
	unmap_fpage(cast.mole, L4_COMPLETE, false);
}

void delete_a_and_a2(void) { stage_rival_deletes(cast.a2->id); stage_rival_deletes(cast.a_id); }

void by_a2(stage_act *act)
{
	CHECK(schedule(cast.rival, cast.a2->id, KEEP, 220) != L4_SCHED_ERROR);
	CHECK(world_current() == cast.a2);
	act();
	CHECK(!receive_from(cast.a2, cast.a2->id));
	CHECK(schedule(cast.rival, cast.a2->id, KEEP, CFG_PRIO_DEFAULT) != L4_SCHED_ERROR);
}

void flush_as_a2(void)
{
	unmap_fpage(cast.a2, l4_fpage(VA, LOG2, L4_RWX), true);
	CHECK(!mapped(cast.a2, VA, 0));
	CHECK(!mapped(cast.b, VA, 0));
}

void second_flush(void) { by_a2(flush_as_a2); }

static void halt_and_abort_as_a2(void)
{
	CHECK(exregs(cast.a2, cast.a_id,
		     L4_EXREGS_SET_HALT | L4_EXREGS_HALT | L4_EXREGS_SEND | L4_EXREGS_RECEIVE, 0, 0));
}

void halt_a(void) { by_a2(halt_and_abort_as_a2); }

static l4_tid_t renamed(l4_tid_t id)
{
	l4_tid_t new = l4_tid_global(l4_tid_number(id), 5);

	CHECK(thread_control(cast.rival, new, id, NIL, NIL, KEEP));
	return new;
}

void rename_a(void) { cast.a_id = renamed(cast.a_id); }
void rename_b(void) { cast.b_id = renamed(cast.b_id); }

static void space_has_attribute(struct space *s, l4_word_t frames, l4_word_t size, uint8_t attr)
{
	for (uint64_t at = 0; at < L4_USER_END; ) {
		struct leaf leaf = arch_ptab_get(s, (l4_word_t)at);

		if (leaf.present && leaf.frame >= frames && leaf.frame < frames + size)
			CHECK_EQ(leaf.attr, attr);
		at = align_down(at, leaf.log2) + pow2(leaf.log2);
	}
}

void have_attribute(l4_word_t frames, l4_word_t size, l4_word_t attribute)
{
	for (struct tree_node *n = tree_first(&mem.space_tree); n; n = tree_next(n))
		space_has_attribute(container_of(n, struct space, link), frames, size, arch_attribute(attribute));
	for (l4_word_t o = 0; o < size; o += PAGE)
		CHECK(!host_cached(frames + o));
}
