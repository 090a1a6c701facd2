/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * siphash.h - SipHash-2-4 (Aumasson and Bernstein, 2012) of whole words of 64 bits: 64 bits that cannot be
 * guessed without the key.
 */
#ifndef NET_SIPHASH_H
#define NET_SIPHASH_H

#include <stdint.h>

enum { SIPHASH_KEY = 2 };	/* words */

uint64_t siphash(const uint64_t key[SIPHASH_KEY], const uint64_t *words, unsigned count);

#endif
