/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tlb.c - a model of a tagged TLB that never evicts, and user accesses through it.
 *
 * A real TLB evicts entries, and so hides a missing invalidation most of the time. This one keeps each
 * translation, and each table in the paging-structure caches, under the tag that was loaded, until mem/tlb.c
 * invalidates it: one page, or the whole tag by a load without HOST_TLB_KEEP. Only translations under the
 * loaded tag are used. A translation that is used must agree with the page table:
 *
 *   L1  the PTE is present, with the same frame, size and memory attribute
 *   L2  the PTE has the same rights: not less (else the right was not revoked), and not more (else a fault
 *       would be reported without cause)
 *   L3  Accessed is set in the PTE, and Dirty if the translation is dirty: the hardware would not set
 *       them again, and status bits of the page would be lost
 *   L4  a cached table is the one that the space's page table has there
 *
 *   L5  the loaded word is for the kernel's table, or for that of the space that owns the tag; it has
 *       HOST_TLB_KEEP only if it is that space's tlb.enter (G2)
 *
 * The model of the cache (cache.c) contains every frame that was accessed with the default attribute, until
 * arch_cache_flush flushes it while no such translation of it is under the loaded tag.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <stdlib.h>
#include "host.h"

struct translation {
	struct translation *next;	/* in its bucket */
	l4_word_t va;
	uint64_t frame;
	uint8_t log2, rights, attr;
	bool dirty;
};

/* A table in the paging-structure caches: the one with the entries of 2^log2 bytes around va. */
struct step {
	struct step *next;
	l4_word_t va;
	unsigned log2;
	const void *table;
};

enum { BUCKETS = 1024, NUMBERS = 64 };

static struct {
	struct translation *bucket[BUCKETS];
	struct step *steps;
	size_t cached;			/* in all buckets */
} under[NUMBERS];			/* by tag, or by the number of a resident space */

struct host_tlb_test host_tlb_test;
unsigned host_tlb_tags = 4;

/* Represents the kernel's own table, so that no table has address 0. */
static uint8_t kernel_root[HOST_TLB_TAG + 1] __attribute__((aligned(HOST_TLB_TAG + 1)));

bool host_tlb_resident;

static void *root_of(uint64_t word) { return (void *)(uintptr_t)(word & ~(HOST_TLB_KEEP | HOST_TLB_TAG)); }

/* The number of a resident space, by its root: the next one at its first use. */
static unsigned number_of(const void *root)
{
	static const void *roots[NUMBERS];
	unsigned n = 0;

	while (roots[n] && roots[n] != root)
		n++;
	ASSERT(n + 1 < NUMBERS);
	roots[n] = root;
	return n;
}

static unsigned tag_of(uint64_t word)
{
	return host_tlb_resident ? number_of(root_of(word)) : (unsigned)(word & HOST_TLB_TAG);
}

static struct translation **bucket_of(unsigned tag, l4_word_t va, unsigned log2)
{
	return &under[tag].bucket[((uint64_t)va >> log2 ^ log2 * 1021) % BUCKETS];
}

/* Returns the link to the translation of va; to 0, the end of a bucket, if there is none. */
static struct translation **find(unsigned tag, l4_word_t va)
{
	struct translation **at = 0;

	for (uint64_t sizes = arch_page_sizes(); sizes; sizes &= sizes - 1) {
		unsigned log2 = (unsigned)__builtin_ctzll(sizes);

		for (at = bucket_of(tag, va, log2); *at; at = &(*at)->next)
			if ((*at)->log2 == log2 && !(((*at)->va ^ va) >> log2))
				return at;
	}
	return at;
}

static void drop(unsigned tag, struct translation **at)
{
	struct translation *t = *at;

	*at = t->next;
	free(t);
	under[tag].cached--;
}

static void forget_steps(unsigned tag)
{
	while (under[tag].steps) {
		struct step *s = under[tag].steps;

		under[tag].steps = s->next;
		free(s);
	}
}

static void forget_all(unsigned tag)
{
	for (unsigned i = 0; under[tag].cached > 0 && i < BUCKETS; i++)
		while (under[tag].bucket[i])
			drop(tag, &under[tag].bucket[i]);
	forget_steps(tag);
}

void host_tlb_reset(void)
{
	for (unsigned t = 0; t < NUMBERS; t++)
		forget_all(t);
	host_tlb_test = (struct host_tlb_test){ 0 };
}

/* ---- does it agree with the table? ---- */

static bool agrees(const struct translation *t, const void *root)
{
	struct leaf leaf = host_ptab_get(root, t->va);

	return leaf.present && leaf.frame == t->frame && leaf.log2 == t->log2		/* L1 */
	    && leaf.attr == t->attr
	    && leaf.rights == t->rights							/* L2 */
	    && leaf.touched & L4_R && (!t->dirty || leaf.touched & L4_W);		/* L3 */
}

static bool step_agrees(const struct step *s, const void *root)
{
	return host_ptab_table(root, s->va, s->log2) == s->table;			/* L4 */
}

/* Panics; or counts, if a test leaves out an invalidation (host_tlb_test). */
static void found_stale(l4_word_t va, const char *what)
{
	if (!host_tlb_test.leave_out)
		panic("tlb: stale %s of %lx", what, va);
	host_tlb_test.stale++;
}

/* Returns true if the translation agrees with the page table; else it is reported and removed. */
static bool check(unsigned tag, struct translation **at, const void *root)
{
	if (agrees(*at, root))
		return true;
	found_stale((*at)->va, "translation");
	drop(tag, at);
	return false;
}

static void check_steps(unsigned tag, const void *root)
{
	for (struct step *s = under[tag].steps; s; s = s->next)
		if (!step_agrees(s, root)) {
			found_stale(s->va, "table");
			forget_steps(tag);
			return;
		}
}

/* Is t's invalidation pending? Core does it before user code of the loaded space runs. */
static bool is_pending(const struct translation *t)
{
	const struct tlb *tlb = tlb_here();

	for (unsigned i = 0; tlb->pending <= TLB_FEW && i < tlb->pending; i++)
		if (!((tlb->page[i] ^ t->va) >> t->log2))
			return true;
	return tlb->pending > TLB_FEW;
}

void host_tlb_check(struct space *s)
{
	bool loaded = tlb_here()->loaded == s;
	unsigned tag = tag_of(host_tlb_resident ? arch_tlb_word(s, 0) : s->tlb.enter);

	if (!loaded && !host_tlb_resident && !(s->tlb.enter & HOST_TLB_KEEP))
		return;				/* all of the tag is invalidated before it is used */
	check_steps(tag, s->arch.root);
	for (unsigned i = 0; under[tag].cached > 0 && i < BUCKETS; i++)
		for (struct translation **at = &under[tag].bucket[i]; *at; )
			if ((loaded && is_pending(*at)) || check(tag, at, s->arch.root))
				at = &(*at)->next;
}

/* ---- invalidations and loads of mem/tlb.c ---- */

/* Counts useful invalidations (of a stale translation). Returns true if this one is to be left out. */
static bool left_out(bool useful) { return useful && ++host_tlb_test.drops == host_tlb_test.leave_out; }

static bool any_stale(unsigned tag, const void *root)
{
	if (root == kernel_root)		/* it maps no user pages */
		return under[tag].cached > 0;
	for (struct step *s = under[tag].steps; s; s = s->next)
		if (!step_agrees(s, root))
			return true;
	for (unsigned i = 0; under[tag].cached > 0 && i < BUCKETS; i++)
		for (struct translation *t = under[tag].bucket[i]; t; t = t->next)
			if (!agrees(t, root))
				return true;
	return false;
}

void arch_tlb_all(uint64_t word)
{
	if (!left_out(any_stale(tag_of(word), root_of(word))))
		forget_all(tag_of(word));
}

void arch_tlb_page(l4_word_t address)
{
	unsigned tag = tag_of(host.tlb_word);
	struct translation **at = find(tag, address);	/* a large page is not removed: parts of it may stay */
	bool useful = *at && !agrees(*at, root_of(host.tlb_word));

	for (struct step *s = under[tag].steps; s; s = s->next)
		useful |= !step_agrees(s, root_of(host.tlb_word));
	if (left_out(useful))
		return;
	if (*at && (*at)->log2 == ARCH_PAGE_LOG2)
		drop(tag, at);
	forget_steps(tag);
}

/* L5 */
static bool is_to_be_loaded(uint64_t word)
{
	const struct space *s = host_tlb_resident ? 0 : tlb_here()->owner[tag_of(word)];

	if (root_of(word) == kernel_root || host_tlb_tags == 1)
		return root_of(word);
	return s && s->arch.root == root_of(word) && (!(word & HOST_TLB_KEEP) || s->tlb.enter == word);
}

void arch_tlb_load(uint64_t word)
{
	ASSERT((host_tlb_resident || tag_of(word) < host_tlb_tags) && is_to_be_loaded(word));
	if (!(word & HOST_TLB_KEEP) && !host_tlb_resident)
		arch_tlb_all(word);
	host.tlb_word = word;
}

bool arch_tlb_is_resident(const struct space *s)
{
	(void)s;
	return host_tlb_resident;
}

void arch_tlb_page_of(const struct space *s, l4_word_t address)
{
	unsigned tag = tag_of(arch_tlb_word(s, 0));
	struct translation **at = find(tag, address);

	if (*at && !left_out(!agrees(*at, s->arch.root)) && (*at)->log2 == ARCH_PAGE_LOG2)
		drop(tag, at);
}

void arch_tlb_all_of(const struct space *s) { arch_tlb_all(arch_tlb_word(s, 0)); }

void arch_tlb_load_fresh(uint64_t word) { arch_tlb_load(word & ~HOST_TLB_KEEP); }

bool arch_tlb_loaded(uint64_t word) { return !((host.tlb_word ^ word) & ~HOST_TLB_KEEP); }

unsigned arch_tlb_tags(void) { return host_tlb_tags; }

uint64_t arch_tlb_word(const struct space *s, unsigned tag)
{
	uint64_t word = (s ? (uintptr_t)s->arch.root : (uintptr_t)kernel_root) | tag;

	return host_tlb_tags > 1 ? word | HOST_TLB_KEEP : word;
}

/* ---- the CPU ---- */

void host_tlb_walk(l4_word_t va)
{
	const void *root = root_of(host.tlb_word), *table;
	unsigned tag = tag_of(host.tlb_word);

	check_steps(tag, root);
	for (unsigned log2 = 12; log2 < 30; log2 += 9) {
		struct step **at = &under[tag].steps, *s;

		table = host_ptab_table(root, va, log2);
		while (*at && ((*at)->log2 != log2 || ((*at)->va ^ va) >> log2 >> 9))
			at = &(*at)->next;
		if (!table || *at)
			continue;
		s = *at = malloc(sizeof(*s));
		if (!s)
			abort();
		*s = (struct step){ .va = va, .log2 = log2, .table = table };
	}
}

bool host_tlb_is_loaded(const struct space *s)
{
	return s->arch.root && root_of(host.tlb_word) == s->arch.root;
}

bool host_tlb_has(l4_word_t va) { return *find(tag_of(host.tlb_word), va); }

bool host_tlb_caches(uint64_t pa)
{
	unsigned tag = tag_of(host.tlb_word);

	for (unsigned i = 0; under[tag].cached > 0 && i < BUCKETS; i++)
		for (struct translation *t = under[tag].bucket[i]; t; t = t->next)
			if (t->attr == 0 && pa - t->frame < pow2(t->log2))
				return true;
	return false;
}

/* A TLB miss: returns the new translation, or 0 for a page fault. */
static struct translation *fill(struct space *s, l4_word_t va, unsigned access)
{
	unsigned tag = tag_of(host.tlb_word);
	struct leaf leaf = arch_ptab_get(s, va);
	struct translation *t, **at;

	host_tlb_walk(va);
	if (!leaf.present || !(leaf.rights & access))
		return 0;
	host_ptab_touch(s, va, access == L4_W);
	t = malloc(sizeof(*t));
	if (!t)
		abort();
	at = bucket_of(tag, va, leaf.log2);
	*t = (struct translation){
		.next = *at, .va = (l4_word_t)align_down(va, leaf.log2), .frame = leaf.frame,
		.log2 = leaf.log2, .rights = leaf.rights, .attr = leaf.attr, .dirty = access == L4_W,
	};
	*at = t;
	under[tag].cached++;
	return t;
}

bool host_user_access(struct space *s, l4_word_t va, unsigned access, uint64_t *pa)
{
	struct translation **at, *t = 0;

	if (va >= L4_USER_END)
		return false;
	tlb_switch(s);			/* as at the exit to user code */
	ASSERT(host_tlb_is_loaded(s));
	at = find(tag_of(host.tlb_word), va);
	if (*at && check(tag_of(host.tlb_word), at, s->arch.root))
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
