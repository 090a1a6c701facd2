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
#include <sys/sysmacros.h>
#include <unistd.h>
#include <pecan/special.h>
#include <pecan/system.h>
#include "disk.h"
#include "file.h"
#include "image.h"

enum { BLOCK = 512, DOTS = 2 };

static char current[ROOT_NAME_BYTES];	/* directory */

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
	long e = 0;

	if (!*path)
		return -ENOENT;
	if (*path != '/' && at && at->kind != PX_DIRECTORY)
		return -ENOTDIR;
	strcpy(name, *path == '/' ? "" : at ? at->name : current);
	while (*path && e == 0) {
		size_t n = strcspn(path, "/");

		if (n)
			e = enter(name, path, n);
		path += n + (path[n] == '/');
	}
	return e;
}

long px_image_find(struct px_file *f)
{
	L4_Word_t got, size;
	char byte;

	f->kind = PX_IMAGE;
	f->size = 0;
	if (*f->name && pecan_file_read(f->name, 0, &byte, 1, &got, &size) == ROOT_OK) {
		f->size = size;
		return 0;
	}
	if (!is_directory(f->name))
		return -ENOENT;
	f->kind = PX_DIRECTORY;
	return 0;
}

long px_image_read(const char *name, void *to, size_t bytes, uint64_t offset)
{
	L4_Word_t got;

	if ((L4_Word_t)offset != offset)
		return 0;		/* behind the end */
	return pecan_file_read(name, (L4_Word_t)offset, to, bytes, &got, NULL) == ROOT_OK ? (long)got : -EIO;
}

static long change_to(const struct px_file *f)
{
	if (f->kind == PX_DISK_DIRECTORY)
		return px_disk_change_to(f);
	if (f->kind != PX_DIRECTORY)
		return -ENOTDIR;
	px_disk_leave();
	strcpy(current, f->name);
	return 0;
}

long px_chdir(const struct px_args *p)
{
	const char *path = (const char *)p->a[0];
	char whole[PX_PATH];
	struct px_file f;
	long e;

	if (px_on_disk(NULL, &path, whole))
		return px_disk_chdir(path);
	e = px_path(NULL, path, f.name);
	if (e == 0)
		e = px_image_find(&f);
	return e < 0 ? e : change_to(&f);
}

long px_fchdir(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, change_to(f));
}

long px_getcwd(const struct px_args *p)
{
	const char *on_disk = px_disk_current(), *name = on_disk ? on_disk + 1 : current;
	size_t n = strlen(name) + 2;
	char *to = (char *)p->a[0];

	if ((size_t)p->a[1] < n)
		return -ERANGE;
	to[0] = '/';
	strcpy(to + 1, name);
	return (long)n;
}

/* ---- what a file is ---- */

/* A number that differs for different names, but for rare ones. */
static ino_t number_of(const char *name)
{
	ino_t n = 5381;

	while (*name)
		n = n * 33 + (unsigned char)*name++;
	return n;
}

bool px_is_special(struct px_file *f)
{
	f->special = pecan_special(f->name);
	if (f->special)
		f->kind = PX_SPECIAL;
	return f->special;
}

void px_describe(struct stat *st, const struct px_file *f)
{
	static const mode_t modes[] = {
		[PX_INPUT] = S_IFCHR | 0600, [PX_OUTPUT] = S_IFCHR | 0600, [PX_ERROR] = S_IFCHR | 0600,
		[PX_IMAGE] = S_IFREG | 0444, [PX_DIRECTORY] = S_IFDIR | 0555, [PX_SPECIAL] = S_IFCHR | 0666,
		[PX_PIPE_READ] = S_IFIFO | 0600, [PX_PIPE_WRITE] = S_IFIFO | 0600, [PX_SOCKET] = S_IFSOCK | 0777,
		[PX_PAIR] = S_IFSOCK | 0777,
	};

	memset(st, 0, sizeof *st);
	st->st_mode = modes[f->kind];
	if (f->kind == PX_IMAGE && inside("bin", f->name))
		st->st_mode |= 0111;
	st->st_ino = number_of(f->name);
	if (f->kind == PX_SPECIAL)
		st->st_rdev = makedev(PECAN_SPECIAL_MAJOR, f->special);
	st->st_nlink = 1;
	st->st_size = (off_t)f->size;
	st->st_blksize = BLOCK;
	st->st_blocks = (st->st_size + BLOCK - 1) / BLOCK;
}

static long stat_path(const struct px_file *at, const char *path, bool link, struct stat *st)
{
	struct px_file f = { .kind = PX_IMAGE };
	char whole[PX_PATH];
	long e;

	if (px_on_disk(at, &path, whole))
		return px_disk_stat(path, link, st);
	e = px_path(at, path, f.name);
	if (e == 0 && !px_is_special(&f))
		e = px_image_find(&f);
	if (e == 0)
		px_describe(st, &f);
	return e;
}

long px_stat(const struct px_args *p)
{
	return stat_path(NULL, (const char *)p->a[0], false, (struct stat *)p->a[1]);
}

long px_lstat(const struct px_args *p)
{
	return stat_path(NULL, (const char *)p->a[0], true, (struct stat *)p->a[1]);
}

static long stat_at(const struct px_file *f, const char *path, struct stat *st, long flags)
{
	if (!f || *path || !(flags & AT_EMPTY_PATH))
		return stat_path(f, path, flags & AT_SYMLINK_NOFOLLOW, st);
	if (f->kind == PX_DISK_FILE || f->kind == PX_DISK_DIRECTORY)
		return px_disk_describe(f, st);
	px_describe(st, f);
	return 0;
}

long px_fstatat(const struct px_args *p)
{
	return PX_AT(p->a[0], f, stat_at(f, (const char *)p->a[1], (struct stat *)p->a[2], p->a[3]));
}

static long may(const struct px_file *at, const char *path, long mode)
{
	struct stat st;
	long e = stat_path(at, path, false, &st);

	if (e < 0 || S_ISCHR(st.st_mode))
		return e;
	if ((mode & W_OK) && st.st_dev == 0)
		return -EROFS;
	return (mode & X_OK) && !(st.st_mode & 0111) ? -EACCES : 0;
}

long px_access(const struct px_args *p)
{
	return may(NULL, (const char *)p->a[0], p->a[1]);
}

long px_faccessat(const struct px_args *p)
{
	return PX_AT(p->a[0], f, may(f, (const char *)p->a[1], p->a[2]));
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

long px_image_space(const char *path, struct statfs *s)
{
	struct stat st;
	long e = path ? stat_path(NULL, path, false, &st) : 0;
	struct member m;

	if (e < 0)
		return e;
	*s = (struct statfs){ .f_bsize = BLOCK, .f_frsize = BLOCK, .f_namelen = ROOT_NAME_BYTES - 1,
			      .f_flags = ST_RDONLY };
	for (unsigned long at = 0; next_member(&at, &m); s->f_files++)
		s->f_blocks += (m.size + BLOCK - 1) / BLOCK;
	return 0;
}

/* Adds entry `number`. Returns its size; 0 if it does not fit. */
static size_t put_entry(char *to, size_t room, const char *name, bool directory, unsigned long number)
{
	struct dirent *d = (struct dirent *)to;
	size_t n = offsetof(struct dirent, d_name) + strlen(name) + 1;

	n = (n + _Alignof(struct dirent) - 1) & ~(_Alignof(struct dirent) - 1);
	if (n > room)
		return 0;
	d->d_ino = number + 1;
	d->d_off = (off_t)number + 1;
	d->d_reclen = (unsigned short)n;
	d->d_type = directory ? DT_DIR : DT_REG;
	strcpy(d->d_name, name);
	return n;
}

static long list(struct px_file *f, char *to, size_t room)
{
	struct walk w = { .at = 0 };
	unsigned long number = 0;
	static const char *const dot[DOTS] = { ".", ".." };
	size_t used = 0, n = 1;

	if (f->kind == PX_DISK_DIRECTORY)
		return px_disk_list(f, to, room);
	if (f->kind != PX_DIRECTORY)
		return -ENOTDIR;
	for (; n; number++) {
		const char *name = number < DOTS ? dot[number] : w.name;

		if (number >= DOTS && !next_name(&w, f->name))
			break;
		if (number < f->offset)
			continue;
		n = put_entry(to + used, room - used, name, number < DOTS || w.directory, number);
		used += n;
		f->offset += n != 0;
	}
	return used == 0 && n == 0 ? -EINVAL : (long)used;
}

long px_getdents(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, list(f, (char *)p->a[1], (size_t)p->a[2]));
}
