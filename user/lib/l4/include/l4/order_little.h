/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * order_little.h - bit-fields, initialiser lists and bytes of a word on a little-endian machine. Included by
 * types.h of the machine.
 */
#ifndef L4_ORDER_LITTLE_H
#define L4_ORDER_LITTLE_H

#include <l4/words.h>

#define L4_LITTLE_ENDIAN

/* Bit-fields and initialiser lists, written from the least significant field up. */
#define L4_BITFIELD2(t, a, b)			t a; t b
#define L4_BITFIELD3(t, a, b, c)		L4_BITFIELD2(t, a, b); t c
#define L4_BITFIELD4(t, a, b, c, d)		L4_BITFIELD3(t, a, b, c); t d
#define L4_BITFIELD5(t, a, b, c, d, e)		L4_BITFIELD4(t, a, b, c, d); t e
#define L4_BITFIELD6(t, a, b, c, d, e, f)	L4_BITFIELD5(t, a, b, c, d, e); t f
#define L4_BITFIELD7(t, a, b, c, d, e, f, g)	L4_BITFIELD6(t, a, b, c, d, e, f); t g
#define L4_BITFIELD8(t, a, b, c, d, e, f, g, h)	L4_BITFIELD7(t, a, b, c, d, e, f, g); t h
#define L4_BITFIELD9(t, a, b, c, d, e, f, g, h, i) \
	L4_BITFIELD8(t, a, b, c, d, e, f, g, h); t i
#define L4_SHUFFLE2(a, b)			a, b
#define L4_SHUFFLE3(a, b, c)			a, b, c
#define L4_SHUFFLE4(a, b, c, d)			a, b, c, d
#define L4_SHUFFLE5(a, b, c, d, e)		a, b, c, d, e
#define L4_SHUFFLE6(a, b, c, d, e, f)		a, b, c, d, e, f
#define L4_SHUFFLE7(a, b, c, d, e, f, g)	a, b, c, d, e, f, g

/* The word whose bytes in memory are these characters. */
#define __L4_FOURCC(a, b, c, d)		(((d) << 24) + ((c) << 16) + ((b) << 8) + (a))

/* Where in memory a word has its bits 7..0 (n = 0), 15..8 (n = 1). */
#define __L4_BYTE_OF_WORD(n)		(n)

#endif
