/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_start.c - the start of a program, its threads and its end; what it was started with: the console, or
 * streams of the parent.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <proto/stream.h>
#include "px.h"

long __pecan_clone(int (*run)(void *), void *stack, int flags, void *arg, ...);
long __pecan_set_thread_area(void *tls);
void px_start(long *stack) __attribute__((noreturn));

enum { US = 1000000,
       CLONE = CLONE_VM | CLONE_THREAD | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID };

TEST(start_main, "the program gets its arguments and environment, and ends with main's result")
{
	static long stack[] = { 2, (long)"prog", (long)"arg", 0, (long)"A=b", 0 };

	expect_exit(2 * 100 + 3 + 1);
	px_start(stack);
}

TEST(start_exit, "exit_group ends the task with the low eight bits of its status")
{
	expect_exit(0x23);
	px(SYS_exit_group, 0x123);
}

/* ---- threads ---- */

static char stack[65536] __attribute__((aligned(16)));
static int tid, clear = 77;
static unsigned long mask_got;
static long number;

static int thread(void *arg)
{
	number = px(SYS_gettid);
	px(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask_got, 8);
	*(int *)arg = 1;
	return 0;
}

TEST(thread_clone, "a thread has its number, its creator's mask, its TLS; its end clears the word and wakes")
{
	unsigned long mask = 1ul << (SIGUSR1 - 1);
	unsigned before = kernel_threads();
	static int done;
	long n;

	CHECK(px(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8) == 0);
	n = __pecan_clone(thread, stack + sizeof stack - 24, CLONE, &done, &tid, (void *)0x5000, &clear);
	CHECK(n > 0 && tid == n && px(SYS_tkill, n, 0) == 0);
	CHECK(px(SYS_futex, &clear, 0, 77, NULL) == 0 && clear == 0);
	CHECK(done == 1 && number == n && mask_got == mask && kernel_tls() == 0x5000);
	px(SYS_sched_yield);
	CHECK(px(SYS_tkill, n, 0) == -ESRCH && kernel_threads() == before);
}

TEST(thread_many, "the stack on which threads end is used by one after the other")
{
	static int done[8], ids[8], clears[8];
	static char stacks[8][16384] __attribute__((aligned(16)));

	for (unsigned i = 0; i < 8; i++) {
		char *top = stacks[i] + sizeof stacks[i];

		clears[i] = 5;
		CHECK(__pecan_clone(thread, top, CLONE, &done[i], &ids[i], NULL, &clears[i]) > 0);
	}
	for (unsigned i = 0; i < 8; i++) {
		while (clears[i])
			px(SYS_futex, &clears[i], 0, 5, NULL);
		CHECK(done[i] == 1);
	}
	CHECK(kernel_threads() <= 2);
}

TEST(thread_none, "other flags of clone are ENOSYS, root's lack of threads EAGAIN; TLS can be set")
{
	CHECK(__pecan_clone(thread, stack + sizeof stack, CLONE_VM, NULL) == -ENOSYS);
	root.thread_new = ROOT_E_LIMIT;
	CHECK(__pecan_clone(thread, stack + sizeof stack, CLONE, NULL, &tid, NULL, &clear) == -EAGAIN);
	CHECK(__pecan_set_thread_area((void *)0x7000) == 0 && kernel_tls() == 0x7000);
	CHECK(px(SYS_set_tid_address, &clear) == MAIN_THREAD);
}

/* ---- the console ---- */

TEST(console_write, "output and errors go to the console, in pieces; without a console it is EIO")
{
	static char text[1200];

	memset(text, 't', sizeof text);
	CHECK(px(SYS_write, 1, text, sizeof text) == sizeof text && console.bytes == sizeof text);
	CHECK(px(SYS_write, 2, "err", 3) == 3 && memcmp(console.text + 1199, "terr", 4) == 0);
	CHECK(px(SYS_write, 0, text, 1) == -EBADF && px(SYS_read, 1, text, 1) == -EBADF);
	console.write = CONSOLE_DENIED;
	CHECK(px(SYS_write, 1, text, 1) == -EIO);
}

/* As stdio does: what it has kept, and what is new. */
static long add(int fd, const char *text)
{
	const struct iovec part[2] = { { NULL, 0 }, { (void *)text, strlen(text) } };

	return px(SYS_writev, fd, part, 2);
}

static bool console_has(const char *text)
{
	return console.bytes == strlen(text) && memcmp(console.text, text, console.bytes) == 0;
}

TEST(error_lines, "errors of stdio come out by lines: what follows the last end of a line is kept")
{
	CHECK(add(2, "name") == 4 && add(2, ": ") == 2 && console_has(""));
	CHECK(add(2, "reason\n") == 7 && console_has("name: reason\n"));
	CHECK(add(2, "a\nb\nc") == 5 && console_has("name: reason\na\nb\n"));
	CHECK(add(2, "\n") == 1 && console_has("name: reason\na\nb\nc\n"));
	console.write = CONSOLE_DENIED;
	CHECK(add(2, "lost\n") == -EIO);
}

TEST(error_rest, "a line that has not ended comes out before other output, a question's answer, a wait")
{
	const struct { long s, ns; } soon = { 0, 1000 };
	char text[16];

	CHECK(add(2, "a") == 1 && px(SYS_write, 1, "b", 1) == 1 && console_has("ab"));
	CHECK(add(2, "c") == 1 && px(SYS_write, 2, "d", 1) == 1 && console_has("abcd"));
	console.line[0] = "yes";
	console.lines = 1;
	CHECK(add(2, "e? ") == 3 && px(SYS_read, 0, text, 16) == 4 && console_has("abcde? "));
	CHECK(add(2, ".") == 1 && px(SYS_nanosleep, &soon, 0) == 0 && console_has("abcde? ."));
}

TEST(error_long, "a piece that does not fit behind what is kept comes out at once")
{
	static char text[601];

	memset(text, 't', 600);
	CHECK(add(2, "a") == 1 && add(2, text) == 600 && console.bytes == 601 && console.text[0] == 'a');
	CHECK(add(2, text + 200) == 400 && add(2, text + 488) == 112 && console.bytes == 601);
	CHECK(add(2, "b") == 1 && console.bytes == 601 + 513);
}

TEST(console_read, "a line is read with its end, in pieces; ^D is the end once; an error is EIO")
{
	char text[16];

	console.line[0] = "a line";
	console.line[1] = "b";
	console.lines = 2;
	console.end = CONSOLE_END;
	CHECK(px(SYS_read, 0, text, 3) == 3 && memcmp(text, "a l", 3) == 0);
	CHECK(px(SYS_read, 0, text, 16) == 4 && memcmp(text, "ine\n", 4) == 0);
	CHECK(px(SYS_read, 0, text, 16) == 2 && px(SYS_read, 0, text, 16) == 0);
	CHECK(px(SYS_read, 0, text, 16) == 0);
	console.end = CONSOLE_TOO_LONG;
	CHECK(px(SYS_read, 0, text, 16) == -EIO);
	console.line[2] = "more";
	console.lines = 3;
	CHECK(px(SYS_read, 0, text, 16) == 5);
}

static void type(void *line)
{
	console_type(line, CONSOLE_OK);
}

static void interrupt(void *unused)
{
	(void)unused;
	console_type("", CONSOLE_INTERRUPTED);
}

TEST(console_waits, "a read waits for what is typed, O_NONBLOCK is EAGAIN, poll says when there is text")
{
	struct pollfd p = { 0, POLLIN, 0 };
	unsigned long before = kernel_now();
	char text[16];

	kernel_at(before + US, type, (void *)"typed");
	CHECK(px(SYS_read, 0, text, 16) == 6 && kernel_now() - before == US);
	CHECK(px(SYS_fcntl, 0, F_SETFL, O_NONBLOCK) == 0 && px(SYS_read, 0, text, 16) == -EAGAIN);
	CHECK(px(SYS_poll, &p, 1, 0) == 0);
	kernel_at(before + 2 * US, type, (void *)"x");
	CHECK(px(SYS_poll, &p, 1, -1) == 1 && p.revents == POLLIN && kernel_now() - before == 2 * US);
	CHECK(px(SYS_read, 0, text, 16) == 2);
}

TEST(console_interrupt, "^C while the program reads is SIGINT, which ends it")
{
	char byte;

	kernel_at(kernel_now() + US, interrupt, NULL);
	expect_exit(128 + SIGINT);
	px(SYS_read, 0, &byte, 1);
}

TEST(console_no_thread, "reading needs a thread of the library: without it ENOMEM, and poll says POLLERR")
{
	struct pollfd p = { 0, POLLIN, 0 };
	char byte;

	root.thread_new = ROOT_E_LIMIT;
	CHECK(px(SYS_read, 0, &byte, 1) == -ENOMEM && px(SYS_poll, &p, 1, -1) == 1 && p.revents == POLLERR);
}

TEST(console_terminal, "the console is a terminal with a size, a stream is none")
{
	struct winsize w;
	struct stat st;

	CHECK(px(SYS_ioctl, 0, TIOCGWINSZ, &w) == 0 && w.ws_col == 80 && w.ws_row == 25);
	CHECK(px(SYS_ioctl, 1, 0x5401, &w) == -ENOTTY && px(SYS_fstat, 1, &st) == 0 && S_ISCHR(st.st_mode));
}

/* ---- streams of the parent ---- */

TEST(parent_streams, "what the parent has redirected is a pipe: reading, its end, writing of text and errors")
{
	static char large[1000];
	struct winsize w;
	struct stat st;
	char text[16];

	root.streams = kernel_thread(STREAM_THREAD);
	stream_parent.ends = STREAM_INPUT | STREAM_OUTPUT | STREAM_ERROR;
	stream_parent.input = "given";
	stream_parent.busy = 2;
	CHECK(px(SYS_ioctl, 0, TIOCGWINSZ, &w) == -ENOTTY && px(SYS_fstat, 0, &st) == 0);
	CHECK(S_ISFIFO(st.st_mode));
	CHECK(px(SYS_newfstatat, 0, "", &st, AT_EMPTY_PATH) == 0 && S_ISFIFO(st.st_mode));
	CHECK(px(SYS_read, 0, text, 16) == 5 && memcmp(text, "given", 5) == 0);
	CHECK(px(SYS_read, 0, text, 16) == 0);
	CHECK(px(SYS_write, 1, large, sizeof large) == sizeof large);
	CHECK(stream_parent.output_bytes == sizeof large);
	CHECK(px(SYS_write, 2, "err", 3) == 3 && memcmp(stream_parent.errors, "err", 3) == 0);
	CHECK(console.bytes == 0);
	spoil = (struct spoil){ STREAM_WRITE, 0, 1, ANSWER(STREAM_REFUSED, 0), false };
	CHECK(px(SYS_write, 1, "x", 1) == -EIO);
	spoil = (struct spoil){ STREAM_READ, 0, 1, 0, true };
	CHECK(px(SYS_read, 0, text, 16) == -EIO);
}

TEST(parent_partly, "streams that the parent has not redirected are the console")
{
	root.streams = kernel_thread(STREAM_THREAD);
	stream_parent.ends = STREAM_ERROR;
	CHECK(px(SYS_write, 1, "out", 3) == 3 && px(SYS_write, 2, "err", 3) == 3);
	CHECK(console.bytes == 3 && stream_parent.error_bytes == 3);
}

TEST(parent_closed, "a pipe that nothing reads any more is EPIPE and SIGPIPE")
{
	root.streams = kernel_thread(STREAM_THREAD);
	stream_parent.ends = STREAM_OUTPUT;
	stream_parent.closed = true;
	expect_exit(128 + SIGPIPE);
	px(SYS_write, 1, "x", 1);
}
