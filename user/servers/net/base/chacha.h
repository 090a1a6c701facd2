/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chacha.h - the ChaCha20 block function (RFC 8439, 2.3): 64 bytes that cannot be guessed without the key.
 */
#ifndef NET_CHACHA_H
#define NET_CHACHA_H

#include <stdint.h>

enum { CHACHA_KEY = 8, CHACHA_NONCE = 3, CHACHA_BLOCK = 16 };	/* words of 32 bits */

void chacha_block(const uint32_t key[CHACHA_KEY], uint32_t counter, const uint32_t nonce[CHACHA_NONCE],
		  uint32_t out[CHACHA_BLOCK]);

#endif
