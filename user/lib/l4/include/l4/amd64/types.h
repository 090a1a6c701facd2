/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/types.h - the machine's words: 64 bits, little endian. Included by <l4/types.h> only.
 */
#ifndef L4_AMD64_TYPES_H
#define L4_AMD64_TYPES_H

#define L4_LITTLE_ENDIAN
#define L4_64BIT

typedef unsigned char	L4_Word8_t;
typedef unsigned short	L4_Word16_t;
typedef unsigned int	L4_Word32_t;
typedef unsigned long	L4_Word64_t;
typedef unsigned long	L4_Word_t;

typedef signed char	L4_SignedWord8_t;
typedef signed short	L4_SignedWord16_t;
typedef signed int	L4_SignedWord32_t;
typedef signed long	L4_SignedWord64_t;
typedef signed long	L4_SignedWord_t;

typedef unsigned long	L4_Size_t;
typedef L4_Word64_t	L4_Paddr_t;

/* Where the 32-bit thread ids are, for programs that include them by this name. */
#define L4_COMPAT_H_LOCATION	__L4_INC_ARCH(compat.h)

#endif
