/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * complete.c - Tab: completes the word at the cursor, or lists what it can become.
 *
 * The first word of a stage is a command or a program, a word after < or an argument of cat a file;
 * arguments of help are commands, of run programs, of kill, maps and wait the programs of tasks that run. A
 * word with a / is a path of the disk; so is one without, of the commands for files and of cat and <, if the
 * current directory is of the disk.
 */
#include <pecan/files.h>
#include <pecan/plain.h>
#include <pecan/print.h>
#include <stdio.h>
#include <string.h>

#include "paths.h"
#include "shell.h"

enum { COLUMNS = 80, CELL = 16, FOUND_MAX = 64, ENTRIES_BYTES = 4096, TYPE_DIRECTORY = 2 };

/* What begins with `word`: as a list, each once, and how much of it all have in common. */
struct found {
	const char *word;
	size_t length;
	char text[FOUND_MAX][PATH_TEXT];
	unsigned count;
};

static void consider(struct found *f, const char *prefix, const char *text)
{
	char whole[PATH_TEXT];

	snprintf(whole, sizeof whole, "%s%s", prefix, text);
	if (strncmp(whole, f->word, f->length) != 0 || f->count == FOUND_MAX)
		return;
	for (unsigned i = 0; i < f->count; i++)
		if (strcmp(f->text[i], whole) == 0)
			return;
	strcpy(f->text[f->count++], whole);
}

static void commands(struct found *f)
{
	for (const struct command *c = shell_commands; c->name; c++)
		consider(f, "", c->name);
}

static void programs(struct found *f, const char *prefix)
{
	struct pecan_program p;

	for (L4_Word_t at = 0; pecan_next_program(&at, &p); )
		consider(f, prefix, p.name);
}

static void files(struct found *f)
{
	consider(f, "", "init");
	consider(f, "", "MANIFEST");
	programs(f, "bin/");
}

static void tasks(struct found *f)
{
	struct pecan_task t;

	for (L4_Word_t at = 0; pecan_next_task(&at, &t); )
		if (t.ended == ROOT_ALIVE)
			consider(f, "", t.name);
}

static bool is(const char *line, const struct words_cursor *c, const char *command)
{
	size_t n = strlen(command);

	return c->command_end - c->command == n && strncmp(line + c->command, command, n) == 0;
}

/* An entry of a directory; a name that would have to be quoted, or is no plain text, is left out. */
static void entry(struct found *f, const char *prefix, const struct files_entry *e)
{
	char name[PATH_TEXT];
	bool dots = strcmp(e->name, ".") == 0 || strcmp(e->name, "..") == 0;

	snprintf(name, sizeof name, "%s%s", e->name, e->type == TYPE_DIRECTORY ? "/" : "");
	if (dots || name[strcspn(name, " \t\n'\"\\|<>&")] || plain_text(name, strlen(name)) != strlen(name))
		return;
	consider(f, prefix, name);
}

/* What the directory has in which the word is. */
static void disk_paths(struct found *f)
{
	static char entries[ENTRIES_BYTES];
	char prefix[PATH_TEXT] = "", path[PATH_TEXT];
	struct files_file directory;
	const char *below;
	uint64_t at = 0;
	size_t n = f->length;
	long got;

	while (n > 0 && f->word[n - 1] != '/')
		n--;
	if (n >= sizeof prefix)
		return;
	memcpy(prefix, f->word, n);
	below = files_below(paths_whole(n ? prefix : ".", path));
	if (!below) {
		consider(f, "", FILES_ROOT "/");
		consider(f, "", FILES_TMP "/");
	}
	if (!below || files_use(&directory, below, 0) != FILES_OK)
		return;
	while ((got = files_entries(&directory, at, entries, sizeof entries)) > 0)
		for (long i = 0; i < got; i += ((struct files_entry *)(entries + i))->bytes) {
			const struct files_entry *e = (const struct files_entry *)(entries + i);

			entry(f, prefix, e);
			at = e->next;
		}
	files_done(&directory);
}

/* Is the word an argument of a command for files? */
static bool names_file(const char *line, const struct words_cursor *c)
{
	static const char *const commands_for_files[] = { "cat", "cd", "cp", "ls", "mkdir", "mv", "rm" };
	bool does = c->file;

	for (unsigned i = 0; i < sizeof commands_for_files / sizeof *commands_for_files && !c->first; i++)
		does |= is(line, c, commands_for_files[i]);
	return does;
}

static void find(struct found *f, const char *line, const struct words_cursor *c)
{
	if (memchr(f->word, '/', f->length) || (names_file(line, c) && *paths_current()))
		disk_paths(f);
	if (c->file || (!c->first && is(line, c, "cat"))) {
		files(f);
	} else if (c->first) {
		commands(f);
		programs(f, "");
	} else if (is(line, c, "help")) {
		commands(f);
	} else if (is(line, c, "run")) {
		programs(f, "");
	} else if (is(line, c, "kill") || is(line, c, "maps") || is(line, c, "wait")) {
		tasks(f);
	}
}

/* How many characters all that was found begins with. */
static size_t common(const struct found *f)
{
	size_t n = strlen(f->text[0]);

	for (unsigned i = 1; i < f->count; i++) {
		size_t same = 0;

		while (same < n && f->text[i][same] == f->text[0][same])
			same++;
		n = same;
	}
	return n;
}

static void list(const struct found *f)
{
	unsigned column = 0;

	for (unsigned i = 0; i < f->count; i++) {
		unsigned cells = (unsigned)strlen(f->text[i]) / CELL + 1;

		if (column && column + cells * CELL >= COLUMNS) {
			putchar('\n');
			column = 0;
		}
		printf("%-*s", (int)(cells * CELL), f->text[i]);
		column += cells * CELL;
	}
	putchar('\n');
}

/* Returns false if the line has no room for it. */
static bool insert(char *line, size_t bytes, size_t *pos, const char *text, size_t n)
{
	size_t len = strlen(line);

	if (len + n >= bytes)
		return false;
	memmove(line + *pos + n, line + *pos, len - *pos + 1);
	memcpy(line + *pos, text, n);
	*pos += n;
	return true;
}

void complete(char *line, size_t bytes, size_t *pos)
{
	static struct found f;
	struct words_cursor c = words_cursor(line, *pos);
	size_t n;

	f.word = line + c.start;
	f.length = *pos - c.start;
	f.count = 0;
	if (!c.quoted)
		find(&f, line, &c);
	n = f.count ? common(&f) : 0;
	if (f.count == 0)
		putchar('\a');
	else if (n == f.length && f.count > 1)
		list(&f);
	else if (insert(line, bytes, pos, f.text[0] + f.length, n - f.length) && f.count == 1
		 && f.text[0][n - 1] != '/')
		insert(line, bytes, pos, " ", 1);
}
