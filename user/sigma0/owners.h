/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owners.h - the owner of each extent of memory or of ports that was handed out.
 *
 *   O1  at[0..count-1] are sorted, disjoint, and inclusive of `last`
 *   O2  extents of one owner that touch are one extent
 *   O3  count <= room
 *
 * Addresses outside of all extents have no owner yet. Extents are never returned (protocols 7.1), so the
 * table only grows, with the number of alternations between owners.
 */
#ifndef SIGMA0_OWNERS_H
#define SIGMA0_OWNERS_H

#include <x2/word.h>

struct extent { l4_word_t base, last; l4_tid_t owner; };

struct owners { struct extent *at; unsigned count, room; };

enum owned { OWNED_FREE, OWNED_MINE, OWNED_OTHER };

/*
 * Returns OWNED_OTHER if a part of [base, last] is another owner's, OWNED_MINE if all is `owner`'s, else
 * FREE.
 */
enum owned owners_state(const struct owners *o, l4_word_t base, l4_word_t last, l4_tid_t owner);

/* Give [base, last], no part of which is another owner's, to `owner`. Needs one free place (O3). */
void owners_claim(struct owners *o, l4_word_t base, l4_word_t last, l4_tid_t owner);

/* Returns the first extent that touches [base, last], or 0. */
const struct extent *owners_first(const struct owners *o, l4_word_t base, l4_word_t last);

/* Replace the table by a larger one of `room` places, to which the extents are copied. */
void owners_move(struct owners *o, struct extent *table, unsigned room);

#endif
