/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * requests.h - requests of a program without rights: what they are made of, and what must be refused.
 *
 * breaker.h makes a correct one with random words; here some words become numbers that mean something.
 */
#ifndef INTRUDER_REQUESTS_H
#define INTRUDER_REQUESTS_H

#include "intruder.h"

struct requests_caller {
	L4_Word_t task;
	bool confined;
	L4_ThreadId_t other;		/* a thread of another task */
};

/* A number from an answer, for later requests. */
void requests_learn(struct breaker *b, L4_Word_t word);

/* Put numbers that mean something into the correct request, threads among these. */
void requests_choose(struct breaker *b, const L4_ThreadId_t *threads, unsigned count);

/*
 * Change what would end the intruder itself, take away its own memory, fill the disk or the screen. False: it
 * cannot be sent.
 */
bool requests_tame(struct breaker *b, const struct requests_caller *c);

/* Returns true if this request must fail, as the caller has nothing that it names. */
bool requests_forbidden(const struct breaker *b, const struct requests_caller *c);

/* Returns true if it needs a right that the caller does not have. */
bool requests_needs(const struct breaker *b, const struct requests_caller *c);

#endif
