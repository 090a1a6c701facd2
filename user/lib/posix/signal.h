/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signal.h - signals: masks, actions, those that wait, cancellation points.
 */
#ifndef POSIX_SIGNAL_H
#define POSIX_SIGNAL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include "call.h"

enum { PX_SIGNALS = 65, PX_SIGNAL_CANCEL = 33 };

px_call px_sigaction, px_sigprocmask, px_sigpending, px_sigaltstack;

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

static inline uint64_t px_signal_bit(int signal)
{
	return (uint64_t)1 << (signal - 1);
}

static inline bool px_is_signal(long signal)
{
	return signal > 0 && signal < PX_SIGNALS;
}

/* As the kernel interface of musl has it. */
struct px_action {
	union { void (*handler)(int); void (*action)(int, siginfo_t *, void *); };
	unsigned long flags;
	void (*restorer)(void);
	struct px_signals mask;
};

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
void px_signal_cancel(int thread);	/* which is of the asynchronous type, and may make no system call */

/* Returns true if a handler is to run in this thread, or its cancellation point is to end. */
bool px_interrupted(void);
void px_raise(int signal);		/* to the calling thread */

/*
 * Add a signal for a thread (0: for the program), or take the action that needs no thread. Returns false if
 * the thread has ended. It ends no wait: see event.h.
 */
bool px_signal_add(int thread, int signal);

/* Calls `ends` for the threads that do not block the signal, until it returns true. */
void px_signal_find(int signal, bool (*ends)(int thread));

/*
 * Take a signal of the thread that has a handler, and get its action; or one of a set, blocked or not. Return
 * 0 if there is none. described: what the handler gets of that signal has been made.
 */
int px_signal_take(struct px_action *a);
int px_signal_take_any(uint64_t set);
void px_signal_described(void);

/* Returns the end of the stack for handlers with SA_ONSTACK, a multiple of 16; NULL: they run on this one. */
void *px_signal_stack(void);

/* Returns true if this signal waits for the thread (0: for any, or the program), or is not described yet. */
bool px_signal_waits(int thread, int signal);

bool px_signal_stops(int signal);		/* true if its action is to stop the program */
bool px_signal_blocks(int signal);		/* true if the calling thread blocks it */
uint64_t px_signal_block(uint64_t more);	/* as px_mask: adds to them */
uint64_t px_mask(uint64_t mask);		/* sets the blocked signals; returns the old ones */

#endif
