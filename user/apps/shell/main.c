/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the shell: reads a line at the console, does it, and again. `shell -c LINE` does that line, and
 * ends with its status; it has no jobs then. `shell -i LINE` does it first, and then reads others.
 *
 * A line is a command of shell_commands, or a program of the boot image with its arguments, or programs
 * connected by pipes; a trailing & runs programs in the background. There are no variables and no scripts.
 */
#include <pecan/console.h>
#include <pecan/print.h>
#include <pecan/server.h>
#include <string.h>

#include "paths.h"
#include "shell.h"

_Static_assert((int)WORDS_LINE == (int)CONSOLE_LINE_BYTES, "any line that can be typed can be taken apart");

bool shell_number(const char *text, L4_Word_t *value)
{
	L4_Word_t n = 0;

	if (*text == 0 || strlen(text) > 15)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		n = n * 10 + (L4_Word_t)(*text - '0');
	}
	*value = n;
	return true;
}

void shell_refused(const char *what, enum root_error e)
{
	printf("%s: %s\n", what, pecan_error_text(e));
}

void shell_exit(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (id_is_first_shell())
		puts("shell: this is the only shell; poweroff ends the system");
	else
		pecan_exit(0);
}

/* Returns the status of what the line started. */
static int execute(const char *line)
{
	static struct words words;
	const char *wrong = words_parse(&words, line);

	if (!wrong)
		return pipeline_run(&words);
	printf("shell: %s\n", wrong);
	return SHELL_WRONG;
}

static int execute_only(const char *line)
{
	if (strlen(line) > WORDS_LINE) {
		puts("shell: the line is too long");
		return SHELL_WRONG;
	}
	jobs_start_one();
	return execute(line);
}

/* A line; Tab completes what was typed so far. */
static enum console_status read_line(char *line, size_t bytes)
{
	struct console_edit edit = { .text = line, .bytes = bytes };
	enum console_status status;

	line[0] = 0;
	while ((status = console_edit_line("pecan> ", &edit)) == CONSOLE_TAB) {
		complete(line, bytes, &edit.cursor);
		if (jobs_interrupted_so_far())		/* ^C came while no program read */
			return CONSOLE_INTERRUPTED;
	}
	return status;
}

int main(int argc, char **argv)
{
	static char line[CONSOLE_LINE_BYTES + 1];

	paths_start();
	if (argc == 3 && strcmp(argv[1], "-c") == 0)
		return execute_only(argv[2]);
	puts("Pecan. Type help for the commands, ls for the programs.");
	jobs_start();
	if (argc == 3 && strcmp(argv[1], "-i") == 0)
		execute(argv[2]);
	for (;;) {
		jobs_report();
		pecan_beat();
		switch (read_line(line, sizeof line)) {
		case CONSOLE_OK:
			if (jobs_attention())
				puts("shell: the attention key was typed: the line was not run");
			else
				execute(line);
			break;
		case CONSOLE_TOO_LONG:
			printf("shell: the line was longer than %u characters; nothing was run, shorten it\n",
			       (unsigned)CONSOLE_LINE_BYTES);
			break;
		case CONSOLE_END: shell_exit(0, NULL); break;
		case CONSOLE_BAD_REQUEST: pecan_exit(1);	/* no console: that is in root's log */
		default: break;
		}
	}
}
