/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owners.h - the owner of each extent of memory or of ports that was handed out.
 *
 *   O1  at[0..count-1] are sorted, disjoint, and inclusive of `last`
 *   O2  extents of one owner that touch are one extent
 *   O3  count <= room
 *
 * What is in no extent has no owner yet. Extents are never taken back (protocols 7.1 has no return), so the
 * table only grows with the number of alternations between owners.
 */
#ifndef SIGMA0_OWNERS_H
#define SIGMA0_OWNERS_H

#include <x2/word.h>

struct extent { l4_word_t base, last; l4_tid_t owner; };

struct owners { struct extent *at; unsigned count, room; };

enum owned { OWNED_FREE, OWNED_MINE, OWNED_OTHER };

/* OWNED_OTHER if any part of [base, last] is another's, OWNED_MINE if all is `owner`'s, else FREE. */
enum owned owners_state(const struct owners *o, l4_word_t base, l4_word_t last, l4_tid_t owner);

/* Give [base, last], no part of which is another's, to owner. Needs one free place (O3). */
void owners_claim(struct owners *o, l4_word_t base, l4_word_t last, l4_tid_t owner);

/* The first extent that touches [base, last], or 0. */
const struct extent *owners_first(const struct owners *o, l4_word_t base, l4_word_t last);

/* Copy the extents to a larger table and use that. */
void owners_move(struct owners *o, struct extent *table, unsigned room);

#endif
