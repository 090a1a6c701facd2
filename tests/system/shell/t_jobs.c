/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_jobs.c - tests of programs that the shell starts: their ends, the background, ^C, the attention key,
 * which task has the terminal.
 */
#include "play.h"

TEST(job_status, "how a program in the foreground ended is said, unless it was status 0")
{
	shell_start(NULL);
	CHECK(shows("hello", "hello()\n") && shows("run hello a b", "hello(a b)\n"));
	CHECK(shows("status 3", "[22] status: exit status 3\n")
	      && shows("status -1", "[23] status: exit status -1\n"));
	CHECK(shows("fault", "[24] fault: stopped by a fault\n"));
}

TEST(job_refused, "a program that root does not start is named with the reason")
{
	shell_start(NULL);
	root.spawn = ROOT_E_IMAGE;
	CHECK(shows("hello", "hello: the program cannot be loaded; the log says why\n"));
	root.spawn = ROOT_E_LIMIT;
	CHECK(shows("hello &", "hello: too many tasks, threads or mappings; end some first\n")
	      && at_prompt());
	root.spawn = ROOT_OK;
	CHECK(shows("hello", "hello()\n"));
}

TEST(job_terminal, "a program in the foreground has the terminal, and the shell again after its end")
{
	shell_start(NULL);
	shown("stay");
	CHECK(terminal.foreground == last_task() && !terminal.reads);
	root_child_ends(last_task(), ROOT_END_EXIT, 0);
	keys("");
	CHECK(at_prompt());
}

TEST(job_interrupt, "^C ends the program in the foreground, with the programs it has started, and no other")
{
	shell_start(NULL);
	shown("stay &");
	shown("parent stay");
	CHECK(root_child(22) && root_child(22)->parent == 21 && !at_prompt());
	CHECK(typing_shows(INTERRUPT, "[21] parent: killed\n") && at_prompt());
	CHECK(!root_child(21) && !root_child(22) && root_child(20));
}

TEST(job_interrupt_shell, "^C typed ahead of a command is forgotten at the prompt")
{
	shell_start(NULL);
	keys(INTERRUPT);
	CHECK(at_prompt() && shows("hello", "hello()\n"));
}

TEST(job_background, "a program in the background is named, listed, and its end is said before a prompt")
{
	shell_start(NULL);
	CHECK(shows("stay &", "[20] stay\n") && at_prompt() && shows("jobs", "[20] stay\n"));
	root_child_ends(20, ROOT_END_EXIT, 0);
	CHECK(shows("", "[20] stay: done\n"));
	CHECK(shows("status 5 &", "[21] status\n[21] status: exit status 5\n"));
	shown("stay &");
	root_child_ends(22, ROOT_END_MEMORY, 0);
	CHECK(shows("jobs", "[22] stay: out of memory\n"
			    "nothing runs in the background; run PROGRAM & starts something\n"));
	shown("stay &");
	root_child_ends(23, ROOT_END_HANG, 0);
	CHECK(shows("", "[23] stay: ended because it hung\n"));
}

TEST(job_wait, "wait brings a program to the foreground: by number, name or all; others are refused")
{
	shell_start(NULL);
	shown("stay &");
	shown("stay &");
	CHECK(shows("wait 99", "wait: there is no task 99; ps lists tasks and threads\n"));
	CHECK(shows("wait shell", "wait: shell does not run in the background of this shell; see jobs\n"));
	CHECK(shows("wait root", "wait: root does not run in the background of this shell; see jobs\n"));
	CHECK(shows("wait 20", "") && terminal.foreground == 20);
	console.bytes = 0;
	root_child_ends(20, ROOT_END_EXIT, 4);
	keys("");
	console.text[console.bytes] = 0;
	CHECK(strcmp(console.text, "[20] stay: exit status 4\n") == 0 && at_prompt());
	shown("stay &");
	CHECK(shows("wait", "") && terminal.foreground == 22);
	root_child_ends(22, ROOT_END_EXIT, 0);
	keys("");
	CHECK(terminal.foreground == 21);
	root_child_ends(21, ROOT_END_EXIT, 0);
	keys("");
	CHECK(at_prompt() && says("jobs", "nothing runs"));
}

TEST(job_wait_interrupted, "^C ends the program that is waited for, and the wait for the others")
{
	shell_start(NULL);
	shown("stay &");
	shown("stay &");
	shown("wait");
	CHECK(typing_shows(INTERRUPT, "[20] stay: killed\n") && at_prompt() && shows("jobs", "[21] stay\n"));
}

#define WAITS	"[20] ask: waits for input; wait 20 gives it the terminal\n"

TEST(job_reads, "a program in the background that reads the terminal is reported once; wait gives it that")
{
	shell_start(NULL);
	CHECK(shows("ask &", "[20] ask\n" WAITS) && shows("jobs", WAITS) && shows("", ""));
	CHECK(shows("echo x", "x\n"));
	CHECK(shows("wait ask", "") && terminal.foreground == 20);
	console.bytes = 0;
	console_type("a line", CONSOLE_OK);
	keys("");
	console.text[console.bytes] = 0;
	CHECK(strcmp(console.text, "got a line\n[20] ask: done\n") == 0 && at_prompt());
}

#define LEFT	"[20] stay: in the background; wait 20 gives it the terminal, kill 20 ends it\n"

TEST(job_attention, "the attention key brings the shell back; the program continues in the background")
{
	shell_start(NULL);
	shown("stay");
	CHECK(typing_shows(ATTENTION, LEFT));
	CHECK(at_prompt() && root_child(20) && !root_child(20)->ended && shows("jobs", "[20] stay\n"));
	shown("wait 20");
	CHECK(terminal.foreground == 20);
	CHECK(typing_shows(ATTENTION, LEFT) && at_prompt());
	CHECK(shows("kill 20", "killed task 20, stay\n[20] stay: killed\n"));
}

TEST(job_many, "programs in the background up to root's limit; then it is said, and the shell works on")
{
	shell_start(NULL);
	for (unsigned i = 0; i < SECOND_THREAD; i++)
		CHECK(says("stay &", "] stay\n"));
	CHECK(shows("stay &", "stay: too many tasks, threads or mappings; end some first\n"));
	CHECK(shows("echo x", "x\n"));
}

TEST(job_no_waiter, "without a thread that waits, the shell waits itself, and says so")
{
	shell_start(NULL);
	root.thread_new = ROOT_E_LIMIT;
	CHECK(shows("hello", "hello()\nshell: there is no thread that waits\n"));
}

#define NO_C	"shell: ^C will not end programs: "

TEST(job_no_right, "a shell that may not control the terminal says so, and still runs programs")
{
	terminal.watch = CONSOLE_REFUSED;
	shell_start(NULL);
	console.text[console.bytes] = 0;
	CHECK(strstr(console.text, NO_C "no right `terminal` in the system description\n"));
	CHECK(shows("hello", "hello()\n"));
}

TEST(job_no_thread, "a shell without a thread for ^C says so; without one for pipes it ends")
{
	spoil.label = ROOT_THREAD_NEW;
	spoil.skip = 1;
	spoil.count = 1;
	spoil.tag = ANSWER(ROOT_E_LIMIT, 0);
	shell_start(NULL);
	console.text[console.bytes] = 0;
	CHECK(strstr(console.text, NO_C "too many tasks, threads or mappings; end some first\n"));
	CHECK(shows("hello", "hello()\n"));
}

TEST(job_no_pipes, "a shell without a thread for pipes ends with status 1")
{
	root.thread_new = ROOT_E_LIMIT;
	expect_exit(1);
	shell_start(NULL);
}

TEST(job_console_lost, "a console that is replaced gets the task that has the terminal again")
{
	shell_start(NULL);
	shown("stay");
	terminal.foreground = 0;
	kernel_end_server(CONSOLE_THREAD);
	console_begin();
	keys("");
	CHECK(terminal.foreground == 20);
	keys(INTERRUPT);
	CHECK(at_prompt());
}

/* ---- shell -c ---- */

static bool one(const char *line, int status, const char *text)
{
	shell_ended = false;
	console.bytes = 0;
	shell_start(line);
	console.text[console.bytes] = 0;
	return shell_ended && shell_status == status && strcmp(console.text, text) == 0;
}

TEST(one_status, "shell -c does one line, and has its status")
{
	CHECK(one("hello x", 0, "hello(x)\n") && !terminal.prompts);
}

TEST(one_program, "the status of shell -c is that of the program, or says how it ended")
{
	CHECK(one("status 7", 7, ""));
}

TEST(one_fault, "a fault is status 139") { CHECK(one("fault", 139, "")); }
TEST(one_none, "a program that does not exist is status 127")
{
	CHECK(one("none", 127,
		  "none: no such command or program; help lists the commands, ls the programs\n"));
}

TEST(one_wrong, "a line that cannot be meant is status 2")
{
	CHECK(one("echo 'x", 2, "shell: the closing ' is missing\n"));
}

TEST(one_long, "a line that is too long is status 2")
{
	static char line[482];

	memset(line, 'x', sizeof line - 1);
	CHECK(one(line, 2, "shell: the line is too long\n"));
}

TEST(one_command, "a command of the shell is status 0") { CHECK(one("echo a b", 0, "a b\n")); }
TEST(one_pipe, "programs are connected in shell -c too") { CHECK(one("hello x | copy", 0, "hello(x)\n")); }

TEST(one_killed, "a program that was ended is status 137")
{
	shell_start("stay");
	CHECK(!shell_ended && terminal.foreground == 20);
	root_child_ends(20, ROOT_END_KILL, 0);
	keys("");
	CHECK(shell_ended && shell_status == 137);
}

TEST(one_stream, "a shell whose input is a stream does not hand the terminal over")
{
	root.streams = kernel_thread(STREAM_THREAD);
	stream_parent.ends = 1;
	shell_start("stay");
	CHECK(!shell_ended && terminal.foreground == 0);
	root_child_ends(20, ROOT_END_EXIT, 0);
	keys("");
	CHECK(shell_ended && shell_status == 0);
}

TEST(one_output, "what a command prints goes to the stream that the shell was started with")
{
	root.streams = kernel_thread(STREAM_THREAD);
	stream_parent.ends = 2;
	CHECK(one("echo text", 0, "") && strcmp(stream_parent.output, "text\n") == 0);
}

TEST(one_directory, "a shell begins in the directory in which it was started")
{
	root.streams = kernel_thread(STREAM_THREAD);
	strcpy(stream_parent.directory, "/disk/folder");
	CHECK(one("pwd", 0, "/disk/folder\n"));
}

/* ---- shell -i ---- */

TEST(first_line, "shell -i does a line first, whose program has the terminal, and then those that are typed")
{
	shell_ended = false;
	shell_start_after("stay");
	CHECK(!shell_ended && terminal.foreground == 20 && !terminal.prompts);
	CHECK(strstr(console.text, "Pecan. Type help for the commands, ls for the programs.\n"));
	root_child_ends(20, ROOT_END_EXIT, 0);
	keys("");
	CHECK(at_prompt() && terminal.prompts == 1 && shows("hello x", "hello(x)\n"));
}

TEST(first_line_wrong, "a line of shell -i that cannot be done is reported; then there is a prompt")
{
	shell_start_after("none");
	console.text[console.bytes] = 0;
	CHECK(strstr(console.text, "none: no such command or program") && at_prompt() && !shell_ended);
}
