/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86/kdebug.h - services of the kernel's debugger: int3, and after it a comparison whose operand names the
 * service, which the debugger reads and the CPU passes over. Part of kdebug.h of the machine.
 */
#ifndef L4_X86_KDEBUG_H
#define L4_X86_KDEBUG_H

#include <l4/types.h>

/* Services: cmp $n, %al. */
#define __L4_KDB_CALL(n)	"int3\n\t.byte 0x3c, " #n

L4_INLINE void L4_KDB_PrintChar(int c)
{
	__asm__ __volatile__(__L4_KDB_CALL(0x00) : : "a"((L4_Word_t)(L4_Word8_t)c) : "cc");
}

L4_INLINE void L4_KDB_PrintString(const char *text)
{
	__asm__ __volatile__(__L4_KDB_CALL(0x01) : : "a"(text) : "cc", "memory");
}

L4_INLINE void L4_KDB_ClearPage(void)
{
	__asm__ __volatile__(__L4_KDB_CALL(0x02) : : : "cc");
}

/* Returns -1 if there is no character. */
L4_INLINE int L4_KDB_ReadChar(void)
{
	L4_Word_t c;

	__asm__ __volatile__(__L4_KDB_CALL(0x08) : "=a"(c) : : "cc");
	return (int)c;
}

L4_INLINE int L4_KDB_ReadChar_Blocked(void)
{
	L4_Word_t c;

	__asm__ __volatile__(__L4_KDB_CALL(0x0d) : "=a"(c) : : "cc");
	return (int)c;
}

/* Names of older kernels. */
#define enter_kdebug(text)	L4_KDB_Enter(text)
#define kd_inchar()		L4_KDB_ReadChar_Blocked()

#endif
