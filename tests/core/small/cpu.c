/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - see cpu.h. As SDM 3A 4.10 allows, but nothing is ever evicted:
 *
 *   the table of pointers is read at a load of CR3, and kept until the next (4.4.1)
 *   entries of page directories are kept until an INVLPG of any address, a load of CR3, a change of CR4.PGE
 *   translations are kept until an INVLPG of their page, a load of CR3 if they are not global, a change of
 *   CR4.PGE; those of a large page stay at an INVLPG, as parts of it may
 *   the hidden part of a segment register is kept until the register is loaded
 */
#include <string.h>
#include <sys/mman.h>
#include <core/arch.h>
#include <arch/layout.h>
#include <arch/pte.h>
#include <lib/bits.h>
#include "../../../kernel/arch/ia32/kmap.h"
#include "../../../kernel/arch/ia32/local.h"
#include "harness.h"
#include "cpu.h"

enum { CACHED = 512, DIRECTORIES = 1 << 11, TOP_LOG2 = 30, TOP = 3 };

/* Bits that must be 0 in a present entry with PAE (SDM 3A 4.4.2). */
#define RESERVED_BITS	((uint64_t)0x7ff << 52)

struct translation { l4_word_t at; unsigned log2; arch_pte_t *pte, e; bool dirty; };

static struct {
	l4_word_t cr3, cr4;
	arch_pte_t pointer[PDPT_ENTRIES];
	arch_pte_t directory[DIRECTORIES];	/* by linear address; 0: none */
	struct translation cached[CACHED];
	unsigned ncached;
	uint64_t data;			/* hidden part of SS, DS, ES and FS */
} cpu;

/* ---- invalidations ---- */

static void forget_translations(bool (*stays)(const struct translation *t, l4_word_t at), l4_word_t at)
{
	unsigned n = 0;

	for (unsigned i = 0; i < cpu.ncached; i++)
		if (stays(&cpu.cached[i], at))
			cpu.cached[n++] = cpu.cached[i];
	cpu.ncached = n;
	memset(cpu.directory, 0, sizeof(cpu.directory));
}

static bool is_global(const struct translation *t, l4_word_t at)
{
	(void)at;
	return t->e & PTE_G && cpu.cr4 & CR4_PGE;
}

static bool is_other(const struct translation *t, l4_word_t at)
{
	return t->log2 != PTE_PAGE_LOG2 || (t->at ^ at) >> PTE_PAGE_LOG2;
}

static bool never(const struct translation *t, l4_word_t at)
{
	(void)t;
	(void)at;
	return false;
}

l4_word_t cpu_read_cr3(void) { return cpu.cr3; }
l4_word_t cpu_read_cr4(void) { return cpu.cr4; }

/* The kernel's own table of pointers is in the image, which the tests have elsewhere: no user addresses. */
void cpu_write_cr3(l4_word_t v)
{
	cpu.cr3 = v;
	memset(cpu.pointer, 0, sizeof(cpu.pointer));
	if (v < CPU_RAM_BYTES)
		memcpy(cpu.pointer, KMAP_POINTER(v), sizeof(cpu.pointer));
	forget_translations(is_global, 0);
}

void cpu_write_cr4(l4_word_t v)
{
	bool changes = (cpu.cr4 ^ v) & CR4_PGE;

	cpu.cr4 = v;
	if (changes)
		forget_translations(never, 0);
}

void cpu_invlpg(l4_word_t address) { forget_translations(is_other, address); }

/* ---- translation ---- */

static arch_pte_t *table_at(arch_pte_t e)
{
	uint64_t pa = e & PTE_FRAME;

	CHECK(pa < CPU_RAM_BYTES);
	return KMAP_POINTER(pa);
}

/* Returns the directory entry in memory for a linear address, or 0. kmap.c has the upper gigabyte's. */
static arch_pte_t *directory_entry(l4_word_t linear)
{
	unsigned n = linear >> TOP_LOG2, i = linear >> PTE_BIG_LOG2 & (PTE_ENTRIES - 1);

	if (n == TOP)
		return linear - KMAP_SMALL < KMAP_SMALL_BYTES ? kmap_small_entry(linear) : 0;
	return cpu.pointer[n] & PTE_P ? table_at(cpu.pointer[n]) + i : 0;
}

/* Returns the entry that maps linear, at level *log2, by the directory that is cached; or 0. */
static arch_pte_t *walk(l4_word_t linear, unsigned *log2)
{
	arch_pte_t *cached = &cpu.directory[linear >> PTE_BIG_LOG2], *e = directory_entry(linear);

	if (*cached && (!e || (*e ^ *cached) & (PTE_FRAME | PTE_P | PTE_PS)))
		test_fail(__FILE__, __LINE__, "stale table for %lx", linear);
	if (!e || !(*e & PTE_P))
		return 0;
	CHECK(!(*e & RESERVED_BITS));
	*log2 = PTE_BIG_LOG2;
	if (*e & PTE_PS)
		return e;
	*cached = *e;
	*log2 = PTE_PAGE_LOG2;
	e = table_at(*e) + (linear >> PTE_PAGE_LOG2 & (PTE_ENTRIES - 1));
	CHECK(!(*e & PTE_P && *e & RESERVED_BITS));
	return *e & PTE_P ? e : 0;
}

static struct translation *find(l4_word_t linear)
{
	for (unsigned i = 0; i < cpu.ncached; i++)
		if (!((cpu.cached[i].at ^ linear) >> cpu.cached[i].log2))
			return &cpu.cached[i];
	return 0;
}

static struct translation *fill(l4_word_t linear, bool set_accessed)
{
	unsigned log2 = 0;
	arch_pte_t *e = walk(linear, &log2);

	if (!e || !(*e & PTE_U) || (!set_accessed && !(*e & PTE_A)))
		return 0;
	CHECK(cpu.ncached < CACHED);
	*e |= PTE_A;
	cpu.cached[cpu.ncached] = (struct translation){ linear, log2, e, *e, *e & PTE_D };
	return &cpu.cached[cpu.ncached++];
}

void cpu_prefetch(l4_word_t linear)
{
	if (!find(linear))
		fill(linear, false);
}

bool cpu_access(l4_word_t linear, bool write, uint64_t *pa)
{
	struct translation *t = find(linear);

	if (!t)
		t = fill(linear, true);
	if (!t || !(t->e & PTE_U) || (write && !(t->e & PTE_W)))
		return false;
	if (write && !t->dirty) {
		t->dirty = true;
		*t->pte |= PTE_D;
	}
	*pa = align_down(t->e & PTE_FRAME, t->log2) | (linear & (pow2(t->log2) - 1));
	return true;
}

/* ---- segments (SDM 3A 3.4.5): granularity is pages ---- */

void cpu_load_segments(void) { cpu.data = cpu_local()->gdt[SEL_USER_DS >> 3]; }

l4_word_t cpu_linear(l4_word_t va)
{
	return va + (l4_word_t)((cpu.data >> 16 & 0xffffff) | (cpu.data >> 56) << 24);
}

bool cpu_within_limit(l4_word_t va)
{
	return va >> PTE_PAGE_LOG2 <= ((cpu.data & 0xffff) | (cpu.data >> 32 & 0xf0000));
}

/* ---- start ---- */

void cpu_init(void)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;

	CHECK(mmap(KMAP_POINTER(0), CPU_RAM_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0) == KMAP_POINTER(0));
	cpu.cr4 = CR4_PGE;
	cpu_write_cr3(~(l4_word_t)0);
}
