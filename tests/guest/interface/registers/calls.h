/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.h - each system call with values in all registers, and which values may be there behind it:
 * <arch/registers.h>, which states the binding of this machine.
 */
#ifndef GUEST_CALLS_H
#define GUEST_CALLS_H

#include "machine.h"
#include "random.h"

/* Registers are bits by their places in struct regs. */
struct call {
	word link;			/* 0: this kernel does not have the call */
	uint64_t kept, results;
	void (*valid)(struct regs *r);		/* loads arguments with which the call succeeds; may be 0 */
};

enum call_number {
	CALL_IPC, CALL_LIPC, CALL_UNMAP, CALL_EXREGS, CALL_THREAD_CONTROL, CALL_SYSTEM_CLOCK,
	CALL_THREAD_SWITCH, CALL_SCHEDULE, CALL_SPACE_CONTROL, CALL_PROCESSOR_CONTROL, CALL_MEMORY_CONTROL,
	CALL_INSPECT, CALL_SET_TLS, CALL_NULL_CALL,
	CALLS,
};

/* For the calls of a test; `other` is a thread that waits, that valid arguments name. */
void calls_make(struct call *c, L4_ThreadId_t other);

/* Random values everywhere; with these a call fails, and Unmap unmaps nothing. */
void calls_random(struct regs *r, enum call_number n, uint64_t *random);

/* Arguments of one call, all others as they are; Ipc with an empty message, without timeouts. */
void calls_ipc(struct regs *r, L4_ThreadId_t to, L4_ThreadId_t from);
void calls_exregs(struct regs *r, L4_ThreadId_t dest, word control, word sp, word ip);
void calls_thread_control(struct regs *r, L4_ThreadId_t dest, L4_ThreadId_t space);
void calls_schedule(struct regs *r, L4_ThreadId_t dest, word prio);
void calls_thread_switch(struct regs *r, L4_ThreadId_t dest);

/* Message registers in the UTCB before a call. */
enum { CALL_MRS = 10 };
void calls_random_mrs(word *mr, uint64_t *random);
void calls_load(const word *mr);

/* What may be found: the caller's values at this call; values of other entries and threads may not. */
struct found {
	const struct call *calls;
	enum call_number n;
	bool moved;			/* IP and SP were set: nothing is kept */
	const struct regs *before, *after, *foreign[2];
	const word *mr;
};
void calls_check(const struct found *f);

/* Returns true if the results are those of an error; false for a call that has no errors. */
bool calls_failed(enum call_number n, const struct regs *after);

#endif
