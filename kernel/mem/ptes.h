/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptes.h - adjacent page-table entries (PTEs) of one size in one table: the form in which ranges are mapped
 * and revoked. <arch/ptes.h> declares them; generic/ptes.c has them for one entry at a time.
 *
 * A present entry is changed by one atomic operation (<arch/atomic.h>), as a CPU may set status bits in it at
 * any time. These functions do not invalidate translations.
 */
#ifndef MEM_PTES_H
#define MEM_PTES_H

#include <stdbool.h>
#include <stdint.h>
#include <x2/word.h>
#include <mem/space.h>

/*
 * struct arch_ptes: `left` entries of 2^log2 bytes, from the one for an address on, in one table; 0: none.
 * Only the machine uses its other fields, but that `at` is 0 or not. Valid until a table of the space is
 * freed.
 *
 * arch_ptes_of		returns the entries from the leaf for address on; none if that is not present, or is
 *			the kernel's own. log2: of the leaf; without one, of the hole
 * arch_ptes_room	returns the entries from the one of 2^log2 bytes for address on; none if that is not
 *			free, or its table does not exist. `at` is not 0 if the table exists
 *
 * The status of an entry (`seen`) is its kept bits (leaf.kept), and above those a pair, KEPT_SEEN and
 * KEPT_WRITTEN (mapping.h), the status of the hardware. Functions of the first entry, which is a leaf:
 *
 * arch_ptes_keep	removes `not` from its kept bits, and adds `more`. Returns the old kept bits
 * arch_ptes_strip	revokes rights, except R, and resets the status of the hardware. *seen: its status
 *			before. Returns false if no translation of it became stale
 * arch_ptes_lacks	returns the rights that it would gain if the first entry of `from` were mapped there
 *			with `rights`; all rights if it has another frame. Both are leaves of one size
 *
 * Functions of the first n entries. Each returns the number of entries before the first for which its
 * condition is false:
 *
 * arch_ptes_empty	counts free entries
 * arch_ptes_idle	counts leaves without kept bits
 * arch_ptes_reduce	revokes rights, except R, of leaves without status; n is more than 1. No CPU has a
 *			translation of such a leaf (SDM 3A 4.10.2.3): status is reset with an invalidation
 * arch_ptes_copy	copies leaves of `from` to free entries of `to`, with `rights` at most and no status
 * arch_ptes_clear	clears leaves (idle: leaves without status). *seen: the status of all of these. May stop
 *			before, but not among the first eight
 */

#include <arch/ptes.h>

#endif
