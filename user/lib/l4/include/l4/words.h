/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.h - the words of X.2: L4_Word_t has the machine's size, 32 or 64 bits. Included by <l4/types.h>.
 */
#ifndef L4_WORDS_H
#define L4_WORDS_H

typedef unsigned char	L4_Word8_t;
typedef unsigned short	L4_Word16_t;
typedef unsigned int	L4_Word32_t;
typedef unsigned long	L4_Word_t;

typedef signed char	L4_SignedWord8_t;
typedef signed short	L4_SignedWord16_t;
typedef signed int	L4_SignedWord32_t;
typedef signed long	L4_SignedWord_t;

/* 64 bits; of a version of a thread id, the bits (api 4.1). */
#if __SIZEOF_LONG__ == 8
#define L4_64BIT
#define __L4_VERSION_BITS	32
typedef unsigned long	L4_Word64_t;
typedef signed long	L4_SignedWord64_t;
#else
#define L4_32BIT
#define __L4_VERSION_BITS	14
__extension__ typedef unsigned long long L4_Word64_t;
__extension__ typedef signed long long	 L4_SignedWord64_t;
#endif

typedef unsigned long	L4_Size_t;
typedef L4_Word64_t	L4_Paddr_t;

#define L4_BITS_PER_WORD	(sizeof(L4_Word_t) * 8)

/* Return the number of the most, of the least significant set bit; undefined for 0. */
static inline int __L4_Msb(L4_Word_t w)
{
	return (int)L4_BITS_PER_WORD - 1 - __builtin_clzl(w);
}

static inline int __L4_Msb64(L4_Word64_t w)
{
	return 63 - __builtin_clzll(w);
}

static inline int __L4_Lsb(L4_Word_t w)
{
	return __builtin_ctzl(w);
}

static inline void __L4_Inc_Atomic(L4_Word_t *w)
{
	__atomic_fetch_add(w, 1, __ATOMIC_RELAXED);
}

#endif
