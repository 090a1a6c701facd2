// SPDX-License-Identifier: GPL-2.0-only
/*
 * lent.c - which pages children have. In the place of arch/um/kernel/tlb.c.
 *
 *   L1  a child has a page, wherever in its space, only if an entry for it in its page table has _PAGE_LENT,
 *       with no more rights than the entry had when it was last lent or revoked, or the page is in the queue
 *       of what is to be revoked, or it is the page of zeros
 *   L2  no child runs while the queue has anything but a page of zeros that its page replaces: it is revoked
 *       before each answer to a child, and before the server waits for any other thread (edge_blocks)
 *
 * Where a child has its pages is for the child to say: its threads can send them to each other. So a mapping
 * takes nothing from it, only Unmap does. L1 says nothing about places, and Linux's flushes of TLBs have
 * nothing to do. The reverse of L1 is not true: Unmap of Pecan takes a page from all children, so a child may
 * have lost what another one gave up. It faults then, and gets it again.
 *
 * The page of zeros never has other bytes: if another page replaces it at its address, by the answer to the
 * fault that is under way, it is not revoked. Else each first write would take it from all processes.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <asm/mmu_context.h>
#include <asm/tlbflush.h>
#include "pecan.h"

struct given_up {
	struct mm_struct *mm;
	unsigned long at;
};

static struct edge_revoked queue[EDGE_REVOKE_AT_ONCE];
static struct given_up from[EDGE_REVOKE_AT_ONCE];	/* of each page in the queue, if it is that of zeros */
static unsigned queued;

/* ---- the queue ---- */

/* Interrupts print text, for which the server waits. */
static noinline void revoke_queued(struct mm_struct *mm, unsigned long at)
{
	struct edge_revoked now[EDGE_REVOKE_AT_ONCE];
	unsigned long flags, n = 0, kept = 0;

	local_irq_save(flags);

	for (unsigned i = 0; i < queued; i++) {
		if (mm && from[i].mm == mm && from[i].at == at) {
			queue[kept] = queue[i];
			from[kept++] = from[i];
		} else {
			now[n++] = queue[i];
		}
	}
	queued = kept;
	if (n > 0)
		edge_revoke(now, n);
	local_irq_restore(flags);
}

void pecan_revoke(struct mm_struct *mm, unsigned long at)
{
	if (queued > 0)
		revoke_queued(mm, at);
}

void pecan_replaced(void) { queued = 0; }
void edge_blocks(void) { pecan_revoke(NULL, 0); }

static void give_up(struct mm_struct *mm, unsigned long at, pte_t pte, unsigned rights)
{
	unsigned long flags;

	local_irq_save(flags);
	if (queued == EDGE_REVOKE_AT_ONCE)
		pecan_revoke(NULL, 0);
	from[queued] = is_zero_pfn(pte_pfn(pte)) ? (struct given_up){ mm, at } : (struct given_up){ NULL, 0 };
	queue[queued++] = (struct edge_revoked){ (unsigned long)__va(pte_val(pte) & PAGE_MASK), rights };
	local_irq_restore(flags);
}

/* ---- entries ---- */

/* What a child may do with the page: dirty pages are found by the fault of the first write. */
static unsigned rights_of(pte_t pte)
{
	if (!pte_present(pte) || !pte_young(pte) || !pte_read(pte))
		return 0;
	return EDGE_READ | (pte_exec(pte) ? EDGE_EXECUTE : 0)
	     | (pte_write(pte) && pte_dirty(pte) ? EDGE_WRITE : 0);
}

/* The entry `old`, which was lent, becomes `new`. Returns _PAGE_LENT if the child keeps something. */
static unsigned long change_lent(struct mm_struct *mm, unsigned long at, pte_t old, pte_t new)
{
	unsigned rights = rights_of(new), lost = rights_of(old) & ~rights;

	if (!pecan_mm(mm)->space)
		return 0;
	if (rights && pte_pfn(old) == pte_pfn(new)) {
		if (lost)
			give_up(mm, at, old, lost);
		return _PAGE_LENT;
	}
	give_up(mm, at, old, EDGE_READ | EDGE_WRITE | EDGE_EXECUTE);
	return 0;
}

void pecan_set_pte(struct mm_struct *mm, unsigned long at, pte_t *ptep, pte_t pte)
{
	unsigned long lent = pte_val(*ptep) & _PAGE_LENT;

	if (lent)
		lent = change_lent(mm, at, *ptep, pte);
	*ptep = __pte((pte_val(pte) & ~_PAGE_LENT) | lent);
}

void pecan_pte_clear(struct mm_struct *mm, unsigned long at, pte_t *ptep)
{
	pecan_set_pte(mm, at, ptep, __pte(0));
}

unsigned long pecan_lend(struct mm_struct *mm, unsigned long at, unsigned *rights)
{
	pte_t *ptep = virt_to_pte(mm, at);

	*rights = ptep ? rights_of(*ptep) : 0;
	if (!*rights)
		return 0;
	*ptep = __pte(pte_val(*ptep) | _PAGE_LENT);
	return (unsigned long)__va(pte_val(*ptep) & PAGE_MASK);
}

bool pecan_has(struct mm_struct *mm, unsigned long at, unsigned rights)
{
	const pte_t *ptep = virt_to_pte(mm, at);

	return ptep && pte_val(*ptep) & _PAGE_LENT && !(rights & ~rights_of(*ptep));
}

/* ---- a whole address space ---- */

static int revoke_entry(pte_t *ptep, unsigned long at, void *mm)
{
	if (pte_val(*ptep) & _PAGE_LENT) {
		give_up(mm, at, *ptep, EDGE_READ | EDGE_WRITE | EDGE_EXECUTE);
		*ptep = __pte(pte_val(*ptep) & ~_PAGE_LENT);
	}
	return 0;
}

void pecan_revoke_all(struct mm_struct *mm)
{
	apply_to_existing_page_range(mm, 0, TASK_SIZE, revoke_entry, mm);
	pecan_revoke(NULL, 0);
}

/* ---- Linux's flushes ---- */

void flush_tlb_all(void) { }
void flush_tlb_mm(struct mm_struct *mm) { }
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start, unsigned long end) { }
void flush_tlb_page(struct vm_area_struct *vma, unsigned long at) { }
