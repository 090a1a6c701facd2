/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - symbolic links, and other names of a file, which only the disk has.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <pecan/files.h>
#include <proto/files_client.h>
#include "file.h"
#include "link.h"
#include "path.h"

static long read_link(const struct px_file *at, const char *path, char *to, size_t bytes)
{
	struct files_readlink_out out;
	char whole[PX_PATH];
	size_t n;
	long e;

	if (!px_on_disk(at, &path, whole)) {
		e = px_not_on_disk(path, whole);
		return e == -EROFS ? -EINVAL : e;		/* there is no link */
	}
	e = px_disk_error(files_read_link(path, &out));
	if (e)
		return e;
	if (bytes == 0)
		return -EINVAL;
	n = strlen(out.target);
	memcpy(to, out.target, n < bytes ? n : bytes);
	return (long)(n < bytes ? n : bytes);
}

long px_readlink(const struct px_args *p)
{
	return read_link(NULL, (const char *)p->a[0], (char *)p->a[1], (size_t)p->a[2]);
}

long px_readlinkat(const struct px_args *p)
{
	return PX_AT(p->a[0], f, read_link(f, (const char *)p->a[1], (char *)p->a[2], (size_t)p->a[3]));
}

static long make_link(const char *target, const struct px_file *at, const char *path)
{
	char whole[PX_PATH];

	if (strlen(target) >= FILES_PATH_BYTES)
		return -ENAMETOOLONG;
	return px_on_disk(at, &path, whole) ? px_disk_error(files_make_link(target, path))
					    : px_not_on_disk(path, whole);
}

long px_symlink(const struct px_args *p)
{
	return make_link((const char *)p->a[0], NULL, (const char *)p->a[1]);
}

long px_symlinkat(const struct px_args *p)
{
	return PX_AT(p->a[1], f, make_link((const char *)p->a[0], f, (const char *)p->a[2]));
}

/* fresh_at: of the directory of the new name. A symbolic link gets another name itself. */
static long add_name(const struct px_file *at, const char *old, long fresh_at, const char *fresh)
{
	char whole[PX_PATH], other[PX_PATH];
	enum files_status s;
	long both;

	if (!px_on_disk(at, &old, whole))
		return px_not_on_disk(old, whole);
	both = PX_AT(fresh_at, f, px_on_disk(f, &fresh, other));
	if (both < 0)
		return both;
	if (!both) {
		both = px_not_on_disk(fresh, other);
		return both == -EROFS ? -EXDEV : both;
	}
	s = files_add_name(old, fresh);
	return s == FILES_E_DIRECTORY ? -EPERM : s == FILES_E_LIMIT ? -EMLINK : px_disk_error(s);
}

long px_link(const struct px_args *p)
{
	return add_name(NULL, (const char *)p->a[0], AT_FDCWD, (const char *)p->a[1]);
}

long px_linkat(const struct px_args *p)
{
	if (p->a[4])
		return -EINVAL;
	return PX_AT(p->a[0], f, add_name(f, (const char *)p->a[1], p->a[2], (const char *)p->a[3]));
}
