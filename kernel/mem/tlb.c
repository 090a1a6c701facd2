/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.c - see tlb.h. The machine defines tags, loads and invalidations (arch.h). When they happen is decided
 * here, for all machines.
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/section.h>

/* Returns the address of the owner field of a tag of this CPU. */
static struct space **owner_of(unsigned tag) { return &tlb_here()->owner[tag]; }

BOOT_CODE void tlb_init(void)
{
	tlb_here()->tags = arch_tlb_tags();
	ASSERT(tlb_here()->tags <= ARCH_TLB_TAGS);
}

/* ---- changes ---- */

void tlb_set_enter(struct space *s, uint64_t word)
{
	s->tlb.enter = word;
	s->tlb.direct = l4_tid_is_any(s->redirector) ? word : 0;		/* G5 */
}

/* Without tags each load invalidates all. */
void tlb_mark_stale(struct space *s)
{
	if (arch_tlb_is_resident(s))
		arch_tlb_all_of(s);
	else if (tlb_here()->tags > 1)
		tlb_set_enter(s, 0);
}

void tlb_drop(struct space *s, l4_word_t address, unsigned log2, unsigned count)
{
	struct tlb *tlb = tlb_here();

	if (arch_tlb_is_resident(s) && log2 == ARCH_PAGE_LOG2 && count <= TLB_FEW) {
		while (count-- > 0)
			arch_tlb_page_of(s, address + ((l4_word_t)count << ARCH_PAGE_LOG2));
		return;
	}
	if (tlb->loaded != s || arch_tlb_is_resident(s)) {
		tlb_mark_stale(s);
		return;
	}
	if (log2 > ARCH_PAGE_LOG2 || tlb->pending + count > TLB_FEW) {
		tlb->pending = TLB_FEW + 1;
		return;
	}
	for (; count > 0; count--, address += pow2(ARCH_PAGE_LOG2))
		tlb->page[tlb->pending++] = address;
}

void tlb_drop_table(struct space *s, l4_word_t address)
{
	struct tlb *tlb = tlb_here();

	if (tlb->loaded == s && !arch_tlb_is_resident(s))
		arch_tlb_page(address);		/* also invalidates the paging-structure caches of this tag */
	else
		tlb_mark_stale(s);
}

void tlb_sync(void)
{
	struct tlb *tlb = tlb_here();

	if (tlb->pending > TLB_FEW)
		arch_tlb_all(tlb->loaded->tlb.enter);
	else
		for (unsigned i = 0; i < tlb->pending; i++)
			arch_tlb_page(tlb->page[i]);
	tlb->pending = 0;
}

/* ---- switches ---- */

/* Gives s the next tag. tlb_enter invalidates the old translations under it. */
static void take_tag(struct tlb *tlb, struct space *s)
{
	unsigned tag = tlb->last = tlb->last % (tlb->tags - 1) + 1;
	struct space **owner = owner_of(tag);

	if (*owner)
		(*owner)->tlb = (struct tlb_space){ 0 };
	*owner = s;
	s->tlb.tag = tag;
}

/* Loads s and invalidates all translations under its tag, which may be another space's, or stale. */
static void tlb_enter(struct tlb *tlb, struct space *s)
{
	if (tlb->tags > 1 && !s->tlb.tag)
		take_tag(tlb, s);
	tlb_set_enter(s, arch_tlb_word(s, s->tlb.tag));
	arch_tlb_load_fresh(s->tlb.enter);
}

bool tlb_switch(struct space *s)
{
	struct tlb *tlb = tlb_here();

	if (tlb->loaded != s && tlb->pending > 0 && (tlb->pending > TLB_FEW || tlb->tags == 1)) {
		tlb_mark_stale(tlb->loaded);
		tlb->pending = 0;
	}
	tlb_sync();
	if (tlb->loaded == s)
		return false;
	if (s->tlb.enter)
		arch_tlb_load(s->tlb.enter);
	else
		tlb_enter(tlb, s);
	tlb->loaded = s;
	return true;
}

void tlb_switched(struct space *s)
{
	tlb_here()->loaded = s;
}

void tlb_leave(struct space *s)
{
	struct tlb *tlb = tlb_here();

	if (tlb->loaded == s) {
		arch_tlb_load(arch_tlb_word(0, 0));
		tlb->loaded = 0;
		tlb->pending = 0;
	}
	*owner_of(s->tlb.tag) = 0;
	s->tlb = (struct tlb_space){ 0 };
}

/* ---- checks ---- */

void tlb_check(void)
{
	const struct tlb *tlb = tlb_here();

	ASSERT(!*owner_of(0));									/* G1 */
	for (unsigned t = 1; t < tlb->tags; t++)
		ASSERT(!*owner_of(t) || (*owner_of(t))->tlb.tag == t);
	ASSERT(arch_tlb_loaded(tlb->loaded ? tlb->loaded->tlb.enter : arch_tlb_word(0, 0)));	/* G4 */
	ASSERT(!tlb->loaded || tlb->loaded->tlb.enter);
	ASSERT(tlb->pending == 0 || (tlb->loaded && !arch_tlb_is_resident(tlb->loaded)));		/* G6 */
}

void tlb_check_space(const struct space *s)
{
	const struct tlb *tlb = tlb_here();

	ASSERT(!s->tlb.tag || *owner_of(s->tlb.tag) == s);						/* G1 */
	ASSERT(!s->tlb.enter || s->tlb.enter == arch_tlb_word(s, s->tlb.tag));			/* G2 */
	ASSERT(!s->tlb.enter || s->tlb.tag || tlb->tags == 1);					/* G3 */
	ASSERT(s->tlb.direct == (l4_tid_is_any(s->redirector) ? s->tlb.enter : 0));		/* G5 */
}
