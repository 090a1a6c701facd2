/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h - which frame a page gets: docs/decisions/memory-reservation.md.
 *
 * The kernel keeps pages that were mapped one by one as one extent if their addresses and their frames have
 * the same distance. So the first page that is touched in a chunk of an area (2 MiB, 256 KiB or 32 KiB,
 * aligned) makes a reservation of so many frames (pool.h), and each other page of the chunk gets the frame at
 * its place in that, if no other task has taken it.
 *
 *   F1  the first leaf word of a granule of 32 KiB names the frames of its pages: by VTAB_RESERVED or its own
 *       frame, if that is aligned to 32 KiB
 */
#ifndef ROOT_FRAME_H
#define ROOT_FRAME_H

#include "vtab.h"

/*
 * Map a zeroed frame, charged to the account, at the absent page `page` of an area [first, last]. Returns
 * the page's leaf word (vtab.h), or 0 if the account's limit is reached or no page is free.
 */
l4_word_t frame_new(struct vtab *v, struct account *a, l4_word_t page, l4_word_t first, l4_word_t last);

/*
 * Allocate a block of frames for the largest chunk that begins at `page`, ends at `last` at the latest, and
 * for which a block is free; no page of the chunk may have a leaf word. Returns the leaf word of `page`,
 * which is set; the caller sets the others (vtab_fill). The contents are undefined. Returns 0 as frame_new
 * does.
 */
l4_word_t frame_block(struct vtab *v, struct account *a, l4_word_t page, l4_word_t last);

/*
 * Returns the alignment, a power of two, with which frame_block can use the largest blocks for such an area.
 */
l4_word_t frame_align(l4_word_t bytes);

#endif
