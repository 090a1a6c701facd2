/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the shell: reads a line at the console, does it, and again.
 *
 * A line is a command of shell_commands, or a program of the boot image with its arguments; a
 * trailing & runs a program in the background. There are no variables, pipes or redirections.
 */
#include <pecan/console.h>
#include <pecan/print.h>
#include <string.h>

#include "shell.h"

static const char *skip(const char *text)
{
	while (*text == ' ')
		text++;
	return text;
}

const char *shell_word(const char *text, char *word, size_t bytes)
{
	size_t n = 0;

	text = skip(text);
	for (; *text && *text != ' '; text++)
		if (n + 1 < bytes)
			word[n++] = *text;
	word[n] = 0;
	return skip(text);
}

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

void shell_exit(const char *args)
{
	(void)args;
	if (id_is_first_shell())
		puts("shell: this is the only shell; poweroff ends the system");
	else
		pecan_exit(0);
}

static const struct command *find(const char *name)
{
	for (const struct command *c = shell_commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static void trim(char *line)
{
	size_t n = strlen(line);

	while (n && line[n - 1] == ' ')
		line[--n] = 0;
}

/* Take a trailing & off the line. */
static bool take_background(char *line)
{
	size_t n = strlen(line);

	if (n == 0 || line[n - 1] != '&')
		return false;
	line[n - 1] = 0;
	trim(line);
	return true;
}

static void start(const char *name, const char *args, bool background)
{
	if (jobs_is_program(name))
		jobs_run(name, args, background);
	else
		printf("%s: no such command or program; help lists the commands, ls the programs\n", name);
}

static void execute(char *line)
{
	static char name[CONSOLE_LINE_BYTES + 1];
	const char *args;
	const struct command *c;
	bool background;

	trim(line);
	background = take_background(line);
	args = shell_word(line, name, sizeof name);
	if (name[0] == 0) {
		if (background)
			puts("&: name a program before it, as in hello &");
		return;
	}
	if (strcmp(name, "run") == 0 && args[0]) {
		args = shell_word(args, name, sizeof name);
		start(name, args, background);
		return;
	}
	c = find(name);
	if (c && background && strcmp(name, "run") != 0)
		printf("%s: only programs run in the background; leave out the &\n", name);
	else if (c)
		c->run(args);
	else
		start(name, args, background);
}

int main(void)
{
	static char line[CONSOLE_LINE_BYTES + 1];

	jobs_start();
	puts("Pecan. Type help for the commands, ls for the programs.");
	for (;;) {
		jobs_report();
		switch (console_read_line("pecan> ", true, line, sizeof line)) {
		case CONSOLE_OK: execute(line); break;
		case CONSOLE_TOO_LONG:
			printf("shell: the line was longer than %u characters; nothing was run, shorten it\n",
			       (unsigned)CONSOLE_LINE_BYTES);
			break;
		case CONSOLE_END: shell_exit(""); break;
		case CONSOLE_BAD_REQUEST: pecan_exit(1);	/* no console: that is in root's log */
		default: break;
		}
	}
}
