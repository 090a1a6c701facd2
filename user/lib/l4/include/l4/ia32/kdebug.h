/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/kdebug.h - int3, and after it code that the debugger reads and the CPU passes over
 * (ia32 8): the comparisons of x86/kdebug.h, or a jump over a move of an address.
 */
#ifndef L4_IA32_KDEBUG_H
#define L4_IA32_KDEBUG_H

#include <l4/x86/kdebug.h>

/* Takes a string literal. The jump is written as bytes: an assembler may choose a longer one. */
#define L4_KDB_Enter(text)						\
	__asm__ __volatile__("int3\n\t"				\
			     ".byte 0xeb, 0x05\n\t"			\
			     "movl $88f, %%eax\n\t"			\
			     ".pushsection .rodata\n"			\
			     "88:\t.asciz \"" text "\"\n\t"		\
			     ".popsection" : : : "memory")

L4_INLINE void L4_KDB_ToggleBreakin(void)
{
	__asm__ __volatile__(__L4_KDB_CALL(0x03) : : : "cc");
}

#endif
