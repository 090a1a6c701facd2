/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep.h - memory that outlives the tasks of a section (`keep`): reserved at boot; each page is made when a
 * task first touches it, and is never freed.
 */
#ifndef ROOT_KEEP_H
#define ROOT_KEEP_H

#include <root/memory/pool.h>

struct keep {
	struct account account;
	l4_word_t block;		/* of frames in a row for its pages, as far as they are free; 0: none */
	l4_word_t *frame;		/* of each page, 0: it has not been made; NULL: there is no memory */
};

/* Reserve memory of so many bytes, as promise_keep says. Returns false if so much is not free. */
bool keep_make(struct keep *k, struct pool *p, l4_word_t bytes);

/* Returns the frame of the page with this offset, which is zeroed when it is made. */
l4_word_t keep_frame(struct keep *k, l4_word_t offset);

#endif
