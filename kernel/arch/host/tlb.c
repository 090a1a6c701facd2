/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.c - a model of the TLB that never evicts, and user accesses through it.
 *
 * A real TLB forgets at will and so hides a missing invalidation most of the time; this one keeps
 * each translation until arch_tlb_drop names it. A cached translation must agree with the table in
 * all that the hardware would have taken from it:
 *
 *   L1  the table still has the page, with the same frame, size and memory attribute
 *   L2  the table allows what the translation allows, no less (else the right was not revoked)
 *       and no more (else a fault would be reported that the table does not justify)
 *   L3  Accessed is set in the table, and Dirty if the translation is marked dirty: the hardware
 *       would not set them again, and the status of the page would be lost
 *
 * Beside it a model of the cache, which holds every frame that was accessed as default memory until
 * arch_cache_flush names it.
 */
#include <core/arch.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <stdlib.h>
#include "host.h"

struct translation {
	struct translation *next;	/* in its bucket */
	l4_word_t tag;
	l4_word_t va;
	uint64_t frame;
	uint8_t log2, rights, attr;
	bool dirty;
};

enum { BUCKETS = 4096 };

static struct translation *bucket[BUCKETS];
static size_t cached;			/* in all of them */
struct host_tlb_test host_tlb_test;

static struct translation **bucket_of(l4_word_t tag, l4_word_t va, unsigned log2)
{
	return &bucket[((uint64_t)va >> log2 ^ tag * 389 ^ log2 * 1021) % BUCKETS];
}

void host_tlb_reset(void)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		while (bucket[i]) {
			struct translation *t = bucket[i];

			bucket[i] = t->next;
			free(t);
		}
	cached = 0;
	host_tlb_test = (struct host_tlb_test){ 0 };
}

/* The link to the translation of va in an entry of 2^log2 bytes; the link's end if there is none. */
static struct translation **find_sized(const struct space *s, l4_word_t va, unsigned log2)
{
	struct translation **at = bucket_of(s->arch.tag, va, log2);

	for (; *at; at = &(*at)->next)
		if ((*at)->tag == s->arch.tag && (*at)->log2 == log2 && !(((*at)->va ^ va) >> log2))
			break;
	return at;
}

static struct translation **find(const struct space *s, l4_word_t va)
{
	struct translation **at = 0;

	for (uint64_t sizes = arch_page_sizes(); sizes; sizes &= sizes - 1) {
		at = find_sized(s, va, (unsigned)__builtin_ctzll(sizes));
		if (*at)
			break;
	}
	return at;
}

static void forget(struct translation **at)
{
	struct translation *t = *at;

	*at = t->next;
	free(t);
	cached--;
}

static bool agrees(const struct translation *t, struct leaf leaf)
{
	return leaf.present && leaf.frame == t->frame && leaf.log2 == t->log2		/* L1 */
	    && leaf.attr == t->attr
	    && leaf.rights == t->rights							/* L2 */
	    && leaf.touched & L4_R && (!t->dirty || leaf.touched & L4_W);		/* L3 */
}

/* A stale translation: the end, unless a test left an invalidation out to see it noticed. True if sound. */
static bool check(struct space *s, struct translation **at)
{
	struct translation *t = *at;
	struct leaf leaf = arch_ptab_get(s, t->va);

	if (agrees(t, leaf))
		return true;
	if (!host_tlb_test.leave_out)
		panic("tlb: stale translation of %lx in space %lu: rights %u, table %s %u",
		      t->va, s->number, t->rights, leaf.present ? "has" : "lacks it,", leaf.rights);
	host_tlb_test.stale++;
	forget(at);
	return false;
}

void host_tlb_check(struct space *s)
{
	for (unsigned i = 0; cached > 0 && i < BUCKETS; i++)
		for (struct translation **at = &bucket[i]; *at; )
			if ((*at)->tag != s->arch.tag || check(s, at))
				at = &(*at)->next;
}

/* Forget what s has of the 2^log2 bytes at address; log2 63: of everything. */
static bool drop(const struct space *s, l4_word_t address, unsigned log2, bool really)
{
	bool any = false;

	for (unsigned i = 0; cached > 0 && i < BUCKETS; i++)
		for (struct translation **at = &bucket[i]; *at; ) {
			bool hit = (*at)->tag == s->arch.tag
				   && align_down((*at)->va, log2) == align_down(address, log2);

			any |= hit;
			if (hit && really)
				forget(at);
			else
				at = &(*at)->next;
		}
	return any;
}

void host_tlb_forget(const struct space *s) { drop(s, 0, 63, true); }

void arch_tlb_drop(struct space *s, l4_word_t address, unsigned log2)
{
	struct translation **at = find(s, address);
	bool found = *at || (log2 > 12 && drop(s, address, log2, false));

	if (!found || ++host_tlb_test.drops == host_tlb_test.leave_out)
		return;
	if (*at)
		forget(at);
	if (log2 > 12)
		drop(s, address, log2, true);
}

/* What the hardware does when the translation is not in the TLB. */
static struct translation *fill(struct space *s, l4_word_t va, unsigned access)
{
	struct leaf leaf = arch_ptab_get(s, va);
	struct translation *t, **at;

	if (!leaf.present || !(leaf.rights & access))
		return 0;
	host_ptab_touch(s, va, access == L4_W);
	t = malloc(sizeof(*t));
	if (!t)
		abort();
	at = bucket_of(s->arch.tag, va, leaf.log2);
	*t = (struct translation){
		.next = *at, .tag = s->arch.tag, .va = (l4_word_t)align_down(va, leaf.log2), .frame = leaf.frame,
		.log2 = leaf.log2, .rights = leaf.rights, .attr = leaf.attr, .dirty = access == L4_W,
	};
	*at = t;
	cached++;
	return t;
}

bool host_user_access(struct space *s, l4_word_t va, unsigned access, uint64_t *pa)
{
	struct translation **at = find(s, va), *t = 0;

	if (va >= L4_USER_END)
		return false;
	if (*at && check(s, at))
		t = *at;
	if (!t)
		t = fill(s, va, access);
	if (!t || !(t->rights & access))
		return false;
	if (access == L4_W && !t->dirty) {
		host_ptab_touch(s, va, true);
		t->dirty = true;
	}
	*pa = t->frame + (va - t->va);
	host_cache_access(*pa, t->attr);
	return true;
}
