/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wide.c - the calls whose arguments differ by the size of a word: offsets and sizes of files are two words,
 * the lower one first. What describes a file or a disk has a size, or a mask, besides.
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include "disk.h"
#include "io.h"
#include "memory.h"
#include "name.h"
#include "numbers.h"

enum { MMAP_UNIT = 4096, BASIC_STATS = 0x7ff };

/* As the kernel interface of musl has it (struct statx of Linux). */
struct described {
	uint32_t mask, block;
	uint64_t attributes;
	uint32_t links, user, group;
	uint16_t mode, unused;
	uint64_t number, size, blocks, known_attributes;
	struct { int64_t s; uint32_t ns; int32_t unused; } accessed, born, changed, modified;
	uint32_t special_major, special_minor, device_major, device_minor;
	uint64_t more[14];
};

static int64_t wide(const long *a)
{
	return (int64_t)((uint64_t)(unsigned long)a[1] << 32 | (unsigned long)a[0]);
}

long px_pread(const struct px_args *p)
{
	return px_read_at(p->a[0], (void *)p->a[1], (size_t)p->a[2], (uint64_t)wide(&p->a[3]));
}

long px_pwrite(const struct px_args *p)
{
	return px_write_at(p->a[0], (const void *)p->a[1], (size_t)p->a[2], wide(&p->a[3]));
}

/* Its offset has the upper word first; where the file stands then is written to memory. */
long px_llseek(const struct px_args *p)
{
	const long by[2] = { p->a[2], p->a[1] };
	int64_t at = px_seek(p->a[0], wide(by), p->a[4]);

	if (at < 0)
		return (long)at;
	*(int64_t *)p->a[3] = at;
	return 0;
}

long px_mmap2(const struct px_args *p)
{
	return px_map(p, (uint64_t)(unsigned long)p->a[5] * MMAP_UNIT);
}

long px_ftruncate(const struct px_args *p)
{
	return px_set_size(p->a[0], wide(&p->a[1]));
}

long px_truncate(const struct px_args *p)
{
	return px_set_size_path((const char *)p->a[0], wide(&p->a[1]));
}

long px_statfs(const struct px_args *p)
{
	return (size_t)p->a[1] == sizeof(struct statfs)
	       ? px_space((const char *)p->a[0], (struct statfs *)p->a[2]) : -EINVAL;
}

long px_fstatfs(const struct px_args *p)
{
	return (size_t)p->a[1] == sizeof(struct statfs)
	       ? px_space_of(p->a[0], (struct statfs *)p->a[2]) : -EINVAL;
}

static void describe(const struct stat *st, struct described *d)
{
	*d = (struct described){
		.mask = BASIC_STATS, .block = (uint32_t)st->st_blksize, .links = st->st_nlink,
		.mode = (uint16_t)st->st_mode, .number = st->st_ino, .size = (uint64_t)st->st_size,
		.blocks = (uint64_t)st->st_blocks,
		.accessed = { st->st_atim.tv_sec, (uint32_t)st->st_atim.tv_nsec, 0 },
		.changed = { st->st_ctim.tv_sec, (uint32_t)st->st_ctim.tv_nsec, 0 },
		.modified = { st->st_mtim.tv_sec, (uint32_t)st->st_mtim.tv_nsec, 0 },
		.special_major = major(st->st_rdev), .special_minor = minor(st->st_rdev),
		.device_major = major(st->st_dev), .device_minor = minor(st->st_dev),
	};
}

long px_statx(const struct px_args *p)
{
	struct stat st;
	long e = px_fstatat(&(struct px_args){ { p->a[0], p->a[1], (long)&st, p->a[2] } });

	if (e == 0)
		describe(&st, (struct described *)p->a[4]);
	return e;
}
