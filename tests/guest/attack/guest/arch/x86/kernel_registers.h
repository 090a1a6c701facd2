/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_registers.h - instructions that read registers of the kernel into REG_A, and trap: of x86 those of
 * the debug registers. Each machine has a header of this name.
 */
#ifndef ATTACK_KERNEL_REGISTERS_H
#define ATTACK_KERNEL_REGISTERS_H

#include "exceptions.h"

enum { KERNEL_REGISTERS = 8, KERNEL_REGISTER_BYTES = 3, UD2_BYTES = 2 };

static inline word kernel_registers_read(word n)
{
	return (word)debug_registers + n * (KERNEL_REGISTER_BYTES + 1);
}

/* The length of the instruction that has trapped: one of these, or trap_ud. */
static inline word kernel_registers_trap_bytes(word number)
{
	return number == EXCEPTION_INVALID ? UD2_BYTES : KERNEL_REGISTER_BYTES;
}

/* Words that can be in all registers, but for those of control. */
static inline void kernel_registers_harmless(struct fpu *f)
{
	f->mxcsr = 0x1f80;
	f->control = 0x37f;
}

/* Returns true if the CPU has all vector registers that the test knows. */
static inline bool kernel_registers_all_vectors(void) { return avx_usable(); }

#endif
