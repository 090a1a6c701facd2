/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_lines.c - tests of lines typed at the shell: the editor, history, Tab, quotation marks, what is refused.
 */
#include <stdio.h>
#include "play.h"

#define LEFT	"\033[D"
#define UP	"\033[A"
#define DOWN	"\033[B"

TEST(line_greeting, "a shell greets, and reads a line")
{
	shell_start(NULL);
	CHECK(at_prompt() && terminal.prompts == 1);
	console.text[console.bytes] = 0;
	CHECK(strcmp(console.text, "Pecan. Type help for the commands, ls for the programs.\n") == 0);
	CHECK(shows("hello", "hello()\n") && at_prompt());
}

TEST(line_empty, "lines of nothing but blanks do nothing")
{
	shell_start(NULL);
	CHECK(shows("", "") && shows("  \b ", "") && terminal.prompts == 3 && at_prompt());
}

TEST(line_edited, "the line that is run is the one that the editor shows")
{
	shell_start(NULL);
	CHECK(shows("ehco x" "\001\006" "\033[3~" "\033[C" "h", "x\n"));
	CHECK(shows("cho x\001e", "x\n"));
	CHECK(shows("echo one two\027three", "one three\n"));
	CHECK(shows("nothing\025echo all", "all\n"));
	CHECK(shows("echo abc" LEFT LEFT "\013", "a\n"));
	CHECK(shows("echo \xc3\xa4\xc3\xb6" LEFT "-", "\xc3\xa4-\xc3\xb6\n"));
}

TEST(line_history, "lines come back by the arrows, and are listed, oldest first")
{
	shell_start(NULL);
	CHECK(shows("echo 1", "1\n") && shows("echo 2", "2\n"));
	CHECK(shows(UP UP "0", "10\n"));
	CHECK(shows("dra" UP DOWN "\b\b\becho 3", "3\n"));
	CHECK(shows("history", "  1  echo 1\n  2  echo 2\n  3  echo 10\n  4  echo 3\n  5  history\n"));
}

TEST(line_given_up, "^C gives a line up, and nothing of it is run")
{
	shell_start(NULL);
	keys("echo x" INTERRUPT);
	CHECK(at_prompt() && terminal.prompts == 2 && shows("echo y", "y\n"));
}

TEST(line_end, "^D in the only shell says how the system is ended; in another one it ends that")
{
	shell_start(NULL);
	CHECK(typing_shows("\004", "shell: this is the only shell; poweroff ends the system\n"));
	CHECK(says("exit", "the only shell") && at_prompt());
	root.parent = OWN_PARENT;
	expect_exit(0);
	keys("\004");
}

TEST(line_exit, "exit ends a shell that another one has started")
{
	root.parent = OWN_PARENT;
	shell_start(NULL);
	expect_exit(0);
	keys("exit\r");
}

TEST(line_long, "a line that was longer than the editor takes is not run at all")
{
	char line[CONSOLE_LINE_BYTES + 2] = "echo ";

	shell_start(NULL);
	memset(line + 5, 'x', sizeof line - 6);
	line[sizeof line - 1] = 0;
	CHECK(shows(line, "shell: the line was longer than 480 characters; nothing was run, shorten it\n"));
	line[CONSOLE_LINE_BYTES] = 0;
	CHECK(strlen(shown(line)) == CONSOLE_LINE_BYTES - 5 + 1 && at_prompt());
}

TEST(line_no_console, "a shell whose console refuses it ends with status 1")
{
	spoil.label = CONSOLE_EDIT_LINE;
	spoil.count = 1;
	spoil.tag = ANSWER(CONSOLE_DENIED, 0);
	expect_exit(1);
	shell_start(NULL);
}

TEST(line_console_restarts, "the line is read again from a console that was restarted")
{
	spoil.label = CONSOLE_EDIT_LINE;
	spoil.count = 1;
	spoil.dead = true;
	shell_start(NULL);
	CHECK(at_prompt() && shows("echo x", "x\n"));
}

/* ---- words ---- */

TEST(line_quoted, "quotation marks and \\ keep blanks and operators in one argument")
{
	shell_start(NULL);
	CHECK(shows("echo  a   b ", "a b\n") && shows("echo 'a   b' \"c  d\" e\\  f", "a   b c  d e  f\n"));
	CHECK(shows("echo '|' \"<\" \\> \\&", "| < > &\n") && shows("echo '' x \"\"", " x \n"));
	CHECK(shows("hello 'a b' \"q\\\"\" \\\\", "hello(\"a b\" q\" \\)\n"));
	CHECK(shows("echo * $HOME ~ ;", "* $HOME ~ ;\n"));
}

#define NONE ": no such command or program; help lists the commands, ls the programs\n"

TEST(line_wrong, "a line that cannot be meant is not run, and the message says what is wrong in it")
{
	static const struct { const char *line, *text; } all[] = {
		{ "echo 'x", "shell: the closing ' is missing\n" },
		{ "echo \"x", "shell: the closing \" is missing\n" },
		{ "echo \\", "shell: nothing follows the \\ at the end\n" },
		{ "hello |", "shell: name a program on both sides of |\n" },
		{ "| hello", "shell: name a program on both sides of |\n" },
		{ "hello <", "shell: name a file after <\n" },
		{ "hello > | copy", "shell: name a file after >\n" },
		{ "< init", "shell: name a program before < or >\n" },
		{ "hello & x", "shell: & can stand at the end of the line only\n" },
		{ "&", "shell: name a program before the &, as in hello &\n" },
		{ "hello|hello|hello|hello|hello|hello|hello|hello|hello",
		  "shell: a pipe can have 8 programs\n" },
		{ "none", "none" NONE },
		{ "'' x", NONE },
		{ "run none", "none" NONE },
		{ "run", "run: name a program, as in run hello; ls lists them\n" },
		{ "hello | none", "none" NONE },
		{ "ps x", "ps: what is x? The usage is: ps\n" },
		{ "cp a b c", "cp: what is c? The usage is: cp FROM TO\n" },
		{ "hello | ps", "ps: it reads no input; only programs do\n" },
		{ "ps < init", "ps: it reads no input; only programs do\n" },
		{ "cd > /disk/x", "cd: it cannot write to a pipe or file\n" },
		{ "kill 7 | copy", "kill: it cannot write to a pipe or file\n" },
		{ "ps &", "ps: only programs run in the background; leave out the &\n" },
	};

	shell_start(NULL);
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
		CHECK(shows(all[i].line, all[i].text));
	CHECK(root.children == 0 && at_prompt());
}

TEST(line_arguments, "arguments that root cannot take are counted, and the program is not started")
{
	char line[ROOT_ARGS_WORDS * 8 + 16] = "hello ";

	shell_start(NULL);
	memset(line + 6, 'x', ROOT_ARGS_WORDS * 8);
	CHECK(shows(line, "hello: the arguments have 432 characters; 431 are possible\n")
	      && root.children == 0);
	line[6 + ROOT_ARGS_WORDS * 8 - 1] = 0;
	CHECK(says(line, "xxx)\n") && root.children == 1);
}

/* ---- Tab ---- */

/* Does the line become this by the keys, and is this shown? The line is empty then. */
static bool tab(const char *typed, const char *line, const char *text)
{
	bool same;

	console.bytes = 0;
	keys(typed);
	console.text[console.bytes] = 0;
	same = strcmp(terminal.line, line) == 0 && terminal.reads && strcmp(console.text, text) == 0;
	if (!same)
		printf("    %s: instead of %s: %s, shown: %s\n", typed, line, terminal.line, console.text);
	keys("\025");
	return same;
}

static bool completes(const char *typed, const char *line)
{
	return tab(typed, line, "");
}

/* The line stays as it was typed, but for the Tab at its end. */
static bool lists(const char *typed, const char *text)
{
	char line[CONSOLE_LINE_BYTES + 1];

	snprintf(line, sizeof line, "%.*s", (int)strlen(typed) - 1, typed);
	return tab(typed, line, text);
}

TEST(tab_command, "Tab completes commands and programs, as far as one is meant, and lists what can be")
{
	shell_start(NULL);
	CHECK(completes("upt\t", "uptime ") && lists("hel\t", "help            hello           \n"));
	CHECK(completes("com\t", "complain ") && completes("ps | upt\t", "ps | uptime "));
	CHECK(completes("cop\tx", "copy x") && completes("st\t", "sta"));
	CHECK(lists("zz\t", "\a") && lists("'hel\t", "\a") && lists("echo x\t", "\a"));
}

TEST(tab_inside, "Tab completes the word at the cursor; what follows stays")
{
	shell_start(NULL);
	CHECK(completes("upt x" LEFT LEFT "\t", "uptime  x"));
	CHECK(completes("upx" LEFT "\t", "uptime x"));
}

TEST(tab_list, "a long list is shown in columns of the screen")
{
	shell_start(NULL);
	console.bytes = 0;
	keys("\t");
	console.text[console.bytes] = 0;
	CHECK(strstr(console.text, "help ") && strstr(console.text, "\n") && strstr(console.text, "where "));
	for (const char *at = console.text, *end; (end = strchr(at, '\n')); at = end + 1)
		CHECK(end - at <= 80 && end - at > 0);
}

TEST(tab_argument, "what an argument can be depends on the command: commands, programs, tasks, files")
{
	shell_start(NULL);
	CHECK(completes("help upt\t", "help uptime ") && completes("run com\t", "run complain "));
	CHECK(lists("kill he\t", "\a"));
	shown("hello &");
	shown("stay &");
	CHECK(completes("kill st\t", "kill stay ") && completes("maps st\t", "maps stay ")
	      && completes("wait st\t", "wait stay ") && lists("kill he\t", "\a"));
	CHECK(completes("cat MAN\t", "cat MANIFEST ") && completes("copy < MAN\t", "copy < MANIFEST "));
	CHECK(lists("cat bin/sta\t", "bin/status      bin/stay        \n"));
	CHECK(completes("x > MAN\t", "x > MANIFEST ") && lists("mkdir MAN\t", "\a"));
}

TEST(tab_disk, "paths of the disk are completed, directories to their slash")
{
	shell_start(NULL);
	CHECK(completes("ls /di\t", "ls /disk/") && completes("ls /disk/fo\t", "ls /disk/folder/"));
	CHECK(completes("ls /disk/folder/\t", "ls /disk/folder/inner "));
	CHECK(lists("ls /disk/f\t", "/disk/file      /disk/folder/   \n"));
	CHECK(completes("/disk/folder/in\t", "/disk/folder/inner ") && lists("ls /disk/none/\t", "\a"));
	CHECK(lists("ls inn\t", "\a") && shows("cd /disk/folder", "") && completes("ls inn\t", "ls inner "));
	CHECK(completes("ls ../fil\t", "ls ../file ") && completes("cat < inn\t", "cat < inner "));
}

TEST(tab_names, "entries with names that would be quoted, or that a terminal obeys, are not proposed")
{
	disk_add("/folder/a b", 0100644, "");
	disk_add("/folder/a\033[2J", 0100644, "");
	disk_add("/folder/a'", 0100644, "");
	shell_start(NULL);
	CHECK(completes("ls /disk/folder/\t", "ls /disk/folder/inner ")
	      && lists("ls /disk/folder/a\t", "\a"));
}

TEST(tab_room, "a line that has no room for what was found stays as it is")
{
	char line[CONSOLE_LINE_BYTES + 2];

	shell_start(NULL);
	memset(line, 'x', sizeof line);
	strcpy(line + CONSOLE_LINE_BYTES - 5, " upt\t");
	memcpy(line, "help ", 5);
	CHECK(lists(line, ""));
	memset(line, '/', sizeof line - 1);
	line[CONSOLE_LINE_BYTES] = '\t';
	line[CONSOLE_LINE_BYTES + 1] = 0;
	memcpy(line, "ls ", 3);
	CHECK(lists(line, "\a"));
}

TEST(tab_interrupted, "^C while Tab looks gives the line up")
{
	shell_start(NULL);
	keys("upt\t" INTERRUPT);
	CHECK(at_prompt() && shows("echo x", "x\n"));
}

/* ---- the attention key ---- */

TEST(line_attention, "a line that was being typed when the attention key came is not run")
{
	shell_start(NULL);
	keys("echo x" ATTENTION);
	CHECK(shows("y", "shell: the attention key was typed: the line was not run\n")
	      && shows("echo z", "z\n"));
}
