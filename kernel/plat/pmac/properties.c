/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * properties.c - the values of Open Firmware's properties. Nothing in them is believed: one that cannot be is
 * refused, with its name (handover.c), before anything uses it.
 */
#include <boot/boot.h>
#include <arch/layout.h>
#include <lib/bits.h>
#include <lib/str.h>
#include "pmac.h"

/*
 * An address of a device on PCI (PCI Bus Binding to IEEE 1275, 2.2.1): the space, in bits 25..24 of the first
 * cell, and the register that has it; address and size in 64 bits.
 */
struct pci_address { uint32_t what, high, low, size_high, size_low; };

enum { REGISTER = 0xff, BAR0 = 0x10, SPACE_SHIFT = 24, SPACE = 3, SPACE_MEMORY = 2 };
enum { HZ_MIN = 1000000, MACIO_BYTES = 0x18000 };	/* up to the end of CUDA's registers */

/* Returns the number of entries of so many bytes, or 0 if the property does not consist of some of these. */
static unsigned entries(const struct property *p, size_t bytes)
{
	return p->bytes <= sizeof(p->cell) && p->bytes % bytes == 0 ? p->bytes / (unsigned)bytes : 0;
}

static bool overlaps(const struct boot_info *boot, uint64_t base, uint64_t size)
{
	for (unsigned i = 0; i < boot->nmemory; i++)
		if (base < boot->memory[i].base + boot->memory[i].size && boot->memory[i].base < base + size)
			return true;
	return false;
}

/* Returns where the first hole is behind memory from 0 on, of n ranges in any order, not checked yet. */
static uint64_t end_of_first(const struct property *p, unsigned n)
{
	uint64_t end = 0;

	for (unsigned rounds = 0; rounds < n; rounds++)
		for (unsigned i = 0; i < n; i++)
			if (p->cell[2 * i] == end)
				end += p->cell[2 * i + 1];
	return end;
}

const char *properties_memory(const struct property *p, struct boot_info *boot, uint64_t *left_out)
{
	unsigned n = entries(p, 2 * sizeof(p->cell[0]));
	uint64_t first = end_of_first(p, n), limit = first < KMAP_DIRECT_BYTES ? first : KMAP_DIRECT_BYTES;

	*left_out = 0;
	for (unsigned i = 0; i < n; i++) {
		uint64_t base = p->cell[2 * i], size = p->cell[2 * i + 1], end = base + size;
		uint64_t used = end < limit ? end : limit;

		if (!is_aligned(base | size, ARCH_PAGE_LOG2) || end > pow2(32))
			return "has a range that is not pages of memory";
		if (overlaps(boot, base, size))
			return "has ranges that overlap";
		used = base < used ? used - base : 0;
		*left_out += size - used;
		if (used)
			boot->memory[boot->nmemory++] = (struct boot_memory){ base, used, 1 };
	}
	return boot->nmemory ? 0 : "is no list of ranges of memory";
}

/* Without arguments there may be no property. */
const char *properties_arguments(const struct property *p, struct boot_info *boot)
{
	if (p->bytes > sizeof(p->cell))
		return "is longer than 255 characters";
	if (p->bytes && ((const char *)p->cell)[p->bytes - 1])
		return "has no end";
	memcpy(boot->cmdline, p->cell, p->bytes);
	return 0;
}

const char *properties_hertz(const struct property *p, uint32_t *hz)
{
	if (entries(p, sizeof(p->cell[0])) != 1)
		return "is no number";
	*hz = p->cell[0];
	return *hz > HZ_MIN ? 0 : "is not above 1 MHz";
}

const char *properties_macio(const struct property *p, uint32_t *base)
{
	const struct pci_address *a = (const void *)p->cell;
	unsigned n = entries(p, sizeof(*a));

	for (unsigned i = 0; i < n; i++) {
		if ((a[i].what & REGISTER) != BAR0 || (a[i].what >> SPACE_SHIFT & SPACE) != SPACE_MEMORY)
			continue;
		if (a[i].high || a[i].low - KMAP_PCI_PA > KMAP_WINDOW_BYTES - MACIO_BYTES
		    || (!a[i].size_high && a[i].size_low < MACIO_BYTES) || !is_aligned(a[i].low, ARCH_PAGE_LOG2))
			return "is not in the range of devices, or too short";
		*base = a[i].low;
		return 0;
	}
	return "has no registers in memory";
}

_Static_assert(PROPERTY_CELLS * sizeof(uint32_t) == BOOT_CMDLINE_MAX, "arguments fit into boot_info.cmdline");
