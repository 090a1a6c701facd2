/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cc.h - lwIP on the C library of native programs, and, for tests, on that of the host.
 */
#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#if !__STDC_HOSTED__
#include <limits.h>
#define LWIP_NO_INTTYPES_H	1
#define LWIP_NO_CTYPE_H		1
#define LWIP_NO_UNISTD_H	1
#undef SSIZE_MAX
#define SSIZE_MAX	__LONG_MAX__
typedef long ssize_t;
#define X8_F	"02x"
#define U16_F	"u"
#define S16_F	"d"
#define X16_F	"x"
#define U32_F	"u"
#define S32_F	"d"
#define X32_F	"x"
#define SZT_F	"lu"
#define LITTLE_ENDIAN	__ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN	__ORDER_BIG_ENDIAN__
#define BYTE_ORDER	__BYTE_ORDER__
#endif

/* In a freestanding program memcpy is a call, even of some bytes. */
#define MEMCPY(to, from, bytes)		__builtin_memcpy(to, from, bytes)
#define SMEMCPY(to, from, bytes)	__builtin_memcpy(to, from, bytes)

/* lwIP's own are calls. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define lwip_htons(x)	__builtin_bswap16((u16_t)(x))
#define lwip_htonl(x)	__builtin_bswap32((u32_t)(x))
#endif

/* What must not be was found: ends the server. */
void net_failed(const char *what) __attribute__((noreturn));

#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x)	net_failed(x)

#endif
