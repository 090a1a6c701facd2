/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.c - the commands for files and directories of the disk and of /tmp.
 */
#include <pecan/plain.h>
#include <pecan/print.h>
#include <pecan/special.h>
#include <pecan/system.h>
#include <proto/files_client.h>
#include <string.h>

#include "list.h"
#include "paths.h"
#include "shell.h"

enum { CHUNK = 65536, ENTRIES_BYTES = 4096, DEPTH = 16, TYPE_DIRECTORY = 2 };

static bool failed(const char *command, const char *what, enum files_status s)
{
	if (s != FILES_OK)
		printf("%s: %s: %s\n", command, what, files_error_text(s));
	return s != FILES_OK;
}

/* The path for <pecan/files.h>, or a message. */
static const char *need_disk(const char *command, const char *typed, char path[PATH_TEXT])
{
	const char *disk = files_below(paths_whole(typed, path));

	if (!disk)
		printf("%s: %s: it is neither on the disk, below /disk, nor in /tmp\n", command, typed);
	return disk;
}

static bool enough(const char *command, int argc, int least)
{
	if (argc > least)
		return true;
	printf("%s: the usage is: %s\n", command, shell_command(command)->usage);
	return false;
}

/* ---- directories ---- */

void disk_cd(int argc, char **argv)
{
	char path[PATH_TEXT];
	const char *whole = paths_whole(argc > 1 ? argv[1] : "/", path), *disk = files_below(whole);
	struct files_stat_out stat;
	enum files_status s = FILES_OK;

	if (disk) {
		s = files_describe_path(disk, &stat);
		if (s == FILES_OK && !(stat.mode & FILES_MODE_DIRECTORY))
			s = FILES_E_NO_DIRECTORY;
	} else if (*whole) {
		s = FILES_E_ABSENT;
	}
	if (!failed("cd", argc > 1 ? argv[1] : "/", s))
		paths_change(whole);
}

void disk_pwd(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts(*paths_current() ? paths_current() : "/");
}

static void list_programs(void)
{
	struct pecan_program p;

	printf("%-16s %10s\n", "PROGRAM", "BYTES");
	for (L4_Word_t at = 0; !jobs_interrupted() && pecan_next_program(&at, &p); )
		printf("%-16s %10lu\n", p.name, p.size);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* The path of an entry; "" if it is too long. */
static void join(char to[PATH_TEXT], const char *directory, const char *name)
{
	size_t n = strlen(directory), k = strlen(name);

	to[0] = 0;
	if (n + k + 2 > PATH_TEXT)
		return;
	memcpy(to, directory, n);
	to[n] = '/';
	memcpy(to + n + 1, name, k + 1);
}

/* Any program that may use the disk can have made a name: none is shown that the terminal would obey. */
static void show_name(const char *name)
{
	char text[PATH_TEXT];

	strlcpy(text, name, sizeof text);
	text[plain_text(text, strlen(text))] = 0;
	printf(" %s", text);
}

static void show_details(const char *path, const char *name)
{
	struct files_stat_out stat;
	struct files_readlink_out link;
	char text[LIST_TEXT];

	if (failed("ls", path, files_describe_link(path, &stat)))
		return;
	list_details(text, &stat);
	printf("%s", text);
	show_name(name);
	if (files_read_link(path, &link) == FILES_OK) {
		printf(" ->");
		show_name(link.target);
	}
	putchar('\n');
}

static void show_entry(const char *directory, const struct files_entry *e, bool details)
{
	struct files_stat_out stat = { 0 };
	char path[PATH_TEXT];

	if (is_dots(e->name))
		return;
	join(path, directory, e->name);
	if (details) {
		show_details(path, e->name);
		return;
	}
	files_describe_path(path, &stat);
	if (e->type == TYPE_DIRECTORY)
		printf("%10s", "");
	else
		printf("%10llu", (unsigned long long)stat.size);
	show_name(e->name);
	puts(e->type == TYPE_DIRECTORY ? "/" : "");
}

static enum files_status list_directory(struct files_file *f, bool details)
{
	static char entries[ENTRIES_BYTES];
	uint64_t at = 0;
	long n = 0;

	while (!jobs_interrupted() && (n = files_entries(f, at, entries, sizeof entries)) > 0)
		for (long i = 0; i < n; i += ((struct files_entry *)(entries + i))->bytes) {
			const struct files_entry *e = (struct files_entry *)(entries + i);

			show_entry(f->path, e, details);
			at = e->next;
		}
	return n < 0 ? (enum files_status)-n : FILES_OK;
}

static void list(const char *typed, const char *disk, bool details)
{
	struct files_file f;
	uint64_t size;

	if (failed("ls", typed, files_use(&f, disk, 0)))
		return;
	if (f.mode & FILES_MODE_DIRECTORY)
		failed("ls", typed, list_directory(&f, details));
	else if (details)
		show_details(disk, typed);
	else if (!failed("ls", typed, files_size(&f, &size)))
		printf("%10llu %s\n", (unsigned long long)size, typed);
	files_done(&f);
}

void disk_ls(int argc, char **argv)
{
	bool details = argc > 1 && strcmp(argv[1], "-l") == 0;
	char path[PATH_TEXT];
	const char *typed = argc > 1 + details ? argv[1 + details] : ".", *whole = paths_whole(typed, path);
	const char *disk = files_below(whole);

	if (disk)
		list(typed, disk, details);
	else if (!*whole)
		list_programs();
	else
		printf("ls: %s: only /, and directories below /disk and /tmp, can be listed\n", typed);
}

void disk_mkdir(int argc, char **argv)
{
	char path[PATH_TEXT];

	if (!enough("mkdir", argc, 1))
		return;
	for (int i = 1; i < argc; i++) {
		const char *disk = need_disk("mkdir", argv[i], path);

		if (disk)
			failed("mkdir", argv[i], files_make_directory(disk));
	}
}

/* ---- files ---- */

/* A directory stands for the file of the same name in it. */
static const char *target(const char *from, const char *to, char path[PATH_TEXT])
{
	struct files_stat_out stat;
	const char *name = strrchr(from, '/');

	if (files_describe_path(to, &stat) != FILES_OK || !(stat.mode & FILES_MODE_DIRECTORY))
		return to;
	join(path, to, name ? name + 1 : from);
	return path;
}

/* Bytes of a file of the boot image, or of an open one. */
static long read_some(const char *image, struct files_file *f, uint64_t at, char *to)
{
	L4_Word_t got;

	if (!image)
		return files_get(f, at, to, CHUNK);
	if (pecan_special(image))
		return pecan_special_read(pecan_special(image), to, CHUNK);
	return pecan_file_read(image, (L4_Word_t)at, to, CHUNK, &got, NULL) == ROOT_OK ? (long)got
	     : -(long)FILES_E_ABSENT;
}

static enum files_status copy(const char *image, struct files_file *from, struct files_file *to)
{
	static char bytes[CHUNK];
	uint64_t at = 0;
	long n;

	while (!jobs_interrupted() && (n = read_some(image, from, at, bytes)) != 0) {
		if (n < 0)
			return (enum files_status)-n;
		for (long done = 0; done < n; ) {
			long k = files_put(to, at, bytes + done, (size_t)(n - done));

			if (k <= 0)
				return k ? (enum files_status)-k : FILES_E_SPACE;
			done += k;
			at += (uint64_t)k;
		}
	}
	return FILES_OK;
}

static bool is_same(const char *a, const char *b)
{
	struct files_stat_out x, y;

	return files_in_memory(a) == files_in_memory(b) && files_describe_path(a, &x) == FILES_OK
	       && files_describe_path(b, &y) == FILES_OK && x.inode == y.inode;
}

/* from: a file of the boot image, or below /disk or /tmp. Returns true if all of it was copied. */
static bool copy_file(char **argv, const char *from, const char *to)
{
	static struct files_file source, copied;
	const char *below = files_below(from);
	bool done;

	if (below && failed(argv[0], argv[1], files_use(&source, below, 0)))
		return false;
	done = !failed(argv[0], argv[2], files_use(&copied, to, FILES_WRITE | FILES_CREATE | FILES_TRUNCATE));
	if (done) {
		done = !failed(argv[0], argv[2], copy(below ? NULL : from, &source, &copied))
		       && !jobs_interrupted();
		files_done(&copied);
	}
	if (below)
		files_done(&source);
	return done;
}

void disk_cp(int argc, char **argv)
{
	char from_path[PATH_TEXT], to_path[PATH_TEXT], in_directory[PATH_TEXT];
	const char *from, *from_disk, *to;

	if (!enough("cp", argc, 2))
		return;
	from = paths_whole(argv[1], from_path);
	from_disk = files_below(from);
	to = need_disk("cp", argv[2], to_path);
	if (!to || !paths_can_read(argv[1]))
		return;
	to = target(from, to, in_directory);
	if (from_disk && is_same(from_disk, to)) {
		printf("cp: %s: it is the same file\n", argv[2]);
		return;
	}
	copy_file(argv, from, to);
}

/* Between the disk and /tmp. */
static void move_across(char **argv, const char *from, const char *to)
{
	char whole[PATH_TEXT];
	struct files_stat_out stat;
	enum files_status s = files_describe_path(from, &stat);

	if (s == FILES_OK && (stat.mode & FILES_MODE_DIRECTORY))
		s = FILES_E_ACROSS;
	if (!failed("mv", argv[1], s) && copy_file(argv, files_whole(from, whole), to))
		failed("mv", argv[1], files_remove(from));
}

void disk_mv(int argc, char **argv)
{
	char from_path[PATH_TEXT], to_path[PATH_TEXT], in_directory[PATH_TEXT];
	const char *from, *to;
	enum files_status s;

	if (!enough("mv", argc, 2))
		return;
	from = need_disk("mv", argv[1], from_path);
	to = from ? need_disk("mv", argv[2], to_path) : NULL;
	if (!to)
		return;
	to = target(from, to, in_directory);
	s = files_move(from, to);
	if (s == FILES_E_ACROSS)
		move_across(argv, from, to);
	else
		failed("mv", argv[1], s);
}

/* The path of the first entry of a directory that is to be removed; "": it is empty. */
static enum files_status first_entry(const char *directory, char path[PATH_TEXT])
{
	static char entries[ENTRIES_BYTES];
	struct files_file f;
	uint64_t at = 0;
	enum files_status s = files_use(&f, directory, 0);
	long n = 0;

	path[0] = 0;
	if (s != FILES_OK)
		return s;
	while (!path[0] && (n = files_entries(&f, at, entries, sizeof entries)) > 0)
		for (long i = 0; i < n && !path[0]; i += ((struct files_entry *)(entries + i))->bytes) {
			const struct files_entry *e = (struct files_entry *)(entries + i);

			at = e->next;
			if (!is_dots(e->name))
				join(path, directory, e->name);
		}
	files_done(&f);
	return n < 0 ? (enum files_status)-n : FILES_OK;
}

static enum files_status remove_tree(const char *path, unsigned depth)
{
	char entry[PATH_TEXT];
	enum files_status s = files_remove(path);

	if (s != FILES_E_DIRECTORY || depth == DEPTH)
		return s;
	while ((s = first_entry(path, entry)) == FILES_OK && entry[0] && !jobs_interrupted()) {
		s = remove_tree(entry, depth + 1);
		if (s != FILES_OK)
			return s;
	}
	return s == FILES_OK ? files_remove_directory(path) : s;
}

void disk_rm(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "-r") == 0;
	char path[PATH_TEXT];

	if (!enough("rm", argc, 1 + all))
		return;
	for (int i = 1 + all; i < argc; i++) {
		const char *disk = need_disk("rm", argv[i], path);

		if (disk)
			failed("rm", argv[i], all ? remove_tree(disk, 0) : files_remove(disk));
	}
}

/* ---- the disk ---- */

void disk_df(int argc, char **argv)
{
	const char *typed = argc > 1 ? argv[1] : FILES_ROOT, *below;
	struct files_space_out s;
	char path[PATH_TEXT];
	unsigned long long kib;

	below = need_disk("df", typed, path);
	if (!below || failed("df", typed, files_free(below, &s)))
		return;
	printf("%10s %10s %10s %10s %10s\n", "KIB", "FREE", "FILES", "MORE", "CACHED");
	kib = s.block_bytes / 1024;
	printf("%10llu %10llu %10lu %10lu %10lu\n", s.blocks * kib, s.free_blocks * kib,
	       s.inodes - s.free_inodes, s.free_inodes, s.cached / 1024);
	if (s.state & FILES_UNWRITABLE)
		puts("df: /disk: it can be read only; e2fsck -p /dev/disk mends it, if the device can be written");
	else if (s.state & FILES_UNCLEAN)
		puts("df: /disk: it is not marked as clean, and stays so: e2fsck -p /dev/disk checks and mends it");
}

void disk_sync(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	failed("sync", "/disk", files_flush(true));
}
