/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu_word.h - the part of <arch/cpu.h> for words of 32 bits.
 */
#ifndef ARCH_CPU_WORD_H
#define ARCH_CPU_WORD_H

#include <x2/word.h>

static inline uint64_t cpu_tsc(void)
{
	uint64_t v;

	__asm__ volatile("rdtsc" : "=A"(v));
	return v;
}

/* Returns v * scale >> shift, which must fit; shift is from 1 to 63. */
static inline uint64_t cpu_scale(uint64_t v, const uint64_t *scale, uint8_t shift)
{
	uint32_t v0 = (uint32_t)v, v1 = (uint32_t)(v >> 32);
	uint32_t s0 = (uint32_t)*scale, s1 = (uint32_t)(*scale >> 32);
	uint64_t low = (uint64_t)v0 * s0, a = (uint64_t)v0 * s1, b = (uint64_t)v1 * s0;
	uint64_t middle = (low >> 32) + (uint32_t)a + (uint32_t)b;
	uint64_t high = (uint64_t)v1 * s1 + (a >> 32) + (b >> 32) + (middle >> 32);

	return (middle << 32 | (uint32_t)low) >> shift | high << (64 - shift);
}

enum { TIME_SHIFT = 36 };

/*
 * Returns v * scale >> TIME_SHIFT, of which scale has 32 bits: the two multiplications take a third of the
 * instructions of cpu_scale, and the clock deviates by less than 0.1 millionths for that.
 */
static inline uint64_t cpu_us(uint64_t v, const uint64_t *scale)
{
	uint32_t s = (uint32_t)*scale;

	return ((v >> 32) * s + ((v & UINT32_MAX) * s >> 32)) >> (TIME_SHIFT - 32);
}

static inline void cpu_fxsave(uint8_t *to) { __asm__ volatile("fxsave (%0)" : : "r"(to) : "memory"); }
static inline void cpu_fxrstor(const uint8_t *from)
{
	__asm__ volatile("fxrstor (%0)" : : "r"(from) : "memory");
}

/* All components of XCR0, in the standard format. */
static inline void cpu_xsave(uint8_t *to)
{
	__asm__ volatile("xsave (%0)" : : "r"(to), "a"(~0), "d"(~0) : "memory");
}

static inline void cpu_xrstor(const uint8_t *from)
{
	__asm__ volatile("xrstor (%0)" : : "r"(from), "a"(~0), "d"(~0) : "memory");
}

#endif
