/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handle.h - numbers that a server gives its clients for entries of a table: the place in the table, and a
 * generation, which changes each time that the place is used again. So a stale handle is refused, and does
 * not name the present entry of its place. Handles have 32 bits; none is 0.
 *
 * A server sets the generations of all places to its clock in milliseconds when it starts: so its handles
 * differ from those of the server before it, unless that used one place more than 1,000 times a second.
 */
#ifndef PECAN_HANDLE_H
#define PECAN_HANDLE_H

#include <l4/types.h>

enum { HANDLE_PLACE_BITS = 8, HANDLE_PLACES = 1 << HANDLE_PLACE_BITS, HANDLE_GENERATIONS = 1 << 24 };

/* Returns the generation after this one, from 1. */
static inline unsigned handle_next(unsigned generation)
{
	return (generation + 1) % HANDLE_GENERATIONS ? (generation + 1) % HANDLE_GENERATIONS : 1;
}

/* place: below HANDLE_PLACES; generation: of handle_next. */
static inline L4_Word_t handle_make(unsigned place, unsigned generation)
{
	return (L4_Word_t)generation << HANDLE_PLACE_BITS | place;
}

/*
 * Returns the place in a handle, below HANDLE_PLACES. The caller compares the handle with that of the entry.
 */
static inline unsigned handle_place(L4_Word_t handle)
{
	return handle % HANDLE_PLACES;
}

#endif
