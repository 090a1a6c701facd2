/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_registers.h - see arch/x86/kernel_registers.h: kernel_registers.S.
 */
#ifndef ATTACK_KERNEL_REGISTERS_H
#define ATTACK_KERNEL_REGISTERS_H

#include "exceptions.h"

enum { KERNEL_REGISTERS = 12, INSTRUCTION_BYTES = 4 };

extern const unsigned char kernel_registers_first[];

/* Each is followed by a return. */
static inline word kernel_registers_read(word n)
{
	return (word)kernel_registers_first + n * 2 * INSTRUCTION_BYTES;
}

static inline word kernel_registers_trap_bytes(word number) { return (void)number, INSTRUCTION_BYTES; }

/* FPSCR without enabled exceptions. */
static inline void kernel_registers_harmless(struct fpu *f) { f->fpscr[0] = f->fpscr[1] = 0; }
static inline bool kernel_registers_all_vectors(void) { return true; }

#endif
