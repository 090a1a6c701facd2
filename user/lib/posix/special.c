/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * special.c - see special.h. Written bytes are dropped, and the offset has no effect.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <pecan/special.h>
#include "file.h"
#include "io.h"
#include "special.h"

static long read_at(const struct px_file *f, void *to, size_t bytes, uint64_t offset)
{
	long n = pecan_special_read((enum pecan_special)f->number, to, bytes);

	(void)offset;
	return n < 0 ? -EIO : n;
}

static long read_bytes(struct px_file *f, void *to, size_t bytes)
{
	return read_at(f, to, bytes, 0);
}

static long write_at(const struct px_file *f, const void *from, size_t bytes, int64_t offset)
{
	(void)from, (void)offset;
	return pecan_special_has_room((enum pecan_special)f->number) || !bytes ? (long)bytes : -ENOSPC;
}

static long write_bytes(struct px_file *f, const void *from, size_t bytes)
{
	return write_at(f, from, bytes, 0);
}

static long describe(const struct px_file *f, struct stat *st)
{
	px_describe(f, st);
	st->st_rdev = makedev(PECAN_SPECIAL_MAJOR, f->number);
	return 0;
}

static const struct px_kind kind = {
	.mode = S_IFCHR | 0666, .seeks = true, .read = read_bytes, .write = write_bytes, .read_at = read_at,
	.write_at = write_at, .stat = describe,
};

bool px_special_find(struct px_file *f)
{
	f->number = pecan_special(f->name);
	if (f->number)
		f->kind = &kind;
	return f->number;
}

long px_special_open(struct px_file *f, long flags)
{
	f->flags = O_RDWR | ((int)flags & O_NONBLOCK);
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return -EEXIST;
	return flags & O_DIRECTORY ? -ENOTDIR : px_file_new(f, flags & O_CLOEXEC);
}
