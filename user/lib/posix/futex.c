/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * futex.c - FUTEX_WAIT, _WAKE and _REQUEUE between the threads of a task.
 *
 * A waiter is in a list until another thread removes it, and then gets a message from that thread, for which
 * it waits whatever its timeout is. If its time has passed while it is in the list, it removes itself.
 */
#include <errno.h>
#include <time.h>
#include <l4/ipc.h>
#include "futex.h"
#include "signal.h"
#include "time.h"

enum { WAIT = 0, WAKE = 1, REQUEUE = 3, COMMAND = 0x7f, LABEL = 0x7f00 };

struct waiter {
	struct waiter *next;
	int *at;
	L4_ThreadId_t thread;
	bool listed;
};

static struct waiter *first, **end = &first;
static int lock;

static void remove_waiter(struct waiter **link)
{
	struct waiter *w = *link;

	*link = w->next;
	if (!w->next)
		end = link;
	w->listed = false;
}

/* The waiter is in no list, and waits for this message or is about to. */
static void wake(L4_ThreadId_t thread, long result)
{
	L4_LoadMR(1, (L4_Word_t)result);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)LABEL << 16 | 1 });
	L4_Send(thread);
}

/* Waits for the message until the deadline. Returns true when it has come. */
static bool wait_message(uint64_t deadline, long *result)
{
	for (;;) {
		uint64_t now = px_now();
		L4_Time_t timeout = L4_Never;
		L4_ThreadId_t from;
		L4_MsgTag_t tag;
		L4_Word_t word;

		if (deadline)
			timeout = now < deadline ? L4_TimePeriod(deadline - now) : L4_ZeroTime;
		tag = L4_Ipc(L4_nilthread, L4_anylocalthread, L4_Timeouts(L4_Never, timeout), &from);
		if (L4_IpcSucceeded(tag) && L4_Label(tag) == LABEL) {
			L4_StoreMR(1, &word);
			*result = (long)word;
			return true;
		}
		if (deadline && px_now() >= deadline)
			return false;
	}
}

/* Removes w from the list. Returns false if it is in none: then its message is on the way. */
static bool withdraw(struct waiter *w)
{
	bool listed;

	px_lock(&lock);
	listed = w->listed;
	for (struct waiter **l = &first; listed && w->listed; l = &(*l)->next)
		if (*l == w) {
			remove_waiter(l);
			break;
		}
	px_unlock(&lock);
	return listed;
}

/* A signal is queued before its sender looks for the waiter in the list: so it is found here or there. */
static long wait(int *at, int value, uint64_t deadline, bool signals)
{
	struct waiter w = { .at = at, .thread = L4_Myself(), .listed = true };
	long result = 0;

	px_lock(&lock);
	if (__atomic_load_n(at, __ATOMIC_SEQ_CST) != value) {
		px_unlock(&lock);
		return -EAGAIN;
	}
	*end = &w;
	end = &w.next;
	px_unlock(&lock);
	if (signals && px_interrupted() && withdraw(&w))
		return -EINTR;
	if (wait_message(deadline, &result))
		return result;
	if (withdraw(&w))
		return -ETIMEDOUT;
	wait_message(0, &result);
	return result;
}

/* Another thread may have taken the signal that has ended the wait, or it is not for this thread any more. */
long px_futex_wait(int *at, int value, uint64_t deadline)
{
	long e;

	do
		e = wait(at, value, deadline, true);
	while (e == -EINTR && !px_interrupted());
	return e;
}

void px_library_wait(int *at, int value, uint64_t deadline)
{
	wait(at, value, deadline, false);
}

/* Removes the next waiter for which `at` or `tid` is right. Returns false if there is none. */
static bool take(int *at, int tid, L4_ThreadId_t *thread)
{
	struct waiter **l;

	px_lock(&lock);
	for (l = &first; *l; l = &(*l)->next)
		if (at ? (*l)->at == at : (int)L4_ThreadNo((*l)->thread) == tid)
			break;
	if (*l) {
		*thread = (*l)->thread;
		remove_waiter(l);
		px_unlock(&lock);
		return true;
	}
	px_unlock(&lock);
	return false;
}

long px_futex_wake(int *at, long threads)
{
	L4_ThreadId_t thread;
	long woken = 0;

	while (woken < threads && take(at, 0, &thread)) {
		wake(thread, 0);
		woken++;
	}
	return woken;
}

bool px_interrupt(int tid)
{
	L4_ThreadId_t thread;
	bool waits = take(NULL, tid, &thread);

	if (waits)
		wake(thread, -EINTR);
	return waits;
}

/* Requeued threads are woken instead: they look at their word again. */
long px_futex(const struct px_args *p)
{
	const struct timespec *t = (const struct timespec *)p->a[3];
	int *at = (int *)p->a[0];
	long command = p->a[1] & COMMAND, e;
	uint64_t deadline;

	if (command == WAKE)
		return px_futex_wake(at, (int)p->a[2]);
	if (command == REQUEUE)
		return px_futex_wake(at, p->a[2] + p->a[3]);
	if (command != WAIT)
		return -ENOSYS;
	e = px_deadline(t, &deadline);
	return e < 0 ? e : px_futex_wait(at, (int)p->a[2], deadline);
}
