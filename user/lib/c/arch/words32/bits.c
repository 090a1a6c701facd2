/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bits.c - __builtin_ctzll, which compilers call for 64 bits.
 */
#include <stdint.h>

int __ctzdi2(uint64_t x);

int __ctzdi2(uint64_t x)
{
	return (uint32_t)x ? __builtin_ctz((uint32_t)x) : 32 + __builtin_ctz((uint32_t)(x >> 32));
}
