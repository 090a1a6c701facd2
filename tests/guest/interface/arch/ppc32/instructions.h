/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instructions.h - part of machine.h: what only ppc32 has.
 */
#ifndef GUEST_INSTRUCTIONS_H
#define GUEST_INSTRUCTIONS_H

/* Instructions that trap, as those of machine.h. */
void trap_trap(void), trap_trap_next(void);
void trap_equal(void), trap_equal_next(void);	/* tweq */
void trap_zero(void), trap_zero_next(void);	/* dcbz */
void trap_load_reserved(void), trap_load_reserved_next(void);
void trap_load_multiple(void), trap_load_multiple_next(void);
void trap_sc(void), trap_sc_next(void);		/* outside of the gateway */
void trap_vector(void), trap_vector_next(void);	/* AltiVec */

/* tlbia: KernelInterface. */
void tlbia_only(void);

/* The debugger's traps, for regs_call: the service is in r0. kdb_enter has a text behind a branch. */
void kdb_print(void), kdb_enter(void);

/* lwarx; until *go; stwcx. of value. Returns 1 if it stored. */
word reserve_and_store(volatile word *at, volatile word *go, word value);

/* lwarx; Ipc by this link, a call of that thread with an empty message; stwcx. Returns 1 if it stored. */
word reserve_over_ipc(volatile word *at, word link, word to);

/* regs_call with this value in r2, which no compiled code has changed. */
void regs_call_r2(struct regs *r, word target, word r2);

/* A division by zero that is an exception where FLAGS say so; it does no more than that otherwise. */
void fpu_divide(void), fpu_divide_at(void), fpu_divide_next(void);

/* Instructions with the exceptions that they raise; a table ends with at = 0. */
struct fault_case { word at, number, code; };
extern const struct fault_case faults_program[];

#endif
