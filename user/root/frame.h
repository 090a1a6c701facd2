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
 * Make the page at `page`, which is absent, in an area [first, last], present with a zeroed frame on the
 * account: its leaf word. 0: the account's limit is reached, or no page is free.
 */
l4_word_t frame_new(struct vtab *v, struct account *a, l4_word_t page, l4_word_t first, l4_word_t last);

/*
 * A block for the largest chunk that begins at `page`, does not reach beyond `last`, and for which there is
 * one; no page of it has a leaf word. Returns the leaf word of `page`, which is set; the others are to be set
 * (vtab_fill). The contents are undefined. 0: as of frame_new.
 */
l4_word_t frame_block(struct vtab *v, struct account *a, l4_word_t page, l4_word_t last);

/* Where an area of so many bytes must begin, that frame_block can use its largest blocks: a power of two. */
l4_word_t frame_align(l4_word_t bytes);

#endif
