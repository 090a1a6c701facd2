/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.c - a model of the TLB that never evicts, and user accesses through it.
 *
 * A real TLB forgets at will and so hides a missing invalidation most of the time; this one keeps
 * each translation until arch_tlb_drop names it. A cached translation must agree with the table in
 * all that the hardware would have taken from it:
 *
 *   L1  the table still has the page, with the same frame and size
 *   L2  the table allows what the translation allows, no less (else the right was not revoked)
 *       and no more (else a fault would be reported that the table does not justify)
 *   L3  Accessed is set in the table, and Dirty if the translation is marked dirty: the hardware
 *       would not set them again, and the status of the page would be lost
 */
#include <core/arch.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <stdlib.h>
#include <string.h>
#include "host.h"

struct translation {
	l4_word_t tag;			/* 0: unused slot */
	l4_word_t va;
	uint64_t frame;
	uint8_t log2, rights;
	bool dirty;
};

static struct translation *cache;
static size_t slots, used;
struct host_tlb_test host_tlb_test;

void host_tlb_reset(void)
{
	free(cache);
	cache = 0;
	slots = used = 0;
	host_tlb_test = (struct host_tlb_test){ 0 };
}

static bool covers(const struct translation *t, const struct space *s, l4_word_t va)
{
	return t->tag == s->arch.tag && va >= t->va && va - t->va < pow2(t->log2);
}

static struct translation *find(const struct space *s, l4_word_t va)
{
	for (size_t i = 0; i < used; i++)
		if (covers(&cache[i], s, va))
			return &cache[i];
	return 0;
}

static struct translation *add(void)
{
	for (size_t i = 0; i < used; i++)
		if (!cache[i].tag)
			return &cache[i];
	if (used == slots) {
		slots = slots ? 2 * slots : 256;
		cache = realloc(cache, slots * sizeof(*cache));
		if (!cache)
			abort();
	}
	return &cache[used++];
}

static bool agrees(const struct translation *t, struct leaf leaf)
{
	return leaf.present && leaf.frame == t->frame && leaf.log2 == t->log2		/* L1 */
	    && leaf.rights == t->rights							/* L2 */
	    && leaf.touched & L4_R && (!t->dirty || leaf.touched & L4_W);		/* L3 */
}

/* A stale translation: the end, unless a test left an invalidation out to see it noticed. */
static void check(struct space *s, struct translation *t)
{
	struct leaf leaf = arch_ptab_get(s, t->va);

	if (agrees(t, leaf))
		return;
	if (!host_tlb_test.leave_out)
		panic("tlb: stale translation of %lx in space %lu: rights %u, table %s %u",
		      t->va, s->number, t->rights, leaf.present ? "has" : "lacks it,", leaf.rights);
	host_tlb_test.stale++;
	t->tag = 0;
}

void host_tlb_check(struct space *s)
{
	for (size_t i = 0; i < used; i++)
		if (cache[i].tag == s->arch.tag)
			check(s, &cache[i]);
}

void host_tlb_forget(const struct space *s)
{
	for (size_t i = 0; i < used; i++)
		if (cache[i].tag == s->arch.tag)
			cache[i].tag = 0;
}

void arch_tlb_drop(struct space *s, l4_word_t address, unsigned log2)
{
	bool counted = false;

	for (size_t i = 0; i < used; i++) {
		struct translation *t = &cache[i];

		if (!covers(t, s, address)
		    && (t->tag != s->arch.tag || align_down(t->va, log2) != align_down(address, log2)))
			continue;
		if (!counted && ++host_tlb_test.drops == host_tlb_test.leave_out)
			return;
		counted = true;
		t->tag = 0;
	}
}

/* What the hardware does when the translation is not in the TLB. */
static struct translation *fill(struct space *s, l4_word_t va, unsigned access)
{
	struct leaf leaf = arch_ptab_get(s, va);
	struct translation *t;

	if (!leaf.present || !(leaf.rights & access))
		return 0;
	host_ptab_touch(s, va, access == L4_W);
	t = add();
	*t = (struct translation){
		.tag = s->arch.tag, .va = (l4_word_t)align_down(va, leaf.log2), .frame = leaf.frame,
		.log2 = leaf.log2, .rights = leaf.rights, .dirty = access == L4_W,
	};
	return t;
}

bool host_user_access(struct space *s, l4_word_t va, unsigned access, uint64_t *pa)
{
	struct translation *t = find(s, va);

	if (va >= L4_USER_END)
		return false;
	if (t)
		check(s, t);
	if (!t || !t->tag)
		t = fill(s, va, access);
	if (!t || !(t->rights & access))
		return false;
	if (access == L4_W && !t->dirty) {
		host_ptab_touch(s, va, true);
		t->dirty = true;
	}
	*pa = t->frame + (va - t->va);
	return true;
}
