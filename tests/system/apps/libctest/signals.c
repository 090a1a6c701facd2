/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signals.c - signals within the program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

static volatile sig_atomic_t count, last;
static pthread_t main_thread;
static sigjmp_buf place;

static void note(int signal)
{
	count = count + 1;
	last = signal;
}

static void note_more(int signal, siginfo_t *info, void *context)
{
	note(info->si_signo == signal && context ? signal : 0);
}

static void jump(int signal)
{
	siglongjmp(place, signal);
}

static void set(int signal, void (*handler)(int), int flags)
{
	struct sigaction a = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&a.sa_mask);
	sigaction(signal, &a, NULL);
}

static void test_raise(void)
{
	struct sigaction a = { .sa_sigaction = note_more, .sa_flags = SA_SIGINFO }, old;

	set(SIGUSR1, note, 0);
	check(raise(SIGUSR1) == 0 && count == 1 && last == SIGUSR1, "raise runs the handler");
	check(kill(getpid(), SIGUSR1) == 0 && count == 2, "kill of one's own task");
	check(pthread_kill(pthread_self(), SIGUSR1) == 0 && count == 3, "pthread_kill of one's own thread");
	check(sigaction(SIGUSR1, &a, &old) == 0 && old.sa_handler == note, "sigaction returns the old action");
	check(raise(SIGUSR1) == 0 && count == 4 && last == SIGUSR1, "SA_SIGINFO");
	set(SIGUSR1, note, (int)SA_RESETHAND);
	raise(SIGUSR1);
	sigaction(SIGUSR1, NULL, &old);
	check(count == 5 && old.sa_handler == SIG_DFL, "SA_RESETHAND");
	signal(SIGUSR1, SIG_IGN);
	check(raise(SIGUSR1) == 0 && raise(SIGCHLD) == 0 && count == 5, "signals that are ignored");
	check(sigaction(SIGKILL, &a, NULL) == -1 && errno == EINVAL, "no handler for SIGKILL");
}

static void test_masks(void)
{
	struct timespec none = { 0, 0 };
	sigset_t one, before, pending;
	int number;

	sigemptyset(&one);
	sigaddset(&one, SIGUSR2);
	set(SIGUSR2, note, 0);
	count = 0;
	sigprocmask(SIG_BLOCK, &one, &before);
	raise(SIGUSR2);
	raise(SIGUSR2);
	check(count == 0 && sigpending(&pending) == 0 && sigismember(&pending, SIGUSR2),
	      "a blocked signal waits");
	sigprocmask(SIG_SETMASK, &before, NULL);
	check(count == 1 && last == SIGUSR2, "and arrives once when it is not blocked any more");
	sigprocmask(SIG_BLOCK, &one, NULL);
	raise(SIGUSR2);
	check(sigwait(&one, &number) == 0 && number == SIGUSR2 && count == 1, "sigwait");
	check(sigtimedwait(&one, NULL, &none) == -1 && errno == EAGAIN, "sigtimedwait: a timeout");
	raise(SIGUSR2);
	check(sigsuspend(&before) == -1 && errno == EINTR && count == 2, "sigsuspend");
	sigprocmask(SIG_SETMASK, &before, NULL);
	set(SIGUSR2, jump, 0);
	number = sigsetjmp(place, 1);
	if (number == 0)
		raise(SIGUSR2);
	sigprocmask(SIG_SETMASK, NULL, &pending);
	check(number == SIGUSR2 && !sigismember(&pending, SIGUSR2), "siglongjmp out of a handler");
}

static void *send_later(void *unused)
{
	struct timespec t = { 0, 20000000 };

	nanosleep(&t, NULL);
	return pthread_kill(main_thread, SIGUSR2) == 0 ? unused : NULL;
}

static volatile bool ended;		/* the wait that a signal is to end */

/* Again until then: on a busy host the first one may come before the wait begins. */
static void *send_until_ended(void *unused)
{
	while (!ended)
		send_later(NULL);
	return unused;
}

static pthread_t begin_signals(void *(*sender)(void *))
{
	pthread_t thread;

	ended = false;
	errno = count = 0;
	pthread_create(&thread, NULL, sender, NULL);
	return thread;
}

static void end_signals(pthread_t thread)
{
	ended = true;
	pthread_join(thread, NULL);
}

static void test_negative_periods(void)
{
	struct timespec t = { -1, 0 };
	sigset_t none;

	sigemptyset(&none);
	check(nanosleep(&t, NULL) == -1 && errno == EINVAL, "nanosleep: a negative period");
	errno = 0;
	check(ppoll(NULL, 0, &t, NULL) == -1 && errno == EINVAL, "ppoll: a negative period");
	errno = 0;
	check(pselect(0, NULL, NULL, NULL, &t, NULL) == -1 && errno == EINVAL, "pselect: a negative period");
	errno = 0;
	check(sigtimedwait(&none, NULL, &t) == -1 && errno == EINVAL, "sigtimedwait: a negative period");
}

/* Another thread's signal ends a wait. */
static void test_interrupts(void)
{
	struct timespec t = { 1000, 0 }, rest = { 0, 0 };
	pthread_t thread;
	int fd[2];
	char byte;

	main_thread = pthread_self();
	set(SIGUSR2, note, 0);
	thread = begin_signals(send_until_ended);
	check(nanosleep(&t, &rest) == -1 && errno == EINTR && rest.tv_sec >= 900 && count > 0,
	      "a signal ends nanosleep");
	end_signals(thread);
	t.tv_sec = (time_t)1 << 60;
	thread = begin_signals(send_until_ended);
	check(nanosleep(&t, NULL) == -1 && errno == EINTR && count > 0, "a period without an end");
	end_signals(thread);
	pipe(fd);
	thread = begin_signals(send_until_ended);
	check(read(fd[0], &byte, 1) == -1 && errno == EINTR && count > 0, "and a read");
	end_signals(thread);
	close(fd[0]);
	close(fd[1]);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
}

static void *end_main(void *unused)
{
	return pthread_kill(main_thread, SIGTERM) == 0 ? unused : NULL;
}

/* A blocked signal waits also without a handler. */
static void test_without_handlers(void)
{
	const struct timespec most = { 5, 0 };
	sigset_t both, before, pending;
	pthread_t thread;

	main_thread = pthread_self();
	sigemptyset(&both);
	sigaddset(&both, SIGTERM);
	sigaddset(&both, SIGCHLD);
	sigprocmask(SIG_BLOCK, &both, &before);
	raise(SIGCHLD);
	check(sigtimedwait(&both, NULL, &most) == SIGCHLD, "a blocked signal that is ignored by default");
	check(kill(getpid(), SIGTERM) == 0 && sigtimedwait(&both, NULL, &most) == SIGTERM,
	      "a blocked signal that ends the program by default");
	pthread_create(&thread, NULL, end_main, NULL);
	pthread_join(thread, NULL);
	check(sigtimedwait(&both, NULL, &most) == SIGTERM, "from another thread");
	raise(SIGTERM);
	signal(SIGTERM, SIG_IGN);
	check(sigpending(&pending) == 0 && !sigismember(&pending, SIGTERM), "SIG_IGN discards what waits");
	signal(SIGTERM, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

enum { FAILED, GOT_BYTE, INTERRUPTED };

static void *read_byte(void *fd)
{
	char byte;
	long n = read(*(int *)fd, &byte, 1);

	return (void *)(long)(n == 1 ? GOT_BYTE : errno == EINTR ? INTERRUPTED : FAILED);
}

static void *read_uncancelled(void *fd)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	return read_byte(fd);
}

/* A call ends with EINTR only in the thread in which a handler has run. */
static void test_one_of_two(void)
{
	pthread_t thread[2];
	sigset_t one, before;
	void *result[2];
	int fd[2];

	set(SIGUSR2, note, 0);
	count = 0;
	sigemptyset(&one);
	sigaddset(&one, SIGUSR2);
	pipe(fd);
	pthread_create(&thread[0], NULL, read_byte, fd);
	pthread_create(&thread[1], NULL, read_byte, fd);
	sigprocmask(SIG_BLOCK, &one, &before);
	nap();
	kill(getpid(), SIGUSR2);
	nap();
	write(fd[1], "ab", 2);
	pthread_join(thread[0], &result[0]);
	pthread_join(thread[1], &result[1]);
	check(count == 1 && (long)result[0] + (long)result[1] == GOT_BYTE + INTERRUPTED,
	      "a signal to the program ends the wait of one thread");
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fd[0]);
	close(fd[1]);
	pipe(fd);
	pthread_create(&thread[0], NULL, read_uncancelled, fd);
	nap();
	pthread_cancel(thread[0]);
	nap();
	write(fd[1], "a", 1);
	pthread_join(thread[0], &result[0]);
	check((long)result[0] == GOT_BYTE, "a cancellation that is disabled ends no wait");
	close(fd[0]);
	close(fd[1]);
}

/* To the program, from a thread that blocks it. */
static void *signal_program(void *unused)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &one, NULL);
	while (!ended) {
		nap();
		kill(getpid(), SIGUSR2);
	}
	return unused;
}

static void test_semaphore(void)
{
	struct timespec until;
	pthread_t thread;
	sem_t semaphore;

	set(SIGUSR2, note, 0);
	sem_init(&semaphore, 0, 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 5;
	thread = begin_signals(signal_program);
	check(sem_timedwait(&semaphore, &until) == -1 && errno == EINTR && count > 0,
	      "a signal to the program ends the wait for a semaphore");
	end_signals(thread);
}

static void *signal_and_write(void *fd)
{
	send_later(NULL);
	nap();
	return write(*(int *)fd, "a", 1) == 1 ? fd : NULL;
}

static void test_restart(void)
{
	pthread_t thread;
	int fd[2];
	char byte;

	main_thread = pthread_self();
	set(SIGUSR2, note, SA_RESTART);
	count = 0;
	pipe(fd);
	pthread_create(&thread, NULL, signal_and_write, &fd[1]);
	check(read(fd[0], &byte, 1) == 1 && count == 1, "SA_RESTART: a read continues after the handler");
	pthread_join(thread, NULL);
	thread = begin_signals(send_until_ended);
	check(nanosleep(&(struct timespec){ 1000, 0 }, NULL) == -1 && errno == EINTR && count > 0,
	      "SA_RESTART: nanosleep does not");
	end_signals(thread);
	close(fd[0]);
	close(fd[1]);
}

/* The signal is blocked but for the wait. */
static void test_masks_of_waits(void)
{
	const struct timespec most = { 1000, 0 }, none = { 0, 0 };
	sigset_t one, before, pending;
	struct pollfd p = { .events = POLLIN };
	pthread_t thread;
	int fd[2];

	main_thread = pthread_self();
	set(SIGUSR2, note, 0);
	count = 0;
	sigemptyset(&one);
	sigaddset(&one, SIGUSR2);
	sigprocmask(SIG_BLOCK, &one, &before);
	raise(SIGUSR2);
	errno = 0;
	check(ppoll(NULL, 0, &most, &before) == -1 && errno == EINTR && count == 1, "ppoll: a signal waits");
	pthread_create(&thread, NULL, send_later, NULL);
	errno = 0;
	check(ppoll(NULL, 0, &most, &before) == -1 && errno == EINTR && count == 2, "ppoll: a signal comes");
	pthread_join(thread, NULL);
	raise(SIGUSR2);
	errno = 0;
	check(pselect(0, NULL, NULL, NULL, &most, &before) == -1 && errno == EINTR && count == 3,
	      "pselect: a signal waits");
	raise(SIGUSR2);
	errno = 0;
	check(ppoll(NULL, 0, &none, &before) == -1 && errno == EINTR && count == 4,
	      "ppoll: a signal waits, and the period is 0");
	raise(SIGUSR2);
	check(ppoll(NULL, 0, &none, &one) == 0 && count == 4 && sigpending(&pending) == 0
	      && sigismember(&pending, SIGUSR2), "ppoll: the mask blocks it");
	pipe(fd);
	p.fd = fd[0];
	write(fd[1], "a", 1);
	check(ppoll(&p, 1, &most, &before) == 1 && p.revents == POLLIN, "ppoll: what is ready comes first");
	sigprocmask(SIG_SETMASK, &before, NULL);
	check(count == 5, "and the signal comes then");
	close(fd[0]);
	close(fd[1]);
}

void test_signals(void)
{
	test_raise();
	test_masks();
	test_interrupts();
	test_negative_periods();
	test_one_of_two();
	test_restart();
	test_masks_of_waits();
	test_semaphore();
	test_without_handlers();
}
