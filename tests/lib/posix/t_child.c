/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_child.c - tasks that the program starts: their arguments, streams and ends.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <proto/files.h>
#include <proto/stream_client.h>
#include "disk_fake.h"
#include "px.h"

int __pecan_spawn(const char *path, char *const argv[], const int fd[3], int *task);

static const int standard[3] = { 0, 1, 2 };

static int start(const char *path, int *task)
{
	char *argv[] = { (char *)path, NULL };

	return __pecan_spawn(path, argv, standard, task);
}

TEST(child_name, "a program has a folder or none; sh is the shell; one of the disk is for loader")
{
	int task = 0;

	CHECK(start("/bin/prog", &task) == 0 && task == FIRST_CHILD && strcmp(root.program, "prog") == 0);
	CHECK(start("prog", NULL) == 0 && start("/usr/bin/prog", NULL) == 0);
	CHECK(strcmp(root.program, "prog") == 0);
	CHECK(start("/bin/sh", NULL) == 0 && strcmp(root.program, "shell") == 0);
	CHECK(start("/disk/folder/inner", NULL) == 0 && strcmp(root.program, "loader") == 0);
	CHECK(strcmp(root.args, "/disk/folder/inner") == 0);
	CHECK(start("/lib/prog", NULL) == ENOENT && start("", NULL) == ENOENT);
	CHECK(start("/disk/folder", NULL) == EACCES && start("/disk/none", NULL) == ENOENT);
}

TEST(child_arguments, "arguments with blanks, quotation marks or nothing in them arrive as they are")
{
	char *argv[] = { (char *)"x", (char *)"plain", (char *)"two words", (char *)"", (char *)"a\"b\\",
			 NULL };
	char large[ROOT_ARGS_WORDS * 8 + 1];
	char *too_long[] = { (char *)"x", large, NULL };

	CHECK(__pecan_spawn("prog", argv, standard, NULL) == 0);
	CHECK(strcmp(root.args, "plain \"two words\" \"\" \"a\\\"b\\\\\"") == 0);
	memset(large, 'l', sizeof large);
	large[sizeof large - 2] = 0;		/* with its NUL it would fit into one word less */
	CHECK(__pecan_spawn("prog", too_long, standard, NULL) == 0 && strlen(root.args) == sizeof large - 2);
	for (size_t n = sizeof large - 2; n < sizeof large; n++) {
		memset(large, '"', sizeof large);
		large[n] = 0;
		CHECK(__pecan_spawn("prog", too_long, standard, NULL) == E2BIG);
	}
	memset(large, 'l', sizeof large);
	large[sizeof large - 1] = 0;
	CHECK(__pecan_spawn("prog", too_long, standard, NULL) == E2BIG);
}

TEST(child_errors, "root's errors are those of posix_spawn; nothing is left of a child that was not started")
{
	static const struct { enum root_error e; int number; } all[] = {
		{ ROOT_E_RIGHT, EACCES }, { ROOT_E_NAME, ENOENT }, { ROOT_E_IMAGE, ENOEXEC },
		{ ROOT_E_ARGS, E2BIG }, { ROOT_E_LIMIT, EAGAIN }, { ROOT_E_MEMORY, ENOMEM },
		{ ROOT_E_KMEM, ENOMEM }, { ROOT_E_POOL, ENOMEM }, { ROOT_E_TASK, EIO },
	};

	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		root.spawn = all[i].e;
		CHECK(start("prog", NULL) == all[i].number);
	}
	CHECK(px(SYS_wait4, -1, NULL, WNOHANG, NULL) == -ECHILD);
	root.thread_new = ROOT_E_LIMIT;
	root.spawn = ROOT_OK;
	CHECK(start("prog", NULL) == 0);	/* the library's threads are there already */
}

TEST(child_no_thread, "a child needs two threads of the library: without them it is EAGAIN, and works later")
{
	root.thread_new = ROOT_E_LIMIT;
	CHECK(start("prog", NULL) == EAGAIN && root.children == 0);
	root.thread_new = ROOT_OK;
	CHECK(start("prog", NULL) == 0 && root.children == 1);
}

TEST(child_most, "64 children at a time; one more is EAGAIN until one was waited for")
{
	int status;

	for (int i = 0; i < 64; i++)
		CHECK(start("prog", NULL) == 0);
	CHECK(start("prog", NULL) == EAGAIN);
	root_child_ends(FIRST_CHILD + 9, ROOT_END_EXIT, 0);
	CHECK(px(SYS_wait4, -1, &status, 0, NULL) == FIRST_CHILD + 9 && start("prog", NULL) == 0);
}

struct end { unsigned task; enum root_end how; long status; };

static void end(void *what)
{
	const struct end *e = what;

	root_child_ends(e->task, e->how, e->status);
}

TEST(wait_status, "wait4 has how a child ended: by exit, a signal's status, a fault, root or kill")
{
	static const struct { struct end end; int status; } all[] = {
		{ { FIRST_CHILD, ROOT_END_EXIT, 3 }, 3 << 8 },
		{ { FIRST_CHILD + 1, ROOT_END_EXIT, 128 + 13 }, 13 },
		{ { FIRST_CHILD + 2, ROOT_END_FAULT, 0 }, SIGSEGV },
		{ { FIRST_CHILD + 3, ROOT_END_MEMORY, 0 }, SIGKILL },
		{ { FIRST_CHILD + 4, ROOT_END_EXIT, 0x1ff }, 0xff00 },
		{ { FIRST_CHILD + 5, ROOT_END_KILL, 0 }, SIGTERM },
	};
	char usage[sizeof(long) * 18];

	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		int status = -1;

		CHECK(start("prog", NULL) == 0 && px(SYS_wait4, -1, &status, WNOHANG, NULL) == 0);
		CHECK(status == -1);
		if (all[i].end.how == ROOT_END_KILL)
			CHECK(px(SYS_kill, all[i].end.task, SIGTERM) == 0 && root.killed == all[i].end.task);
		kernel_at(kernel_now() + 1000, end, (void *)&all[i].end);
		memset(usage, 1, sizeof usage);
		CHECK(px(SYS_wait4, all[i].end.task, &status, 0, usage) == all[i].end.task);
		CHECK(status == all[i].status && usage[0] == 0);
	}
	CHECK(px(SYS_wait4, -1, NULL, 0, NULL) == -ECHILD && px(SYS_wait4, 999, NULL, 0, NULL) == -ECHILD);
	CHECK(px(SYS_wait4, -5, NULL, 0, NULL) == -ECHILD);
}

static unsigned chld;

static void on_child(int signal)
{
	(void)signal;
	chld++;
}

TEST(wait_signal, "the end of a child is SIGCHLD; kill knows it until it is waited for")
{
	static struct end e = { FIRST_CHILD, ROOT_END_EXIT, 0 };
	struct action a = { .handler = on_child };

	CHECK(px(SYS_rt_sigaction, SIGCHLD, &a, NULL, 8) == 0 && start("prog", NULL) == 0);
	kernel_at(kernel_now() + 1000, end, &e);
	CHECK(px(SYS_pause) == -EINTR && chld == 1);
	root.killed = 0;
	CHECK(px(SYS_kill, FIRST_CHILD, 0) == 0 && px(SYS_kill, FIRST_CHILD, SIGKILL) == 0);
	CHECK(root.killed == 0);
	CHECK(px(SYS_wait4, 0, NULL, 0, NULL) == FIRST_CHILD && px(SYS_kill, FIRST_CHILD + 50, 0) == -ESRCH);
}

/* ---- requests of children: threads of the kernel that have their numbers ---- */

/* A request of the child's first thread, by a thread of this task: the server sees CHILD_THREAD. */
static struct stream_read_out got;
static struct stream_ends_out ends_got;
static struct stream_directory_out directory_got;
static long status_of, write_status, others;
static L4_ThreadId_t server;

static void child_read(void *number)
{
	kernel_pretend((unsigned)(L4_Word_t)number);
	status_of = stream_read(server, &got);
}

static void child_write(void *text)
{
	kernel_pretend(CHILD_THREAD);
	write_status = stream_write(server, *(const char *)text == 'E', text, strlen(text));
}

static void child_ends(void *number)
{
	kernel_pretend((unsigned)(L4_Word_t)number);
	others = stream_ends(server, &ends_got);
	stream_directory(server, &directory_got);
}

static bool start_child(const int fd[3])
{
	char *argv[] = { (char *)"prog", NULL };

	status_of = write_status = others = 99;
	if (__pecan_spawn("/bin/prog", argv, fd, NULL) != 0)
		return false;
	server = root.child_streams;
	return true;
}

static void let_others_run(void)
{
	for (unsigned i = 0; i < 20; i++)
		px(SYS_sched_yield);
}

static void run(void (*fn)(void *), const void *arg)
{
	kernel_start(fn, (void *)(L4_Word_t)arg);
	let_others_run();
}

TEST(stream_pipe, "a child reads what is written into its pipe, when it is, and then the end")
{
	int fd[2];

	CHECK(px(SYS_pipe, fd) == 0 && start_child((const int[3]){ fd[0], 1, 2 }));
	run(child_read, (void *)CHILD_THREAD);
	CHECK(status_of == 99 && px(SYS_write, fd[1], "hello", 5) == 5);
	let_others_run();
	CHECK(status_of == STREAM_OK && got.text_bytes == 5 && memcmp(got.text, "hello", 5) == 0);
	CHECK(px(SYS_close, fd[1]) == 0);
	run(child_read, (void *)CHILD_THREAD);
	CHECK(status_of == STREAM_END);
}

TEST(stream_write, "a child's text is read from its pipe; it waits for room; no reader is the end")
{
	static char full[8192];
	char text[16];
	int fd[2];

	CHECK(px(SYS_pipe2, fd, O_NONBLOCK) == 0 && start_child((const int[3]){ 0, fd[1], fd[1] }));
	run(child_write, "out");
	run(child_write, "Err");
	CHECK(write_status == STREAM_OK && px(SYS_read, fd[0], text, 16) == 6);
	CHECK(memcmp(text, "outErr", 6) == 0);
	CHECK(px(SYS_write, fd[1], full, sizeof full) == sizeof full);
	write_status = 99;
	run(child_write, "late");
	CHECK(write_status == 99 && px(SYS_read, fd[0], full, sizeof full) == sizeof full);
	let_others_run();
	CHECK(write_status == STREAM_OK && px(SYS_read, fd[0], text, 16) == 4);
	CHECK(memcmp(text, "late", 4) == 0);
	CHECK(px(SYS_close, fd[0]) == 0);
	run(child_write, "lost");
	CHECK(write_status == STREAM_END);
}

TEST(stream_files, "a child reads files and /dev/null, and writes files of the disk and the console")
{
	int in, out;

	in = (int)px(SYS_open, "/init", O_RDONLY);
	out = (int)px(SYS_open, "/disk/file", O_WRONLY);
	CHECK(start_child((const int[3]){ in, out, 2 }));
	run(child_read, (void *)CHILD_THREAD);
	CHECK(status_of == STREAM_OK && got.text_bytes == 12 && memcmp(got.text, "start here.\n", 12) == 0);
	run(child_read, (void *)CHILD_THREAD);
	CHECK(status_of == STREAM_END && px(SYS_lseek, in, 0, SEEK_CUR) == 12);
	run(child_write, "AB");
	CHECK(write_status == STREAM_OK && memcmp(disk_node("/file")->text, "AB2345", 6) == 0);
	run(child_write, "Error");
	CHECK(write_status == STREAM_OK && console.bytes == 5 && memcmp(console.text, "Error", 5) == 0);
	disk.write = FILES_E_SPACE;
	run(child_write, "CD");
	CHECK(write_status == STREAM_REFUSED);
}

TEST(stream_lets_go, "files of a child are closed when it has ended and its parent has closed them")
{
	int in = (int)px(SYS_open, "/disk/file", O_RDONLY);
	int out = (int)px(SYS_open, "/disk/new", O_CREAT | O_WRONLY);

	CHECK(start_child((const int[3]){ in, out, 2 }));
	run(child_read, (void *)CHILD_THREAD);
	run(child_write, "AB");
	CHECK(status_of == STREAM_OK && write_status == STREAM_OK);
	CHECK(px(SYS_close, in) == 0 && px(SYS_close, out) == 0);
	CHECK(disk_node("/file")->opened == 1 && disk_node("/new")->opened == 1);
	root_child_ends(FIRST_CHILD, ROOT_END_EXIT, 0);
	CHECK(px(SYS_wait4, -1, NULL, 0, NULL) == FIRST_CHILD);
	CHECK(disk_node("/file")->opened == 0 && disk_node("/new")->opened == 0);
}

TEST(stream_closed, "what is closed at the start has no stream: reading is the end, writing refused")
{
	CHECK(start_child((const int[3]){ 50, 50, 50 }));
	run(child_read, (void *)CHILD_THREAD);
	run(child_write, "x");
	CHECK(status_of == STREAM_END && write_status == STREAM_REFUSED);
}

TEST(stream_strangers, "tasks that are no children, and threads that have ended, are refused")
{
	CHECK(start_child(standard));
	run(child_read, (void *)(CHILD_THREAD + 30));
	CHECK(status_of == STREAM_REFUSED);
	run(child_ends, (void *)(CHILD_THREAD - 1));
	CHECK(others == STREAM_REFUSED);
}

TEST(stream_ends, "a child learns which of its streams are the console, and its directory")
{
	int fd[2];

	CHECK(px(SYS_chdir, "/disk/folder") == 0 && px(SYS_pipe, fd) == 0);
	CHECK(start_child((const int[3]){ 0, fd[1], 2 }));
	run(child_ends, (void *)CHILD_THREAD);
	CHECK(others == STREAM_OK && ends_got.ends == (STREAM_INPUT | STREAM_OUTPUT));
	CHECK(strcmp(directory_got.path, "/disk/folder") == 0);
}

TEST(stream_console, "a child reads the lines that are typed for its parent; ^C interrupts it")
{
	struct action ignore = { .handler = SIG_IGN };

	CHECK(px(SYS_rt_sigaction, SIGINT, &ignore, NULL, 8) == 0 && start_child(standard));
	console.line[0] = "typed";
	console.lines = 1;
	run(child_read, (void *)CHILD_THREAD);
	CHECK(status_of == STREAM_OK && got.text_bytes == 6 && memcmp(got.text, "typed\n", 6) == 0);
	status_of = 99;
	run(child_read, (void *)CHILD_THREAD);
	CHECK(status_of == 99);
	console_type("", CONSOLE_INTERRUPTED);
	let_others_run();
	CHECK(status_of == STREAM_INTERRUPTED);
}

TEST(stream_twice, "two threads of a child that read at the same time: the second is busy")
{
	int fd[2];

	CHECK(px(SYS_pipe, fd) == 0 && start_child((const int[3]){ fd[0], 1, 2 }));
	run(child_read, (void *)CHILD_THREAD);
	CHECK(status_of == 99);
	run(child_read, (void *)(CHILD_THREAD + SECOND_THREAD));
	CHECK(status_of == STREAM_BUSY);
}
