/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.c - permissions and times of files of the disk. Permissions are kept and shown, no call is
 * refused by them.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <pecan/file_time.h>
#include <pecan/files.h>
#include "attribute.h"
#include "file.h"
#include "path.h"

enum { PERMISSIONS = 07777 };

static long set_file(const struct px_file *f, const struct files_attributes *a)
{
	const struct px_store *s = f->kind->store;

	return !s ? -EINVAL : s->set ? s->set(f, a) : -EROFS;
}

static long set_path(const struct px_file *at, const char *path, const struct files_attributes *a)
{
	char whole[PX_PATH];

	return px_on_disk(at, &path, whole) ? px_disk_error(files_set_path(path, a))
					    : px_not_on_disk(path, whole);
}

static struct files_attributes mode_of(long mode)
{
	return (struct files_attributes){ .what = FILES_SET_MODE, .mode = (L4_Word_t)mode & PERMISSIONS };
}

long px_chmod(const struct px_args *p)
{
	struct files_attributes a = mode_of(p->a[1]);

	return set_path(NULL, (const char *)p->a[0], &a);
}

long px_fchmod(const struct px_args *p)
{
	struct files_attributes a = mode_of(p->a[1]);

	return PX_WITH_FILE(p->a[0], f, set_file(f, &a));
}

long px_fchmodat(const struct px_args *p)
{
	struct files_attributes a = mode_of(p->a[2]);

	return PX_AT(p->a[0], f, set_path(f, (const char *)p->a[1], &a));
}

/* Adds a time to what is set, unless it is UTIME_OMIT. Returns 0 or -EINVAL. */
static long add_time(struct files_attributes *a, const struct timespec *t, L4_Word_t what, uint64_t *time)
{
	bool now = !t || t->tv_nsec == UTIME_NOW;

	if (t && t->tv_nsec == UTIME_OMIT)
		return 0;
	if (!now && (t->tv_nsec < 0 || t->tv_nsec >= FILE_TIME_NS_PER_S))
		return -EINVAL;
	a->what |= what;
	*time = now ? FILES_NOW : file_time(t->tv_sec, (uint32_t)t->tv_nsec);
	return 0;
}

long px_utimensat(const struct px_args *p)
{
	struct files_attributes a = { .what = p->a[3] & AT_SYMLINK_NOFOLLOW ? FILES_OF_LINK : 0 };
	const struct timespec *t = (const struct timespec *)p->a[2];
	const char *path = (const char *)p->a[1];

	if (add_time(&a, t, FILES_SET_ACCESSED, &a.accessed)
	    || add_time(&a, t ? t + 1 : NULL, FILES_SET_MODIFIED, &a.modified))
		return -EINVAL;
	if (!path)
		return PX_WITH_FILE(p->a[0], f, set_file(f, &a));
	return PX_AT(p->a[0], f, set_path(f, path, &a));
}
