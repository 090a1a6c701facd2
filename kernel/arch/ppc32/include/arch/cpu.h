/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - the privileged instructions of address translation and of the caches, one inline function each.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <stdint.h>
#include <x2/word.h>

static inline void cpu_sync(void) { __asm__ volatile("sync" : : : "memory"); }
static inline void cpu_eieio(void) { __asm__ volatile("eieio" : : : "memory"); }
static inline void cpu_isync(void) { __asm__ volatile("isync" : : : "memory"); }

/* Invalidates the translations of that address in all segments, once the next sync is done. */
static inline void cpu_tlbie(l4_word_t address) { __asm__ volatile("tlbie %0" : : "r"(address) : "memory"); }

/* Sets segment registers 0 to 11 to v, v + 1 and so on. */
static inline void cpu_load_segments(uint32_t v)
{
	__asm__ volatile(".set segment, 0\n\t"
			 ".rept 12\n\t"
			 "mtsr segment, %0\n\t"
			 "addi %0, %0, 1\n\t"
			 ".set segment, segment + 1\n\t"
			 ".endr\n\t"
			 "isync" : "+b"(v) : : "memory");
}

/* The same for segment registers 12 to 15. */
static inline void cpu_load_kernel_segments(uint32_t v)
{
	__asm__ volatile("mtsr 12, %0\n\tmtsr 13, %1\n\tmtsr 14, %2\n\tmtsr 15, %3\n\tisync"
			 : : "r"(v), "r"(v + 1), "r"(v + 2), "r"(v + 3) : "memory");
}

/* Where the hash table is: its physical address, and the number of its groups. */
static inline void cpu_set_sdr1(uint32_t v) { __asm__ volatile("sync; mtsdr1 %0; isync" : : "r"(v) : "memory"); }

/* Writes the cache line at p back, and invalidates it. */
static inline void cpu_dcbf(const void *p) { __asm__ volatile("dcbf 0, %0" : : "r"(p) : "memory"); }

/* Writes the cache line at p back; invalidates what the instruction cache has of it. */
static inline void cpu_dcbst(const void *p) { __asm__ volatile("dcbst 0, %0" : : "r"(p) : "memory"); }
static inline void cpu_icbi(const void *p) { __asm__ volatile("icbi 0, %0" : : "r"(p) : "memory"); }

#endif
