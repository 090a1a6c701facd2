/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.c - builds the kernel half of the address space, once, at boot (docs/decisions/address-layout.md).
 *
 * The tables are in one region of RAM below 4 GiB, as high as possible, because sigma0 and the root server
 * are linked for low addresses. Until kmap_init loads them, the tables of boot.S map the first 4 GiB in the
 * direct map too, so arch_frame_ptr works throughout. Boot code and data stay mapped until leave_boot, and
 * become conventional memory then.
 *
 *   W1  no page of the kernel half is writable and executable
 *   W2  text and constants are read-only, in the direct map too
 *   W3  all entries 256..511 of the root that are ever used exist when kmap_init returns, or belong
 *       to the direct map and are added before the first space copies them. A space replaces at most one
 *       of them, for its I/O bitmap (kmap_use_bitmap)
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/kmap.h>
#include <arch/layout.h>
#include <arch/pte.h>
#include <arch/generic/start.h>
#include <arch/words.h>
#include <arch/x86/machine.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/section.h>
#include <mem/tlb.h>
#include "entry.h"
#include "local.h"

/* Of the spare tables, those kept are for registers of devices only. */
enum { SPARE_TABLES = 32, TABLES_KEPT = 8 };

/* Root entries, of 512 GiB each, for the image, the TSS and the direct map. */
enum { ROOT_USED = 2 + (KMAP_DIRECT_BYTES >> ARCH_ROOT_LOG2) };

extern uint8_t boot_code_start[], kernel_start[], kernel_text_end[], kernel_rodata_end[], kernel_end[];
extern uint8_t gateway_page[], image_load[], image_end[];

#define BOOT_PAGES ((size_t)(kernel_start - boot_code_start) >> PTE_PAGE_LOG2)

static struct {
	uint64_t next, end;		/* unused frames for tables */
	arch_pte_t *root;
	uint64_t nx, global;		/* PTE_NX and PTE_G, or 0 */
	uint64_t ones;			/* a frame with all bits 1: denies every port */
	arch_pte_t *boot_code;		/* the entries of [boot_code_start, kernel_start), in one table */
	uint16_t used[ROOT_USED];	/* entries of the root that exist */
	unsigned nused;
} kmap;

uint64_t kmap_covered_below = KMAP_BOOT_BYTES;

/* The UTCB pointer of each CPU, one cache line each; the page is mapped read-only for users. */
uint8_t utcb_cells[1 << PTE_PAGE_LOG2] __attribute__((aligned(1 << PTE_PAGE_LOG2)));

static BOOT_CODE arch_pte_t *table_new(void)
{
	arch_pte_t *t;

	if (kmap.next == kmap.end)
		panic("boot: too few frames for the kernel's page tables");
	t = arch_frame_ptr(kmap.next);
	kmap.next += pow2(PTE_PAGE_LOG2);
	for (unsigned i = 0; i < PTE_ENTRIES; i++)
		t[i] = 0;
	return t;
}

static BOOT_CODE void note_used(unsigned entry)
{
	ASSERT(kmap.nused < ROOT_USED);
	kmap.used[kmap.nused++] = (uint16_t)entry;
}

/* Returns the entry for address at the level of 2^log2 bytes; creates missing tables. */
static BOOT_CODE arch_pte_t *entry_at(l4_word_t address, unsigned log2)
{
	arch_pte_t *table = kmap.root;

	for (unsigned l = ARCH_ROOT_LOG2; ; l -= PTE_LEVEL_BITS) {
		arch_pte_t *e = &table[address >> l & (PTE_ENTRIES - 1)];

		if (l == log2)
			return e;
		if (!(*e & PTE_P)) {
			*e = arch_frame_pa(table_new()) | PTE_P | PTE_W | PTE_U;
			if (l == ARCH_ROOT_LOG2)
				note_used((unsigned)(e - kmap.root));
		}
		ASSERT(!(*e & PTE_PS));
		table = arch_frame_ptr(*e & PTE_FRAME);
	}
}

static BOOT_CODE void map_pages(l4_word_t at, uint64_t pa, uint64_t end, uint64_t flags)
{
	for (; pa < end; pa += pow2(PTE_PAGE_LOG2), at += pow2(PTE_PAGE_LOG2))
		*entry_at(at, PTE_PAGE_LOG2) = pa | flags | PTE_P | PTE_A | PTE_D | kmap.global;
}

static uint64_t image_pa(const void *p) { return (uintptr_t)p - KMAP_IMAGE; }

/* Map the kernel image (W1, W2), except for the guard page below each kernel stack. */
static BOOT_CODE void map_image(void)
{
	map_pages((uintptr_t)boot_code_start, image_pa(boot_code_start), image_pa(kernel_text_end), 0);
	kmap.boot_code = entry_at((uintptr_t)boot_code_start, PTE_PAGE_LOG2);
	ASSERT(kmap.boot_code + BOOT_PAGES == entry_at((uintptr_t)kernel_start, PTE_PAGE_LOG2));
	map_pages((uintptr_t)kernel_text_end, image_pa(kernel_text_end), image_pa(kernel_rodata_end),
		  kmap.nx);
	map_pages((uintptr_t)kernel_rodata_end, image_pa(kernel_rodata_end), image_pa(kernel_end),
		  PTE_W | kmap.nx);
	for (unsigned i = 0; i < CFG_CPUS; i++)
		*entry_at((uintptr_t)kernel_stack[i].guard, PTE_PAGE_LOG2) = 0;
	map_pages(KMAP_GATEWAY, image_pa(gateway_page), image_pa(gateway_page) + pow2(PTE_PAGE_LOG2), PTE_U);
	map_pages(KMAP_UTCB_CELL, image_pa(utcb_cells), image_pa(utcb_cells) + sizeof(utcb_cells),
		  PTE_U | kmap.nx);
}

static arch_pte_t *tss_entry(arch_pte_t *root) { return &root[(KMAP_TSS >> ARCH_ROOT_LOG2) % PTE_ENTRIES]; }

/*
 * Map the pages from KMAP_TSS on by three zeroed tables. The CPU reads these pages; the kernel writes the
 * frames at their other addresses. A byte of ones must follow the bitmap (SDM 1 19.5.2).
 */
static void map_bitmap(arch_pte_t *root, arch_pte_t *const table[IO_TABLES], uint64_t low, uint64_t high)
{
	uint64_t flags = PTE_P | PTE_A | kmap.nx, *e = tss_entry(root);

	for (unsigned i = 0; i < IO_TABLES; e = table[i++])
		*e = arch_frame_pa(table[i]) | flags;
	e[0] = image_pa(cpu_local()) | flags | kmap.global;
	e[1] = low | flags;
	e[2] = high | flags;
	e[3] = kmap.ones | flags;
}

static BOOT_CODE void map_tss(void)
{
	arch_pte_t *ones = table_new(), *table[IO_TABLES];

	for (unsigned i = 0; i < PTE_ENTRIES; i++)
		ones[i] = ~(uint64_t)0;
	for (unsigned i = 0; i < IO_TABLES; i++)
		table[i] = table_new();
	kmap.ones = arch_frame_pa(ones);
	map_bitmap(kmap.root, table, kmap.ones, kmap.ones);
	note_used((unsigned)(tss_entry(kmap.root) - kmap.root));
}

/* A load of CR3 switches to it. Until then the translations of the shared bitmap are invalidated. */
void kmap_use_bitmap(struct space *s)
{
	arch_pte_t *const *bitmap = s->arch.io.frame;

	for (unsigned i = 0; i < IO_FRAMES; i++)
		arch_words_copy(bitmap[i], arch_frame_ptr(kmap.ones), PTE_ENTRIES);
	map_bitmap(s->arch.root[0], bitmap + IO_FRAMES, arch_frame_pa(bitmap[0]), arch_frame_pa(bitmap[1]));
	for (unsigned i = 0; i < IO_FRAMES; i++)
		tlb_drop_table(s, KMAP_BITMAP + i * KMEM_FRAME);
}

/* Does [pa, pa + 2^log2) contain kernel text or constants? */
static BOOT_CODE bool has_readonly(uint64_t pa, unsigned log2)
{
	return pa < image_pa(kernel_rodata_end) && pa + pow2(log2) > image_pa(kernel_start);
}

/* The direct map around kernel text and constants, in small pages (W2). */
static BOOT_CODE void add_readonly(uint64_t pa)
{
	for (uint64_t p = pa; p < pa + pow2(PTE_BIG_LOG2); p += pow2(PTE_PAGE_LOG2))
		map_pages(KMAP_DIRECT + p, p, p + 1, kmap.nx | (has_readonly(p, PTE_PAGE_LOG2) ? 0 : PTE_W));
}

/* Map a page at pa in the direct map: the largest within [pa, end), at least 2 MiB. Returns its log2. */
static BOOT_CODE unsigned add_one(uint64_t pa, uint64_t end, uint64_t flags)
{
	bool huge = feature_used(FEATURE_GBPAGES) && is_aligned(pa, PTE_HUGE_LOG2)
		 && pa + pow2(PTE_HUGE_LOG2) <= end && !has_readonly(pa, PTE_HUGE_LOG2);
	unsigned log2 = huge ? PTE_HUGE_LOG2 : PTE_BIG_LOG2;
	arch_pte_t *e = entry_at(KMAP_DIRECT + pa, PTE_HUGE_LOG2);

	if (*e & PTE_P && *e & PTE_PS)
		return PTE_BIG_LOG2;		/* in a 1 GiB page already */
	if (!huge)
		e = entry_at(KMAP_DIRECT + pa, PTE_BIG_LOG2);
	if (*e & PTE_P)
		return log2 == PTE_HUGE_LOG2 ? PTE_BIG_LOG2 : log2;
	if (has_readonly(pa, log2))
		add_readonly(pa);
	else
		*e = pa | flags | PTE_P | PTE_W | PTE_PS | PTE_A | PTE_D | kmap.nx | kmap.global;
	return log2;
}

BOOT_CODE void *kmap_add(uint64_t base, uint64_t size, bool uncached)
{
	uint64_t end = align_up(base + size, PTE_BIG_LOG2), kept = uncached ? 0 : TABLES_KEPT << PTE_PAGE_LOG2;

	if (base + size < base || end > KMAP_DIRECT_BYTES || kmap.end - kmap.next < kept)
		return 0;
	for (uint64_t pa = align_down(base, PTE_BIG_LOG2); pa < end; )
		pa += pow2(add_one(pa, end, uncached ? PTE_UC : 0));
	return arch_frame_ptr(base);
}

/* Returns the entry of the direct map that translates pa, which must be below its end; *log2: its level. */
static uint64_t direct_entry(uint64_t pa, unsigned *log2)
{
	const arch_pte_t *table = kmap.root;

	for (unsigned l = ARCH_ROOT_LOG2; ; l -= PTE_LEVEL_BITS) {
		uint64_t e = table[(KMAP_DIRECT + pa) >> l & (PTE_ENTRIES - 1)];

		*log2 = l;
		if (!(e & PTE_P) || l == PTE_PAGE_LOG2 || e & PTE_PS)
			return e;
		table = arch_frame_ptr(e & PTE_FRAME);
	}
}

bool kmap_covers(uint64_t pa)
{
	unsigned log2;

	return pa < kmap_covered_below || (pa < KMAP_DIRECT_BYTES && direct_entry(pa, &log2) & PTE_P);
}

bool kmap_caches(uint64_t pa)
{
	unsigned log2;

	return kmap_covers(pa) && !(direct_entry(pa, &log2) & PTE_UC);
}

uint64_t kmap_rest(uint64_t pa)
{
	unsigned log2;

	if (pa >= KMAP_DIRECT_BYTES)
		return ~(uint64_t)0 - pa;
	direct_entry(pa, &log2);
	return pow2(log2) - (pa & (pow2(log2) - 1));
}

/* One INVLPG for each page: a load of CR3 does not invalidate global pages. */
void kmap_unmap_boot(void)
{
	for (size_t i = 0; i < BOOT_PAGES; i++) {
		kmap.boot_code[i] = 0;
		cpu_invlpg((uintptr_t)boot_code_start + (i << PTE_PAGE_LOG2));
	}
}

size_t arch_image_size(bool text)
{
	return (size_t)(text ? kernel_rodata_end - kernel_start : kernel_end - kernel_rodata_end);
}

/* ---- the root of a space ---- */

void kmap_share(struct space *s)
{
	arch_pte_t *root = s->arch.root[0];

	for (unsigned i = 0; i < kmap.nused; i++)
		root[kmap.used[i]] = kmap.root[kmap.used[i]];
}

void kmap_unshare(struct space *s)
{
	arch_pte_t *root = s->arch.root[0];

	for (unsigned i = 0; i < kmap.nused; i++)
		root[kmap.used[i]] = 0;
}

BOOT_CODE unsigned arch_tlb_tags(void) { return feature_used(FEATURE_PCID) ? ARCH_TLB_TAGS : 1; }

uint64_t kmap_cr3(void) { return arch_frame_pa(kmap.root); }

/* ---- memory for the tables ---- */

/* Returns enough frames for the direct map of all RAM in 2 MiB pages, and SPARE_TABLES. */
static BOOT_CODE uint64_t tables_needed(const struct boot_info *boot)
{
	uint64_t n = SPARE_TABLES + align_up(image_pa(kernel_end), PTE_BIG_LOG2) / pow2(PTE_BIG_LOG2);

	for (unsigned i = 0; i < boot->nmemory; i++)
		if (boot->memory[i].type == 1)
			n += (boot->memory[i].size >> PTE_HUGE_LOG2) + (boot->memory[i].size >> ARCH_ROOT_LOG2) + 4;
	return n;
}

/* Does the image or a module overlap [base, base + size)? *low is then its beginning. */
static BOOT_CODE bool obstacle(const struct boot_info *boot, uint64_t base, uint64_t size, uint64_t *low)
{
	*low = (uintptr_t)image_load;
	if (base < (uintptr_t)image_end && base + size > *low)
		return true;
	for (unsigned i = 0; i < boot->nmodules; i++) {
		const struct boot_module *m = &boot->modules[i];

		*low = m->base;
		if (base < m->base + m->size && base + size > m->base)
			return true;
	}
	return false;
}

/* Returns the highest free address for size bytes in the RAM [base, end), or 0. */
static BOOT_CODE uint64_t place_in(const struct boot_info *boot, uint64_t base, uint64_t end, uint64_t size)
{
	uint64_t low;

	end = align_down(end < KMAP_BOOT_BYTES ? end : KMAP_BOOT_BYTES, PTE_PAGE_LOG2);
	base = base < pow2(20) ? pow2(20) : base;
	while (end >= size && end - size >= base) {
		if (!obstacle(boot, end - size, size, &low))
			return end - size;
		end = align_down(low, PTE_PAGE_LOG2);
	}
	return 0;
}

static BOOT_CODE uint64_t place_tables(const struct boot_info *boot, uint64_t size)
{
	uint64_t best = 0;

	for (unsigned i = 0; i < boot->nmemory; i++) {
		const struct boot_memory *m = &boot->memory[i];
		uint64_t at = m->type == 1 ? place_in(boot, m->base, m->base + m->size, size) : 0;

		if (at > best)
			best = at;
	}
	return best;
}

BOOT_CODE const char *kmap_init(struct boot_info *boot)
{
	uint64_t size = tables_needed(boot) << PTE_PAGE_LOG2;

	kmap.next = place_tables(boot, size);
	if (!kmap.next)
		return "too little memory: no room for the kernel's page tables below 4 GiB";
	kmap.end = kmap.next + size;
	boot_reserve(boot, 0, pow2(PTE_PAGE_LOG2), BOOT_RESERVED);
	boot_reserve(boot, image_pa(boot_code_start), (uint64_t)(kernel_start - boot_code_start),
		     BOOT_UNTIL_STARTED);
	boot_reserve(boot, image_pa(kernel_start), (uint64_t)(kernel_end - kernel_start), BOOT_RESERVED);
	boot_reserve(boot, kmap.next, size, BOOT_RESERVED);
	kmap.nx = feature_used(FEATURE_NX) ? PTE_NX : 0;
	kmap.global = feature_used(FEATURE_PGE) ? PTE_G : 0;
	kmap.root = table_new();
	map_image();
	map_tss();
	for (unsigned i = 0; i < boot->nmemory; i++)
		if (boot->memory[i].type == 1)
			kmap_add(boot->memory[i].base, boot->memory[i].size, false);
	kmap_add(0, pow2(20), false);		/* firmware tables, text screen */
	for (kmap_covered_below = 0; kmap_covers(kmap_covered_below); )
		kmap_covered_below += kmap_rest(kmap_covered_below);
	cpu_write_cr3(arch_frame_pa(kmap.root));
	return 0;
}
