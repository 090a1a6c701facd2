/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local.h - the machine's state of the CPU, in low physical memory: in real mode its fields are the operands
 * CPU(offset)(0), which use no register (privileged.h).
 *
 *   L1  SPRG0 is the physical address of the running thread's TCB. cpu.current is the thread to which C code
 *       exited last; the next entry into C corrects it
 *   L2  segment registers 0 to 11 are those of the loaded space of mem/tlb.h (G4); 12 to 15 never change
 *   L3  the FPU contains the state of fpu_owner, if that is not 0; only its saved MSR has the bit FP
 */
#ifndef PPC32_LOCAL_H
#define PPC32_LOCAL_H

#include <x2/word.h>
#include <arch/layout.h>
#include <arch/regs.h>
#include "hash.h"

struct thread;

enum { CPU_LOCAL_PA = 0x3000, LOCAL_BYTES = 4096, SCRATCH_WORDS = 8 };
enum { KERNEL_STACK_BYTES = 8192, PANIC_STACK_BYTES = 4096, STACK_END = 16 };

/* The kernel stack; the ABI needs 16 bytes behind the first frame. */
struct kernel_stack {
	uint8_t stack[KERNEL_STACK_BYTES - STACK_END];
	uint8_t end[STACK_END];
} __attribute__((aligned(16)));

/* Exceptions (MPC750 user's manual, 4.5). The code of a vector is at its number, as physical address. */
enum {
	VECTOR_FIRST		= 0x100,
	VECTOR_BYTES		= 0x100,
	VECTORS			= 0x17,		/* up to 0x1700: kernel.ld puts low_text behind them */
	VECTOR_RESET		= 0x100,
	VECTOR_MACHINE_CHECK	= 0x200,
	VECTOR_DATA		= 0x300,
	VECTOR_CODE		= 0x400,
	VECTOR_EXTERNAL		= 0x500,
	VECTOR_ALIGNMENT	= 0x600,
	VECTOR_PROGRAM		= 0x700,
	VECTOR_NO_FPU		= 0x800,
	VECTOR_DECREMENTER	= 0x900,
	VECTOR_NO_ALTIVEC	= 0xf20,	/* of a 7400; the only one between two numbers */
};

/* Registers of BATs; that of 256 MiB for the kernel only, upper word, and lower words. */
enum {
	IBAT0U = 528, DBAT0U = 536,		/* the lower one and the other three pairs follow */
	BAT_BYTES	= 0x10000000,
	BAT_VS		= (BAT_BYTES / 0x20000 - 1) << 2 | 2,
	BAT_RW		= 2,
	BAT_DEVICE	= 0x28,			/* I and G */
};

/*
 * The functions that entry.S calls (trap.c): for Ipc by the gateway that fast.S has not done, for other
 * system calls, for exceptions and interrupts of user code, for interrupts and for exceptions of the kernel.
 * kernel/kdb puts functions of its own in front.
 */
struct traps {
	struct thread *(*ipc)(struct thread *self), *(*syscall)(struct thread *self);
	struct thread *(*user)(struct thread *self), *(*interrupt)(unsigned vector);
	void (*kernel)(const struct thread *behind);
};

struct cpu_local {
	uint32_t floor;			/* as cpu.floor, or above all priorities while fast.S must not switch */
	uint32_t clock_scale;		/* us = time base * clock_scale >> 32: the time base begins at 0 (time.c) */
	l4_word_t stack, panic_stack;	/* tops of the kernel stack, and of that for exceptions of the kernel */
	l4_word_t reserved;		/* an exit stores here, by stwcx., to end a reservation of another thread */
	struct traps traps;
	struct thread *fpu_owner;	/* or 0 */
	struct hash hash;
	uint32_t entries;		/* for CHECK_PERIOD */
	bool altivec;			/* the CPU has a register VRSAVE, which is 0 at each exit to another thread */
	l4_word_t scratch[SCRATCH_WORDS];	/* of entries in real mode, before they can use the TCB */
	struct arch_regs stopped;	/* of the kernel, at an exception in it */
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct cpu_local) <= LOCAL_BYTES, "a page");

extern struct kernel_stack kernel_stack;

/* Returns the state of the executing CPU. */
static inline struct cpu_local *cpu_local(void) { return KMAP_POINTER(CPU_LOCAL_PA); }

#endif
