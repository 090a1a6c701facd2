/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.h - which register has which argument and result of each system call: a table of each machine in its
 * registers.c, written from the binding of that machine in the reference manual and in Pecan's pages for its
 * own calls (docs/api).
 *
 * The tables are made neither of the kernel's <arch/registers.h> nor of the headers of libl4. If both are
 * changed to the same wrong register, they agree with each other, but not with programs compiled before; only
 * a third statement shows that. Besides, the kernel's table has registers as the code of the kernel
 * interface page leaves them (MemoryControl of amd64), no message registers, and no arguments that the kernel
 * ignores.
 */
#ifndef CALLS_H
#define CALLS_H

enum {
	CALL_IPC, CALL_UNMAP, CALL_EXCHANGE_REGISTERS, CALL_THREAD_CONTROL, CALL_SPACE_CONTROL, CALL_SCHEDULE,
	CALL_SYSTEM_CLOCK, CALL_THREAD_SWITCH, CALL_PROCESSOR_CONTROL, CALL_MEMORY_CONTROL, CALL_INSPECT,
	CALL_NULL_CALL,			/* of powerpc; libl4 has no binding for it */
	CALLS,
};

#define BIT(n)	(1ull << (n))

enum { CALL_ARGUMENTS = 7, MESSAGE_REGISTERS = 10 };

/*
 * By the numbers of machine.h. Arguments are in the order of the C function; so are results, the value of the
 * function first. MR0 is the first result of Ipc; SystemClock's are the low word and the high word, if that
 * has a register of its own. kept, as bits: what bindings rely on, besides the registers that each call keeps
 * (machine_keeps) and message registers.
 */
extern const struct call_registers {
	unsigned char in[CALL_ARGUMENTS], out[CALL_ARGUMENTS];
	unsigned long long kept;
} call_registers[CALLS];

/*
 * MR0 to MRn of Ipc, Unmap and MemoryControl. Words that have no register are in the UTCB. A short Ipc
 * (Pecan's) has the words of a message in the same registers.
 */
extern const struct message_registers {
	unsigned char utcb;			/* has the address of MR0, both ways */
	unsigned char sent;			/* so many travel in registers */
	unsigned char received;			/* and come back from Ipc with a receive phase */
	unsigned char returned;			/* and from Ipc without one, and from Unmap */
	unsigned char by_stub;			/* Ipc's code in the page stores so many, not the binding */
	unsigned char at[MESSAGE_REGISTERS];
} message_registers;

#endif
