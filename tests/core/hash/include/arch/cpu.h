/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - replaces the privileged instructions of kernel/arch/ppc32/include/arch/cpu.h: those of address
 * translation and of the caches are functions of the model (../../cpu.c), and there are no others.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <x2/word.h>

enum { CPU_LINE = 32 };

void cpu_sync(void);
void cpu_eieio(void);
void cpu_tlbie(l4_word_t address);
void cpu_load_segments(uint32_t v);
void cpu_load_kernel_segments(uint32_t v);
void cpu_set_sdr1(uint32_t v);
void cpu_isync(void);
void cpu_dcbz(void *p);
void cpu_dcbf(const void *p);
void cpu_dcbst(const void *p);
void cpu_icbi(const void *p);

static inline uint64_t cpu_tb(void) { return 0; }	/* time does not matter */
#endif
