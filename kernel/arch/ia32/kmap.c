/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.c - builds the kernel's gigabyte of the address space, once, at boot; and the roots of a space.
 *
 * All its tables are in the image: a page directory, which all spaces share, and page tables for the
 * image and for the last 2 MiB. Until kmap_init loads them, the tables of boot.S map the direct map. Boot
 * code and data stay executable until leave_boot, and become conventional memory then.
 *
 *   W1  no page of the kernel's gigabyte is writable and executable
 *   W2  text and constants are read-only; the direct map is their only mapping
 *   W3  the page directory of the kernel's gigabyte is the same frame in all spaces
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/kmap.h>
#include <arch/layout.h>
#include <arch/pte.h>
#include <arch/generic/start.h>
#include <arch/tlb.h>
#include <arch/x86/machine.h>
#include <arch/x86/ptab.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/print.h>
#include <lib/section.h>
#include <mem/mem.h>
#include "entry.h"
#include "kmap.h"
#include "local.h"

enum { TOP_LOG2 = 30, TOP = 3, IMAGE_TABLES = 2, WINDOW_LOG2 = 22, WINDOWS = 16 };

_Static_assert(KMAP_WINDOWS_END - KMAP_WINDOWS == WINDOWS << WINDOW_LOG2, "the windows fill their part");
_Static_assert((int)ARCH_ROOTS == (int)TOP && L4_USER_END == (l4_word_t)TOP << TOP_LOG2,
	       "user code has the others");

typedef arch_pte_t table[PTE_ENTRIES] __attribute__((aligned(4096)));

extern uint8_t boot_code_start[], kernel_start[], kernel_text_end[], kernel_rodata_end[], kernel_end[];
extern uint8_t image_load[], image_end[], gateway_trampoline[];

static table directory, image_table[IMAGE_TABLES], last_table;
table kmap_ones;
static arch_pte_t pointers[PDPT_ENTRIES] __attribute__((aligned(PDPT_BYTES)));

/* One of the windows; base: of physical memory, aligned to big pages. */
static struct { uint64_t base; bool uncached; } window[WINDOWS];
static unsigned nwindows;

static struct { uint64_t nx, global; } flag;		/* PTE_NX and PTE_G, or 0 */

uint64_t kmap_covered_below = KMAP_BOOT_BYTES;

/* Of each CPU; the page is mapped read-only for users. */
enum { UTCB_CELLS = (1 << PTE_PAGE_LOG2) / sizeof(struct utcb_cell) };
struct utcb_cell utcb_cells[UTCB_CELLS] __attribute__((aligned(1 << PTE_PAGE_LOG2)));

static uint64_t pa_of(const void *p) { return (uintptr_t)p - KMAP_IMAGE; }

static arch_pte_t *big_entry(l4_word_t address) { return entry_in(directory, address, PTE_BIG_LOG2); }

arch_pte_t *kmap_small_entry(l4_word_t address) { return big_entry(address); }

static arch_pte_t *last_entry(l4_word_t address) { return entry_in(last_table, address, PTE_PAGE_LOG2); }

static BOOT_CODE void set_table(l4_word_t address, const arch_pte_t *t)
{
	*big_entry(address) = pa_of(t) | PTE_P | PTE_W | PTE_U | PTE_A;
}

static BOOT_CODE arch_pte_t page(uint64_t pa, uint64_t flags)
{
	return pa | flags | PTE_P | PTE_A | PTE_D | flag.global;
}

/* ---- the image, in small pages ---- */

static arch_pte_t *image_entry(const void *p)
{
	size_t n = (size_t)(pa_of(p) >> PTE_PAGE_LOG2);

	return &image_table[n / PTE_ENTRIES][n % PTE_ENTRIES];
}

static BOOT_CODE void set_pages(const uint8_t *from, const uint8_t *end, uint64_t flags)
{
	for (; from < end; from += pow2(PTE_PAGE_LOG2))
		*image_entry(from) = page(pa_of(from), flags);
}

/* The part of the direct map that contains the image, except for the guard page below each kernel stack. */
static BOOT_CODE void map_image(void)
{
	const uint8_t *begin = KMAP_POINTER(0), *end = begin + (IMAGE_TABLES << PTE_BIG_LOG2);

	ASSERT((uintptr_t)image_end < IMAGE_TABLES << PTE_BIG_LOG2);
	set_pages(begin, boot_code_start, PTE_W | flag.nx);
	set_pages(boot_code_start, kernel_text_end, 0);
	set_pages(kernel_text_end, kernel_rodata_end, flag.nx);
	set_pages(kernel_rodata_end, end, PTE_W | flag.nx);
	for (unsigned i = 0; i < CFG_CPUS; i++)
		*image_entry(kernel_stack[i].guard) = 0;
	for (unsigned i = 0; i < IMAGE_TABLES; i++)
		set_table(KMAP_DIRECT + (i << PTE_BIG_LOG2), image_table[i]);
}

/* One INVLPG for each page: a load of CR3 does not invalidate global pages. */
void kmap_unmap_boot(void)
{
	for (uint8_t *at = boot_code_start; at < kernel_start; at += pow2(PTE_PAGE_LOG2)) {
		*image_entry(at) |= PTE_W | flag.nx;
		cpu_invlpg((uintptr_t)at);
	}
}

size_t arch_image_size(bool text)
{
	return (size_t)(text ? kernel_rodata_end - kernel_start : kernel_end - kernel_rodata_end);
}

/* ---- TSS, I/O bitmaps, UTCB cells ---- */

/* A page of ones is between two bitmaps: an access at the last ports reads a byte behind its bitmap. */
static l4_word_t bitmap_at(unsigned n)
{
	return KMAP_TSS + LOCAL_BYTES + n * (IO_BITMAP_BYTES + pow2(PTE_PAGE_LOG2));
}

uint16_t kmap_bitmap_offset(unsigned n)
{
	return (uint16_t)(bitmap_at(n) - KMAP_TSS - offsetof(struct cpu_local, tss));
}

/* The CPU reads these pages; the kernel writes the frames at their other addresses. */
void kmap_bitmap(unsigned n, uint64_t *const frame[2])
{
	for (unsigned i = 0; i < 2; i++) {
		l4_word_t at = bitmap_at(n) + (i << PTE_PAGE_LOG2);

		*last_entry(at) = arch_frame_pa(frame[i]) | PTE_P | PTE_A | flag.nx;
		cpu_invlpg(at);
	}
}

/* A byte of ones must follow each bitmap (SDM 1 19.5.2). Where no bitmap is mapped there is the TSS. */
static BOOT_CODE void map_last(void)
{
	for (unsigned i = 0; i < PTE_ENTRIES; i++)
		kmap_ones[i] = ~(uint64_t)0;
	set_table(KMAP_TSS, last_table);
	*last_entry(KMAP_TSS) = page(pa_of(cpu_local()), PTE_W | flag.nx);	/* a task switch writes it */
	for (l4_word_t at = bitmap_at(0); at <= bitmap_at(KMAP_BITMAPS); at += pow2(PTE_PAGE_LOG2))
		*last_entry(at) = page(pa_of(kmap_ones), flag.nx) & ~PTE_G;
	*last_entry(KMAP_UTCB_CELL) = page(pa_of(utcb_cells), PTE_U | flag.nx);
	*last_entry(KMAP_TRAMPOLINE) = page(pa_of(gateway_trampoline), PTE_U);
	utcb_cells[0].jump.selector = SEL_USER_CS;
}

/* ---- the direct map, and windows ---- */

static bool in_window(unsigned i, uint64_t base, uint64_t size, bool uncached)
{
	return window[i].uncached == uncached && base >= window[i].base
	    && base + size <= window[i].base + pow2(WINDOW_LOG2);
}

/* Returns where [base, base + size) is mapped: in an old window, or a new one of two big pages; or 0. */
static BOOT_CODE void *add_window(uint64_t base, uint64_t size, bool uncached)
{
	l4_word_t at;
	unsigned i = 0;

	while (i < nwindows && !in_window(i, base, size, uncached))
		i++;
	if (i == WINDOWS)
		return 0;
	at = KMAP_WINDOWS + (i << WINDOW_LOG2);
	if (i == nwindows) {
		window[i].base = align_down(base, PTE_BIG_LOG2);
		window[i].uncached = uncached;
		if (!in_window(i, base, size, uncached))
			return 0;
		for (unsigned n = 0; n < 2; n++)
			big_entry(at)[n] = page(window[i].base + (n << PTE_BIG_LOG2),
						PTE_PS | PTE_W | flag.nx | (uncached ? PTE_UC : 0));
		nwindows++;
	}
	return (void *)(uintptr_t)(at + (base - window[i].base));
}

BOOT_CODE void *kmap_add(uint64_t base, uint64_t size, bool uncached)
{
	uint64_t end = align_up(base + size, PTE_BIG_LOG2);

	if (base + size < base || end > pow2(32))
		return 0;
	if (uncached || end > KMAP_DIRECT_BYTES)
		return add_window(base, size, uncached);
	for (uint64_t pa = align_down(base, PTE_BIG_LOG2); pa < end; pa += pow2(PTE_BIG_LOG2)) {
		arch_pte_t *e = big_entry(KMAP_DIRECT + (l4_word_t)pa);

		if (!*e)
			*e = page(pa, PTE_PS | PTE_W | flag.nx);
	}
	return KMAP_POINTER(base);
}

/* No page of the direct map is absent in part, or uncached. */
bool kmap_covers(uint64_t pa)
{
	return pa < kmap_covered_below
	    || (pa < KMAP_DIRECT_BYTES && *big_entry(KMAP_DIRECT + (l4_word_t)pa) & PTE_P);
}

bool kmap_caches(uint64_t pa) { return kmap_covers(pa); }

uint64_t kmap_rest(uint64_t pa)
{
	if (pa >= KMAP_DIRECT_BYTES)
		return ~(uint64_t)0 - pa;
	return pow2(PTE_BIG_LOG2) - (pa & (pow2(PTE_BIG_LOG2) - 1));
}

/*
 * ---- the roots of a space: the page directories of the other gigabytes ---- The first is made with the
 * space, another with the first table or big page below it. Until then no_root stands for it.
 */

/*
 * Its entries are not present, and not empty either: no page is put into them (mem/ptes.h). A frame of kernel
 * memory, as it needs kept bytes.
 */
static arch_pte_t *no_root;

static arch_pte_t pointer_to(const void *directory_of) { return arch_frame_pa(directory_of) | PTE_P; }

/* When the first space is made, at boot: the pool has frames. */
static COLD_CODE void make_no_root(void)
{
	no_root = kmem_frame(&mem.kmem.pool);
	for (unsigned i = 0; i < PTE_ENTRIES; i++)
		no_root[i] = PTE_OWN;
}

void kmap_share(struct space *s)
{
	if (!no_root)
		make_no_root();
	small_init_space(s);
	s->arch.io.offset = IO_NONE;
	s->arch.pdpt[0] = pointer_to(s->arch.root[0]);
	for (unsigned i = 1; i < ARCH_ROOTS; i++)
		s->arch.root[i] = no_root;
	s->arch.pdpt[TOP] = pointers[TOP];
}

/* A CPU reads the table of pointers when it loads CR3, and keeps it (SDM 3A 4.4.1). */
static void set_root(struct space *s, unsigned n, arch_pte_t *root, arch_pte_t pointer)
{
	s->arch.root[n] = root;
	s->arch.pdpt[n] = pointer;
	if (tlb_here()->loaded == s)
		cpu_write_cr3(cpu_read_cr3());
}

enum leaf_room kmap_make_root(struct space *s, unsigned n, bool all)
{
	arch_pte_t *root;

	if (s->arch.root[n] != no_root)
		return LEAF_ROOM;
	root = kmem_frame(&s->account);
	if (!root)
		return LEAF_NO_MEM;
	set_root(s, n, root, pointer_to(root));
	return all ? LEAF_ROOM : LEAF_MORE;
}

void kmap_drop_root(struct space *s, unsigned n)
{
	arch_pte_t *root = s->arch.root[n];

	if (n == 0 || root == no_root)
		return;
	s->arch.below[n] = 0;		/* it may mark entries that were removed */
	set_root(s, n, no_root, 0);
	kmem_clear_frame_free(&s->account, root);
}

void kmap_unshare(struct space *s)
{
	io_unload(s);
	for (unsigned i = 1; i < ARCH_ROOTS; i++)
		kmap_drop_root(s, i);
}

uint64_t arch_tlb_word(const struct space *s, unsigned tag)
{
	(void)tag;
	if (s && s->arch.base)
		return DIRECT_SMALL;
	return arch_frame_pa(s ? s->arch.pdpt : pointers);
}

/* ---- at boot ---- */

/* Remove RAM that is not in the direct map, with a message. */
static BOOT_CODE void cut_memory(struct boot_info *boot)
{
	uint64_t lost = 0;

	for (unsigned i = 0; i < boot->nmemory; i++) {
		struct boot_memory *m = &boot->memory[i];
		uint64_t rest = m->base < KMAP_DIRECT_BYTES ? KMAP_DIRECT_BYTES - m->base : 0;

		if (m->type != 1 || m->size <= rest)
			continue;
		lost += m->size - rest;
		m->size = rest;
		if (rest == 0)
			*m-- = boot->memory[--boot->nmemory], i--;
	}
	if (lost)
		printk("boot: %llu MiB of RAM above %llu MiB are not used\n", lost >> 20, KMAP_DIRECT_BYTES >> 20);
}

BOOT_CODE const char *kmap_init(struct boot_info *boot)
{
	cut_memory(boot);
	boot_reserve(boot, 0, pow2(PTE_PAGE_LOG2), BOOT_RESERVED);
	boot_reserve(boot, pa_of(boot_code_start), (uint64_t)(kernel_start - boot_code_start),
		     BOOT_UNTIL_STARTED);
	boot_reserve(boot, pa_of(kernel_start), (uint64_t)(kernel_end - kernel_start), BOOT_RESERVED);
	flag.nx = feature_used(FEATURE_NX) ? PTE_NX : 0;
	flag.global = feature_used(FEATURE_PGE) ? PTE_G : 0;
	pointers[TOP] = pointer_to(directory);
	map_image();
	map_last();
	for (unsigned i = 0; i < boot->nmemory; i++)
		if (boot->memory[i].type == 1)
			kmap_add(boot->memory[i].base, boot->memory[i].size, false);
	kmap_add(0, pow2(20), false);		/* firmware tables, text screen */
	for (kmap_covered_below = 0; kmap_covers(kmap_covered_below); )
		kmap_covered_below += kmap_rest(kmap_covered_below);
	arch_tlb_load(arch_tlb_word(0, 0));
	return 0;
}
