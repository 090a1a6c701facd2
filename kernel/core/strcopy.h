/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strcopy.h - string items: simple and compound strings, copied in bounded steps (api 5.3 to 5.5).
 */
#ifndef CORE_STRCOPY_H
#define CORE_STRCOPY_H

#include <core/msg.h>

/* The first word of a descriptor (strcopy.c). */
enum {
	STRING_MORE		= 1 << 0,	/* C: another buffer follows */
	STRING_CONTINUES	= 1 << 9,	/* c: the string continues in the next descriptor */
};

static inline unsigned string_parts(l4_word_t w) { return (w >> 4 & 31) + 1; }
static inline l4_word_t string_length(l4_word_t w) { return w >> 10; }
static inline bool string_is_simple(l4_word_t w) { return !(w & (31 << 4 | STRING_CONTINUES)); }

/* A message begins: no string has been copied; the first string goes to the buffer at BR1. */
void strcopy_reset(struct thread *from);

/*
 * Begin the string item at MR from->item; the last word of the message is MR `end`. Returns MSG_MORE;
 * MSG_DONE if a simple string was copied; or MSG_OVERFLOW if the receiver accepts no strings, has no
 * buffer left, or the item does not end within the message.
 */
enum msg_result strcopy_begin(struct thread *from, struct thread *to, unsigned end);

/*
 * Copy until *budget is used up. MSG_DONE: from->item is the next item. MSG_FAULT: a page is missing;
 * from->rest->str has the side, address and access. Call again when the page may be present.
 */
enum msg_result strcopy_step(struct thread *from, struct thread *to, unsigned *budget);

/*
 * Copies a simple string (descriptor w, address src) to a simple buffer (descriptor buffer, address dst) if
 * it fits and lies in one page on each side. Returns false, with nothing changed, in all other cases.
 */
bool strcopy_whole(struct space *from, l4_word_t w, l4_word_t src, struct space *to, l4_word_t buffer,
		   l4_word_t dst);

/* Write the item of such a string into the receiver's message, with the buffer's address (ambiguity B5). */
static inline void strcopy_put_item(struct thread *to, unsigned i, l4_word_t w, l4_word_t dst)
{
	*thread_mr(to, i) = w;
	*thread_mr(to, i + 1) = dst;
}

/* memmove that copies words, unless `to` overlaps the end of `from`. */
void strcopy_bytes(uint8_t *to, const uint8_t *from, l4_word_t n);

#endif
