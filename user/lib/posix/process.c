/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.c - starting programs, as musl's posix_spawn does it (ports/musl/edge).
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <pecan/task.h>
#include "child.h"
#include "disk.h"
#include "error.h"
#include "image.h"
#include "path.h"

enum { ARGS = ROOT_ARGS_WORDS * sizeof(L4_Word_t) };

int __pecan_spawn(const char *path, char *const argv[], const int fd[3], int *task);

/*
 * "NAME", "/bin/NAME", "/usr/bin/NAME". The program `sh` is the shell. Returns 0 or an error number.
 */
static int program_of(const char *path, char name[ROOT_NAME_BYTES])
{
	static const char *const folders[] = { "bin/", "usr/bin/" };
	long e = px_path(NULL, path, name);

	if (e < 0)
		return (int)-e;
	for (unsigned i = 0; i < 2; i++) {
		size_t n = strlen(folders[i]);

		if (strncmp(name, folders[i], n) == 0)
			memmove(name, name + n, strlen(name + n) + 1);
	}
	if (strchr(name, '/'))
		return ENOENT;
	if (strcmp(name, "sh") == 0)
		strcpy(name, "shell");
	return 0;
}

static bool is_plain(const char *word)
{
	if (!*word)
		return false;
	for (; *word; word++)
		if (*word <= ' ' || *word == '"' || *word == '\'' || *word == '\\')
			return false;
	return true;
}

/* Adds a word as root takes it, in quotation marks if needed. Returns the new length; ARGS: no room. */
static size_t add_word(char *args, size_t n, const char *word)
{
	bool plain = is_plain(word);
	const char *c = word;

	if (n && n < ARGS)
		args[n++] = ' ';
	if (!plain && n < ARGS)
		args[n++] = '"';
	for (; *c && n + 1 < ARGS; c++) {
		if (!plain && (*c == '"' || *c == '\\'))
			args[n++] = '\\';
		args[n++] = *c;
	}
	if (!plain && n < ARGS)
		args[n++] = '"';
	if (*c || n >= ARGS)
		return ARGS;
	args[n] = 0;
	return n;
}

static int error_number(enum root_error e)
{
	switch (e) {
	case ROOT_OK: return 0;
	case ROOT_E_RIGHT: return EACCES;
	case ROOT_E_NAME: return ENOENT;
	case ROOT_E_IMAGE: return ENOEXEC;
	case ROOT_E_ARGS: return E2BIG;
	case ROOT_E_LIMIT: return EAGAIN;
	case ROOT_E_MEMORY:
	case ROOT_E_KMEM:
	case ROOT_E_POOL: return ENOMEM;
	default: return EIO;
	}
}

/* A program of the disk is started by `loader`, whose first argument is its path. */
static int find_program(const char *path, char name[ROOT_NAME_BYTES], char args[ARGS], size_t *n)
{
	char whole[PX_PATH];
	struct stat st;
	long e;

	*n = 0;
	args[0] = 0;
	if (!px_on_disk(NULL, &path, whole))
		return program_of(path, name);
	e = px_disk_stat(path, false, &st);
	if (e == 0 && !S_ISREG(st.st_mode))
		e = -EACCES;
	strcpy(name, "loader");
	*n = add_word(args, 0, whole);
	return e ? (int)-e : *n == ARGS ? E2BIG : 0;
}

/* The program's name is its first argument, whatever argv[0] is. */
int __pecan_spawn(const char *path, char *const argv[], const int fd[3], int *task)
{
	char name[ROOT_NAME_BYTES], args[ARGS];
	L4_Word_t number = 0;
	size_t n;
	int e = find_program(path, name, args, &n);

	if (e)
		return e;
	for (unsigned i = 1; argv[0] && argv[i]; i++) {
		n = add_word(args, n, argv[i]);
		if (n == ARGS)
			return E2BIG;
	}
	px_error_flush();
	e = error_number(px_child_start(name, args, fd, &number));
	if (e == 0 && task)
		*task = (int)number;
	return e;
}
