/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deliver.c - see deliver.h.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <pecan/task.h>
#include "base.h"
#include "child.h"
#include "deliver.h"
#include "event.h"
#include "ids.h"
#include "signal.h"
#include "time.h"
#include "timer.h"

/* ---- sending ---- */

static long signal_thread(int thread, int signal)
{
	if (px_signal_stops(signal))
		return -ENOSYS;
	px_timer_forget(signal);
	if (thread != px_my_number()) {
		long e = px_signal_send(thread, signal);

		if (signal == PX_SIGNAL_CANCEL)
			px_signal_cancel(thread);
		return e;
	}
	px_raise(signal);
	return 0;
}

long px_tkill(const struct px_args *p)
{
	if (p->a[0] <= 0 || (p->a[1] && !px_is_signal(p->a[1])))
		return -EINVAL;
	if (!px_is_thread(p->a[0]))
		return -ESRCH;
	return p->a[1] ? signal_thread((int)p->a[0], (int)p->a[1]) : 0;
}

/* The calling thread takes what it does not block, so before kill returns. */
static long signal_program(int signal)
{
	return signal_thread(px_signal_blocks(signal) ? 0 : px_my_number(), signal);
}

/* To one's own task, or ends another one: a child, or any with the right `kill`. */
long px_kill(const struct px_args *p)
{
	long task = p->a[0], signal = p->a[1], result;
	struct pecan_task t;
	enum root_error e;

	if (signal < 0 || signal >= PX_SIGNALS)
		return -EINVAL;
	if (task == px_getpid(p) || task == 0)
		return signal ? signal_program((int)signal) : 0;
	if (task < 0)
		return -EPERM;
	if (signal && signal != SIGKILL && signal != SIGTERM && signal != SIGINT && signal != SIGHUP)
		return -ENOSYS;
	if (px_child_kill((L4_Word_t)task, (int)signal, &result))
		return result;
	e = signal ? pecan_kill((L4_Word_t)task) : pecan_task_by_number((L4_Word_t)task, &t);
	return e == ROOT_OK ? 0 : e == ROOT_E_RIGHT ? -EPERM : -ESRCH;
}

/* ---- handlers ---- */

/* Of a signal that px_signal_take or px_signal_take_any has returned. */
static void describe(int signal, siginfo_t *info)
{
	px_timer_describe(signal, info);
	px_signal_described();
}

struct taken { int signal; const struct px_action *action; };

static void call_handler(void *taken)
{
	const struct taken *t = taken;
	ucontext_t context;
	siginfo_t info;

	describe(t->signal, &info);
	if (t->action->flags & SA_SIGINFO) {
		memset(&context, 0, sizeof context);
		t->action->action(t->signal, &info, &context);
	} else {
		t->action->handler(t->signal);
	}
}

static void run_handler(int signal, const struct px_action *a)
{
	uint64_t more = px_signals(&a->mask) | (a->flags & SA_NODEFER ? 0 : px_signal_bit(signal));
	uint64_t before = px_signal_block(more);
	void *stack = a->flags & SA_ONSTACK ? px_signal_stack() : NULL;
	struct taken taken = { signal, a };

	if (stack)
		px_on_stack(stack, call_handler, &taken);
	else
		call_handler(&taken);
	px_mask(before);
}

bool px_deliver(bool interrupted)
{
	unsigned handlers = 0;
	struct px_action a;
	int signal;

	while ((signal = px_signal_take(&a)) != 0) {
		run_handler(signal, &a);
		handlers++;
		interrupted = interrupted && (a.flags & SA_RESTART);
	}
	return interrupted && handlers;
}

/* ---- waiting for signals ---- */

/* Until a handler has run. */
long px_pause(const struct px_args *p)
{
	(void)p;
	while (px_wait(__atomic_load_n(&px_changes, __ATOMIC_SEQ_CST), 0) != -EINTR)
		continue;
	px_deliver(true);
	return -EINTR;
}

long px_sigsuspend(const struct px_args *p)
{
	uint64_t before = px_mask(px_signals((const struct px_signals *)p->a[0]));

	px_pause(p);
	px_mask(before);
	return -EINTR;
}

/* Takes a signal of the set without its action. */
long px_sigtimedwait(const struct px_args *p)
{
	siginfo_t *info = (siginfo_t *)p->a[1], unused;
	uint64_t deadline;
	long e = px_deadline((const struct timespec *)p->a[2], &deadline);

	while (e >= 0) {
		int seen = __atomic_load_n(&px_changes, __ATOMIC_SEQ_CST);
		int signal = px_signal_take_any(px_signals((const struct px_signals *)p->a[0]));

		if (signal) {
			describe(signal, info ? info : &unused);
			return signal;
		}
		e = px_wait(seen, deadline);
	}
	return e == -ETIMEDOUT ? -EAGAIN : e;
}
