/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signals.c - signals within the program.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
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
	count = 0;
	pthread_create(&thread, NULL, send_later, NULL);
	check(nanosleep(&t, &rest) == -1 && errno == EINTR && rest.tv_sec >= 900 && count == 1,
	      "a signal ends nanosleep");
	pthread_join(thread, NULL);
	t.tv_sec = 1l << 60;
	pthread_create(&thread, NULL, send_later, NULL);
	check(nanosleep(&t, NULL) == -1 && errno == EINTR && count == 2, "a period without an end");
	pthread_join(thread, NULL);
	pipe(fd);
	pthread_create(&thread, NULL, send_later, NULL);
	check(read(fd[0], &byte, 1) == -1 && errno == EINTR && count == 3, "and a read");
	pthread_join(thread, NULL);
	close(fd[0]);
	close(fd[1]);
}

void test_signals(void)
{
	test_raise();
	test_masks();
	test_interrupts();
	test_negative_periods();
}
