/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.c - memory attributes of pages (protocols 7.6) by the page attribute table (PAT) of the CPU, and
 * the cache flush of memory whose attribute changes (SDM 3A 11.12; AMD64 volume 2 7.8).
 *
 * The code of an attribute is its index in the PAT, which is in three bits of a PTE. Entries 0 to 3 have the
 * values after reset, so that they mean the same on a CPU without a PAT; so have the others, except two:
 *
 *	0 write-back	1 write-through	2 uncached, unless an MTRR says write-combining	3 uncacheable
 *	4 write-combining		7 write-protected
 */
#include <core/arch.h>
#include <arch/attribute.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/kmap.h>
#include <lib/bits.h>
#include <lib/section.h>

/* Memory types as in MTRRs (SDM 3A 11.11.2), one byte for each entry. */
#define PAT_TABLE	((uint64_t)0x0507040100070406)

enum { ENTRIES_WITHOUT_TABLE = 4, FRAME_LOG2 = 12 };

static unsigned line;			/* bytes of a cache line */

/* No PTE uses entries 4 to 7 yet, so no cache line or translation has a wrong memory type. */
BOOT_CODE void attribute_init(void)
{
	line = (cpu_id(1).ebx >> 8 & 0xff) * 8;
	if (!feature_used(FEATURE_PAT))
		return;
	cpu_wbinvd();
	cpu_write_msr(MSR_PAT, PAT_TABLE);
	cpu_write_cr3(cpu_read_cr3());
}

/* Does this CPU support attr? Without CLFLUSH no page can change its attribute. */
static bool supports(uint8_t attr)
{
	return feature_used(FEATURE_CLFLUSH) && (attr < ENTRIES_WITHOUT_TABLE || feature_used(FEATURE_PAT));
}

uint8_t arch_attribute(l4_word_t name)
{
	switch (name) {
	case L4_MEMORY_DEFAULT:
	case L4_MEMORY_WRITE_BACK:
		return 0;
	case L4_MEMORY_WRITE_THROUGH:
	case L4_MEMORY_UNCACHEABLE:
	case L4_MEMORY_WRITE_COMBINING:
	case L4_MEMORY_WRITE_PROTECTED:
		return supports((uint8_t)(name - 1)) ? (uint8_t)(name - 1) : ARCH_NO_ATTRIBUTE;
	default:
		return ARCH_NO_ATTRIBUTE;
	}
}

l4_word_t arch_attribute_name(uint8_t attr) { return attr ? attr + 1u : L4_MEMORY_DEFAULT; }

/*
 * User memory outside the direct map is memory of devices. An MTRR makes it uncacheable, whatever the PTE's
 * memory type is, so no line of it is in the caches.
 */
uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes)
{
	uint64_t rest = kmap_rest(pa);
	const uint8_t *from, *end;

	if (!kmap_caches(pa))
		return rest < bytes ? rest : bytes;
	rest = pow2(FRAME_LOG2) - (pa & (pow2(FRAME_LOG2) - 1));
	if (rest > bytes)
		rest = bytes;
	from = (const uint8_t *)arch_frame_ptr(pa) - pa % line;
	end = (const uint8_t *)arch_frame_ptr(pa) + rest;
	cpu_mfence();
	for (; from < end; from += line)
		cpu_clflush(from);
	cpu_mfence();
	return rest;
}
