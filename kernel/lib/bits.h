/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bits.h - powers of two and alignment.
 */
#ifndef LIB_BITS_H
#define LIB_BITS_H

#include <x2/word.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* 2^log2 as a 64-bit size; log2 below 64. */
static inline uint64_t pow2(unsigned log2) { return (uint64_t)1 << log2; }

static inline uint64_t align_down(uint64_t v, unsigned log2) { return v >> log2 << log2; }
static inline uint64_t align_up(uint64_t v, unsigned log2) { return align_down(v + pow2(log2) - 1, log2); }
static inline bool is_aligned(uint64_t v, unsigned log2) { return align_down(v, log2) == v; }

#endif
