/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu_word.h - the part of <arch/cpu.h> for words of 64 bits.
 */
#ifndef ARCH_CPU_WORD_H
#define ARCH_CPU_WORD_H

#include <x2/word.h>

/* In a value written to CR3 if CR4.PCIDE is set: the PCID; do not invalidate it (SDM 3A 4.10.4.1). */
#define CR3_TAG		((l4_word_t)0xfff)
#define CR3_KEEP	((l4_word_t)1 << 63)

static inline uint64_t cpu_tsc(void)
{
	uint64_t v;

	__asm__ volatile("rdtsc; shlq $32, %%rdx; orq %%rdx, %0" : "=a"(v) : : "rdx", "cc");
	return v;
}

/* Returns v * scale >> shift, which must fit. No __int128, because GCC would align the stack for it. */
static inline uint64_t cpu_scale(uint64_t v, const uint64_t *scale, uint8_t shift)
{
	uint64_t high;

	__asm__("mulq %2; shrdq %b3, %1, %0" : "+a"(v), "=&d"(high) : "m"(*scale), "cJ"(shift) : "cc");
	return v;
}

enum { TIME_SHIFT = 43 };

/* Returns v * scale >> TIME_SHIFT. */
static inline uint64_t cpu_us(uint64_t v, const uint64_t *scale) { return cpu_scale(v, scale, TIME_SHIFT); }

/* Invalidate all translations under one PCID, except those of global pages. */
static inline void cpu_invpcid(l4_word_t pcid)
{
	const struct { l4_word_t pcid, address; } what = { pcid, 0 };

	__asm__ volatile("invpcid %0, %1" : : "m"(what), "r"((l4_word_t)1) : "memory");
}

static inline void cpu_fxsave(uint8_t *to) { __asm__ volatile("fxsave64 (%0)" : : "r"(to) : "memory"); }
static inline void cpu_fxrstor(const uint8_t *from)
{
	__asm__ volatile("fxrstor64 (%0)" : : "r"(from) : "memory");
}

/* All components of XCR0, in the standard format. */
static inline void cpu_xsave(uint8_t *to)
{
	__asm__ volatile("xsave64 (%0)" : : "r"(to), "a"(~0), "d"(~0) : "memory");
}

static inline void cpu_xrstor(const uint8_t *from)
{
	__asm__ volatile("xrstor64 (%0)" : : "r"(from), "a"(~0), "d"(~0) : "memory");
}

#endif
