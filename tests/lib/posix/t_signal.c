/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_signal.c - signals: actions, masks, waiting, what ends the program.
 */
#include <poll.h>
#include <sys/select.h>
#include <time.h>
#include "px.h"

enum { US = 1000000 };

static unsigned long bit(int signal)
{
	return 1ul << (signal - 1);
}

static int taken[16];
static unsigned takes;
static unsigned long mask_in_handler;

static void handler(int signal)
{
	px(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask_in_handler, 8);
	taken[takes++] = signal;
}

static long handle(int signal, unsigned long flags, unsigned long mask)
{
	struct action a = { .handler = handler, .flags = flags, .mask = mask };

	return px(SYS_rt_sigaction, signal, &a, NULL, 8);
}

static void tell(void *signal)
{
	px_signal_send(MAIN_THREAD, (int)(long)signal);
}

static void start_tell(void *signal)
{
	kernel_start(tell, signal);
}

static void after(unsigned long us, int signal)
{
	kernel_at(kernel_now() + us, start_tell, (void *)(long)signal);
}

TEST(signal_mask_in_handler, "a handler runs with its signal and its mask blocked; then they are as before")
{
	unsigned long before = bit(SIGHUP), now;

	CHECK(px(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8) == 0);
	CHECK(handle(SIGUSR1, 0, bit(SIGTERM)) == 0 && px(SYS_kill, OWN_TASK, SIGUSR1) == 0);
	CHECK(takes == 1 && mask_in_handler == (bit(SIGHUP) | bit(SIGTERM) | bit(SIGUSR1)));
	CHECK(px(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &now, 8) == 0 && now == before);
	CHECK(handle(SIGUSR1, SA_NODEFER, 0) == 0 && px(SYS_kill, 0, SIGUSR1) == 0);
	CHECK(mask_in_handler == before);
}

static void nested(int signal)
{
	taken[takes++] = signal;
	if (signal == SIGUSR1)
		px(SYS_tkill, MAIN_THREAD, SIGUSR2);
	taken[takes++] = -signal;
}

TEST(signal_masked_nests, "a signal that a handler's mask blocks is taken after it, another one in it")
{
	struct action blocks = { .handler = nested, .mask = bit(SIGUSR2) }, opens = { .handler = nested };

	CHECK(px(SYS_rt_sigaction, SIGUSR1, &blocks, NULL, 8) == 0);
	CHECK(px(SYS_rt_sigaction, SIGUSR2, &opens, NULL, 8) == 0 && px(SYS_kill, OWN_TASK, SIGUSR1) == 0);
	CHECK(takes == 4 && taken[0] == SIGUSR1 && taken[1] == -SIGUSR1 && taken[2] == SIGUSR2);
	takes = 0;
	CHECK(px(SYS_rt_sigaction, SIGUSR1, &opens, NULL, 8) == 0 && px(SYS_kill, OWN_TASK, SIGUSR1) == 0);
	CHECK(takes == 4 && taken[0] == SIGUSR1 && taken[1] == SIGUSR2 && taken[2] == -SIGUSR2);
}

TEST(signal_blocked, "a blocked signal waits, sigpending shows it, and it is taken once when it is unblocked")
{
	unsigned long usr1 = bit(SIGUSR1) | bit(SIGUSR2), pending = 0;

	CHECK(handle(SIGUSR1, 0, 0) == 0 && handle(SIGUSR2, 0, 0) == 0);
	CHECK(px(SYS_rt_sigprocmask, SIG_BLOCK, &usr1, NULL, 8) == 0);
	CHECK(px(SYS_kill, OWN_TASK, SIGUSR1) == 0 && px(SYS_kill, OWN_TASK, SIGUSR1) == 0);
	CHECK(px(SYS_tkill, MAIN_THREAD, SIGUSR2) == 0 && takes == 0);
	CHECK(px(SYS_rt_sigpending, &pending, 8) == 0 && pending == usr1);
	CHECK(px(SYS_rt_sigprocmask, SIG_UNBLOCK, &usr1, NULL, 8) == 0 && takes == 2);
	CHECK(taken[0] + taken[1] == SIGUSR1 + SIGUSR2);
	CHECK(px(SYS_rt_sigpending, &pending, 8) == 0 && pending == 0);
}

TEST(signal_unblockable, "SIGKILL and SIGSTOP cannot be blocked or handled; wrong signals are EINVAL")
{
	unsigned long all = ~0ul, now;
	struct action a = { .handler = handler }, old;

	CHECK(px(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8) == 0);
	CHECK(px(SYS_rt_sigprocmask, 9, &all, NULL, 8) == -EINVAL);
	CHECK(px(SYS_rt_sigprocmask, 9, NULL, &now, 8) == 0 && now == ~(bit(SIGKILL) | bit(SIGSTOP)));
	CHECK(px(SYS_rt_sigaction, SIGKILL, &a, NULL, 8) == -EINVAL);
	CHECK(px(SYS_rt_sigaction, SIGSTOP, &a, NULL, 8) == -EINVAL);
	CHECK(px(SYS_rt_sigaction, SIGKILL, NULL, &old, 8) == 0 && old.handler == SIG_DFL);
	CHECK(px(SYS_rt_sigaction, 0, NULL, &old, 8) == -EINVAL);
	CHECK(px(SYS_rt_sigaction, 65, NULL, &old, 8) == -EINVAL);
	CHECK(px(SYS_rt_sigaction, 64, &a, NULL, 8) == 0 && px(SYS_rt_sigaction, 64, NULL, &old, 8) == 0);
	CHECK(old.handler == handler && px(SYS_kill, OWN_TASK, 65) == -EINVAL);
	CHECK(px(SYS_kill, OWN_TASK, -1) == -EINVAL);
}

TEST(signal_reset, "SA_RESETHAND makes the action the default one before the handler runs")
{
	struct action old;

	CHECK(handle(SIGUSR1, SA_RESETHAND, 0) == 0 && px(SYS_kill, OWN_TASK, SIGUSR1) == 0 && takes == 1);
	CHECK(px(SYS_rt_sigaction, SIGUSR1, NULL, &old, 8) == 0 && old.handler == SIG_DFL);
	expect_exit(128 + SIGUSR1);
	px(SYS_kill, OWN_TASK, SIGUSR1);
}

TEST(signal_default_ignored, "SIGCHLD, SIGURG, SIGWINCH, SIGCONT do nothing; an ignored signal is dropped")
{
	struct action ignore = { .handler = SIG_IGN };
	unsigned long all = ~0ul, none = 0, pending;

	CHECK(px(SYS_kill, OWN_TASK, SIGCHLD) == 0 && px(SYS_kill, OWN_TASK, SIGURG) == 0);
	CHECK(px(SYS_kill, OWN_TASK, SIGWINCH) == 0 && px(SYS_kill, OWN_TASK, SIGCONT) == 0);
	CHECK(px(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8) == 0);
	CHECK(px(SYS_kill, OWN_TASK, SIGTERM) == 0);
	CHECK(px(SYS_rt_sigaction, SIGTERM, &ignore, NULL, 8) == 0);
	CHECK(px(SYS_rt_sigpending, &pending, 8) == 0 && pending == 0);
	CHECK(px(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, 8) == 0);
	CHECK(px(SYS_kill, OWN_TASK, SIGTERM) == 0);
}

TEST(signal_ends, "a signal without a handler ends the program as soon as it is unblocked")
{
	unsigned long term = bit(SIGTERM);

	CHECK(px(SYS_rt_sigprocmask, SIG_BLOCK, &term, NULL, 8) == 0 && px(SYS_kill, OWN_TASK, SIGTERM) == 0);
	expect_exit(128 + SIGTERM);
	px(SYS_rt_sigprocmask, SIG_UNBLOCK, &term, NULL, 8);
}

TEST(signal_tkill, "tkill of no thread: ESRCH, of a number that none can have EINVAL; stopping is ENOSYS")
{
	CHECK(px(SYS_tkill, MAIN_THREAD, 0) == 0 && px(SYS_tkill, MAIN_THREAD, 65) == -EINVAL);
	CHECK(px(SYS_tkill, MAIN_THREAD + 1, SIGUSR1) == -ESRCH);
	CHECK(px(SYS_tkill, MAIN_THREAD + 1, 0) == -ESRCH);
	CHECK(px(SYS_tkill, -5, SIGUSR1) == -EINVAL && px(SYS_tkill, 0, SIGUSR1) == -EINVAL);
	CHECK(px(SYS_kill, OWN_TASK, SIGTSTP) == -ENOSYS && px(SYS_tkill, MAIN_THREAD, SIGSTOP) == -ENOSYS);
}

TEST(signal_kill_others, "kill of other tasks: by root's leave; signals that a task cannot get are ENOSYS")
{
	CHECK(px(SYS_kill, OWN_PARENT, SIGKILL) == -EPERM && px(SYS_kill, 999, SIGTERM) == -ESRCH);
	CHECK(px(SYS_kill, 999, 0) == -ESRCH && px(SYS_kill, OWN_PARENT, 0) == 0);
	CHECK(px(SYS_kill, -1, SIGTERM) == -EPERM);
	CHECK(px(SYS_kill, OWN_PARENT, SIGUSR1) == -ENOSYS && root.killed == 999);
}

TEST(signal_suspend, "sigsuspend waits with its mask, and the old one is there when it returns")
{
	unsigned long usr1 = bit(SIGUSR1), none = 0, now;
	unsigned long before = kernel_now();

	CHECK(handle(SIGUSR1, 0, 0) == 0 && px(SYS_rt_sigprocmask, SIG_BLOCK, &usr1, NULL, 8) == 0);
	after(US, SIGUSR1);
	CHECK(px(SYS_rt_sigsuspend, &none, 8) == -EINTR && takes == 1 && kernel_now() - before == US);
	CHECK(px(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &now, 8) == 0 && now == usr1);
}

TEST(signal_timedwait, "sigtimedwait takes a signal of the set without its handler, or is EAGAIN")
{
	unsigned long set = bit(SIGUSR1), both = set | bit(SIGUSR2);
	struct timespec second = { 1, 0 }, zero = { 0, 0 }, wrong = { 0, -1 };
	unsigned long before = kernel_now();
	siginfo_t info;

	CHECK(handle(SIGUSR1, 0, 0) == 0 && px(SYS_rt_sigprocmask, SIG_BLOCK, &both, NULL, 8) == 0);
	CHECK(px(SYS_rt_sigtimedwait, &set, NULL, &zero, 8) == -EAGAIN && kernel_now() == before);
	CHECK(px(SYS_rt_sigtimedwait, &set, NULL, &second, 8) == -EAGAIN && kernel_now() - before == US);
	CHECK(px(SYS_rt_sigtimedwait, &set, NULL, &wrong, 8) == -EINVAL);
	CHECK(px(SYS_kill, OWN_TASK, SIGUSR2) == 0);
	after(US / 2, SIGUSR1);
	CHECK(px(SYS_rt_sigtimedwait, &set, &info, &second, 8) == SIGUSR1 && info.si_signo == SIGUSR1);
	CHECK(takes == 0 && px(SYS_rt_sigtimedwait, &both, NULL, NULL, 8) == SIGUSR2);
}

static int ends[2];

static void write_byte(void *unused)
{
	(void)unused;
	px(SYS_write, ends[1], "x", 1);
}

static void start_write(void *unused)
{
	kernel_start(write_byte, unused);
}

TEST(signal_restart, "a read that a signal ends is repeated if its handler has SA_RESTART, else EINTR")
{
	char byte;

	CHECK(px(SYS_pipe, ends) == 0 && handle(SIGUSR1, SA_RESTART, 0) == 0 && handle(SIGUSR2, 0, 0) == 0);
	after(US, SIGUSR1);
	kernel_at(kernel_now() + 2 * US, start_write, NULL);
	CHECK(px(SYS_read, ends[0], &byte, 1) == 1 && takes == 1 && byte == 'x');
	after(US, SIGUSR2);
	CHECK(px(SYS_read, ends[0], &byte, 1) == -EINTR && takes == 2);
}

TEST(signal_blocked_wait, "a blocked signal does not end a wait, and one of a set that ppoll opens does")
{
	unsigned long usr1 = bit(SIGUSR1), none = 0, now;
	struct pollfd p = { .events = POLLIN };
	struct timespec t = { 3, 0 };
	unsigned long before = kernel_now();

	CHECK(px(SYS_pipe, ends) == 0 && handle(SIGUSR1, SA_RESTART, 0) == 0);
	CHECK(px(SYS_rt_sigprocmask, SIG_BLOCK, &usr1, NULL, 8) == 0);
	p.fd = ends[0];
	after(US, SIGUSR1);
	CHECK(px(SYS_ppoll, &p, 1, &t, NULL, 8) == 0 && kernel_now() - before == 3 * US && takes == 0);
	CHECK(px(SYS_ppoll, &p, 1, &t, &none, 8) == -EINTR && kernel_now() - before == 3 * US && takes == 1);
	CHECK(mask_in_handler == usr1 && px(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &now, 8) == 0);
	CHECK(now == usr1);
}

TEST(signal_cancel, "musl's signal for cancellation ends a call that is a cancellation point, and no other")
{
	struct action ignore = { .handler = SIG_IGN };
	struct timespec t = { 5, 0 };
	unsigned long before = kernel_now();

	CHECK(px(SYS_rt_sigaction, 33, &ignore, NULL, 8) == 0);
	CHECK(handle(33, 0, 0) == 0);
	after(US, 33);
	CHECK(__pecan_syscall_point(SYS_nanosleep, (const long[6]){ (long)&t }) == -EINTR);
	CHECK(kernel_now() - before == US);
}

/* ---- poll and select ---- */

TEST(poll_kinds, "poll says of each kind of file what can be done at once")
{
	struct pollfd p[8] = {
		{ 1, POLLOUT, 0 }, { 2, POLLIN | POLLOUT, 0 }, { 3, POLLIN, 0 }, { 4, POLLOUT, 0 },
		{ 5, POLLIN | POLLOUT, 0 }, { -1, POLLIN, 9 }, { 50, 0, 0 }, { 6, POLLIN, 0 },
	};

	CHECK(px(SYS_pipe, ends) == 0 && px(SYS_open, "/dev/null", 0) == 5 && px(SYS_open, "/init", 0) == 6);
	CHECK(px(SYS_poll, p, 8, 0) == 6);
	CHECK(p[0].revents == POLLOUT && p[1].revents == POLLOUT && p[2].revents == 0);
	CHECK(p[3].revents == POLLOUT);
	CHECK(p[4].revents == (POLLIN | POLLOUT) && p[5].revents == 0 && p[6].revents == POLLNVAL);
	CHECK(p[7].revents == POLLIN && px(SYS_write, ends[1], "x", 1) == 1);
	CHECK(px(SYS_poll, p + 2, 1, 0) == 1 && p[2].revents == POLLIN);
	CHECK(px(SYS_close, ends[0]) == 0 && px(SYS_poll, p + 3, 1, 0) == 1 && p[3].revents == POLLERR);
}

TEST(poll_normal, "POLLRDNORM and POLLWRNORM are POLLIN and POLLOUT by other names")
{
	struct pollfd p[2] = { { 3, POLLRDNORM, 0 }, { 4, POLLWRNORM, 0 } };

	CHECK(px(SYS_pipe, ends) == 0 && px(SYS_write, ends[1], "x", 1) == 1);
	CHECK(px(SYS_poll, p, 2, 0) == 2 && p[0].revents == POLLRDNORM && p[1].revents == POLLWRNORM);
}

TEST(poll_hangup, "a pipe without a writer hangs up, one that is full cannot be written")
{
	struct pollfd p[2] = { { 3, POLLIN, 0 }, { 4, POLLOUT, 0 } };
	static char text[8192];

	CHECK(px(SYS_pipe2, ends, 04000) == 0 && px(SYS_write, 4, text, 5000) == 5000);
	CHECK(px(SYS_poll, p, 2, 0) == 1 && p[1].revents == 0);
	CHECK(px(SYS_read, 3, text, 5000) == 5000 && px(SYS_close, 4) == 0);
	CHECK(px(SYS_poll, p, 1, -1) == 1 && p[0].revents == POLLHUP);
}

TEST(poll_waits, "poll waits until something is ready, or for its time")
{
	struct pollfd p = { .events = POLLIN };
	struct timespec wrong = { 0, -1 };
	unsigned long before = kernel_now();

	CHECK(px(SYS_pipe, ends) == 0);
	p.fd = ends[0];
	CHECK(px(SYS_poll, &p, 1, 0) == 0 && kernel_now() == before);
	CHECK(px(SYS_poll, &p, 1, 1500) == 0 && kernel_now() - before == 1500000);
	kernel_at(kernel_now() + US, start_write, NULL);
	CHECK(px(SYS_poll, &p, 1, -1) == 1 && kernel_now() - before == 2500000 && p.revents == POLLIN);
	CHECK(px(SYS_ppoll, &p, 1, &wrong, NULL, 8) == -EINVAL);
}

TEST(select_sets, "select leaves what is ready in its sets, and counts it; closed descriptors are EBADF")
{
	struct timeval t = { 0, 0 }, wrong = { 0, 1000000 }, negative = { -1, 0 };
	fd_set in, out, other;

	CHECK(px(SYS_pipe, ends) == 0 && px(SYS_write, ends[1], "x", 1) == 1 && px(SYS_pipe, ends) == 0);
	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&other);
	FD_SET(3, &in);
	FD_SET(5, &in);
	FD_SET(6, &out);
	FD_SET(3, &other);
	CHECK(px(SYS_select, 7, &in, &out, &other, &t) == 2);
	CHECK(FD_ISSET(3, &in) && !FD_ISSET(5, &in) && FD_ISSET(6, &out) && !FD_ISSET(3, &other));
	CHECK(px(SYS_select, 7, &in, NULL, NULL, &wrong) == -EINVAL);
	CHECK(px(SYS_select, 7, &in, NULL, NULL, &negative) == -EINVAL);
	FD_SET(9, &in);
	CHECK(px(SYS_select, 10, &in, NULL, NULL, NULL) == -EBADF);
	FD_SET(100, &in);
	CHECK(px(SYS_select, 101, &in, NULL, NULL, NULL) == -EBADF);
}

TEST(select_mask, "pselect waits with its mask and its timeout")
{
	unsigned long usr1 = bit(SIGUSR1), none = 0;
	const unsigned long *mask = &none;
	struct timespec t = { 2, 0 };
	unsigned long before = kernel_now();

	CHECK(px(SYS_pselect6, 0, NULL, NULL, NULL, &t, NULL) == 0 && kernel_now() - before == 2 * US);
	CHECK(handle(SIGUSR1, 0, 0) == 0 && px(SYS_rt_sigprocmask, SIG_BLOCK, &usr1, NULL, 8) == 0);
	after(US, SIGUSR1);
	CHECK(px(SYS_pselect6, 0, NULL, NULL, NULL, &t, &mask) == -EINTR && kernel_now() - before == 3 * US);
}
