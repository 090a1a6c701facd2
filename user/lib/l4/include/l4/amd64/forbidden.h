/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/forbidden.h - instructions that user code must not execute, for programs that show or test that.
 * Each raises an exception, and does nothing if it is resumed behind the instruction.
 */
#ifndef L4_AMD64_FORBIDDEN_H
#define L4_AMD64_FORBIDDEN_H

#include <l4/types.h>

/* A page that can be read need not be executable. */
#define L4_ReadableIsExecutable	(0)

/* There are I/O ports; a division by zero is an exception. */
#define L4_HasPorts		(1)
#define L4_DivisionTraps	(1)

/* #UD */
L4_INLINE void L4_ForbiddenUndefined(void) { __asm__ __volatile__("ud2"); }

/* #GP: privileged */
L4_INLINE void L4_ForbiddenHalt(void) { __asm__ __volatile__("hlt"); }
L4_INLINE void L4_ForbiddenCli(void) { __asm__ __volatile__("cli"); }

L4_INLINE void L4_ForbiddenPageTable(void)
{
	__asm__ __volatile__("movq %0, %%cr3" : : "r"(0ul) : "memory");
}

/* A port that was not mapped is no exception, but an I/O page fault. */
L4_INLINE void L4_ForbiddenPort(L4_Word16_t port)
{
	__asm__ __volatile__("inb %0, %%al" : : "Nd"(port) : "rax");
}

/* The machine-specific register that holds the kernel's entry point. */
L4_INLINE void L4_ForbiddenReadMsr(void)
{
	__asm__ __volatile__("rdmsr" : : "c"(0xc0000082) : "rax", "rdx");
}

/* A SYSCALL outside of the kernel's gateway: exception 256 (foreign system call). */
L4_INLINE void L4_ForbiddenSyscall(L4_Word_t number)
{
	__asm__ __volatile__("syscall" : "+a"(number) : : "rcx", "r11", "memory");
}

/* The bytes of a function that returns: code, where it may be executed. */
#define L4_RETURN_CODE	0xc3

#endif
