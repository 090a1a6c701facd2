/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - replaces the privileged instructions of kernel/arch/x86/include/arch/cpu.h: those of address
 * translation are functions of the model (../../cpu.c), and there are no others.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <x2/word.h>
#include <arch/cpu_word.h>

enum { CR4_PGE = 1 << 7 };

l4_word_t cpu_read_cr3(void);
l4_word_t cpu_read_cr4(void);
void cpu_write_cr3(l4_word_t v);
void cpu_write_cr4(l4_word_t v);
void cpu_invlpg(l4_word_t address);

#endif
