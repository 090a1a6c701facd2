/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/forbidden.h - instructions that user code must not execute, for programs that show or test that.
 * Each raises an exception, and does nothing if it is resumed behind the instruction.
 */
#ifndef L4_POWERPC_FORBIDDEN_H
#define L4_POWERPC_FORBIDDEN_H

#include <l4/types.h>

/* Each page that can be read can be executed. */
#define L4_ReadableIsExecutable	(1)

/* There are no I/O ports; a division by zero has an undefined result. */
#define L4_HasPorts		(0)
#define L4_DivisionTraps	(0)

/* 0x700, illegal: a word of zeros. */
L4_INLINE void L4_ForbiddenUndefined(void) { __asm__ __volatile__(".long 0"); }

/*
 * 0x700, privileged: rfi stops the program where it is, as hlt does on other machines; mtmsr disables
 * interrupts; mtsdr1 names the page table; SPRG0 holds an address of the kernel.
 */
L4_INLINE void L4_ForbiddenHalt(void) { __asm__ __volatile__("rfi"); }
L4_INLINE void L4_ForbiddenCli(void) { __asm__ __volatile__("mtmsr %0" : : "r"(0x5030ul)); }

L4_INLINE void L4_ForbiddenPageTable(void)
{
	__asm__ __volatile__("mtspr 25, %0" : : "r"(0ul) : "memory");
}

L4_INLINE void L4_ForbiddenReadMsr(void)
{
	L4_Word_t word;

	__asm__ __volatile__("mfspr %0, 272" : "=r"(word));
}

/* 0x700, privileged, in place of a port: the register that lets a program reach a device (EAR). */
L4_INLINE void L4_ForbiddenPort(L4_Word16_t port)
{
	__asm__ __volatile__("mtspr 282, %0" : : "r"(0x80000000ul | port));
}

/* sc outside of the gateway: a system-call trap (ppc32 8.2). */
L4_INLINE void L4_ForbiddenSyscall(L4_Word_t number)
{
	register L4_Word_t r0 __asm__("r0") = number;

	__asm__ __volatile__("sc" : "+r"(r0) : : "memory");
}

/* The bytes of a function that returns: code, where it may be executed. */
#define L4_RETURN_CODE	0x4e, 0x80, 0x00, 0x20

#endif
