/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.c - names, files and directories of the boot image, which is read-only.
 *
 * Inside the library a name is as in the boot image: "init", "bin/NAME", "lib/NAME", "" for the root. The
 * member MANIFEST has a line "CHECKSUM SIZE NAME" for each file; a directory is what stands before a slash.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <pecan/system.h>
#include "file.h"
#include "image.h"
#include "io.h"
#include "path.h"

enum { BLOCK = 512, DOTS = 2 };

static const struct px_kind directory;

/* ---- the list of all files ---- */

struct member { char name[ROOT_NAME_BYTES]; unsigned long size; };

/* The file whose line begins at *offset, which becomes the next line's. Returns false at the end. */
static bool next_member(unsigned long *offset, struct member *m)
{
	char line[ROOT_NAME_BYTES + 48], *end, *name;
	L4_Word_t got;

	if (pecan_file_read("MANIFEST", *offset, line, sizeof line - 1, &got, NULL) != ROOT_OK)
		return false;
	line[got] = 0;
	end = strchr(line, '\n');
	name = end ? memchr(line, ' ', (size_t)(end - line)) : NULL;
	if (!name)
		return false;
	*end = 0;
	*offset += (unsigned long)(end - line) + 1;
	m->size = strtoul(name + 1, &name, 10);
	strncpy(m->name, name + (*name == ' '), sizeof m->name - 1);
	m->name[sizeof m->name - 1] = 0;
	return true;
}

/* What follows "DIRECTORY/" in a member's name; NULL: it is not in there. */
static const char *inside(const char *directory, const char *name)
{
	size_t n = strlen(directory);

	if (n == 0)
		return name;
	return strncmp(name, directory, n) == 0 && name[n] == '/' ? name + n + 1 : NULL;
}

static bool is_directory(const char *name)
{
	struct member m;

	for (unsigned long at = 0; next_member(&at, &m); )
		if (inside(name, m.name))
			return true;
	return false;
}

/* ---- paths ---- */

static void leave(char *name)
{
	char *slash = strrchr(name, '/');

	*(slash ? slash : name) = 0;
}

/* Adds the part of `n` characters to the name. Returns 0 or an error. */
static long enter(char *name, const char *part, size_t n)
{
	size_t at = strlen(name);

	if (n == 1 && part[0] == '.')
		return 0;
	if (n == 2 && part[0] == '.' && part[1] == '.') {
		leave(name);
		return 0;
	}
	if (at + (at > 0) + n >= ROOT_NAME_BYTES)
		return -ENAMETOOLONG;
	if (at)
		name[at++] = '/';
	memcpy(name + at, part, n);
	name[at + n] = 0;
	return 0;
}

long px_path(const struct px_file *at, const char *path, char name[ROOT_NAME_BYTES])
{
	const char *from = *path == '/' ? "" : at ? at->name : px_current() + (*px_current() == '/');
	long e = 0;

	if (!*path)
		return -ENOENT;
	if (*path != '/' && at && at->kind != &directory)
		return -ENOTDIR;
	if (strlen(from) >= ROOT_NAME_BYTES)
		return -ENAMETOOLONG;		/* a path that was too long for the disk */
	strcpy(name, from);
	while (*path && e == 0) {
		size_t n = strcspn(path, "/");

		if (n)
			e = enter(name, path, n);
		path += n + (path[n] == '/');
	}
	return e;
}

/* ---- what is in a directory ---- */

/* Names of a directory, in the order of the list; a directory's files stand one after the other there. */
struct walk { unsigned long at; char name[ROOT_NAME_BYTES]; bool directory; };

static bool next_name(struct walk *w, const char *directory)
{
	struct member m;

	while (next_member(&w->at, &m)) {
		const char *rest = inside(directory, m.name);
		size_t n = rest ? strcspn(rest, "/") : 0;

		if (n == 0 || (strncmp(w->name, rest, n) == 0 && w->name[n] == 0))
			continue;
		memcpy(w->name, rest, n);
		w->name[n] = 0;
		w->directory = rest[n] == '/';
		return true;
	}
	return false;
}

static long list(struct px_file *f, char *to, size_t room)
{
	struct walk w = { .at = 0 };
	unsigned long number = 0;
	static const char *const dot[DOTS] = { ".", ".." };
	unsigned char type;
	size_t used = 0, n = 1;

	for (; n; number++) {
		const char *name = number < DOTS ? dot[number] : w.name;

		if (number >= DOTS && !next_name(&w, f->name))
			break;
		if (number < f->offset)
			continue;
		type = number < DOTS || w.directory ? DT_DIR : DT_REG;
		n = px_put_entry(to + used, room - used, name, (struct px_entry){ number + 1, number + 1, type });
		used += n;
		f->offset += n != 0;
	}
	return used == 0 && n == 0 ? -EINVAL : (long)used;
}

/* ---- the kinds ---- */

static long read_at(const struct px_file *f, void *to, size_t bytes, uint64_t offset)
{
	L4_Word_t got;

	if ((L4_Word_t)offset != offset)
		return 0;		/* behind the end */
	return pecan_file_read(f->name, (L4_Word_t)offset, to, bytes, &got, NULL) == ROOT_OK ? (long)got : -EIO;
}

static long describe(const struct px_file *f, struct stat *st)
{
	px_describe(f, st);
	if (inside("bin", f->name))
		st->st_mode |= 0111;
	return 0;
}

static long enter_directory(const struct px_file *f)
{
	char whole[ROOT_NAME_BYTES + 1] = "/";

	px_change_to(*f->name ? strcat(whole, f->name) : "");
	return 0;
}

static const struct px_store file_store, directory_store = { .enter = enter_directory, .list = list };
static const struct px_kind file = {
	.mode = S_IFREG | 0444, .seeks = true, .read_at = read_at, .stat = describe,
	.store = &file_store,
};
static const struct px_kind directory = {
	.mode = S_IFDIR | 0555, .seeks = true, .store = &directory_store,
};

long px_image_find(struct px_file *f)
{
	L4_Word_t got, size;
	char byte;

	f->kind = &file;
	f->size = 0;
	if (*f->name && pecan_file_read(f->name, 0, &byte, 1, &got, &size) == ROOT_OK) {
		f->size = size;
		return 0;
	}
	if (!is_directory(f->name))
		return -ENOENT;
	f->kind = &directory;
	return 0;
}

long px_image_open(struct px_file *f, long flags)
{
	long e;

	if ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)))
		return -EROFS;
	e = px_image_find(f);
	if (e < 0)
		return e;
	return (flags & O_DIRECTORY) && f->kind != &directory ? -ENOTDIR : px_file_new(f, flags & O_CLOEXEC);
}

long px_image_space(struct statfs *s)
{
	struct member m;

	*s = (struct statfs){ .f_bsize = BLOCK, .f_frsize = BLOCK, .f_namelen = ROOT_NAME_BYTES - 1,
			      .f_flags = ST_RDONLY };
	for (unsigned long at = 0; next_member(&at, &m); s->f_files++)
		s->f_blocks += (m.size + BLOCK - 1) / BLOCK;
	return 0;
}
