/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.c - threads, what they share and what each has for itself.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

enum { THREADS = 6, ROUNDS = 200, MANY = 300 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned long sum, turn;

static void *add(void *number)
{
	int mine = (int)(uintptr_t)number;

	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned long seen;

		pthread_mutex_lock(&mutex);
		seen = sum;
		if (i % 16 == 0)
			sched_yield();
		sum = seen + 1;
		pthread_mutex_unlock(&mutex);
		errno = mine;
		sched_yield();
		if (errno != mine)
			return NULL;
	}
	return number;
}

/* Each waits until it is its turn, and gives it to the next. */
static void *take_turn(void *number)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&mutex);
		while (turn % THREADS != (uintptr_t)number)
			pthread_cond_wait(&changed, &mutex);
		turn++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&mutex);
	}
	return number;
}

bool run_all(void *(*run)(void *), uintptr_t first)
{
	pthread_t t[THREADS];
	bool right = true;

	for (uintptr_t i = 0; i < THREADS; i++)
		right = right && pthread_create(&t[i], NULL, run, (void *)(first + i)) == 0;
	for (uintptr_t i = 0; right && i < THREADS; i++) {
		void *result;

		right = pthread_join(t[i], &result) == 0 && result == (void *)(first + i);
	}
	return right;
}

static void *nothing(void *arg)
{
	return arg;
}

static void *post(void *semaphore)
{
	sem_post(semaphore);
	return NULL;
}

static void many_threads(void)
{
	pthread_attr_t detached;
	sem_t semaphore;
	bool right = true;

	for (uintptr_t i = 0; i < MANY; i++) {
		pthread_t t;
		void *result;

		right = right && pthread_create(&t, NULL, nothing, (void *)i) == 0
		     && pthread_join(t, &result) == 0 && result == (void *)i;
	}
	check(right, "more threads in turn than a task can have at once");
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	sem_init(&semaphore, 0, 0);
	for (unsigned i = 0; right && i < MANY; i++) {
		pthread_t t;

		right = pthread_create(&t, &detached, post, &semaphore) == 0 && sem_wait(&semaphore) == 0;
	}
	check(right, "detached ones, and a semaphore");
}

static void unlock(void *m)
{
	pthread_mutex_unlock(m);
}

static void *wait_for_ever(void *arg)
{
	pthread_mutex_lock(&mutex);
	pthread_cleanup_push(unlock, &mutex);
	for (;;)
		pthread_cond_wait(&changed, &mutex);
	pthread_cleanup_pop(1);
	return arg;
}

static void cancel(void)
{
	struct timespec t = { 0, 20000000 };
	pthread_t thread;
	void *result;

	pthread_create(&thread, NULL, wait_for_ever, NULL);
	nanosleep(&t, NULL);
	check(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED,
	      "a waiting thread is cancelled");
	check(pthread_mutex_trylock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0, "and cleans up");
}

void test_threads(void)
{
	struct timespec until;

	check(run_all(add, 100), "threads, errno");
	check(sum == THREADS * ROUNDS, "a mutex");
	check(run_all(take_turn, 0) && turn == THREADS * ROUNDS, "a condition variable");
	many_threads();
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&mutex);
	check(pthread_cond_timedwait(&changed, &mutex, &until) == ETIMEDOUT, "a wait with a timeout");
	pthread_mutex_unlock(&mutex);
	cancel();
}
