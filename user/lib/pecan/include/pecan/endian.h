/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * endian.h - numbers of devices, disks and networks, whose byte order is not that of the machine: leN is
 * little-endian, beN big-endian. Each of these converts both ways; beN_at reads the bytes at any address.
 */
#ifndef PECAN_ENDIAN_H
#define PECAN_ENDIAN_H

#include <stdbool.h>
#include <stdint.h>

static inline bool endian_is_big(void) { return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__; }

static inline uint16_t le16(uint16_t n) { return endian_is_big() ? __builtin_bswap16(n) : n; }
static inline uint32_t le32(uint32_t n) { return endian_is_big() ? __builtin_bswap32(n) : n; }
static inline uint64_t le64(uint64_t n) { return endian_is_big() ? __builtin_bswap64(n) : n; }

static inline uint16_t be16(uint16_t n) { return endian_is_big() ? n : __builtin_bswap16(n); }
static inline uint32_t be32(uint32_t n) { return endian_is_big() ? n : __builtin_bswap32(n); }

static inline uint16_t be16_at(const void *at)
{
	uint16_t n;

	__builtin_memcpy(&n, at, sizeof n);
	return be16(n);
}

static inline uint32_t be32_at(const void *at)
{
	uint32_t n;

	__builtin_memcpy(&n, at, sizeof n);
	return be32(n);
}

static inline uint64_t be64_at(const void *at)
{
	return (uint64_t)be32_at(at) << 32 | be32_at((const char *)at + sizeof(uint32_t));
}

#endif
