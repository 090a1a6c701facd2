/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_code.c - random code of x86: instructions of the machine's table with random operands.
 */
#include "hostile_code.h"

/* Of the word at GS:0. */
volatile word *hostile_mrs(word mr0) { return (void)mr0, (volatile word *)gs_read(); }

static uint8_t *put_word(uint8_t *at, word w, unsigned bytes)
{
	while (bytes-- > 0) {
		*at++ = (uint8_t)w;
		w >>= 8;
	}
	return at;
}

uint8_t *hostile_put(uint8_t *at)
{
	const struct fragment *f = &hostile_fragments[hostile_below(hostile_fragment_count)];

	for (unsigned i = 0; i < f->length; i++)
		*at++ = (uint8_t)f->bytes[i];
	switch (f->tail) {
	case A_BYTE:
		return put_word(at, hostile_below(256), 1);
	case A_LONG:
		return put_word(at, hostile_word(), 4);
	case A_WORD:
		return put_word(at, hostile_word(), sizeof(word));
	case A_CALL:
		/* call *%rcx or *%ecx */
		return put_word(put_word(at, hostile_any_link(), sizeof(word)), 0xd1ff, 2);
	case REGISTERS:
		return put_word(at, 0xc0 | hostile_below(64), 1);
	case MEMORY:
		return put_word(at, hostile_below(8) << 3 | (hostile_below(4) ? 6 + hostile_below(2) : 3), 1);
	case NOISE:
		return put_word(at, hostile_random(), 1 + (unsigned)hostile_below(8));
	default:
		return at;
	}
}
