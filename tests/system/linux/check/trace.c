/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace.c - ptrace: what a debugger does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "machine.h"

static long traced_word = 0x1111;

static void trace(int request, pid_t pid, void *at, void *data)
{
	if (ptrace(request, pid, at, data) == -1)
		fail("request %d of ptrace", request);
}

/* A child that waits for its tracer, and then does this. */
static pid_t traced(void (*run)(void *))
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		trace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		run(NULL);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	return pid;
}

/* Continues it by the request; returns the signal with which it stops again. */
static int next_stop(int request, pid_t pid)
{
	int status;

	trace(request, pid, NULL, NULL);
	CHECK(waitpid(pid, &status, 0) == pid);
	if (!WIFSTOPPED(status))
		fail("the status is %#x", (unsigned)status);
	return WSTOPSIG(status);
}

static struct user_regs_struct registers(pid_t pid)
{
	struct user_regs_struct r;

	trace(PTRACE_GETREGS, pid, NULL, &r);
	return r;
}

static void set_ip(pid_t pid, uintptr_t ip)
{
	struct user_regs_struct r = registers(pid);

	r.rip = ip;
	trace(PTRACE_SETREGS, pid, NULL, &r);
}

static void run_steps(void *unused)
{
	trap_int3(unused);
	five_steps();
	_exit((int)five());
}

static void steps(void)
{
	pid_t pid = traced(run_steps);
	int n = 0;

	CHECK(next_stop(PTRACE_CONT, pid) == SIGTRAP && registers(pid).rip == (uintptr_t)trap_int3 + 1);
	while (registers(pid).rip != (uintptr_t)five_steps) {
		CHECK(next_stop(PTRACE_SINGLESTEP, pid) == SIGTRAP);
		CHECK(++n < 50);
	}
	for (unsigned i = 1; i <= 5; i++)
		CHECK(next_stop(PTRACE_SINGLESTEP, pid) == SIGTRAP
		      && registers(pid).rip == (uintptr_t)five_steps + i);
	trace(PTRACE_CONT, pid, NULL, NULL);
	CHECK(WEXITSTATUS(ended(pid)) == 5);
}

/* Steps over a system call, into a signal's handler and out of it. */
static volatile int handled;

static void handler(int unused)
{
	(void)unused;
	handled = 1;
}

static void run_calls(void *unused)
{
	struct sigaction action = { .sa_handler = handler };

	sigaction(SIGUSR1, &action, NULL);
	trap_int3(unused);
	kill(getpid(), SIGUSR1);
	_exit(handled ? 44 : 45);
}

static void step_through(void)
{
	pid_t pid = traced(run_calls);
	int status, n = 0, signals = 0, in_handler = 0;

	CHECK(next_stop(PTRACE_CONT, pid) == SIGTRAP);
	for (;;) {
		int number = 0;

		CHECK(waitpid(pid, &status, WNOHANG) == 0);
		trace(PTRACE_SINGLESTEP, pid, NULL, NULL);
		for (;;) {
			CHECK(waitpid(pid, &status, 0) == pid);
			if (!WIFSTOPPED(status))
				break;
			number = WSTOPSIG(status);
			in_handler += registers(pid).rip == (uintptr_t)handler;
			if (number == SIGTRAP)
				break;
			CHECK(number == SIGUSR1);
			signals++;
			trace(PTRACE_SINGLESTEP, pid, NULL, (void *)SIGUSR1);
		}
		if (!WIFSTOPPED(status))
			break;
		CHECK(++n < 2000);
	}
	CHECK(WEXITSTATUS(status) == 44 && signals == 1 && in_handler == 1 && n > 20);
}

static void breakpoint(void)
{
	pid_t pid = traced(run_steps);
	uintptr_t at = (uintptr_t)five_second;
	struct user_regs_struct r;
	long word;

	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, pid, (void *)at, NULL);
	CHECK(errno == 0 && (word & 0xff) == 0x90);
	trace(PTRACE_POKETEXT, pid, (void *)at, (void *)((word & ~0xffL) | 0xcc));
	CHECK(*(const unsigned char *)five_second == 0x90);		/* only the child's copy */
	CHECK(next_stop(PTRACE_CONT, pid) == SIGTRAP && registers(pid).rip == (uintptr_t)trap_int3 + 1);
	CHECK(next_stop(PTRACE_CONT, pid) == SIGTRAP);
	r = registers(pid);
	CHECK(r.rip == at + 1 && r.rax == 5);
	trace(PTRACE_POKETEXT, pid, (void *)at, (void *)word);
	r.rip = at;
	r.rax = 66;
	trace(PTRACE_SETREGS, pid, NULL, &r);
	trace(PTRACE_CONT, pid, NULL, NULL);
	CHECK(WEXITSTATUS(ended(pid)) == 66);
}

static void run_word(void *unused)
{
	trap_int3(unused);
	_exit(traced_word == 0x2222 ? 1 : 2);
}

static void memory(void)
{
	pid_t pid = traced(run_word);

	CHECK(next_stop(PTRACE_CONT, pid) == SIGTRAP);
	CHECK(ptrace(PTRACE_PEEKDATA, pid, &traced_word, NULL) == 0x1111);
	trace(PTRACE_POKEDATA, pid, &traced_word, (void *)0x2222);
	CHECK(ptrace(PTRACE_PEEKDATA, pid, &traced_word, NULL) == 0x2222 && traced_word == 0x1111);
	CHECK(ptrace(PTRACE_PEEKDATA, pid, (void *)8, NULL) == -1 && errno == EIO);
	errno = 0;
	CHECK(ptrace(PTRACE_PEEKUSER, pid, (void *)offsetof(struct user, regs.rip), NULL)
	      == (long)(uintptr_t)trap_int3 + 1 && errno == 0);
	trace(PTRACE_CONT, pid, NULL, NULL);
	CHECK(WEXITSTATUS(ended(pid)) == 1);
}

static void run_parent_id(void *unused)
{
	(void)unused;
	if (syscall(SYS_getppid) != 12345)
		_exit(1);
	if (syscall(SYS_getpid) != -1 || errno != ENOSYS)
		_exit(2);
	_exit(3);
}

/* Stops before and after each call: a result is replaced, a call becomes one that does not exist. */
static void calls(void)
{
	pid_t pid = traced(run_parent_id);
	struct user_regs_struct r;
	int entered = 0;

	trace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD);
	for (int n = 0; n < 100; n++) {
		CHECK(next_stop(PTRACE_SYSCALL, pid) == (SIGTRAP | 0x80));
		entered = !entered;
		r = registers(pid);
		if (entered && r.orig_rax == SYS_getpid) {
			r.orig_rax = 9999;
			trace(PTRACE_SETREGS, pid, NULL, &r);
		} else if (!entered && r.orig_rax == SYS_getppid) {
			r.rax = 12345;
			trace(PTRACE_SETREGS, pid, NULL, &r);
		} else if (entered && r.orig_rax == SYS_exit_group) {
			CHECK(r.rdi == 3);
			trace(PTRACE_CONT, pid, NULL, NULL);
			CHECK(WEXITSTATUS(ended(pid)) == 3);
			return;
		}
	}
	fail("no exit");
}

static void run_vectors(void *unused)
{
	struct vectors in, out;

	(void)unused;
	vectors_store(&in);
	memset(in.bytes + 160, 0x21, 256);
	vectors_call(&in, &out, SYS_kill, getpid(), SIGUSR1, 0);
	for (int i = 0; i < 256; i++)
		if (out.bytes[160 + i] != (i < 16 ? 0x42 : 0x21))
			_exit(1);
}

static void vectors(void)
{
	pid_t pid = traced(run_vectors);
	struct user_fpregs_struct f;

	CHECK(next_stop(PTRACE_CONT, pid) == SIGUSR1);
	trace(PTRACE_GETFPREGS, pid, NULL, &f);
	for (int i = 0; i < 64; i++)
		CHECK(f.xmm_space[i] == 0x21212121);
	memset(f.xmm_space, 0x42, 16);
	trace(PTRACE_SETFPREGS, pid, NULL, &f);
	trace(PTRACE_CONT, pid, NULL, NULL);
	join(pid);
}

static volatile int *flag;

static void spin(void *unused)
{
	(void)unused;
	while (!*flag)
		;
	_exit(21);
}

/* A process that runs is taken, looked at and left again. */
static void attached(void)
{
	pid_t pid;
	int status;

	flag = shared(PAGE);
	pid = child(spin, NULL);
	for (int i = 0; i < 10; i++) {
		struct user_regs_struct r;

		sleep_ns(3 * MS);
		trace(PTRACE_ATTACH, pid, NULL, NULL);
		CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
		r = registers(pid);
		CHECK(r.rip - (uintptr_t)spin < 100);
		trace(PTRACE_DETACH, pid, NULL, NULL);
	}
	*flag = 1;
	CHECK(WEXITSTATUS(ended(pid)) == 21);
}

static void run_fork(void *unused)
{
	(void)unused;
	_exit(WEXITSTATUS(ended(child(spin, NULL))));
}

static void events(void)
{
	unsigned long forked;
	pid_t pid;
	int status;

	flag = shared(PAGE);
	*flag = 1;
	pid = traced(run_fork);
	trace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXIT));
	trace(PTRACE_CONT, pid, NULL, NULL);
	CHECK(waitpid(pid, &status, 0) == pid && status >> 8 == (SIGTRAP | PTRACE_EVENT_FORK << 8));
	trace(PTRACE_GETEVENTMSG, pid, NULL, &forked);
	CHECK(waitpid((pid_t)forked, &status, __WALL) == (pid_t)forked && WSTOPSIG(status) == SIGSTOP);
	trace(PTRACE_DETACH, (pid_t)forked, NULL, NULL);
	CHECK(next_stop(PTRACE_CONT, pid) == SIGCHLD);
	trace(PTRACE_CONT, pid, NULL, (void *)SIGCHLD);
	CHECK(waitpid(pid, &status, 0) == pid && status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8));
	trace(PTRACE_CONT, pid, NULL, NULL);
	CHECK(WEXITSTATUS(ended(pid)) == 21);
}

static void run_fault(void *unused)
{
	(void)unused;
	read_byte((void *)0x10);
	_exit(5);
}

/* The tracer sees a fault's address, and lets the process continue elsewhere. */
static void faults(void)
{
	pid_t pid = traced(run_fault);
	siginfo_t info;

	CHECK(next_stop(PTRACE_CONT, pid) == SIGSEGV);
	trace(PTRACE_GETSIGINFO, pid, NULL, &info);
	CHECK(info.si_addr == (void *)0x10 && info.si_code == SEGV_MAPERR);
	set_ip(pid, (uintptr_t)five_steps);		/* returns from read_byte */
	trace(PTRACE_CONT, pid, NULL, NULL);
	CHECK(WEXITSTATUS(ended(pid)) == 5);
}

const struct test trace_tests[] = {
	{ "trace_steps", steps }, { "trace_step_through", step_through }, { "trace_breakpoint", breakpoint },
	{ "trace_memory", memory }, { "trace_calls", calls }, { "trace_vectors", vectors },
	{ "trace_attached", attached }, { "trace_events", events }, { "trace_faults", faults }, { NULL, NULL },
};
