/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.c - memory attributes of pages (ppc32 11) by the bits WIMG of a PTE, and the caches.
 *
 * What is not RAM is cache-inhibited and guarded, whatever MemoryControl says: a cached access could read a
 * device ahead, or write it twice. Its pages have M too, which makes no difference with one CPU and tells
 * them from RAM that was made uncached. So no frame has translations of two kinds because of a device.
 */
#include <core/arch.h>
#include <mem/attribute.h>
#include <arch/cpu.h>
#include <arch/layout.h>
#include <lib/bits.h>
#include "attribute.h"

enum { ATTRIBUTES = 5, LINE = CPU_LINE, DEVICE = PTE_I | PTE_M | PTE_G };

static const uint8_t wimg[ATTRIBUTES] = { 0, PTE_I | PTE_G, PTE_M, PTE_G, PTE_W };

uint32_t attribute_bits(uint32_t frame, uint8_t attr)
{
	return frame < ram_end ? wimg[attr] : (uint32_t)DEVICE;
}

uint8_t attribute_of(uint32_t e)
{
	uint8_t attr = 0;

	if ((e & PTE_WIMG) == DEVICE)
		return attribute_at(e & PTE_FRAME);
	while (wimg[attr] != (e & PTE_WIMG))
		attr++;
	return attr;
}

uint8_t arch_attribute(l4_word_t name) { return name < ATTRIBUTES ? (uint8_t)name : ARCH_NO_ATTRIBUTE; }

l4_word_t arch_attribute_name(uint8_t attr) { return attr; }

/* Memory of devices is never cached. */
uint64_t arch_cache_flush(uint64_t pa, uint64_t bytes)
{
	uint64_t rest = pow2(PTE_PAGE_LOG2) - (pa & (pow2(PTE_PAGE_LOG2) - 1));
	const char *from = arch_frame_ptr(align_down(pa, 5)), *end;

	if (!arch_frame_reachable(pa))
		return bytes;
	rest = rest < bytes ? rest : bytes;
	end = (const char *)arch_frame_ptr(pa) + rest;
	for (; from < end; from += LINE)
		cpu_dcbf(from);
	cpu_sync();
	return rest;
}

void cache_make_code(const void *p, size_t n)
{
	const char *first = (const char *)((uintptr_t)p & ~(uintptr_t)(LINE - 1)), *end = (const char *)p + n;

	for (const char *at = first; at < end; at += LINE)
		cpu_dcbst(at);
	cpu_sync();
	for (const char *at = first; at < end; at += LINE)
		cpu_icbi(at);
	cpu_sync();
	cpu_isync();
}
