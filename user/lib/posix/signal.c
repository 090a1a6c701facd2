/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signal.c - signals within a program.
 *
 * A signal waits in a queue until the thread that it is for (thread 0: any) comes to the end of a system
 * call; then its action is taken there. px_wait ends with EINTR when a signal arrives that is not blocked.
 * Musl's signal for cancellation has no action: the call that it ends is a cancellation point.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <pecan/task.h>
#include "posix.h"

enum { QUEUE = 32, SIGNALLED = 128, SIGNAL_CANCEL = 33, SIGNALS = 65 };

/* As the kernel interface of musl has it. */
struct action {
	union { void (*handler)(int); void (*action)(int, siginfo_t *, void *); };
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

struct queued { int thread, signal; };	/* signal 0: free */

static struct action actions[SIGNALS];
static struct queued queue[QUEUE];
static int lock;
static __thread unsigned long blocked;
int px_signals;

static unsigned long bit(int signal)
{
	return 1ul << (signal - 1);
}

static bool is_signal(long signal)
{
	return signal > 0 && signal < SIGNALS;
}

void px_exit_by(int signal)
{
	pecan_exit(SIGNALLED + signal);
}

static bool is_ignored(int signal)
{
	void (*handler)(int) = actions[signal].handler;

	if (handler != SIG_DFL)
		return handler == SIG_IGN;
	return signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT;
}

static bool stops(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

/* ---- the queue ---- */

/* A signal that waits already is not queued twice. */
static void enqueue(int thread, int signal)
{
	struct queued *free = NULL;

	px_lock(&lock);
	for (struct queued *q = queue; q < queue + QUEUE; q++) {
		if (q->signal == signal && q->thread == thread) {
			free = NULL;
			break;
		}
		if (!q->signal && !free)
			free = q;
	}
	if (free) {
		*free = (struct queued){ thread, signal };
		px_signals++;
	}
	px_unlock(&lock);
}

/* A signal of the set that is for this thread, and with `take` not any more; 0: none. */
static int next(unsigned long set, bool take)
{
	int me = px_my_number(), signal = 0;

	px_lock(&lock);
	for (struct queued *q = queue; q < queue + QUEUE && !signal; q++)
		if (q->signal && (q->thread == 0 || q->thread == me) && (bit(q->signal) & set)) {
			signal = q->signal;
			if (take) {
				q->signal = 0;
				px_signals--;
			}
		}
	px_unlock(&lock);
	return signal;
}

bool px_signal_waits(void)
{
	return __atomic_load_n(&px_signals, __ATOMIC_SEQ_CST) && next(~blocked, false);
}

/* ---- sending ---- */

void px_raise(int signal)
{
	if (!is_ignored(signal))
		enqueue(px_my_number(), signal);
}

void px_signal_task(int signal)
{
	if (is_ignored(signal))
		return;
	if (actions[signal].handler == SIG_DFL)
		px_exit_by(signal);
	enqueue(0, signal);
	px_changed();
}

/* The thread's masks are its own, so a signal without a handler ends the program also if it blocks it. */
static long signal_thread(int thread, int signal)
{
	if (stops(signal) && actions[signal].handler == SIG_DFL)
		return -ENOSYS;
	if (is_ignored(signal))
		return 0;
	if (thread != 0 && thread != px_my_number() && actions[signal].handler == SIG_DFL)
		px_exit_by(signal);
	enqueue(thread, signal);
	px_changed();
	if (thread != 0 && thread != px_my_number())
		px_interrupt(thread);
	return 0;
}

long px_tkill(const struct px_args *p)
{
	if (p->a[1] == 0)
		return 0;
	return is_signal(p->a[1]) ? signal_thread((int)p->a[0], (int)p->a[1]) : -EINVAL;
}

/* To one's own task, or ends another one: a child, or any with the right `kill`. */
long px_kill(const struct px_args *p)
{
	long task = p->a[0], signal = p->a[1], result;
	struct pecan_task t;
	enum root_error e;

	if (signal < 0 || signal >= SIGNALS)
		return -EINVAL;
	if (task == px_getpid(p) || task == 0)
		return signal ? signal_thread(0, (int)signal) : 0;
	if (task < 0)
		return -EPERM;
	if (signal && signal != SIGKILL && signal != SIGTERM && signal != SIGINT && signal != SIGHUP)
		return -ENOSYS;
	if (px_child_kill((L4_Word_t)task, (int)signal, &result))
		return result;
	e = signal ? pecan_kill((L4_Word_t)task) : pecan_task_by_number((L4_Word_t)task, &t);
	return e == ROOT_OK ? 0 : e == ROOT_E_RIGHT ? -EPERM : -ESRCH;
}

void px_forget_signals(void)
{
	int me = px_my_number();

	px_lock(&lock);
	for (struct queued *q = queue; q < queue + QUEUE; q++)
		if (q->signal && q->thread == me) {
			q->signal = 0;
			px_signals--;
		}
	px_unlock(&lock);
}

/* ---- delivery ---- */

static void run_handler(int signal, const struct action *a)
{
	unsigned long before = blocked;
	siginfo_t info = { .si_signo = signal, .si_code = SI_USER };
	ucontext_t context;

	blocked |= a->mask | (a->flags & SA_NODEFER ? 0 : bit(signal));
	if (a->flags & SA_SIGINFO) {
		memset(&context, 0, sizeof context);
		a->action(signal, &info, &context);
	} else {
		a->handler(signal);
	}
	blocked = before;
}

static struct action take_action(int signal)
{
	struct action a;

	px_lock(&lock);
	a = actions[signal];
	if (a.flags & SA_RESETHAND)
		actions[signal].handler = SIG_DFL;
	px_unlock(&lock);
	return a;
}

bool px_deliver(long result)
{
	bool restart = result == -EINTR;
	unsigned handlers = 0;
	int signal;

	while ((signal = next(~blocked, true)) != 0) {
		struct action a = take_action(signal);

		if (signal == SIGNAL_CANCEL || is_ignored(signal) || a.handler == SIG_IGN)
			continue;
		if (a.handler == SIG_DFL)
			px_exit_by(signal);
		run_handler(signal, &a);
		handlers++;
		restart = restart && (a.flags & SA_RESTART);
	}
	return restart && handlers;
}

/* ---- the calls ---- */

long px_sigaction(const struct px_args *p)
{
	const struct action *new = (const struct action *)p->a[1];
	struct action *old = (struct action *)p->a[2];

	if (!is_signal(p->a[0]) || (new && (p->a[0] == SIGKILL || p->a[0] == SIGSTOP)))
		return -EINVAL;
	px_lock(&lock);
	if (old)
		*old = actions[p->a[0]];
	if (new)
		actions[p->a[0]] = *new;
	px_unlock(&lock);
	return 0;
}

unsigned long px_mask(unsigned long mask)
{
	unsigned long before = blocked;

	blocked = mask & ~(bit(SIGKILL) | bit(SIGSTOP));
	return before;
}

long px_sigprocmask(const struct px_args *p)
{
	const unsigned long *set = (const unsigned long *)p->a[1];
	unsigned long *old = (unsigned long *)p->a[2], before = blocked;

	if (set && p->a[0] == SIG_BLOCK)
		px_mask(before | *set);
	else if (set && p->a[0] == SIG_UNBLOCK)
		px_mask(before & ~*set);
	else if (set && p->a[0] == SIG_SETMASK)
		px_mask(*set);
	else if (set)
		return -EINVAL;
	if (old)
		*old = before;
	return 0;
}

long px_sigpending(const struct px_args *p)
{
	unsigned long set = 0;
	int me = px_my_number();

	px_lock(&lock);
	for (const struct queued *q = queue; q < queue + QUEUE; q++)
		if (q->signal && (q->thread == 0 || q->thread == me))
			set |= bit(q->signal);
	px_unlock(&lock);
	*(unsigned long *)p->a[0] = set;
	return 0;
}

/* Until a handler has run. */
long px_pause(const struct px_args *p)
{
	(void)p;
	while (px_wait(__atomic_load_n(&px_changes, __ATOMIC_SEQ_CST), 0) != -EINTR)
		continue;
	px_deliver(0);
	return -EINTR;
}

long px_sigsuspend(const struct px_args *p)
{
	unsigned long before = px_mask(*(const unsigned long *)p->a[0]);

	px_pause(p);
	px_mask(before);
	return -EINTR;
}

/* Takes a signal of the set without its action. */
long px_sigtimedwait(const struct px_args *p)
{
	unsigned long set = *(const unsigned long *)p->a[0];
	siginfo_t *info = (siginfo_t *)p->a[1];
	const struct timespec *t = (const struct timespec *)p->a[2];
	unsigned long deadline;
	long e = px_deadline(t, &deadline);

	while (e >= 0) {
		int seen = __atomic_load_n(&px_changes, __ATOMIC_SEQ_CST), signal = next(set, true);

		if (signal) {
			if (info)
				*info = (siginfo_t){ .si_signo = signal, .si_code = SI_USER };
			return signal;
		}
		e = px_wait(seen, deadline);
	}
	return e == -ETIMEDOUT ? -EAGAIN : e;
}
