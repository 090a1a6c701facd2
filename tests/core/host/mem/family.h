/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * family.h - spaces, places and rights of the tests of small derivation trees, on mapworld.
 */
#ifndef TESTS_CORE_HOST_FAMILY_H
#define TESTS_CORE_HOST_FAMILY_H

#include "mapworld.h"

enum { A = 1, B, C, D, E, M = 21, G = 30 };
enum { VA = 0x10000000, VB = 0x20000000, VC = 0x30000000 };
enum { RX = L4_R | L4_X, RW = L4_R | L4_W, READ = L4_R };

/* A has 16 pages from sigma0, B all of them from A, C the first 8 from B, D the next 4 from B. */
static inline void family(l4_word_t frames)
{
	mapworld_setup();
	mw_map(0, A, frames, VA, 16, L4_RWX);
	mw_map(A, B, VA, VB, 16, L4_RWX);
	mw_map(B, C, VB, VC, 15, L4_RWX);
	mw_map(B, D, VB + 0x8000, VC, 14, RX);
}

#endif
