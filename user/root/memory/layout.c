/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layout.c - see layout.h.
 */
#include <pecan/addresses.h>
#include <pecan/elf.h>
#include <proto/grants.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "layout.h"

#define SYSTEM_HIGHEST	((L4_USER_END & ~(LAYOUT_SYSTEM_BYTES - 1)) - LAYOUT_SYSTEM_BYTES)

enum { MIB_LOG2 = 20 };

static bool run_touches(const struct elf *e, l4_word_t base, l4_word_t bytes)
{
	for (unsigned i = 0; i < e->runs; i++)
		if (e->run[i].base <= base + bytes - 1 && e->run[i].last >= base)
			return true;
	return false;
}

struct layout layout_large(const struct elf *e)
{
	l4_word_t at = SYSTEM_HIGHEST;

	while (at >= PECAN_SYSTEM_STEP && run_touches(e, at, LAYOUT_SYSTEM_BYTES))
		at -= PECAN_SYSTEM_STEP;
	return (struct layout){ run_touches(e, at, LAYOUT_SYSTEM_BYTES) ? 0 : at, 0 };
}

/* The address after the last segment. */
static l4_word_t end_of(const struct elf *e) { return e->run[e->runs - 1].last + 1; }

static bool fits(const struct elf *e, unsigned log2)
{
	return end_of(e) <= ((l4_word_t)1 << log2) - LAYOUT_SYSTEM_BYTES;
}

/* The log2 of the smallest size with room for `memory` behind the segments; 0: no size will do. */
static unsigned smallest(const struct elf *e, const struct grant *p, unsigned max_log2)
{
	uint64_t need = (uint64_t)end_of(e) + p->memory + LAYOUT_SYSTEM_BYTES;	/* may be beyond a word */

	for (unsigned log2 = LAYOUT_SMALLEST_LOG2; log2 <= max_log2; log2++)
		if (need <= (uint64_t)1 << log2)
			return log2;
	return 0;
}

struct layout layout_of(const struct elf *e, const struct grant *p, unsigned max_log2, bool *refused)
{
	bool chosen = p->small_mib != SMALL_DEFAULT;
	unsigned log2 = !chosen ? smallest(e, p, max_log2)
		      : p->small_mib != 0 && max_log2 != 0
			? MIB_LOG2 + (unsigned)__builtin_ctz(p->small_mib) : 0;

	*refused = log2 != 0 && !fits(e, log2);
	if (log2 == 0 || *refused)
		return layout_large(e);
	return (struct layout){ ((l4_word_t)1 << log2) - LAYOUT_SYSTEM_BYTES, log2 };
}
