/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - is the RAM there that the boot loader reports? Without this check a wrong memory map is a kernel
 * that uses page tables which are nowhere, and that stops without a word.
 *
 * One word of each 2 MiB is looked at, the last one. Where it is neither 0 nor all ones there is memory. Only
 * others are changed for a moment: none of them is a translation, an instruction or a stack in use.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/board.h>
#include <arch/layout.h>
#include <lib/bits.h>
#include <lib/print.h>
#include "pc.h"

enum { BLOCK_LOG2 = 21, WORD = 8 };

#define PATTERN	0x5ac35ac35ac35ac3ull

static bool exists(uint64_t pa)
{
	volatile uint64_t *word;
	uint64_t was;
	bool kept;

	if (!arch_frame_reachable(pa))
		return false;
	word = arch_frame_ptr(pa);
	was = *word;
	if (was != 0 && was != UINT64_MAX)
		return true;
	*word = was ^ PATTERN;
	kept = *word == (was ^ PATTERN);
	*word = was;
	return kept;
}

/* Returns the beginning of the first block in [at, end) that does not exist, or end. */
static uint64_t first_missing(uint64_t at, uint64_t end)
{
	while (at < end) {
		uint64_t next = align_down(at, BLOCK_LOG2) + pow2(BLOCK_LOG2);

		next = next < end ? next : end;
		if (!exists(align_down(next - 1, 3)))
			return at;
		at = next;
	}
	return end;
}

void pc_check_memory(struct boot_info *boot, uint64_t from, uint64_t end)
{
	for (unsigned i = 0; i < boot->nmemory; i++) {
		struct boot_memory *m = &boot->memory[i];
		uint64_t low = m->base > from ? m->base : from, high = m->base + m->size, missing;

		high = high < end ? high : end;
		missing = m->type == 1 && low < high ? first_missing(low, high) : high;
		if (missing >= high)
			continue;
		printk("boot: there is no memory at %llx, which the boot loader reports: [%llx, %llx) is not used\n",
		       (unsigned long long)missing, (unsigned long long)missing,
		       (unsigned long long)(m->base + m->size));
		m->size = missing - m->base;
	}
}

void plat_check_memory(struct boot_info *boot) { pc_check_memory(boot, KMAP_BOOT_BYTES, UINT64_MAX); }
