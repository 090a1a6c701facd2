/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.c - threads, thread-local storage, futexes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "machine.h"

enum { THREADS = 8, ROUNDS = 1000, STACK = 16 * PAGE, GET_FS = 0x1003, SET_GS = 0x1001, GET_GS = 0x1004 };

static pthread_t make(void *(*f)(void *), void *argument)
{
	pthread_t t;

	CHECK(pthread_create(&t, NULL, f, argument) == 0);
	return t;
}

static void *result(pthread_t t)
{
	void *value;

	CHECK(pthread_join(t, &value) == 0);
	return value;
}

/* The same function in THREADS threads at once, each with its number. */
static void in_threads(void *(*f)(void *))
{
	pthread_t t[THREADS];

	for (long i = 0; i < THREADS; i++)
		t[i] = make(f, (void *)i);
	for (long i = 0; i < THREADS; i++)
		CHECK(result(t[i]) == (void *)i);
}

static _Thread_local long mine = 1234, array[100];

static void *use_local(void *number)
{
	CHECK(mine == 1234 && array[99] == 0);
	for (long i = 0; i < 300; i++) {
		mine = (long)number * 1000 + i;
		array[i % 100] = mine;
		sched_yield();
		CHECK(mine == (long)number * 1000 + i && array[i % 100] == mine);
	}
	return number;
}

static void local(void)
{
	mine = 1234;
	in_threads(use_local);
	CHECK(mine == 1234 && array[99] == 0);
}

/* The segment bases are the thread's own, and stay across switches. */
static void *use_bases(void *number)
{
	unsigned long base = ((unsigned long)number + 1) << 20, now, fs, fs_before;

	CHECK(syscall(SYS_arch_prctl, GET_FS, &fs_before) == 0);
	CHECK(syscall(SYS_arch_prctl, SET_GS, base) == 0);
	for (int i = 0; i < 100; i++) {
		sched_yield();
		CHECK(syscall(SYS_arch_prctl, GET_GS, &now) == 0 && now == base);
		CHECK(syscall(SYS_arch_prctl, GET_FS, &fs) == 0 && fs == fs_before);
	}
	return number;
}

static void bases(void) { in_threads(use_bases); }

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static volatile long counter, turn;

static void *count_up(void *number)
{
	for (int i = 0; i < ROUNDS; i++) {
		long before;

		pthread_mutex_lock(&mutex);
		before = counter;
		if (i % 10 == 0)
			sched_yield();
		counter = before + 1;
		pthread_mutex_unlock(&mutex);
	}
	return number;
}

static void mutexes(void)
{
	in_threads(count_up);
	CHECK(counter == THREADS * ROUNDS);
}

static void *take_turns(void *number)
{
	for (int i = 0; i < 100; i++) {
		pthread_mutex_lock(&mutex);
		while (turn % THREADS != (long)number)
			pthread_cond_wait(&changed, &mutex);
		turn++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&mutex);
	}
	return number;
}

static void conditions(void)
{
	in_threads(take_turns);
	CHECK(turn == 100 * THREADS);
}

static void *returns(void *number) { return number; }

static void many_threads(void)
{
	for (long i = 0; i < 1000; i++)
		CHECK(result(make(returns, (void *)i)) == (void *)i);
}

static char *area;

static void *touch_pages(void *number)
{
	for (int i = 0; i < 200; i++) {
		char *p = area + (size_t)(i * THREADS + (long)number) * PAGE;

		CHECK(*p == 0);
		memset(p, (int)(long)number + 1, PAGE);
		if (i % 16 == 0)
			sched_yield();
	}
	return number;
}

static void faults_in_threads(void)
{
	area = fresh((size_t)200 * THREADS * PAGE);
	in_threads(touch_pages);
	for (int i = 0; i < 200 * THREADS; i++)
		CHECK(area[(size_t)i * PAGE + 77] == i % THREADS + 1);
}

/* ---- futexes ---- */

static int *word;

static long futex(int *at, int operation, int value, const struct timespec *t)
{
	return syscall(SYS_futex, at, operation, value, t, NULL, 0);
}

static void set(int value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
	futex(word, FUTEX_WAKE, 1, NULL);
}

static void wait_until(int value)
{
	int now;

	while ((now = __atomic_load_n(word, __ATOMIC_SEQ_CST)) != value)
		futex(word, FUTEX_WAIT, now, NULL);
}

static void answer(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		wait_until(2 * i + 1);
		set(2 * i + 2);
	}
}

static void between_processes(void)
{
	pid_t pid;

	word = shared(PAGE);
	pid = child(answer, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		set(2 * i + 1);
		wait_until(2 * i + 2);
	}
	join(pid);
}

static void futex_results(void)
{
	struct timespec t = { 0, 20 * MS };

	word = shared(PAGE);
	CHECK(futex(word, FUTEX_WAIT, 1, NULL) == -1 && errno == EAGAIN);
	CHECK(futex(word, FUTEX_WAIT, 0, &t) == -1 && errno == ETIMEDOUT);
	CHECK(futex(word, FUTEX_WAKE, 100, NULL) == 0);
	CHECK(futex((int *)((char *)word + 1), FUTEX_WAIT, 0, NULL) == -1 && errno == EINVAL);
	CHECK(futex((int *)8, FUTEX_WAIT, 0, NULL) == -1 && errno == EFAULT);
}

static void wait_once(void *ready)
{
	__atomic_add_fetch((int *)ready, 1, __ATOMIC_SEQ_CST);
	CHECK(futex(word, FUTEX_WAIT, 0, NULL) == 0);
}

static void wakes(void)
{
	int *ready, *other;
	pid_t pid[5];

	word = shared(PAGE);
	other = word + 16;
	ready = word + 32;
	for (int i = 0; i < 5; i++)
		pid[i] = child(wait_once, ready);
	while (__atomic_load_n(ready, __ATOMIC_SEQ_CST) < 5)
		sleep_ns(MS);
	sleep_ns(20 * MS);
	CHECK(futex(word, FUTEX_WAKE, 2, NULL) == 2);
	CHECK(syscall(SYS_futex, word, FUTEX_CMP_REQUEUE, 1, 10L, other, 0) == 3);
	CHECK(futex(word, FUTEX_WAKE, 10, NULL) == 0 && futex(other, FUTEX_WAKE, 10, NULL) == 2);
	for (int i = 0; i < 5; i++)
		join(pid[i]);
}

static void die_with_mutex(void *m)
{
	CHECK(pthread_mutex_lock(m) == 0);
	kill(getpid(), SIGKILL);
}

static void robust(void)
{
	pthread_mutex_t *m = shared(PAGE);
	pthread_mutexattr_t a;

	pthread_mutexattr_init(&a);
	pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	CHECK(pthread_mutex_init(m, &a) == 0);
	CHECK(WTERMSIG(ended(child(die_with_mutex, m))) == SIGKILL);
	CHECK(pthread_mutex_lock(m) == EOWNERDEAD && pthread_mutex_consistent(m) == 0);
	CHECK(pthread_mutex_unlock(m) == 0 && pthread_mutex_lock(m) == 0);
}

/* ---- threads as processes ---- */

static volatile int cloned;

static int clone_runs(void *argument)
{
	cloned = *(int *)argument;
	return 33;
}

static void raw_clone(void)
{
	char *stack = fresh(STACK);
	int value = 9, status;
	pid_t pid = clone(clone_runs, stack + STACK, CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD, &value);

	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 33 && cloned == 9);
	value = 10;
	pid = clone(clone_runs, stack + STACK, SIGCHLD, &value);
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 33 && cloned == 9);
}

static void *fork_here(void *number)
{
	for (int i = 0; i < 10; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			mine = (long)number;
			_exit(mine != (long)number);
		}
		join(pid);
	}
	return number;
}

static void forks(void) { in_threads(fork_here); }

static void *for_ever(void *number)
{
	while (*(volatile long *)number >= 0)
		*(volatile long *)number = 1;
	return number;
}

static void exits_with_threads(void *unused)
{
	static long counts[THREADS];

	(void)unused;
	for (int i = 0; i < THREADS; i++)
		make(for_ever, &counts[i]);
	sleep_ns(20 * MS);
	_exit(12);
}

static void exit_of_all(void)
{
	for (int i = 0; i < 5; i++)
		CHECK(WEXITSTATUS(ended(child(exits_with_threads, NULL))) == 12);
}

static _Thread_local volatile int hits;

static void hit(int unused)
{
	(void)unused;
	hits++;
}

static volatile pid_t ids[THREADS];

static void *wait_for_hit(void *number)
{
	ids[(long)number] = (pid_t)syscall(SYS_gettid);
	while (hits == 0)
		sched_yield();
	CHECK(hits == 1);
	return number;
}

/* A signal for one thread: its handler runs in that one. */
static void signals(void)
{
	struct sigaction action = { .sa_handler = hit };
	pthread_t t[THREADS];

	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	for (long i = 0; i < THREADS; i++)
		t[i] = make(wait_for_hit, (void *)i);
	for (int i = 0; i < THREADS; i++) {
		while (ids[i] == 0)
			sched_yield();
		CHECK(syscall(SYS_tgkill, getpid(), ids[i], SIGUSR1) == 0);
	}
	for (int i = 0; i < THREADS; i++)
		result(t[i]);
	CHECK(hits == 0);
}

static volatile int stop;

static void *spin(void *number)
{
	struct vectors in, out;

	memset(&in, 0, sizeof in);
	vectors_store(&in);
	for (int i = 0; i < 256; i++)
		in.bytes[160 + i] = (unsigned char)((long)number * 17 + i);
	vectors_spin(&in, &out, &stop);
	CHECK(memcmp(in.bytes + 160, out.bytes + 160, 256) == 0);
	return number;
}

static void vectors(void)
{
	pthread_t t[THREADS];

	for (long i = 0; i < THREADS; i++)
		t[i] = make(spin, (void *)i);
	sleep_ns(100 * MS);
	stop = 1;
	for (int i = 0; i < THREADS; i++)
		result(t[i]);
}

const struct test thread_tests[] = {
	{ "thread_local", local }, { "thread_bases", bases }, { "mutexes", mutexes },
	{ "conditions", conditions }, { "many_threads", many_threads },
	{ "faults_in_threads", faults_in_threads },
	{ "futex_between_processes", between_processes }, { "futex_results", futex_results },
	{ "futex_wakes", wakes }, { "robust_mutex", robust }, { "clone", raw_clone },
	{ "fork_in_threads", forks }, { "exit_of_all", exit_of_all },
	{ "signals_of_threads", signals }, { "vectors_of_threads", vectors }, { NULL, NULL },
};
