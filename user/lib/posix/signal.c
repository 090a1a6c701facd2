/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signal.c - which signals wait, for a thread or for the program, and what is done with each. Waits are ended
 * by event.c, handlers run by deliver.c.
 *
 * A signal waits, for a thread or for the program, until a thread that does not block it comes to the end of
 * a system call; then its action is taken there. What ends the program and is not blocked does so when it is
 * sent, so also a program that makes no system call.
 *
 * A thread that waits claims what it does not block (px_interrupted): the wait ends with EINTR only if that
 * thread is going to run a handler. Musl's signal for cancellation has no action: it ends a call that is a
 * cancellation point, and musl cancels the thread then. A thread of the asynchronous type is cancelled at the
 * end of any call; if it makes none, the sender stops it, and it continues where it cancels itself.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <l4/thread.h>
#include <pecan/addresses.h>
#include <pecan/task.h>
#include "base.h"
#include "error.h"
#include "signal.h"

enum { SIGNALLED = 128, RED_ZONE = 128, STACK_ALIGN = 16 };

/* A thread of musl's. Sets of signals have bit n - 1 for signal n. */
struct thread {
	int number;			/* 0: there is none */
	uint64_t blocked, waiting;
	int taken;			/* the signal that it has taken, until it is described; 0: none */
	bool at_point;			/* a signal for cancellation ends the wait of its system call */
	unsigned calls;			/* of the library that it is in; a handler makes others */
	L4_ThreadId_t id;
	void *tls;			/* its thread pointer; NULL: not known */
	stack_t stack;			/* of sigaltstack; ss_size 0: none */
};

static struct px_action actions[PX_SIGNALS];
static struct thread threads[ROOT_TASK_THREADS];
static uint64_t waiting;		/* for the program */

/* Guards all of these; a thread reads its own without it. */
static int lock;

/* Of a program that has threads of the asynchronous type (ports/musl/edge); else NULL. */
static int (*is_due)(uintptr_t tls);
static void (*cancel_here)(void);

/* The numbers of a task's threads differ modulo ROOT_TASK_THREADS. */
static struct thread *place_of(int thread)
{
	return &threads[(unsigned)thread % ROOT_TASK_THREADS];
}

static struct thread *self(void)
{
	return place_of(px_my_number());
}

static __attribute__((noreturn)) void exit_by(int signal)
{
	px_error_flush();
	pecan_exit(SIGNALLED + signal);
}

static bool is_ignored(int signal)
{
	void (*handler)(int) = actions[signal].handler;

	if (handler != SIG_DFL)
		return handler == SIG_IGN;
	return signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT;
}

static bool ends_program(int signal)
{
	return actions[signal].handler == SIG_DFL && !is_ignored(signal);
}

bool px_signal_stops(int signal)
{
	bool stops = signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;

	return stops && actions[signal].handler == SIG_DFL;
}

/* ---- threads ---- */

bool px_is_thread(long number)
{
	return number > 0 && place_of((int)number)->number == number;
}

void px_signal_begin(void)
{
	*self() = (struct thread){ .number = px_first_number = px_my_number() };
}

/* No signal finds the new thread before it has its mask, and it does not end before. */
long px_signal_thread(long (*make)(void *), void *arg)
{
	long number;

	self()->calls++;
	px_lock(&lock);
	number = make(arg);
	if (number > 0)
		*place_of((int)number) = (struct thread){ .number = (int)number, .blocked = self()->blocked };
	px_unlock(&lock);
	self()->calls--;
	return number;
}

void px_signal_tls(void *tls)
{
	px_lock(&lock);
	self()->id = L4_Myself();
	self()->tls = tls;
	px_unlock(&lock);
}

void px_signal_end(void)
{
	px_lock(&lock);
	*self() = (struct thread){ 0 };
	px_unlock(&lock);
}

/* ---- sending ---- */

/* Under the lock. t NULL: do all threads block it? */
static bool is_blocked(const struct thread *t, int signal)
{
	if (t)
		return t->blocked & px_signal_bit(signal);
	for (t = threads; t < threads + ROOT_TASK_THREADS; t++)
		if (t->number && !(t->blocked & px_signal_bit(signal)))
			return false;
	return true;
}

bool px_signal_add(int thread, int signal)
{
	struct thread *t = thread ? place_of(thread) : NULL;
	bool lives, blocks;

	px_lock(&lock);
	lives = !t || t->number == thread;
	blocks = is_blocked(t, signal);
	if (lives && !blocks && ends_program(signal))
		exit_by(signal);
	if (lives && (blocks || !is_ignored(signal)))
		*(t ? &t->waiting : &waiting) |= px_signal_bit(signal);
	px_unlock(&lock);
	return lives;
}

void px_signal_find(int signal, bool (*ends)(int thread))
{
	for (const struct thread *t = threads; t < threads + ROOT_TASK_THREADS; t++)
		if (t->number && !(t->blocked & px_signal_bit(signal)) && ends(t->number))
			return;
}

/* ---- cancellation of the asynchronous type ---- */

void __pecan_cancel_async(int (*due)(uintptr_t tls), void (*cancel)(void));

void __pecan_cancel_async(int (*due)(uintptr_t tls), void (*cancel)(void))
{
	cancel_here = cancel;
	is_due = due;
}

static bool is_cancelled(const struct thread *t)
{
	return is_due && t->tls && is_due((uintptr_t)t->tls);
}

/* Where a thread continues that was stopped. */
static void be_cancelled(void)
{
	cancel_here();
	__builtin_unreachable();
}

/* One that is in the library is resumed, its IPC as it was: it is cancelled at the end of its call. */
void px_signal_cancel(int thread)
{
	struct thread *t = place_of(thread);
	L4_Word_t sp, top;

	px_lock(&lock);
	if (is_cancelled(t) && !L4_IsThreadEqual(t->id, L4_Myself())) {
		L4_Stop_SpIpFlags(t->id, &sp, NULL, NULL);
		top = (sp - RED_ZONE) & ~(L4_Word_t)(STACK_ALIGN - 1);
		if (!t->calls && is_cancelled(t))
			L4_Start_SpIp(t->id, PECAN_CALLED_SP(top), (L4_Word_t)be_cancelled);
		else
			__L4_Exregs(t->id, __L4_EXREGS_SET_HALT, 0, 0, 0);
	}
	px_unlock(&lock);
}

void px_raise(int signal)
{
	px_signal_add(px_my_number(), signal);
}

bool px_signal_waits(int thread, int signal)
{
	bool found;

	px_lock(&lock);
	found = !thread && (waiting & px_signal_bit(signal));
	for (const struct thread *t = threads; t < threads + ROOT_TASK_THREADS && !found; t++)
		found = t->number && (!thread || t->number == thread)
		     && ((t->waiting & px_signal_bit(signal)) || t->taken == signal);
	px_unlock(&lock);
	return found;
}

/* ---- delivery ---- */

/* A signal of the set, the lowest; 0: none. */
static int first_of(uint64_t set)
{
	return set ? __builtin_ctzll(set) + 1 : 0;
}

/* Under the lock: moves what the thread does not block to it, takes the actions that need no handler. */
static void claim(struct thread *t)
{
	uint64_t due = (t->waiting | waiting) & ~t->blocked;
	int signal;

	waiting &= ~due;
	t->waiting = (t->waiting & t->blocked) | due;
	for (; (signal = first_of(due)) != 0; due &= ~px_signal_bit(signal)) {
		if (signal == PX_SIGNAL_CANCEL ? !t->at_point : is_ignored(signal))
			t->waiting &= ~px_signal_bit(signal);
		else if (ends_program(signal))
			exit_by(signal);
	}
}

bool px_interrupted(void)
{
	struct thread *t = self();
	bool due;

	if (((t->waiting | __atomic_load_n(&waiting, __ATOMIC_SEQ_CST)) & ~t->blocked) == 0)
		return false;
	px_lock(&lock);
	claim(t);
	due = (t->waiting & ~t->blocked) != 0;
	px_unlock(&lock);
	return due;
}

int px_signal_take(struct px_action *a)
{
	struct thread *t = self();
	int signal;

	t->at_point = false;
	if (!px_interrupted())
		return 0;
	px_lock(&lock);
	claim(t);
	signal = first_of(t->waiting & ~t->blocked);
	if (signal) {
		t->waiting &= ~px_signal_bit(signal);
		t->taken = signal;
		*a = actions[signal];
		if (a->flags & SA_RESETHAND)
			actions[signal].handler = SIG_DFL;
	}
	px_unlock(&lock);
	return signal;
}

void px_signal_described(void)
{
	px_lock(&lock);
	self()->taken = 0;
	px_unlock(&lock);
}

/* Does the calling thread run on its alternate stack? */
static bool is_on(const stack_t *s)
{
	return (uintptr_t)__builtin_frame_address(0) - (uintptr_t)s->ss_sp < s->ss_size;
}

void *px_signal_stack(void)
{
	const stack_t *s = &self()->stack;

	if (!s->ss_size || is_on(s))
		return NULL;
	return (char *)(((uintptr_t)s->ss_sp + s->ss_size) & ~(uintptr_t)(STACK_ALIGN - 1));
}

long px_sigaltstack(const struct px_args *p)
{
	const stack_t *new = (const stack_t *)p->a[0];
	stack_t *old = (stack_t *)p->a[1], *s = &self()->stack, before = *s;

	before.ss_flags = !s->ss_size ? SS_DISABLE : is_on(s) ? SS_ONSTACK : 0;
	if (new && before.ss_flags == SS_ONSTACK)
		return -EPERM;
	if (new && (new->ss_flags & ~SS_DISABLE))
		return -EINVAL;
	if (new && !(new->ss_flags & SS_DISABLE) && new->ss_size < MINSIGSTKSZ)
		return -ENOMEM;
	if (new)
		*s = new->ss_flags & SS_DISABLE ? (stack_t){ .ss_size = 0 } : *new;
	if (old)
		*old = before;
	return 0;
}

void px_signal_point(bool is)
{
	self()->at_point = is;
}

void px_signal_in(void)
{
	self()->calls++;
}

void px_signal_out(void)
{
	struct thread *t = self();

	t->calls--;
	if (is_cancelled(t))
		cancel_here();
}

/* ---- the calls ---- */

static void discard(int signal)
{
	waiting &= ~px_signal_bit(signal);
	for (struct thread *t = threads; t < threads + ROOT_TASK_THREADS; t++)
		t->waiting &= ~px_signal_bit(signal);
}

long px_sigaction(const struct px_args *p)
{
	const struct px_action *new = (const struct px_action *)p->a[1];
	struct px_action *old = (struct px_action *)p->a[2];
	int signal = (int)p->a[0];

	if (!px_is_signal(p->a[0]) || (new && (signal == SIGKILL || signal == SIGSTOP)))
		return -EINVAL;
	px_lock(&lock);
	if (old)
		*old = actions[signal];
	if (new) {
		actions[signal] = *new;
		if (is_ignored(signal))
			discard(signal);
	}
	px_unlock(&lock);
	return 0;
}

/* Under the lock: the sender of a signal that this unblocks has added it before, or finds it unblocked. */
uint64_t px_mask(uint64_t mask)
{
	struct thread *t = self();
	uint64_t before = t->blocked;

	px_lock(&lock);
	t->blocked = mask & ~(px_signal_bit(SIGKILL) | px_signal_bit(SIGSTOP));
	px_unlock(&lock);
	return before;
}

uint64_t px_signal_block(uint64_t more)
{
	return px_mask(self()->blocked | more);
}

bool px_signal_blocks(int signal)
{
	return self()->blocked & px_signal_bit(signal);
}

long px_sigprocmask(const struct px_args *p)
{
	const struct px_signals *set = (const struct px_signals *)p->a[1];
	struct px_signals *old = (struct px_signals *)p->a[2];
	uint64_t before = self()->blocked;

	if (set && p->a[0] == SIG_BLOCK)
		px_mask(before | px_signals(set));
	else if (set && p->a[0] == SIG_UNBLOCK)
		px_mask(before & ~px_signals(set));
	else if (set && p->a[0] == SIG_SETMASK)
		px_mask(px_signals(set));
	else if (set)
		return -EINVAL;
	if (old)
		*old = px_signals_of(before);
	return 0;
}

long px_sigpending(const struct px_args *p)
{
	px_lock(&lock);
	*(struct px_signals *)p->a[0] = px_signals_of(waiting | self()->waiting);
	px_unlock(&lock);
	return 0;
}

int px_signal_take_any(uint64_t set)
{
	struct thread *t = self();
	int signal;

	px_lock(&lock);
	signal = first_of((t->waiting | waiting) & set);
	if (signal && (t->waiting & px_signal_bit(signal)))
		t->waiting &= ~px_signal_bit(signal);
	else if (signal)
		waiting &= ~px_signal_bit(signal);
	t->taken = signal;
	px_unlock(&lock);
	return signal;
}
