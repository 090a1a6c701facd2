/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - the privileged instructions, and those of caches and time base, one inline function each.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <stdint.h>
#include <x2/word.h>
#include <arch/regs.h>

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

/*
 * Where the hash table is: its physical address, and the number of its groups. SDR1 must not change while
 * translation is on (PEM, synchronization requirements): the code between the two RFIs runs at its physical
 * address.
 */
static inline void cpu_set_sdr1(uint32_t v)
{
	l4_word_t at, msr;

	__asm__ volatile("mfmsr %1\n\t"
			 "lis %0, 1f@ha\n\taddi %0, %0, 1f@l\n\tclrlwi %0, %0, 2\n\tmtsrr0 %0\n\t"
			 "rlwinm %0, %1, 0, 28, 25\n\tmtsrr1 %0\n\trfi\n"
			 "1:\tsync\n\tmtsdr1 %2\n\tisync\n\t"
			 "lis %0, 2f@ha\n\taddi %0, %0, 2f@l\n\tmtsrr0 %0\n\tmtsrr1 %1\n\trfi\n2:"
			 : "=&b"(at), "=&r"(msr) : "r"(v) : "memory");
}

enum { CPU_LINE = 32 };		/* bytes of a cache line */

/* Sets the cache line at p, which is cached memory, to 0. */
static inline void cpu_dcbz(void *p) { __asm__ volatile("dcbz 0, %0" : : "r"(p) : "memory"); }

/* Writes the cache line at p back, and invalidates it. */
static inline void cpu_dcbf(const void *p) { __asm__ volatile("dcbf 0, %0" : : "r"(p) : "memory"); }

/* Writes the cache line at p back; invalidates what the instruction cache has of it. */
static inline void cpu_dcbst(const void *p) { __asm__ volatile("dcbst 0, %0" : : "r"(p) : "memory"); }
static inline void cpu_icbi(const void *p) { __asm__ volatile("icbi 0, %0" : : "r"(p) : "memory"); }

/* ---- state of the CPU ---- */

static inline void cpu_set_msr(l4_word_t v) { __asm__ volatile("mtmsr %0; isync" : : "r"(v) : "memory"); }

/* A special-purpose register, by its number. */
#define CPU_SPR(name, number) \
static inline l4_word_t cpu_##name(void) \
{ \
	l4_word_t v; \
	__asm__ volatile("mfspr %0, %1" : "=r"(v) : "i"(number)); \
	return v; \
} \
static inline void cpu_set_##name(l4_word_t v) { __asm__ volatile("mtspr %1, %0" : : "r"(v), "i"(number)); }

CPU_SPR(dsisr, 18)		/* cause and address of the last DSI or alignment exception */
CPU_SPR(dar, 19)
CPU_SPR(dec, 22)
CPU_SPR(vrsave, 256)		/* of user code, with AltiVec only */
CPU_SPR(sprg0, 272)		/* L1 in local.h */
CPU_SPR(ear, 282)		/* which device ECIWX and ECOWX of user code reach; 0: none */
CPU_SPR(pvr, 287)		/* version, revision */
CPU_SPR(mmcr0, 952)		/* what the counters count that user code reads */
CPU_SPR(mmcr1, 956)
CPU_SPR(hid0, 1008)
CPU_SPR(iabr, 1010)		/* breakpoints: of fetches, of loads and stores; 0: none */
CPU_SPR(dabr, 1013)
CPU_SPR(thrm1, 1020)		/* interrupts of the thermometer; 0: none */
CPU_SPR(thrm2, 1021)
CPU_SPR(thrm3, 1022)

/* Returns the time base. */
static inline uint64_t cpu_tb(void)
{
	uint32_t high, low, again;

	__asm__ volatile("1: mftbu %0; mftb %1; mftbu %2; cmpw %0, %2; bne- 1b"
			 : "=r"(high), "=r"(low), "=r"(again) : : "cr0");
	return (uint64_t)high << 32 | low;
}

/* Sets it. The lower half is 0 meanwhile, so that it cannot carry into the upper one. */
static inline void cpu_set_tb(uint64_t v)
{
	__asm__ volatile("mttbl %0; mttbu %1; mttbl %2"
			 : : "r"(0), "r"((uint32_t)(v >> 32)), "r"((uint32_t)v));
}

/* Takes pending interrupts. */
static inline void cpu_window(void)
{
	cpu_set_msr(MSR_KERNEL | MSR_EE);
	cpu_set_msr(MSR_KERNEL);
}

/* Stands still: no interrupt is taken. */
static inline void cpu_halt(void)
{
	cpu_sync();
	cpu_set_msr(MSR_KERNEL | MSR_POW);
}

/* Waits for an interrupt, and takes it: one write of MSR allows both. HID0 must permit that (start.c). */
static inline void cpu_wait(void)
{
	cpu_sync();
	cpu_set_msr(MSR_KERNEL | MSR_EE | MSR_POW);
	cpu_set_msr(MSR_KERNEL);
}

#endif
