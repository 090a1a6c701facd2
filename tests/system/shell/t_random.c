/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_random.c - bytes and words typed at random, the same each time. Whatever they were, the shell must not
 * break a rule of C or of a protocol, must read a line in the end, and must leave no file open, no program
 * alive and no pipe in use.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "play.h"
#include "system.h"

enum { ROUNDS = 300, KEYS = 60, SETTLE = 40 };

static unsigned long state;

static unsigned pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 11) % n;
}

static const char *const words[] = {
	"hello", "stay", "status 3", "fault", "copy", "count", "flood", "once", "where", "complain",
	"parent stay", "parent hello", "cat", "/disk/folder/inner", "|", "|", "|", "<", ">", ">>", "&", "&\r",
	"init", "bin/long", "/disk/file", "/disk/folder", "/disk/out", "/disk/out", "/dev/null", "/dev/full",
	"..", "x", "ls", "cd", "pwd", "cp", "mv", "rm", "rm -r", "mkdir", "df", "sync", "jobs", "wait", "kill",
	"ps", "mem", "maps", "irq", "names", "uptime", "history", "echo", "clear", "help", "run", "20", "21",
	"shell", "root", "193.1", "'", "\"", "\\", "'a b'", "\"q\\\"\"",
};
static const char *const strokes[] = {
	"\t", "\t", "\b", "\177", "\001", "\005", "\013", "\025", "\027", "\014", "\033[A", "\033[B",
	"\033[C", "\033[D", "\033[3~", "\033[H", "\033OF", "\033[999999999999~", "\033", "\004", INTERRUPT,
	ATTENTION, "\xc3\xa4", "\xff", "\xe2\x82", "\r", "\r", "\r", "\r",
};

/* Half of them are words, most others keys with a meaning. */
static void type_something(void)
{
	char text[8] = "";
	unsigned kind = pick(20);

	if (kind < 12) {
		keys(words[pick(sizeof words / sizeof *words)]);
		text[0] = pick(4) ? ' ' : '\r';
	} else if (kind < 18) {
		keys(strokes[pick(sizeof strokes / sizeof *strokes)]);
	} else {
		text[0] = (char)(1 + pick(255));
	}
	keys(text);
}

/* Ends what runs, until the shell reads. Returns false if it never does. */
static bool settle(void)
{
	for (unsigned i = 0; i < SETTLE && !terminal.reads; i++)
		keys(i & 1 ? ATTENTION : INTERRUPT);
	keys("\025\025\025");	/* the first may be taken as the end of an escape sequence */
	for (unsigned n = 0; n < root.children; n++)
		if (root_child(FIRST_CHILD + n) && !root_child(FIRST_CHILD + n)->ended)
			root_child_ends(FIRST_CHILD + n, ROOT_END_EXIT, 0);
	keys("\r");
	return at_prompt();
}

static bool nothing_is_open(void)
{
	for (unsigned i = 0; i < DISK_NODES; i++)
		if (disk.nodes[i].mode && disk.nodes[i].opened)
			return false;
	return says("jobs", "nothing runs in the background");
}

/* All 16. */
static bool pipes_are_free(void)
{
	root.children = 0;		/* numbers are used again */
	for (unsigned i = 0; i < 2; i++)
		if (!says("stay|copy|copy|copy|copy|copy|copy|copy &", "] stay | copy"))
			return false;
	return says("stay | copy | copy &", "] stay | copy");
}

static bool play(unsigned round)
{
	state = round + 1;
	for (unsigned i = 0; i < 10; i++)
		pick(2);
	shell_start(NULL);
	for (unsigned i = 0; i < KEYS; i++)
		type_something();
	if (settle() && nothing_is_open() && pipes_are_free())
		return true;
	printf("    round %u, on the terminal:\n%.*s\n", round, (int)terminal.drawn_bytes, terminal.drawn);
	fflush(stdout);
	return false;
}

TEST(random_keys, "after anything that is typed the shell reads a line, and has nothing open")
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		int status = 1;
		pid_t child = fork();

		if (child == 0)
			_exit(!play(round));
		CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	}
}
