/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions.h - a worker that executes one trapping instruction, and the test as its exception handler.
 */
#ifndef GUEST_EXCEPTIONS_H
#define GUEST_EXCEPTIONS_H

#include "exception_message.h"
#include "machine.h"

/* Places of the general registers in the order of struct regs. */
extern const uint8_t reg_places[REGS];

struct trap {
	L4_ThreadId_t handler;
	word target;
	word a, flags;			/* REG_A, flags: used if not 0 */
	struct regs before, after;
	volatile word done;
};

void run_trap(void *trap);
L4_ThreadId_t start_trap(struct trap *t, void (*target)(void));

/* Receive the exception of t and check its number, error code and place. */
L4_MsgTag_t expect(L4_ThreadId_t t, word number, word error, void (*at)(void));

/* Answer t with what lies in the message registers, u words of it. */
void reply_words(L4_ThreadId_t t, word u);

/* The usual answer: continue at `next`. */
void skip(L4_ThreadId_t t, void (*next)(void));

/* All of it, for an instruction that needs nothing. */
void trap_and_skip(word number, word error, void (*at)(void), void (*next)(void));

#endif
