/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.h - page-table entries (PTEs) of one size that stand side by side in one table: the one form in which
 * core changes those of pages that are there. Part of the contract with a machine (mem/arch.h); <arch/ptes.h>
 * has those functions that a machine has in place.
 *
 * A present entry is changed by one atomic operation (lib/atomic.h), as a CPU may set status bits in it at
 * any time. Translations are not invalidated here.
 */
#ifndef MEM_PTES_H
#define MEM_PTES_H

#include <stdbool.h>
#include <stdint.h>
#include <x2/word.h>
#include <mem/space.h>

/*
 * `left` entries of 2^log2 bytes, from the one for an address to the end of its table; 0: there is none. `at`
 * is the machine's. Good until a table of the space is freed.
 */
struct arch_ptes { uint64_t *at; unsigned log2, left; };

/*
 * arch_ptes_of		from the leaf for address, of whatever size, if there is one and it is not the
 *			kernel's own
 * arch_ptes_room	from the entry of 2^log2 bytes for address, if it is free and its table is there
 *			(`at` is not 0 if that is)
 *
 * What an entry has seen (`seen`) is its kept bits (leaf.kept), and above those a pair, KEPT_SEEN and
 * KEPT_WRITTEN (mapping.h), of what the machine has noted. Of the first entry, which is a leaf:
 *
 * arch_ptes_keep	takes `not` out of its kept bits, and `more` in. Returns what they were
 * arch_ptes_strip	takes away those rights, but not R, and what the machine has noted. *seen: what it had.
 *			False: no translation of it has become wrong
 * arch_ptes_lacks	the rights that it would gain by a copy of the first of `from`, all of them if it has
 *			another frame. Both are leaves of one size
 *
 * Of the first n; each returns how many of them, before the first one with which it cannot be done:
 *
 * arch_ptes_empty	are free
 * arch_ptes_idle	are leaves without kept bits
 * arch_ptes_copy	were copied from `from`, leaves, to `to`, free: less rights and without status
 * arch_ptes_clear	were leaves, and are cleared (idle: unless they have status). *seen: of all of these
 */

bool arch_ptes_strip(struct arch_ptes p, unsigned rights, unsigned *seen);
unsigned arch_ptes_lacks(struct arch_ptes p, struct arch_ptes from, unsigned rights);
unsigned arch_ptes_empty(struct arch_ptes p, unsigned n);
unsigned arch_ptes_idle(struct arch_ptes p, unsigned n);

#include <arch/ptes.h>

#endif
