/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * teardown.c - the teardown of an address space in steps: flushes its mappings, frees its UTCB pages, tables
 * and account. See teardown.h.
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <mem/teardown.h>
#include <lib/panic.h>

/* The stages, in order (space.teardown). */
enum { DOWN_MAPPINGS, DOWN_UTCBS = DOWN_MAPPINGS + RESOURCES, DOWN_TABLES, DOWN_DONE };

void teardown_begin(struct space *s)
{
	ASSERT(list_empty(&s->threads));
	s->state = SPACE_DYING;
	s->teardown = DOWN_MAPPINGS;
}

/* One step of flushing all pages of m, and all derived from them. Returns true if m is empty. */
static bool flush_step(struct mapspace *m)
{
	if (m->clear.active) {
		clear_step(m);
		return false;
	}
	if (!m->walk.active) {
		if (m->pages == 0)
			return true;
		walk_begin(m, 0, MAPDB_ALL, L4_RWX, true);
	}
	walk_step(m);
	return false;
}

/* Frees a UTCB page. No TLB has a translation of it that user code could use (tlb_leave). */
static void utcb_page_free(struct space *s, struct utcb_page *page)
{
	s->newest = 0;
	tree_remove(&s->utcbs, &page->node);
	arch_ptab_clear(s, (l4_word_t)page->node.key, KMEM_FRAME_LOG2);
	kmem_frame_free(&s->account, page->frame);
	slab_free(&s->blocks, 0, page);
}

/*
 * Frees at most CFG_STEP UTCB pages. Returns true if none is left and the KIP is unmapped. After tlb_leave no
 * user code uses the tables.
 */
static bool utcbs_step(struct space *s)
{
	struct tree_node *n;

	tlb_leave(s);
	for (unsigned i = 0; i < CFG_STEP; i++) {
		n = tree_first(&s->utcbs);
		if (!n) {
			if (!l4_fpage_is_nil(s->kip_area))
				arch_ptab_clear(s, l4_fpage_base(s->kip_area), KMEM_FRAME_LOG2);
			return true;
		}
		utcb_page_free(s, container_of(n, struct utcb_page, node));
	}
	return false;
}

/*
 * Frees s, unless there are accounts below its own: those of spaces that it pays for, which have memory of
 * its account. Returns the payer if it is torn down but for that, and s was the last space that it paid for.
 */
static struct space *free_space(struct space *s)
{
	struct account *above = s->account.parent;

	if (s->account.given > 0)
		return 0;
	tree_remove(&mem.space_tree, &s->link);
	mem.nspaces--;
	account_release(&s->account, slab_price(&mem.spaces));
	account_close(&s->account);
	slab_free(&mem.spaces, 0, s);
	if (above == &mem.kmem.pool)
		return 0;
	s = container_of(above, struct space, account);
	return s->state == SPACE_DYING && s->teardown == DOWN_DONE && above->given == 0 ? s : 0;
}

/* One bounded step of the present stage of the teardown of s. Returns true if that stage is over. */
static bool down_step(struct space *s)
{
	if (s->teardown < DOWN_UTCBS)
		return flush_step(&s->map[s->teardown - DOWN_MAPPINGS]);
	if (s->teardown == DOWN_UTCBS)
		return utcbs_step(s);
	return arch_space_exit_step(s);
}

/* The last step of a stage did little, so the next stage may begin in the same step. */
struct space *teardown_step(struct space *s)
{
	for (; s->teardown != DOWN_DONE; s->teardown++)
		if (!down_step(s))
			return s;
	return free_space(s);
}
