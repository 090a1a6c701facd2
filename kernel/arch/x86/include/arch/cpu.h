/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - the privileged instructions that C code needs, one inline function each, and the names of
 * the bits in control registers and model-specific registers (Intel SDM volume 3A chapter 2 and
 * volume 4; AMD64 manual volume 2 chapter 3). Those that depend on the word size: <arch/cpu_word.h>.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <x2/word.h>
#include <arch/cpu_word.h>

enum {
	CR0_PE = 1 << 0, CR0_MP = 1 << 1, CR0_TS = 1 << 3, CR0_ET = 1 << 4, CR0_NE = 1 << 5,
	CR0_WP = 1 << 16, CR0_AM = 1 << 18,
	CR4_DE = 1 << 3, CR4_PSE = 1 << 4, CR4_PAE = 1 << 5, CR4_MCE = 1 << 6, CR4_PGE = 1 << 7,
	CR4_OSFXSR = 1 << 9, CR4_OSXMMEXCPT = 1 << 10, CR4_UMIP = 1 << 11, CR4_PCIDE = 1 << 17,
	CR4_OSXSAVE = 1 << 18, CR4_SMEP = 1 << 20, CR4_SMAP = 1 << 21,
	EFER_SCE = 1 << 0, EFER_LME = 1 << 8, EFER_NXE = 1 << 11,
};

#define CR0_PG	((l4_word_t)1 << 31)

enum {
	MSR_APIC_BASE		= 0x1b,
	MSR_SYSENTER_CS		= 0x174,
	MSR_SYSENTER_ESP	= 0x175,
	MSR_SYSENTER_EIP	= 0x176,
	MSR_PAT			= 0x277,
	MSR_EFER		= 0xc0000080,
	MSR_STAR		= 0xc0000081,
	MSR_LSTAR		= 0xc0000082,
	MSR_CSTAR		= 0xc0000083,
	MSR_SFMASK		= 0xc0000084,
	MSR_FS_BASE		= 0xc0000100,
	MSR_GS_BASE		= 0xc0000101,
};

struct cpuid { uint32_t eax, ebx, ecx, edx; };

static inline struct cpuid cpu_id(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "0"(leaf), "2"(0));
	return r;
}

static inline uint64_t cpu_read_msr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void cpu_write_msr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32)) : "memory");
}

/* cpu_read_cr0 and the like. */
#define READER(name) \
	static inline l4_word_t cpu_read_##name(void) \
	{ \
		l4_word_t v; \
		__asm__ volatile("mov %%" #name ", %0" : "=r"(v)); \
		return v; \
	}

READER(cr0)
READER(cr2)
READER(cr3)
READER(cr4)
#undef READER

static inline void cpu_write_cr0(l4_word_t v) { __asm__ volatile("mov %0, %%cr0" : : "r"(v) : "memory"); }

static inline void cpu_write_cr3(l4_word_t v) { __asm__ volatile("mov %0, %%cr3" : : "r"(v) : "memory"); }

static inline void cpu_write_cr4(l4_word_t v) { __asm__ volatile("mov %0, %%cr4" : : "r"(v) : "memory"); }

/* Disable all breakpoints: bit 10 is always 1 (SDM 3B 17.2.4). */
static inline void cpu_clear_dr7(void) { __asm__ volatile("mov %0, %%dr7" : : "r"((l4_word_t)0x400)); }
static inline void cpu_clear_dr6(void) { __asm__ volatile("mov %0, %%dr6" : : "r"((l4_word_t)0)); }

/* Invalidate the translation of one page, and all paging-structure caches (SDM 3A 4.10.4.1). */
static inline void cpu_invlpg(l4_word_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

static inline void cpu_wbinvd(void) { __asm__ volatile("wbinvd" : : : "memory"); }
static inline void cpu_mfence(void) { __asm__ volatile("mfence" : : : "memory"); }

/* Write back and invalidate the line at p in all caches. */
static inline void cpu_clflush(const void *p)
{
	__asm__ volatile("clflush (%0)" : : "r"(p) : "memory");
}

static inline void cpu_clear_ac(void) { __asm__ volatile("clac" : : : "memory"); }

static inline void cpu_pause(void) { __asm__ volatile("pause"); }

/* Take pending interrupts. STI delays them by one instruction, hence the NOP. */
static inline void cpu_window(void) { __asm__ volatile("sti; nop; cli" : : : "memory"); }

/* Wait for an interrupt: it cannot be taken between STI and HLT. */
static inline void cpu_wait(void) { __asm__ volatile("sti; hlt; cli" : : : "memory"); }

static inline void cpu_halt(void) { __asm__ volatile("cli; hlt" : : : "memory"); }

/* ---- x87 and vector registers; CR0.TS must be clear ---- */

/* XCR0: the state components that XSAVE saves and that user code may use (SDM 1 13.3). */
enum { XCR0_X87 = 1 << 0, XCR0_SSE = 1 << 1, XCR0_AVX = 1 << 2 };

/* CPUID leaf of XSAVE: EAX, bits that XCR0 may have; EBX, bytes in memory of the present components. */
enum { CPUID_XSTATE = 0xd };

static inline void cpu_write_xcr0(uint32_t v)
{
	__asm__ volatile("xsetbv" : : "a"(v), "d"(0), "c"(0) : "memory");
}

static inline void cpu_set_ts(void) { cpu_write_cr0(cpu_read_cr0() | CR0_TS); }
static inline void cpu_clear_ts(void) { __asm__ volatile("clts" : : : "memory"); }
static inline void cpu_fninit(void) { __asm__ volatile("fninit"); }

#endif
