/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.c - see path.h.
 */
#include <errno.h>
#include <string.h>
#include <pecan/stream.h>
#include <proto/files_client.h>
#include "file.h"
#include "path.h"

static char current[STREAM_PATH_BYTES];	/* directory, a whole path; "" is the root */
static bool has_current;		/* false: it is the one in which the program was started */
static int current_lock;

long px_disk_error(enum files_status s)
{
	static const int numbers[] = {
		[FILES_OK] = 0, [FILES_E_REQUEST] = ENAMETOOLONG, [FILES_E_ABSENT] = ENOENT,
		[FILES_E_EXISTS] = EEXIST, [FILES_E_NO_DIRECTORY] = ENOTDIR, [FILES_E_DIRECTORY] = EISDIR,
		[FILES_E_NOT_EMPTY] = ENOTEMPTY, [FILES_E_KIND] = ENOTSUP, [FILES_E_NAME] = ENAMETOOLONG,
		[FILES_E_ARGUMENT] = EINVAL, [FILES_E_SPACE] = ENOSPC, [FILES_E_LARGE] = EFBIG,
		[FILES_E_READ_ONLY] = EROFS, [FILES_E_LIMIT] = ENFILE, [FILES_E_HANDLE] = EIO,
		[FILES_E_MOVED] = EIO, [FILES_E_LOCKED] = EAGAIN,
		[FILES_E_LOOP] = ELOOP, [FILES_E_DEVICE] = EIO, [FILES_E_NO_DISK] = ENODEV, [FILES_E_MORE] = EAGAIN,
		[FILES_E_DENIED] = EACCES, [FILES_E_SHARE] = ENOSPC, [FILES_E_ACROSS] = EXDEV,
		[FILES_E_OPEN] = EBUSY, [FILES_E_LENT] = EBUSY, [FILES_E_PART] = EACCES,
		[FILES_E_IMMUTABLE] = EPERM, [FILES_E_APPEND_ONLY] = EPERM, [FILES_E_ENCRYPTED] = ENOKEY,
		[FILES_E_COMPRESSED] = ENOTSUP, [FILES_E_INLINE] = ENOTSUP, [FILES_E_VERITY] = EPERM,
		[FILES_E_CASEFOLD] = ENOTSUP, [FILES_E_OWN] = EPERM,
		[FILES_REFUSED] = EACCES,
	};

	return (unsigned)s < sizeof numbers / sizeof *numbers ? -numbers[s] : -EIO;
}

const char *px_current(void)
{
	char path[STREAM_PATH_BYTES];

	if (!__atomic_load_n(&has_current, __ATOMIC_ACQUIRE)) {
		pecan_start_directory(path);
		px_lock(&current_lock);
		if (!has_current && files_below(path))
			strcpy(current, path);
		__atomic_store_n(&has_current, true, __ATOMIC_RELEASE);
		px_unlock(&current_lock);
	}
	return current;
}

bool px_change_to(const char *whole)
{
	if (strlen(whole) >= sizeof current)
		return false;			/* no program could be started there */
	px_lock(&current_lock);
	strcpy(current, whole);
	__atomic_store_n(&has_current, true, __ATOMIC_RELEASE);
	px_unlock(&current_lock);
	return true;
}

/* Where a relative path begins. */
static void begin(const struct px_file *at, char whole[PX_PATH])
{
	const char *(*path)(const struct px_file *) = at ? px_store_of(at)->path : NULL;

	whole[0] = 0;
	if (path)
		files_whole(path(at), whole);
	else if (!at && files_below(px_current()))
		strcpy(whole, current);
}

bool px_on_disk(const struct px_file *at, const char **path, char whole[PX_PATH])
{
	const char *below;

	if (!**path)
		return false;			/* no file has that name */
	whole[0] = 0;
	if (**path != '/')
		begin(at, whole);
	if (**path != '/' && !whole[0])
		return false;			/* relative to a directory of the boot image */
	if (!files_path_add(whole, PX_PATH, *path))
		return false;
	below = files_below(whole);
	if (below) {
		*path = below;
		return true;
	}
	if (!whole[0])
		strcpy(whole, "/");
	*path = whole;
	return false;
}

/* A path that was too long has been added in part. */
long px_not_on_disk(const char *path, const char whole[PX_PATH])
{
	if (!*path)
		return -ENOENT;
	return path != whole && whole[0] ? -ENAMETOOLONG : -EROFS;
}
