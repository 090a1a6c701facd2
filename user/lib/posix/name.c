/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name.c - see name.h. A path below /disk or /tmp is a server's, any other is of the boot image, or that of a
 * file that the library makes.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>
#include "disk.h"
#include "file.h"
#include "image.h"
#include "io.h"
#include "name.h"
#include "path.h"
#include "special.h"
#include "text.h"

static long open_file(const struct px_file *directory, const char *path, long flags)
{
	struct px_file f = { .refs = 0 };
	char whole[PX_PATH];
	long e;

	if (px_on_disk(directory, &path, whole))
		return px_disk_open(path, flags);
	if (px_text_open(path, flags, &e))
		return e;
	e = px_path(directory, path, f.name);
	if (e < 0)
		return e;
	return px_special_find(&f) ? px_special_open(&f, flags) : px_image_open(&f, flags);
}

long px_open(const struct px_args *p)
{
	return open_file(NULL, (const char *)p->a[0], p->a[1]);
}

long px_openat(const struct px_args *p)
{
	return PX_AT(p->a[0], f, open_file(f, (const char *)p->a[1], p->a[2]));
}

/* ---- what a file is ---- */

static long stat_path(const struct px_file *at, const char *path, bool link, struct stat *st)
{
	struct px_file f = { .refs = 0 };
	char whole[PX_PATH];
	long e;

	if (px_on_disk(at, &path, whole))
		return px_disk_stat(path, link, st);
	e = px_path(at, path, f.name);
	if (e == 0 && !px_special_find(&f))
		e = px_image_find(&f);
	return e < 0 ? e : px_describe_file(&f, st);
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
	if (f && !*path && (flags & AT_EMPTY_PATH))
		return px_describe_file(f, st);
	return stat_path(f, path, flags & AT_SYMLINK_NOFOLLOW, st);
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

long px_space(const char *path, struct statfs *s)
{
	char whole[PX_PATH];
	struct stat st;
	long e;

	if (px_on_disk(NULL, &path, whole))
		return px_disk_space(path, s);
	e = stat_path(NULL, path, false, &st);
	return e < 0 ? e : px_image_space(s);
}

static long space_of(const struct px_file *f, struct statfs *s)
{
	const struct px_store *store = px_store_of(f);

	return store->space ? store->space(f, s) : px_image_space(s);
}

long px_space_of(long fd, struct statfs *s)
{
	return PX_WITH_FILE(fd, f, space_of(f, s));
}

/* ---- the current directory ---- */

long px_chdir(const struct px_args *p)
{
	const char *path = (const char *)p->a[0];
	struct px_file f = { .refs = 0 };
	char whole[PX_PATH];
	long e;

	if (px_on_disk(NULL, &path, whole))
		return px_disk_chdir(path);
	e = px_path(NULL, path, f.name);
	if (e == 0)
		e = px_image_find(&f);
	return e < 0 ? e : px_enter(&f);
}

long px_getcwd(const struct px_args *p)
{
	const char *name = *px_current() ? px_current() : "/";
	size_t n = strlen(name) + 1;

	if ((size_t)p->a[1] < n)
		return -ERANGE;
	memcpy((char *)p->a[0], name, n);
	return (long)n;
}
