/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * begin.c - see play.h: the shell in a thread, its servers, lines typed at it.
 */
#include <stdio.h>
#include <string.h>
#include <l4/ipc.h>
#include "play.h"

int shell_main(int argc, char **argv);

bool shell_ended;
int shell_status;

static const char *option;

static void run(void *line)
{
	static char name[] = "shell";
	char *argv[] = { name, (char *)(unsigned long)option, line, NULL };

	shell_status = shell_main(line ? 3 : 1, argv);
	shell_ended = true;
}

static void start(const char *with, const char *line)
{
	option = with;
	kernel_start(run, (void *)(unsigned long)line);
	keys("");
}

void shell_start(const char *line) { start("-c", line); }
void shell_start_after(const char *line) { start("-i", line); }

const char *typed(const char *text)
{
	console.bytes = 0;
	keys(text);
	console.text[console.bytes] = 0;
	return console.text;
}

const char *shown(const char *line)
{
	char text[2 * CONSOLE_LINE_BYTES];

	snprintf(text, sizeof text, "%s\r", line);
	return typed(text);
}

static bool is(const char *what, const char *text)
{
	bool same = strcmp(console.text, text) == 0;

	if (!same)
		printf("    %s: instead of: %s    it shows: %s\n", what, text, console.text);
	return same;
}

bool typing_shows(const char *keys, const char *text)
{
	typed(keys);
	return is(keys, text);
}

bool disk_has(const char *path, const char *text)
{
	const struct node *n = disk_node(path);

	return n && n->size == strlen(text) && memcmp(n->text, text, n->size) == 0 && n->opened == 0;
}

bool shows(const char *line, const char *text)
{
	shown(line);
	return is(line, text);
}

bool says(const char *line, const char *part)
{
	bool has = strstr(shown(line), part) != NULL;

	if (!has)
		printf("    %s: without: %s\n    it shows: %s", line, part, console.text);
	return has;
}

bool at_prompt(void)
{
	return terminal.reads && terminal.foreground == 0 && !*terminal.line;
}

void servers_begin(void)
{
	root_server_begin();
	root.whole = true;
	root.parent = 0;
	names_begin();
	console_begin();
	files_begin();
	stream_begin();
}

/* A test that uses the shell leaves one that can be used. */
void servers_end(void)
{
	if (root.exits)
		kernel_stop("the task did not end");
	if (terminal.prompts && !shows("\025echo alive", "alive\n"))
		kernel_stop("the shell cannot be used any more");
}
