/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempt.h - one try to do a request that only reads. It ends at the first block that is not in the cache,
 * which is being read from then on; others are served meanwhile, and the request is tried again later.
 *
 * It is a parameter of each function between main.c or ring.c, where it is begun, and cache_read. NULL in its
 * place means that the caller waits for the disk, as each request does that changes something. libext2fs has
 * no such parameter: see io_enter.
 */
#ifndef FILES_ATTEMPT_H
#define FILES_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

enum { ATTEMPTS = 64 };			/* that may lack a block, of one request */

/* times: how many attempts of the request have lacked a block, 0 at first; block: the last one. */
struct attempt { uint64_t block; unsigned times; bool missed; };

/*
 * Begins the next attempt of a request. Returns NULL if the request waits for the disk now: it has lacked
 * blocks ATTEMPTS times, or its block is not in the cache although the disk has answered, as it could not be
 * read or others have taken its place.
 */
struct attempt *attempt_begin(struct attempt *a);

/* It lacks this block, which is being read; the first one counts. For cache.c. */
void attempt_miss(struct attempt *a, uint64_t block);

/* Returns true if it lacks a block: the result of the request, whichever it is, counts for nothing then. */
static inline bool attempt_has_missed(const struct attempt *a) { return a && a->missed; }

/* Returns true if the block that it lacked is not being read any more: the request may be tried again. */
bool attempt_can_go_on(const struct attempt *a);

#endif
