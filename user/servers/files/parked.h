/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parked.h - requests that wait for the disk, so that others are served meanwhile: each is done again, from
 * its message, when the block that it lacked has been read. Only requests that read are (cache_may_miss).
 */
#ifndef FILES_PARKED_H
#define FILES_PARKED_H

#include <l4/types.h>
#include <stdbool.h>

#include "cache.h"

enum { PARKED = 32, PARKED_WORDS = 64 };

/* words: of the message, the tag first. */
struct parked {
	L4_ThreadId_t thread;
	struct cache_misses misses;
	unsigned n;
	L4_Word_t words[PARKED_WORDS];
};

/* Returns true if a request may be parked: else it is done to its end, and waits for the disk itself. */
bool parked_has_place(void);

void parked_put(const struct parked *p);

bool parked_any(void);

/* Takes a request whose block is not being read any more. Returns false if there is none. */
bool parked_next(struct parked *p);

/* The thread has sent another message: what it has asked for before is not answered any more. */
void parked_forget(L4_ThreadId_t thread);

#endif
