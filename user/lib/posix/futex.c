/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * futex.c - FUTEX_WAIT, _WAKE, _REQUEUE and _LOCK_PI between the threads of a task.
 *
 * A waiter is in a list until another thread removes it, and then gets a message from that thread, for which
 * it waits whatever its timeout is. If its time has passed while it is in the list, it removes itself.
 */
#include <errno.h>
#include <limits.h>
#include <time.h>
#include <l4/ipc.h>
#include "base.h"
#include "futex.h"
#include "signal.h"
#include "time.h"

enum { WAIT = 0, WAKE = 1, REQUEUE = 3, LOCK_PI = 6, UNLOCK_PI = 7, TRYLOCK_PI = 8,
       COMMAND = 0x7f, LABEL = 0x7f00 };

/* A word that is locked by PI: the owner's number, and whether others wait. */
enum { OWNER = 0x3fffffff, WAITERS = INT_MIN };

struct waiter {
	struct waiter *next;
	int *at;
	L4_ThreadId_t thread;
	bool listed;
};

static bool swap(int *at, int from, int to)
{
	return __atomic_compare_exchange_n(at, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

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

	px_waits();
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

/*
 * Threads of a program have one priority, so the owner inherits none. A thread that has waited takes the word
 * with WAITERS, as others may wait yet.
 */
static long lock_pi(int *at, uint64_t deadline, bool tries)
{
	int own = px_my_number(), waiters = 0, value;

	for (;;) {
		long e = 0;

		value = __atomic_load_n(at, __ATOMIC_SEQ_CST);
		if ((value & OWNER) == own)
			return -EDEADLK;
		if ((value & OWNER) == 0) {
			if (swap(at, value, value | own | waiters))
				return 0;
		} else if (tries) {
			return -EAGAIN;
		} else if ((value & WAITERS) || swap(at, value, value | WAITERS)) {
			e = px_futex_wait(at, value | WAITERS, deadline);
			waiters = WAITERS;
		}
		if (e == -ETIMEDOUT || e == -EINTR)
			return e;
	}
}

static long unlock_pi(int *at)
{
	if ((__atomic_load_n(at, __ATOMIC_SEQ_CST) & OWNER) != px_my_number())
		return -EPERM;
	__atomic_store_n(at, 0, __ATOMIC_SEQ_CST);
	px_futex_wake(at, 1);
	return 0;
}

/* The timeout of this one is a date. */
static long call_lock_pi(int *at, const struct timespec *t, bool tries)
{
	int64_t date = t && !tries ? px_period(t) : 0;

	if (date < 0)
		return (long)date;
	return lock_pi(at, t && !tries ? px_time_point(CLOCK_REALTIME, (uint64_t)date) : 0, tries);
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
	if (command == LOCK_PI || command == TRYLOCK_PI)
		return call_lock_pi(at, t, command == TRYLOCK_PI);
	if (command == UNLOCK_PI)
		return unlock_pi(at);
	if (command != WAIT)
		return -ENOSYS;
	e = px_deadline(t, &deadline);
	return e < 0 ? e : px_futex_wait(at, (int)p->a[2], deadline);
}
