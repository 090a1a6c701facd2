/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * breaker.h - messages of a protocol, and those that break it in one place, made from its interface file
 * (NAME_messages.h).
 */
#ifndef TESTS_MESSAGES_BREAKER_H
#define TESTS_MESSAGES_BREAKER_H

#include <proto/stub.h>

enum { BREAKER_WORDS = 63, BREAKER_WAYS = 16 };

struct breaker {
	L4_Word64_t state;			/* of the generator */
	L4_Word_t made;				/* bit n: a message was broken in way n */
	const struct stub_request *request;
	const char *way;			/* what is wrong with the message */
	L4_Word_t label, word[BREAKER_WORDS];	/* word[0] is MR1 */
	unsigned untyped, typed;
};

void breaker_seed(struct breaker *b, L4_Word_t seed);
L4_Word_t breaker_random(struct breaker *b);

/* A correct request of the protocol, with random words. */
void breaker_correct(struct breaker *b, const struct stub_protocol *p);

/* The same, correct but for one thing. */
void breaker_make(struct breaker *b, const struct stub_protocol *p);

/* Returns true if its label is negative, as those of the kernel's protocols are. */
bool breaker_is_kernels(const struct breaker *b);

/* In how many ways messages were broken so far. */
unsigned breaker_kinds(const struct breaker *b);

#endif
