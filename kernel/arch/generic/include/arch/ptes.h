/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.h - ranges of PTEs (mem/ptes.h) that are one PTE long, by arch_ptab_get, _set and _clear (ptes.c). A
 * machine with several CPUs, or one on which the mapping of many pages shall be fast, has a header of its
 * own: here arch_ptes_strip clears a PTE and sets it again.
 */
#ifndef ARCH_PTES_H
#define ARCH_PTES_H

struct arch_ptes {
	struct space *at;
	l4_word_t address;
	unsigned log2, left;		/* left: 0 or 1 */
};

struct arch_ptes arch_ptes_of(struct space *s, l4_word_t address);
struct arch_ptes arch_ptes_room(struct space *s, l4_word_t address, unsigned log2);
unsigned arch_ptes_keep(struct arch_ptes p, unsigned not, unsigned more);
bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen);
unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights);
unsigned arch_ptes_empty(struct arch_ptes p, unsigned n);
unsigned arch_ptes_idle(struct arch_ptes p, unsigned n);
unsigned arch_ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n);
unsigned arch_ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen);

/* A range has one entry, so this is not called. */
static inline unsigned arch_ptes_reduce(struct arch_ptes p, unsigned rights, unsigned n)
{
	return arch_ptes_strip(p, rights, &n), 1;
}

#endif
