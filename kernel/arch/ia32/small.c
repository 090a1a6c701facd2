/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small.c - small spaces: address spaces that share all page tables, which segments keep apart
 * (docs/decisions/small-spaces.md).
 *
 * A small space has a slot of the area at KMAP_SMALL, which is in the page directory that all spaces share.
 * Its user segments begin there and end with it. It keeps a page directory of its own too, from which the
 * kernel looks up its pages and into which it grows: the entries of the slot are copies of the first ones
 * there. Its pages are small ones and global, so a load of CR3 does not invalidate them.
 *
 *   Z1  a space with a base owns the slots from there, as many as its size is; no other slot has an owner
 *   Z2  the entries of an owned slot are those of the owner's directory; other entries of the area are 0
 *   Z3  nothing is mapped in a small space at its size or above
 *   Z4  a large space with global entries is on the list `grown`; tlb_globals is set while that has one
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <boot/boot.h>
#include <arch/area.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/layout.h>
#include <arch/pte_access.h>
#include <arch/x86/ptab.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/print.h>
#include <lib/section.h>
#include <x2/call.h>
#include "entry.h"
#include "kmap.h"
#include "local.h"

enum { SLOT_LOG2 = 22, SIZE_LOG2_MAX = 26, SLOTS = KMAP_SMALL_BYTES >> SLOT_LOG2 };
enum { SLOT_ENTRIES = 1 << (SLOT_LOG2 - PTE_BIG_LOG2) };

/* The specifier of SpaceControl (ia32 5): a bit for the size, and above it the place in units of 2 MiB. */
enum { SPECIFIER = 0xff, PLACE_LOG2 = 21 };
#define APPLY	((l4_word_t)1 << 31)	/* result: the change was made */

enum { STRIP_ENTRIES = 128 };		/* PTEs that one step makes local, about 700 instructions */

static struct space *owner[SLOTS];
static struct list grown;
static bool allowed;

bool tlb_globals;
static bool just_grown;

static arch_pte_t *area_entry(const struct space *s, unsigned i)
{
	return kmap_small_entry(s->arch.base) + i;
}

/* ---- the TLB ---- */

/* A load of CR3 keeps global translations, a change of CR4.PGE does not (SDM 3A 4.10.4.1). */
void tlb_flush_all(void)
{
	l4_word_t cr4 = cpu_read_cr4();

	if (!feature_used(FEATURE_PGE)) {
		cpu_write_cr3(tlb_cr3);
		return;
	}
	cpu_write_cr4(cr4 & ~(l4_word_t)CR4_PGE);
	cpu_write_cr4(cr4);
}

/* ---- grown spaces: their entries are made local, some in a step ---- */

static void note_grown(void) { tlb_globals = !list_empty(&grown); }

/* Other CPUs do not exist, and this one sets status bits in user mode only: no atomic operation is needed. */
static void strip(arch_pte_t *e)
{
	for (arch_pte_t *end = e + STRIP_ENTRIES; e < end; e++)
		*(volatile uint32_t *)(void *)e &= ~(uint32_t)PTE_G;
}

static void strip_some(void)
{
	struct space *s = container_of(grown.next, struct space, arch.grown);
	unsigned parts = PTE_ENTRIES / STRIP_ENTRIES, n = --s->arch.global_parts;
	arch_pte_t e = s->arch.root[0][n / parts];

	if (e & PTE_P && !(e & PTE_PS))
		strip(table_of(e) + n % parts * STRIP_ENTRIES);
	if (n > 0)
		return;
	list_remove(&s->arch.grown);
	tlb_flush_all();
	note_grown();
}

void small_step(void)
{
	if (just_grown) {		/* this exit has done enough */
		just_grown = false;
		return;
	}
	strip_some();
}

/* ---- slots ---- */

static void set_owner(const struct space *s, struct space *to)
{
	for (l4_word_t at = 0; at < s->arch.size; at += pow2(SLOT_LOG2))
		owner[(s->arch.base - KMAP_SMALL + at) >> SLOT_LOG2] = to;
}

/* Returns true if no space but s has a slot in the 2^log2 bytes at offset. */
static bool is_free(const struct space *s, l4_word_t offset, unsigned log2)
{
	for (unsigned i = 0; i < pow2(log2 - SLOT_LOG2); i++)
		if (owner[(offset >> SLOT_LOG2) + i] && owner[(offset >> SLOT_LOG2) + i] != s)
			return false;
	return true;
}

/* Sets the words of the descriptor of user code, and so base and limit of all user segments. */
static void set_segment(struct space *s, l4_word_t base, l4_word_t bytes)
{
	l4_word_t limit = (bytes >> PTE_PAGE_LOG2) - 1;

	s->arch.seg.low = limit & 0xffff;
	s->arch.seg.high = SEG_CODE | (limit & SEG_LIMIT_HIGH) | (base & 0xff000000) | (base >> 16 & 0xff);
}

void small_init_space(struct space *s)
{
	list_init(&s->arch.grown);
	set_segment(s, 0, L4_USER_END);
}

/* s gets the 2^log2 bytes at base, which are free. It is not loaded afterwards. */
static void enter(struct space *s, l4_word_t base, unsigned log2)
{
	tlb_leave(s);
	s->arch.base = base;
	s->arch.size = (l4_word_t)pow2(log2);
	set_owner(s, s);
	set_segment(s, base, s->arch.size);
	cpu_local()->gdt[SEL_USER_CS >> 3] = 0;		/* s may run, and only its size may be new */
	for (unsigned i = 0; i < s->arch.size >> PTE_BIG_LOG2; i++)
		*area_entry(s, i) = s->arch.root[0][i];
	tlb_set_enter(s, arch_tlb_word(s, 0));
	tlb_flush_all();
}

/*
 * Makes s a large space, and its slots free. Its entries stay global: the caller has to care for that. The
 * paging-structure caches are invalidated, as a table of s may be freed (SDM 3A 4.10.4). A descriptor of the
 * slot is loaded only if a thread of s runs: the next owner gets the slot in a call of another space.
 */
static void leave(struct space *s)
{
	for (unsigned i = 0; i < s->arch.size >> PTE_BIG_LOG2; i++)
		*area_entry(s, i) = 0;
	set_owner(s, 0);
	s->arch.base = s->arch.size = 0;
	set_segment(s, 0, L4_USER_END);
	tlb_set_enter(s, 0);
	tlb_flush_all();
}

void small_grow(struct space *s)
{
	unsigned parts = (unsigned)(s->arch.size >> PTE_BIG_LOG2) * (PTE_ENTRIES / STRIP_ENTRIES);

	leave(s);
	if (!feature_used(FEATURE_PGE))
		return;
	s->arch.global_parts = parts;
	just_grown = true;
	list_push_back(&grown, &s->arch.grown);
	note_grown();
}

static void forget_grown(struct space *s)
{
	list_remove(&s->arch.grown);
	note_grown();
}

void small_leave(struct space *s)
{
	if (s->arch.base)
		leave(s);
	forget_grown(s);
}

void small_note(struct space *s, l4_word_t address, arch_pte_t e)
{
	*area_entry(s, (unsigned)(address >> PTE_BIG_LOG2)) = e;
}

/* ---- SpaceControl ---- */

static bool area_below(l4_fpage_t area, l4_word_t size)
{
	return l4_fpage_is_nil(area) || l4_fpage_base(area) + pow2(l4_fpage_log2(area)) <= size;
}

static bool empty_from(arch_pte_t *table, unsigned from)
{
	unsigned n = PTE_ENTRIES - from;

	return arch_ptes_empty((struct arch_ptes){ .at = table + from }, n) == n;
}

/* Returns true if s has its areas and all its tables below size, and no large page. */
static bool fits(const struct space *s, l4_word_t size)
{
	unsigned entries = (unsigned)(size >> PTE_BIG_LOG2);

	if (!area_below(s->kip_area, size) || !area_below(s->utcb_area, size))
		return false;
	for (unsigned i = 0; i < entries; i++)
		if (s->arch.root[0][i] & PTE_PS)
			return false;
	for (unsigned i = 1; i < ARCH_ROOTS; i++)
		if (s->arch.pdpt[i] && !empty_from(s->arch.root[i], 0))
			return false;
	return empty_from(s->arch.root[0], entries);
}

/* Returns true if s is small afterwards, at that place. */
static bool make_small(struct space *s, l4_word_t specifier)
{
	unsigned log2 = SLOT_LOG2 + (unsigned)__builtin_ctzl(specifier);
	l4_word_t offset = (specifier & (specifier - 1)) << PLACE_LOG2;

	if (!allowed || log2 > SIZE_LOG2_MAX || offset + pow2(log2) > KMAP_SMALL_BYTES
	    || !is_free(s, offset, log2) || !fits(s, (l4_word_t)pow2(log2)))
		return false;
	small_leave(s);
	enter(s, KMAP_SMALL + offset, log2);
	return true;
}

static l4_word_t specifier_of(const struct space *s)
{
	return s->arch.base ? (s->arch.base - KMAP_SMALL) >> PLACE_LOG2 | s->arch.size >> SLOT_LOG2 : 0;
}

l4_word_t arch_space_control(struct space *s, l4_word_t control)
{
	l4_word_t old = specifier_of(s), specifier = control & SPECIFIER;
	bool done = true;

	if (control & L4_SPACE_KMEM_LIMIT)		/* its low bits are the limit */
		return 0;
	if (!(control & APPLY))
		return old;
	if (specifier)
		done = make_small(s, specifier);
	else if (old)
		small_grow(s);
	return done ? old | APPLY : old;
}

/* ---- boot, checks ---- */

BOOT_CODE void small_init(const char *cmdline)
{
	bool held = descr_limits_hold();

	list_init(&grown);
	allowed = held || boot_option_is(cmdline, "smallspaces", "force", false);
	if (boot_option_is(cmdline, "smallspaces", "off", false))
		allowed = false;
	feature_line("small spaces", held ? allowed ? "used" : "off (command line)"
		     : allowed ? "forced, without protection: the CPU checks no segment limits"
			       : "absent: the CPU checks no segment limits");
}

void small_check(void)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		const struct space *s = owner[i];
		const arch_pte_t *e = kmap_small_entry(KMAP_SMALL + (i << SLOT_LOG2));

		ASSERT(!s || (i << SLOT_LOG2) - (s->arch.base - KMAP_SMALL) < s->arch.size);	/* Z1 */
		for (unsigned n = 0; n < SLOT_ENTRIES; n++)
			ASSERT(e[n] == (s ? s->arch.root[0][e + n - area_entry(s, 0)] : 0));	/* Z2 */
	}
	ASSERT(tlb_globals == !list_empty(&grown));						/* Z4 */
}
