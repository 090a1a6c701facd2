/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.h - adjacent PTEs (mem/ptes.h): nothing is in place.
 */
#ifndef ARCH_PTES_H
#define ARCH_PTES_H

struct arch_ptes { arch_pte_t *at; unsigned log2, left; };

struct arch_ptes arch_ptes_of(struct space *s, l4_word_t address);
struct arch_ptes arch_ptes_room(struct space *s, l4_word_t address, unsigned log2);
unsigned arch_ptes_keep(struct arch_ptes p, unsigned not, unsigned more);
bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen);
unsigned arch_ptes_reduce(struct arch_ptes p, unsigned rights, unsigned n);
unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights);
unsigned arch_ptes_empty(struct arch_ptes p, unsigned n);
unsigned arch_ptes_idle(struct arch_ptes p, unsigned n);
unsigned arch_ptes_copy(struct arch_ptes from, struct arch_ptes to, unsigned rights, unsigned n);
unsigned arch_ptes_clear(struct arch_ptes p, unsigned n, bool idle, unsigned *seen);

#endif
