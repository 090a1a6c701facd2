/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cancel.c - cancellation of both types, in pthread_once too; robust mutexes, and mutexes that inherit
 * priorities.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

static sem_t begun;
static volatile unsigned rounds, cleaned;

static void note(void *unused)
{
	(void)unused;
	cleaned = cleaned + 1;
}

/* Neither of these two makes a call that is a cancellation point. */
static void *loop(void *unused)
{
	pthread_cleanup_push(note, NULL);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(&begun);
	for (;;)
		rounds = rounds + 1;
	pthread_cleanup_pop(1);
	return unused;
}

static void *yield(void *unused)
{
	pthread_cleanup_push(note, NULL);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(&begun);
	for (;;)
		sched_yield();
	pthread_cleanup_pop(1);
	return unused;
}

static bool cancels(void *(*run)(void *))
{
	unsigned before = cleaned;
	pthread_t thread;
	void *result;

	return pthread_create(&thread, NULL, run, NULL) == 0 && sem_wait(&begun) == 0
	       && pthread_cancel(thread) == 0
	       && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED && cleaned == before + 1;
}

static volatile bool go, may_end;

static void *disabled(void *unused)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	sem_post(&begun);
	while (!go)
		continue;
	may_end = true;
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, NULL);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	for (unsigned i = 0; i < 1000; i++)
		rounds = rounds + 1;
	return unused;
}

static void test_types(void)
{
	enum { TIMES = 50 };
	pthread_t thread;
	bool right = true;
	void *result;

	for (unsigned i = 0; i < TIMES; i++)
		right = right && cancels(loop) && cancels(yield);
	check(right, "a thread of the asynchronous type is cancelled in a loop, with calls and without");
	pthread_create(&thread, NULL, disabled, &begun);
	sem_wait(&begun);
	pthread_cancel(thread);
	nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
	go = true;
	check(pthread_join(thread, &result) == 0 && may_end && result == &begun,
	      "not while it is disabled, nor of the deferred type without a point");
}

/* ---- pthread_once ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT, again = PTHREAD_ONCE_INIT;
static unsigned calls;

static void initialise(void)
{
	if (calls++ > 0)
		return;
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(&begun);
	for (;;)
		sched_yield();
}

static void initialise_at_point(void)
{
	if (calls++ > 0)
		return;
	sem_post(&begun);
	for (;;)
		pause();
}

static void *call_once(void *unused)
{
	pthread_once(&once, initialise);
	return unused;
}

static void *call_again(void *unused)
{
	pthread_once(&again, initialise_at_point);
	return unused;
}

/* A second thread waits for the first; it is the one that calls the function again. */
static bool is_called_again(void *(*run)(void *))
{
	pthread_t first, second;
	void *result;

	calls = 0;
	pthread_create(&first, NULL, run, NULL);
	sem_wait(&begun);
	pthread_create(&second, NULL, run, &begun);
	nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
	pthread_cancel(first);
	return pthread_join(first, &result) == 0 && result == PTHREAD_CANCELED
	       && pthread_join(second, &result) == 0 && result == &begun && calls == 2;
}

/* ---- mutexes ---- */

static pthread_mutex_t mutex;
static unsigned long sum;

static void *die_with_lock(void *unused)
{
	return pthread_mutex_lock(&mutex) == 0 ? unused : NULL;
}

static void *add(void *number)
{
	for (unsigned i = 0; i < 200; i++) {
		unsigned long seen;

		pthread_mutex_lock(&mutex);
		seen = sum;
		sched_yield();
		sum = seen + 1;
		pthread_mutex_unlock(&mutex);
	}
	return number;
}

static int make(int robust, int protocol, int type)
{
	pthread_mutexattr_t a;
	int e;

	pthread_mutexattr_init(&a);
	pthread_mutexattr_settype(&a, type);
	e = pthread_mutexattr_setrobust(&a, robust);
	if (!e)
		e = pthread_mutexattr_setprotocol(&a, protocol);
	return e ? e : pthread_mutex_init(&mutex, &a);
}

static void test_robust(int protocol)
{
	pthread_t thread;

	check(make(PTHREAD_MUTEX_ROBUST, protocol, PTHREAD_MUTEX_NORMAL) == 0, "a robust mutex");
	pthread_create(&thread, NULL, die_with_lock, NULL);
	pthread_join(thread, NULL);
	check(pthread_mutex_lock(&mutex) == EOWNERDEAD && pthread_mutex_consistent(&mutex) == 0
	      && pthread_mutex_unlock(&mutex) == 0, "its owner has ended: EOWNERDEAD");
	pthread_create(&thread, NULL, die_with_lock, NULL);
	pthread_join(thread, NULL);
	check(pthread_mutex_lock(&mutex) == EOWNERDEAD && pthread_mutex_unlock(&mutex) == 0
	      && pthread_mutex_lock(&mutex) == ENOTRECOVERABLE, "and is not made consistent: ENOTRECOVERABLE");
}

static void test_inherit(void)
{
	struct timespec past = { 0, 0 };

	check(make(PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_NORMAL) == 0,
	      "a mutex that inherits");
	sum = 0;
	check(run_all(add, 100) && sum == 6 * 200, "many threads take it in turn");
	check(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == EBUSY
	      && pthread_mutex_timedlock(&mutex, &past) == ETIMEDOUT && pthread_mutex_unlock(&mutex) == 0,
	      "trylock: EBUSY, timedlock: ETIMEDOUT");
	check(make(PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_ERRORCHECK) == 0
	      && pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == EDEADLK
	      && pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == EPERM,
	      "one that checks: EDEADLK, EPERM");
}

void test_cancellation(void)
{
	sem_init(&begun, 0, 0);
	test_types();
	check(is_called_again(call_again), "pthread_once: after a cancellation at a point the next one calls");
	check(is_called_again(call_once), "pthread_once: and after one of the asynchronous type");
	test_robust(PTHREAD_PRIO_NONE);
	test_robust(PTHREAD_PRIO_INHERIT);
	test_inherit();
}
