/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/kdebug.h - services of the kernel's debugger: the instruction `trap`, with the service in r0
 * (ppc32 10). A text for the debugger stands behind a branch that follows the trap.
 */
#ifndef L4_POWERPC_KDEBUG_H
#define L4_POWERPC_KDEBUG_H

#include <l4/types.h>

#define __L4_KDB_ENTER		0x5afe
#define __L4_KDB_PRINT_CHAR	0x5aff
#define __L4_KDB_READ_CHAR	0x5b00

/* Takes a string literal. */
#define L4_KDB_Enter(text)						\
	do {								\
		register L4_Word_t __service __asm__("r0") = __L4_KDB_ENTER;	\
									\
		__asm__ __volatile__("trap\n\t"				\
				     "b 88f\n\t"			\
				     ".string \"KD# " text "\"\n\t"	\
				     ".balign 4\n"			\
				     "88:" : : "r"(__service) : "memory");	\
	} while (0)

L4_INLINE void L4_KDB_PrintChar(int c)
{
	register L4_Word_t service __asm__("r0") = __L4_KDB_PRINT_CHAR;
	register L4_Word_t r3 __asm__("r3") = (L4_Word_t)(L4_Word8_t)c;

	__asm__ __volatile__("trap" : : "r"(service), "r"(r3));
}

/* There is no service for a whole string. */
L4_INLINE void L4_KDB_PrintString(const char *text)
{
	while (*text != '\0')
		L4_KDB_PrintChar(*text++);
}

L4_INLINE int L4_KDB_ReadChar_Blocked(void)
{
	register L4_Word_t service __asm__("r0") = __L4_KDB_READ_CHAR;
	register L4_Word_t r3 __asm__("r3");

	__asm__ __volatile__("trap" : "=r"(r3) : "r"(service));
	return (int)r3;
}

/* Names of older kernels. */
#define enter_kdebug(text)	L4_KDB_Enter(text)
#define kd_inchar()		L4_KDB_ReadChar_Blocked()

#endif
