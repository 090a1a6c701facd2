/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmap.c - the kernel's addresses, which BATs translate for the kernel only, and the memory that it has for
 * itself: vectors, image, hash table.
 */
#include <core/arch.h>
#include <boot/boot.h>
#include <arch/kmap.h>
#include <arch/layout.h>
#include <arch/generic/start.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/section.h>
#include <lib/str.h>
#include "attribute.h"
#include "hash.h"
#include "local.h"

enum { HASH_SHARE_LOG2 = 7, HASH_LOG2_MIN = 16 };	/* of RAM; the smallest that there is */

extern uint8_t image_start[], low_image[], low_start[], low_end[], gateway_page[];
extern uint8_t kernel_start[], kernel_text_end[], kernel_rodata_end[], kernel_end[];

static BOOT_CODE uint64_t pa_of(const void *p) { return (uintptr_t)p - KMAP_DIRECT; }

size_t arch_image_size(bool text)
{
	return (size_t)(text ? kernel_rodata_end - kernel_start : kernel_end - kernel_rodata_end);
}

/* ---- BATs. Instructions are fetched from the image only, by the one that boot.S has set ---- */

/* A pair is invalid while its lower word changes. */
#define SET_BAT(upper, upper_value, lower_value) \
	__asm__ volatile("mtspr %0, %4\n\tisync\n\tmtspr %1, %3\n\tmtspr %0, %2\n\tisync" \
			 : : "i"(upper), "i"((upper) + 1), "r"((l4_word_t)(upper_value)), \
			 "r"((l4_word_t)(lower_value)), "r"((l4_word_t)0) : "memory")

BOOT_CODE void kmap_take_over(void)
{
	const size_t bytes = (size_t)(low_end - low_start);
	void *low = KMAP_POINTER((uintptr_t)low_start);

	SET_BAT(IBAT0U + 2, 0, 0);
	SET_BAT(IBAT0U + 4, 0, 0);
	SET_BAT(IBAT0U + 6, 0, 0);
	SET_BAT(DBAT0U + 2, (KMAP_DIRECT + BAT_BYTES) | BAT_VS, BAT_BYTES | BAT_RW);
	SET_BAT(DBAT0U + 4, KMAP_PCI | BAT_VS, KMAP_PCI_PA | BAT_RW | BAT_DEVICE);
	SET_BAT(DBAT0U + 6, 0, 0);	/* a reset keeps BATs, and OpenBIOS has its data at 0xfff00000 */
	ASSERT((uintptr_t)low_end <= CPU_LOCAL_PA);
	memcpy(low, low_image, bytes);
	cache_make_code(low, bytes);
	memset(cpu_local(), 0, LOCAL_BYTES);
}

/* ---- memory ---- */

static BOOT_CODE bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

/* Returns true if the region has a part of a module or of reserved memory. */
static BOOT_CODE bool in_use(const struct boot_info *boot, uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < boot->nmodules; i++)
		if (overlap(base, size, boot->modules[i].base, boot->modules[i].size))
			return true;
	for (unsigned i = 0; i < boot->nreserved; i++)
		if (overlap(base, size, boot->reserved[i].base, boot->reserved[i].size))
			return true;
	return false;
}

/* Makes the hash table in the highest free RAM. Returns false if there is none. */
static BOOT_CODE bool make_hash(struct boot_info *boot)
{
	unsigned log2 = HASH_LOG2_MIN;
	uint64_t at;

	while (pow2(log2 + HASH_SHARE_LOG2) < ram_end)
		log2++;
	for (at = align_down(ram_end, log2); at >= pow2(log2); at -= pow2(log2)) {
		uint64_t base = at - pow2(log2);

		if (!boot_is_ram(boot, base, pow2(log2)) || in_use(boot, base, pow2(log2)))
			continue;
		boot_reserve(boot, base, pow2(log2), BOOT_RESERVED);
		hash_init((uint32_t)base, (size_t)pow2(log2));
		return true;
	}
	return false;
}

BOOT_CODE const char *kmap_init(struct boot_info *boot)
{
	for (unsigned i = 0; i < boot->nmemory; i++) {
		uint64_t end = boot->memory[i].base + boot->memory[i].size;

		ram_end = end > ram_end ? (uint32_t)end : ram_end;
	}
	boot_reserve(boot, 0, CPU_LOCAL_PA + LOCAL_BYTES, BOOT_RESERVED);
	boot_reserve(boot, pa_of(image_start), (uint64_t)(kernel_start - image_start), BOOT_UNTIL_STARTED);
	boot_reserve(boot, pa_of(kernel_start), (uint64_t)(kernel_end - kernel_start), BOOT_RESERVED);
	for (unsigned i = 0; i < boot->nmodules; i++)
		for (unsigned r = 0; r < boot->nreserved; r++)
			if (overlap(boot->modules[i].base, boot->modules[i].size, boot->reserved[r].base,
				    boot->reserved[r].size))
				return "the boot archive is in memory that the kernel needs";
	if (!make_hash(boot))
		return "too little memory for the hash table";
	hash_set_gateway((uint32_t)pa_of(gateway_page));
	return 0;
}
