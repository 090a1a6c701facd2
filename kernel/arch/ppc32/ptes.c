/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.c - adjacent PTEs (mem/ptes.h).
 */
#include <core/arch.h>
#include <mem/ptes.h>
#include "hash_entry.h"

/* Entries in a cache line of 32 bytes; entries of the hash table that one call removes, at most. */
enum { LINE = 8, DROPS = 20 };

/* The status of an entry as mem/ptes.h has it. */
static INLINE unsigned seen_of(uint32_t e, uint8_t kept)
{
	_Static_assert(PTE_CHANGED == 2 << LEAF_KEPT_BITS && PTE_REFERENCED >> 2 == 1 << LEAF_KEPT_BITS,
		       "the pair");
	return kept | (e & PTE_CHANGED) | (e & PTE_REFERENCED) >> 2;
}

static INLINE bool line_empty(const arch_pte_t *e)
{
	return (e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]) == 0;
}

unsigned arch_ptes_empty(struct arch_ptes p, unsigned n)
{
	const arch_pte_t *e = p.at, *end = e + n;

	while (end - e >= LINE && line_empty(e))
		e += LINE;
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

static INLINE uint32_t less_rights(unsigned rights) { return rights & L4_W ? 0 : PTE_READ_ONLY; }

/* The targets are not present, so there are no translations of them. */
unsigned arch_ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n)
{
	const arch_pte_t *f = from.at, *end = f + n;
	const uint8_t *f_kept = arch_kept_byte(f);
	uint8_t *t_kept = arch_kept_byte(to.at);
	uint32_t less = less_rights(rights);

	for (arch_pte_t *t = to.at; f < end && *f && !(*f_kept & KEPT_OWNED) && !*t; f++, t++) {
		*t = (*f & ~(uint32_t)(PTE_STATUS | PTE_NOTE)) | less;
		*t_kept++ = 0;
		f_kept++;
	}
	return (unsigned)(f - from.at);
}

/*
 * A PTE that is not referenced has no status, and no entry (H2). Of others, whose entries are removed, not
 * more than DROPS are cleared in a call.
 */
unsigned arch_ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen)
{
	const unsigned stop = idle ? 0xff : KEPT_OWNED;
	const arch_pte_t *end = p.at + n;
	const uint8_t *kept = arch_kept_byte(p.at);
	unsigned drops = 0;
	arch_pte_t *e, status = 0;
	uint8_t old = 0;

	for (e = p.at; e < end && *e && !(*kept & stop); *e++ = 0, old |= *kept++) {
		if (!(*e & PTE_REFERENCED))
			continue;
		if (drops++ == DROPS)
			break;
		*e |= hash_drop_of(p.seg, p.address + ((l4_word_t)(e - p.at) << PTE_PAGE_LOG2), *e);
		if (idle)
			break;
		status |= *e;
	}
	*seen = seen_of(status, old);
	return (unsigned)(e - p.at);
}

/* Returns false: no translation is left. */
bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen)
{
	uint32_t old = *p.at | hash_drop_of(p.seg, p.address, *p.at);

	*p.at = (old & ~(uint32_t)PTE_STATUS) | less_rights(~rights);
	*seen = seen_of(old, *arch_kept_byte(p.at));
	return false;
}

unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights)
{
	if ((*p.at ^ *from.at) & PTE_FRAME)
		return L4_RWX;
	return rights & L4_W && *p.at & ~*from.at & PTE_READ_ONLY ? L4_W : 0;
}
