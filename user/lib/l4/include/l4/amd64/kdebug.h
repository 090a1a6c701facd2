/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/kdebug.h - int3, and after it code that the debugger reads and the CPU passes over
 * (amd64 9): the comparisons of x86/kdebug.h, or a jump over a move of an address.
 */
#ifndef L4_AMD64_KDEBUG_H
#define L4_AMD64_KDEBUG_H

#include <l4/x86/kdebug.h>

/*
 * Takes a string literal. The address must fit in a sign-extended 32-bit constant: static programs
 * in the lowest or highest 2 GiB. The jump is written as bytes: an assembler may choose a longer one.
 */
#define L4_KDB_Enter(text)						\
	__asm__ __volatile__("int3\n\t"				\
			     ".byte 0xeb, 0x07\n\t"			\
			     "movq $88f, %%rax\n\t"			\
			     ".pushsection .rodata\n"			\
			     "88:\t.asciz \"" text "\"\n\t"		\
			     ".popsection" : : : "memory")

#endif
