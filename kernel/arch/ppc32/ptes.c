/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.c - adjacent PTEs (mem/ptes.h).
 */
#include <core/arch.h>
#include <mem/ptes.h>
#include "hash_entry.h"

/*
 * Entries of the hash table that one call removes, at most, about 55 instructions each: a call costs one unit
 * of a budget (mem/walk.c).
 */
enum { DROPS = 8 };

unsigned arch_ptes_empty(struct arch_ptes p, unsigned n)
{
	const arch_pte_t *e = p.at, *end = e + n;

	while (end - e >= PTE_LINE && pte_line_empty(e))
		e += PTE_LINE;
	while (e < end && !*e)
		e++;
	return (unsigned)(e - p.at);
}

/* An entry that is the kernel's has KEPT_OWNED in its byte. */
unsigned arch_ptes_idle(struct arch_ptes p, unsigned n)
{
	const arch_pte_t *e = p.at, *end = e + n;
	const uint8_t *kept = arch_kept_byte(e);

	while (e < end && *e && !*kept)
		e++, kept++;
	return (unsigned)(e - p.at);
}

/* The targets are not present, so there are no translations of them. */
unsigned ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n)
{
	const arch_pte_t *f = from.at, *end = f + n;
	const uint8_t *f_kept = arch_kept_byte(f);
	uint8_t *t_kept = arch_kept_byte(to.at);

	for (arch_pte_t *t = to.at; f < end && *f && !(*f_kept & KEPT_OWNED) && !*t; f++, t++) {
		*t = pte_copy(*f, rights);
		*t_kept++ = 0;
		f_kept++;
	}
	return (unsigned)(f - from.at);
}

uint32_t ptes_drop(struct arch_ptes p) { return hash_drop_of(p.seg, p.address, *p.at); }

/* Clears leaves that have no entry (H2). Returns the first one that has other kept bits, or is referenced. */
static INLINE arch_pte_t *clear_unused(arch_pte_t *e, const arch_pte_t *end, unsigned stop, unsigned *status)
{
	const uint8_t *kept = arch_kept_byte(e);

	for (; e < end && (*e & (PTE_PRESENT | PTE_REFERENCED)) == PTE_PRESENT && !(*kept & stop); e++) {
		*status |= *kept++;
		*e = 0;
	}
	return e;
}

/* The entries of leaves that are referenced are removed one by one: of DROPS at most. */
unsigned ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen)
{
	arch_pte_t *first = p.at, *end = first + n;
	unsigned status = 0;

	for (unsigned drops = 0; ; drops++) {
		arch_pte_t *next = clear_unused(p.at, end, idle ? 0xff : KEPT_OWNED, &status);

		p.address += (l4_word_t)(next - p.at) << PTE_PAGE_LOG2;
		p.at = next;
		if (idle || drops == DROPS || next == end || !*next || *arch_kept_byte(next) & KEPT_OWNED)
			break;
		status |= pte_seen(*next | hash_drop_of(p.seg, p.address, *next), *arch_kept_byte(next));
		*next = 0;
		p.address += 1 << PTE_PAGE_LOG2;
		p.at++;
	}
	*seen = status;
	return (unsigned)(p.at - first);
}

/* Returns false: no translation is left. */
bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen)
{
	uint32_t old = *p.at | ptes_drop(p);

	*p.at = (old & ~(uint32_t)PTE_STATUS) | pte_less(~rights);
	*seen = pte_seen(old, *arch_kept_byte(p.at));
	return false;
}

/* Leaves that are not referenced have no entry (H2). */
unsigned arch_ptes_reduce(struct arch_ptes p, unsigned rights, unsigned n)
{
	arch_pte_t *e = p.at, *end = e + n, less = pte_less(~rights);
	const uint8_t *kept = arch_kept_byte(e);

	for (; e < end && (*e & (PTE_PRESENT | PTE_REFERENCED)) == PTE_PRESENT && !*kept; kept++)
		*e++ |= less;
	return (unsigned)(e - p.at);
}

unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights)
{
	if ((*p.at ^ *from.at) & PTE_FRAME)
		return L4_RWX;
	return rights & L4_W && *p.at & ~*from.at & PTE_READ_ONLY ? L4_W : 0;
}
