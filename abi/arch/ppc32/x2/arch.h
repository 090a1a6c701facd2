/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - constants of the PowerPC binding for kernel and user level (ppc32 1, 4, 8, 12).
 */
#ifndef X2_ARCH_H
#define X2_ARCH_H

#include <x2/word.h>

#define L4_WORD_BYTES		4	/* the build makes stubs for it, which check it against L4_Word_t */

/* User area: segments 0 to 11. */
#define L4_USER_END		0xc0000000ul

/* Areas of the initial servers (protocols 7.3). */
#define L4_INITIAL_KIP		0xbff00000ul
#define L4_INITIAL_UTCB		0xbf000000ul
enum { L4_INITIAL_UTCB_LOG2 = 17 };

enum {
	L4_UTCB_AREA_LOG2_MIN	= 12,
	L4_UTCB_ALIGN_LOG2	= 9,
	L4_KIP_AREA_LOG2	= 12,
	L4_THREAD_BITS		= 17,
};

/* The instruction that is the system call KernelInterface in user mode: tlbia (ppc32 4). */
#define L4_KERNEL_INTERFACE_WORD 0x7c0002e4ul

/* Exception message (ppc32 8.1), MR numbers. */
enum {
	L4_EXC_IP = 1, L4_EXC_SP, L4_EXC_FLAGS, L4_EXC_NUMBER, L4_EXC_ERROR, L4_EXC_LOCAL_ID,
	L4_EXC_REPLY_WORDS = 3,	/* words of a reply that the kernel uses */
	L4_EXC_FOREIGN_SYSCALL = 0xc00,	/* exception number of a system call outside the gateway */
	L4_EXC_PREEMPTION = 0x10000,	/* of a thread whose permitted delay was used up: no vector */
};

/* Message of a system call outside the gateway (ppc32 8.2), MR numbers: r3 to r10 are in MR1 to MR8. */
enum {
	L4_TRAP_R3 = 1, L4_TRAP_R0 = 9, L4_TRAP_IP, L4_TRAP_SP, L4_TRAP_FLAGS,
	L4_TRAP_WORDS = 12,
	L4_EXC_WORDS = L4_TRAP_WORDS,	/* u of the longest message of an exception */
};

/* u of the message of an exception. */
static inline unsigned l4_exception_words(l4_word_t number)
{
	return number == L4_EXC_FOREIGN_SYSCALL ? (unsigned)L4_TRAP_WORDS : (unsigned)L4_EXC_LOCAL_ID;
}

/* FLAGS: the bits of MSR that a user may set; all others read as 0 (ppc32 7). */
enum {
	L4_FLAGS_FE0 = 0x800, L4_FLAGS_SE = 0x400, L4_FLAGS_BE = 0x200, L4_FLAGS_FE1 = 0x100, L4_FLAGS = 0xf00,
};

/* Memory attributes of MemoryControl and of requests to sigma0 (ppc32 11); 0 is the default. */
enum {
	L4_MEMORY_PPC_UNCACHED = 1, L4_MEMORY_PPC_COHERENT, L4_MEMORY_PPC_GUARDED,
	L4_MEMORY_PPC_WRITE_THROUGH, L4_MEMORY_PPC_ATTRIBUTES,
};

/* The thread pointer of a C library is this word of the UTCB, relative to MR0 (ppc32 12). */
enum { L4_TCR_THREAD_POINTER = -2 };

#endif
