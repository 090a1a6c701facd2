/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_code.c - random code of x86: instructions of all x86 and of the machine, with random operands.
 */
#include "hostile_code.h"

/* Twice: it is more frequent. */
static const struct fragment shared[] = {
	{ 0, NOISE, "" }, { 0, NOISE, "" }, { 1, A_BYTE, "\xcd" }, { 1, NO_TAIL, "\xcc" },
	{ 1, NO_TAIL, "\xf1" }, { 2, NO_TAIL, "\x0f\x05" }, { 2, NO_TAIL, "\x0f\x34" },
	{ 2, NO_TAIL, "\xf0\x90" }, { 2, NO_TAIL, "\x0f\x35" }, { 1, REGISTERS, "\x8e" },
	{ 1, MEMORY, "\x8e" }, { 1, REGISTERS, "\x8c" }, { 2, MEMORY, "\x0f\xb2" }, { 2, MEMORY, "\x0f\xb4" },
	{ 2, MEMORY, "\x0f\xb5" }, { 2, NO_TAIL, "\x0f\xa1" }, { 2, NO_TAIL, "\x0f\xa9" },
	{ 1, NO_TAIL, "\xcb" }, { 1, NO_TAIL, "\xcf" }, { 1, MEMORY, "\xff" }, { 1, REGISTERS, "\xff" },
	{ 1, NO_TAIL, "\xc3" }, { 1, A_BYTE, "\xeb" }, { 1, A_BYTE, "\x75" }, { 1, NO_TAIL, "\x9c" },
	{ 1, NO_TAIL, "\x50" }, { 1, NO_TAIL, "\x5c" }, { 1, A_LONG, "\x68" },
	{ 4, A_BYTE, "\xc8\x10\x00\x00" }, { 1, NO_TAIL, "\xc9" }, { 1, NO_TAIL, "\xf4" },
	{ 1, NO_TAIL, "\xfa" }, { 1, NO_TAIL, "\xfb" }, { 1, NO_TAIL, "\xfd" }, { 1, NO_TAIL, "\xec" },
	{ 1, NO_TAIL, "\xef" }, { 1, NO_TAIL, "\x6c" }, { 2, NO_TAIL, "\x0f\x30" },
	{ 2, NO_TAIL, "\x0f\x32" }, { 2, NO_TAIL, "\x0f\x33" }, { 2, NO_TAIL, "\x0f\x31" },
	{ 2, NO_TAIL, "\x0f\xa2" }, { 3, NO_TAIL, "\x0f\x01\xd0" }, { 3, NO_TAIL, "\x0f\x01\xd1" },
	{ 3, NO_TAIL, "\x0f\x01\xc8" }, { 2, MEMORY, "\x0f\x01" }, { 2, REGISTERS, "\x0f\x01" },
	{ 2, REGISTERS, "\x0f\x00" }, { 2, REGISTERS, "\x0f\x20" }, { 2, REGISTERS, "\x0f\x22" },
	{ 2, REGISTERS, "\x0f\x21" }, { 2, REGISTERS, "\x0f\x23" }, { 2, NO_TAIL, "\x0f\x06" },
	{ 2, NO_TAIL, "\x0f\x09" }, { 2, NO_TAIL, "\x0f\x0b" }, { 2, REGISTERS, "\x0f\x02" },
	{ 2, REGISTERS, "\x0f\x03" }, { 1, MEMORY, "\x89" }, { 1, MEMORY, "\x8b" }, { 2, MEMORY, "\xf0\x01" },
	{ 2, NO_TAIL, "\xf3\xa4" }, { 2, NO_TAIL, "\xf3\xab" }, { 1, MEMORY, "\xd8" }, { 1, MEMORY, "\xd9" },
	{ 1, REGISTERS, "\xd9" }, { 1, REGISTERS, "\xde" }, { 1, MEMORY, "\xdd" }, { 1, REGISTERS, "\xdb" },
	{ 2, NO_TAIL, "\xdb\xe3" }, { 1, NO_TAIL, "\x9b" }, { 2, MEMORY, "\x0f\xae" },
	{ 2, REGISTERS, "\x0f\xae" }, { 2, REGISTERS, "\x0f\x5e" }, { 2, MEMORY, "\x0f\x10" },
	{ 2, MEMORY, "\x0f\x11" }, { 2, REGISTERS, "\x0f\xef" }, { 3, REGISTERS, "\xf2\x0f\x5e" },
	{ 2, NO_TAIL, "\x0f\x77" }, { 1, MEMORY, "\xf6" },
};

enum { SHARED = sizeof shared / sizeof *shared };

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
	unsigned n = (unsigned)hostile_below(SHARED + hostile_fragment_count);
	const struct fragment *f = n < SHARED ? &shared[n] : &hostile_fragments[n - SHARED];

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
