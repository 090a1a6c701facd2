/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signal.h - signals: masks, handlers, pending ones, cancellation points.
 */
#ifndef POSIX_SIGNAL_H
#define POSIX_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>
#include "call.h"

px_call px_sigaction, px_sigprocmask, px_sigpending, px_sigsuspend, px_sigtimedwait, px_pause;
px_call px_kill, px_tkill, px_sigaltstack;

/* Signals as programs have them in memory: signal n is bit (n - 1) % 32 of word (n - 1) / 32. */
struct px_signals { unsigned word[2]; };

static inline uint64_t px_signals(const struct px_signals *s)
{
	return s->word[0] | (uint64_t)s->word[1] << 32;
}

static inline struct px_signals px_signals_of(uint64_t set)
{
	return (struct px_signals){ { (unsigned)set, (unsigned)(set >> 32) } };
}

bool px_is_thread(long number);		/* a thread of the program, not of the library */
void px_signal_begin(void);		/* called by the program's first thread at its start */
void px_signal_end(void);		/* called by a thread that ends */

/* Calls make(arg), which starts a thread and returns its number. The thread gets the caller's mask. */
long px_signal_thread(long (*make)(void *), void *arg);

/* Call it before each system call. is: it is a cancellation point. */
void px_signal_point(bool is);

/*
 * Call these at the beginning and at the end of each. A thread of the asynchronous type that is to be
 * cancelled does not return from the second one.
 */
void px_signal_in(void);
void px_signal_out(void);

void px_signal_tls(void *tls);		/* called by a thread of the program: its thread pointer */

/* Call it after each: runs handlers. Returns true if it was interrupted, and all of them have SA_RESTART. */
bool px_deliver(bool interrupted);

/* Returns true if a handler is to run in this thread, or its cancellation point is to end. */
bool px_interrupted(void);
void px_raise(int signal);		/* to the calling thread */
void px_signal_send(int thread, int signal);	/* thread 0: to the program */

/* Returns true if this signal waits for the thread (0: for any, or the program), or is not described yet. */
bool px_signal_waits(int thread, int signal);

uint64_t px_mask(uint64_t mask);		/* sets the blocked signals; returns the old ones */
void px_exit_by(int signal) __attribute__((noreturn));

/* arch/x86_64/thread.S: calls run(arg) on the stack that ends at top, a multiple of 16. */
void px_on_stack(void *top, void (*run)(void *), void *arg);

#endif
