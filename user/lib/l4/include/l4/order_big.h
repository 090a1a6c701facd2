/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * order_big.h - bit-fields, initialiser lists and bytes of a word on a big-endian machine. Included by
 * types.h of the machine.
 */
#ifndef L4_ORDER_BIG_H
#define L4_ORDER_BIG_H

#include <l4/words.h>

#define L4_BIG_ENDIAN

/*
 * Bit-fields and initialiser lists, written from the least significant field up: compilers allocate the first
 * one that they see in the highest bits. So the fields of a word must be all of its bits.
 */
#define L4_BITFIELD2(t, a, b)			t b; t a
#define L4_BITFIELD3(t, a, b, c)		t c; L4_BITFIELD2(t, a, b)
#define L4_BITFIELD4(t, a, b, c, d)		t d; L4_BITFIELD3(t, a, b, c)
#define L4_BITFIELD5(t, a, b, c, d, e)		t e; L4_BITFIELD4(t, a, b, c, d)
#define L4_BITFIELD6(t, a, b, c, d, e, f)	t f; L4_BITFIELD5(t, a, b, c, d, e)
#define L4_BITFIELD7(t, a, b, c, d, e, f, g)	t g; L4_BITFIELD6(t, a, b, c, d, e, f)
#define L4_BITFIELD8(t, a, b, c, d, e, f, g, h)	t h; L4_BITFIELD7(t, a, b, c, d, e, f, g)
#define L4_BITFIELD9(t, a, b, c, d, e, f, g, h, i) \
	t i; L4_BITFIELD8(t, a, b, c, d, e, f, g, h)
#define L4_SHUFFLE2(a, b)			b, a
#define L4_SHUFFLE3(a, b, c)			c, b, a
#define L4_SHUFFLE4(a, b, c, d)			d, c, b, a
#define L4_SHUFFLE5(a, b, c, d, e)		e, d, c, b, a
#define L4_SHUFFLE6(a, b, c, d, e, f)		f, e, d, c, b, a
#define L4_SHUFFLE7(a, b, c, d, e, f, g)	g, f, e, d, c, b, a

/* The word whose bytes in memory are these characters. */
#define __L4_FOURCC(a, b, c, d)		(((a) << 24) + ((b) << 16) + ((c) << 8) + (d))

/* Where in memory a word has its bits 7..0 (n = 0), 15..8 (n = 1). */
#define __L4_BYTE_OF_WORD(n)		((int)sizeof(L4_Word_t) - 1 - (n))

#endif
