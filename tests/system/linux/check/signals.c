/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signals.c - signals that processes send.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static volatile int count, order[32], depth, deepest;
static volatile siginfo_t last;

static void note(int number, siginfo_t *info, void *unused)
{
	(void)unused;
	last = *info;
	if (count < 32)
		order[count] = info->si_code == SI_QUEUE ? info->si_value.sival_int : number;
	count++;
}

static void count_by(int number, void (*handler)(int, siginfo_t *, void *), int flags)
{
	handle(number, handler, flags);
	count = 0;
}

static void block(int how, int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	CHECK(sigprocmask(how, &set, NULL) == 0);
}

static void itself(void)
{
	count_by(SIGUSR1, note, 0);
	for (int i = 0; i < 1000; i++)
		CHECK(kill(getpid(), SIGUSR1) == 0 && count == i + 1);
	CHECK(last.si_pid == getpid() && last.si_uid == getuid() && last.si_code == SI_USER);
}

static void send_usr1(void *unused)
{
	(void)unused;
	kill(getppid(), SIGUSR1);
}

static void from_child(void)
{
	pid_t pid;

	count_by(SIGUSR1, note, 0);
	pid = child(send_usr1, NULL);
	join(pid);
	CHECK(count == 1 && last.si_pid == pid);
}

static void blocked(void)
{
	sigset_t set;

	count_by(SIGUSR1, note, 0);
	block(SIG_BLOCK, SIGUSR1);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR1);
	CHECK(count == 0 && sigpending(&set) == 0 && sigismember(&set, SIGUSR1));
	block(SIG_UNBLOCK, SIGUSR1);
	CHECK(count == 1);
}

/* Those of real time are queued, the lowest first, with their values. */
static void queued(void)
{
	for (int i = 0; i < 3; i++) {
		count_by(SIGRTMIN + i, note, 0);
		block(SIG_BLOCK, SIGRTMIN + i);
	}
	for (int i = 0; i < 9; i++)
		CHECK(sigqueue(getpid(), SIGRTMIN + 2 - i % 3, (union sigval){ .sival_int = 100 + i }) == 0);
	CHECK(count == 0);
	for (int i = 2; i >= 0; i--)
		block(SIG_UNBLOCK, SIGRTMIN + i);
	CHECK(count == 9);
	for (int i = 0; i < 9; i++)
		if (order[i] != 100 + i / 3 + 3 * (i % 3))
			fail("number %d is %d", i, order[i]);
}

static volatile char *closed;		/* a page that the innermost handler opens */

/* SIGUSR1 sends SIGUSR2, whose handler faults. */
static void nest(int number, siginfo_t *info, void *unused)
{
	(void)unused;
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (number == SIGUSR1) {
		kill(getpid(), SIGUSR2);
	} else if (number == SIGUSR2) {
		*closed = 1;
	} else {
		CHECK(info->si_addr == closed);
		CHECK(mprotect((void *)closed, PAGE, PROT_READ | PROT_WRITE) == 0);
	}
	depth--;
	count++;
}

static void nested(void)
{
	count_by(SIGUSR1, nest, 0);
	count_by(SIGUSR2, nest, 0);
	count_by(SIGSEGV, nest, 0);
	for (int i = 0; i < 100; i++) {
		closed = fresh(PAGE);
		CHECK(mprotect((void *)closed, PAGE, PROT_NONE) == 0);
		kill(getpid(), SIGUSR1);
		CHECK(*closed == 1 && count == 3 * (i + 1) && deepest == 3 && depth == 0);
	}
}

static void skip(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	(void)context;
	count++;
	if (count < 5)
		kill(getpid(), SIGUSR1);
}

static void again(void)
{
	count_by(SIGUSR1, skip, SA_NODEFER);
	kill(getpid(), SIGUSR1);
	CHECK(count == 5);
	count_by(SIGUSR1, skip, 0);		/* each after the one before */
	kill(getpid(), SIGUSR1);
	CHECK(count == 5);
}

static void reset(void *unused)
{
	(void)unused;
	count_by(SIGUSR1, note, SA_RESETHAND);
	kill(getpid(), SIGUSR1);
	CHECK(count == 1);
	kill(getpid(), SIGUSR1);
}

static void reset_handler(void)
{
	int status = ended(child(reset, NULL));

	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
}

static char *other_stack;

static void where(int number, siginfo_t *info, void *unused)
{
	char here;

	(void)number;
	(void)info;
	(void)unused;
	count += &here >= other_stack && &here < other_stack + 8 * PAGE;
}

static void alternate_stack(void)
{
	stack_t s = { .ss_size = 8 * PAGE }, old;

	other_stack = s.ss_sp = fresh(8 * PAGE);
	CHECK(sigaltstack(&s, NULL) == 0);
	count_by(SIGUSR1, where, 0);
	kill(getpid(), SIGUSR1);
	CHECK(count == 0);
	count_by(SIGUSR1, where, SA_ONSTACK);
	kill(getpid(), SIGUSR1);
	CHECK(count == 1 && sigaltstack(NULL, &old) == 0 && old.ss_sp == other_stack && old.ss_flags == 0);
}

/* A child: sends SIGUSR1 after 20 ms, and a byte after 40 ms. */
static void disturb(void *end)
{
	sleep_ns(20 * MS);
	kill(getppid(), SIGUSR1);
	sleep_ns(20 * MS);
	CHECK(write(*(int *)end, "x", 1) == 1);
}

static void interrupted_read(void)
{
	int ends[2];
	char byte;
	pid_t pid;

	CHECK(pipe(ends) == 0);
	count_by(SIGUSR1, note, SA_RESTART);
	pid = child(disturb, &ends[1]);
	CHECK(read(ends[0], &byte, 1) == 1 && byte == 'x' && count == 1);
	join(pid);
	count_by(SIGUSR1, note, 0);
	pid = child(disturb, &ends[1]);
	CHECK(read(ends[0], &byte, 1) == -1 && errno == EINTR && count == 1);
	CHECK(read(ends[0], &byte, 1) == 1);
	join(pid);
}

static void interrupted_sleep(void)
{
	struct timespec t = { 10, 0 }, left;
	int ends[2];
	pid_t pid;

	CHECK(pipe(ends) == 0);
	count_by(SIGUSR1, note, SA_RESTART);
	pid = child(disturb, &ends[1]);
	CHECK(nanosleep(&t, &left) == -1 && errno == EINTR && left.tv_sec == 9 && count == 1);
	join(pid);
}

static void suspended(void)
{
	sigset_t none;
	int ends[2];
	pid_t pid;

	CHECK(pipe(ends) == 0);
	count_by(SIGUSR1, note, 0);
	block(SIG_BLOCK, SIGUSR1);
	pid = child(disturb, &ends[1]);
	sigemptyset(&none);
	CHECK(sigsuspend(&none) == -1 && errno == EINTR && count == 1);
	join(pid);
}

static void waited(void)
{
	struct timespec t = { 0, MS };
	siginfo_t info;
	sigset_t set;
	int ends[2];
	pid_t pid;

	CHECK(pipe(ends) == 0);
	block(SIG_BLOCK, SIGUSR1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	CHECK(sigtimedwait(&set, &info, &t) == -1 && errno == EAGAIN);
	pid = child(disturb, &ends[1]);
	CHECK(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_pid == pid);
	join(pid);
}

static void exit_three(void *unused)
{
	(void)unused;
	_exit(3);
}

static void of_children(void)
{
	pid_t pid;

	count_by(SIGCHLD, note, 0);
	pid = child(exit_three, NULL);
	while (count == 0)
		sleep_ns(MS);
	CHECK(last.si_pid == pid && last.si_code == CLD_EXITED && last.si_status == 3);
	CHECK(WEXITSTATUS(ended(pid)) == 3);
}

static void spin(void *unused)
{
	(void)unused;
	for (;;)
		;
}

/* A process that never enters the kernel by itself is stopped, continued and killed. */
static void stopped(void)
{
	pid_t pid = child(spin, NULL);
	int status;

	for (int i = 0; i < 20; i++) {
		CHECK(kill(pid, SIGSTOP) == 0 && waitpid(pid, &status, WUNTRACED) == pid);
		CHECK(WIFSTOPPED(status) && kill(pid, SIGCONT) == 0);
		CHECK(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status));
	}
	kill(pid, SIGKILL);
	status = ended(pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static volatile long ticks;

static void tick(int number, siginfo_t *info, void *unused)
{
	(void)number;
	(void)info;
	(void)unused;
	ticks++;
}

/* Signals at any moment of a computation, which they do not change. */
static void at_any_time(void)
{
	struct itimerval t = { { 0, 2000 }, { 0, 2000 } };
	volatile unsigned long sum, wanted;	/* computed twice, each in memory */

	count_by(SIGALRM, tick, 0);
	CHECK(setitimer(ITIMER_REAL, &t, NULL) == 0);
	while (ticks < 50) {
		sum = wanted = 0;
		for (unsigned long i = 0; i < 20000; i++)
			sum += i * i ^ sum >> 3;
		for (unsigned long i = 0; i < 20000; i++)
			wanted += i * i ^ wanted >> 3;
		CHECK(sum == wanted);
	}
}

static void to_group(void)
{
	pid_t first = child(spin, NULL), second;

	CHECK(setpgid(first, first) == 0);
	second = child(spin, NULL);
	CHECK(setpgid(second, first) == 0);
	CHECK(kill(-first, SIGTERM) == 0);
	CHECK(WTERMSIG(ended(first)) == SIGTERM && WTERMSIG(ended(second)) == SIGTERM);
}

const struct test signal_tests[] = {
	{ "itself", itself }, { "from_child", from_child }, { "blocked", blocked }, { "queued", queued },
	{ "nested", nested }, { "again", again }, { "reset_handler", reset_handler },
	{ "alternate_stack", alternate_stack },
	{ "interrupted_read", interrupted_read }, { "interrupted_sleep", interrupted_sleep },
	{ "suspended", suspended }, { "waited", waited }, { "of_children", of_children }, { "stopped", stopped },
	{ "at_any_time", at_any_time }, { "to_group", to_group }, { NULL, NULL },
};
