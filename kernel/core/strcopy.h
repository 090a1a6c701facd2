/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strcopy.h - string items: simple, compound, scattered and gathered, a bounded piece at a time
 * (api 5.3 to 5.5).
 */
#ifndef CORE_STRCOPY_H
#define CORE_STRCOPY_H

#include <core/msg.h>

/* The first word of a descriptor (strcopy.c). */
enum {
	STRING_MORE		= 1 << 0,	/* C: another buffer follows */
	STRING_CONTINUES	= 1 << 9,	/* c: the string goes on in the next descriptor */
};

static inline unsigned string_parts(l4_word_t w) { return (w >> 4 & 31) + 1; }
static inline l4_word_t string_length(l4_word_t w) { return w >> 10; }
static inline bool string_is_simple(l4_word_t w) { return !(w & (31 << 4 | STRING_CONTINUES)); }

/* A message begins: no string yet, the first string goes to the buffer at BR1. */
void strcopy_reset(struct thread *from);

/*
 * Begin the string item at MR from->item, of which nothing reaches behind MR `end`. MSG_MORE; or MSG_DONE
 * if the string, of two words, has been copied; or MSG_OVERFLOW if the receiver takes no strings or has
 * no buffer left.
 */
enum msg_result strcopy_begin(struct thread *from, struct thread *to, unsigned end);

/*
 * Copy a bounded piece. MSG_DONE: from->item is behind the string. MSG_FAULT: from->rest->str
 * says at which side, where and for what access a page is missing; call again when it may be there.
 */
enum msg_result strcopy_step(struct thread *from, struct thread *to, unsigned *budget);

/*
 * A string of two words, w and src, goes to a buffer of two words, buffer and dst, if it is one piece for
 * one buffer and lies in a page at each side. False: nothing has happened, and strcopy_begin may do it.
 */
bool strcopy_whole(struct space *from, l4_word_t w, l4_word_t src, struct space *to, l4_word_t buffer,
		   l4_word_t dst);

/* What the receiver learns of that: the descriptor, with the address at its own side (ambiguity B5). */
static inline void strcopy_tell(struct thread *to, unsigned i, l4_word_t w, l4_word_t dst)
{
	*thread_mr(to, i) = w;
	*thread_mr(to, i + 1) = dst;
}

/* n bytes by words, but where the end of what is read would be overwritten first. */
void strcopy_bytes(uint8_t *to, const uint8_t *from, l4_word_t n);

#endif
