/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.c - tests of the network server's random numbers and its hash (user/servers/net).
 */
#include <string.h>
#include <servers/net/base/chacha.h>
#include <servers/net/base/siphash.h>
#include "harness.h"

TEST(HCHA0001, "a block of ChaCha20 is that of the example in RFC 8439, 2.3.2")
{
	static const uint32_t key[CHACHA_KEY] = {
		0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c,
	};
	static const uint32_t nonce[CHACHA_NONCE] = { 0x09000000, 0x4a000000, 0 };
	static const uint32_t wanted[CHACHA_BLOCK] = {
		0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
		0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9, 0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2,
	};
	uint32_t block[CHACHA_BLOCK];

	chacha_block(key, 1, nonce, block);
	CHECK(memcmp(block, wanted, sizeof block) == 0);
}

TEST(HSIP0001, "SipHash-2-4 of no bytes and of eight is that of its authors' table of examples")
{
	static const uint64_t key[SIPHASH_KEY] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };

	CHECK(siphash(key, NULL, 0) == 0x726fdb47dd0e0e31);
	CHECK(siphash(key, key, 1) == 0x93f5f5799a932462);
}
