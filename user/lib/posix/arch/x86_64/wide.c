/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wide.c - the calls whose arguments differ by the size of a word: offsets and sizes of files are one word.
 */
#include <sys/statfs.h>
#include "disk.h"
#include "io.h"
#include "memory.h"
#include "name.h"
#include "numbers.h"

long px_pread(const struct px_args *p)
{
	return px_read_at(p->a[0], (void *)p->a[1], (size_t)p->a[2], (uint64_t)p->a[3]);
}

long px_pwrite(const struct px_args *p)
{
	return px_write_at(p->a[0], (const void *)p->a[1], (size_t)p->a[2], p->a[3]);
}

long px_lseek(const struct px_args *p)
{
	return px_seek(p->a[0], p->a[1], p->a[2]);
}

long px_mmap(const struct px_args *p)
{
	return px_map(p, (uint64_t)p->a[5]);
}

long px_ftruncate(const struct px_args *p)
{
	return px_set_size(p->a[0], p->a[1]);
}

long px_truncate(const struct px_args *p)
{
	return px_set_size_path((const char *)p->a[0], p->a[1]);
}

long px_statfs(const struct px_args *p)
{
	return px_space((const char *)p->a[0], (struct statfs *)p->a[1]);
}

long px_fstatfs(const struct px_args *p)
{
	return px_space_of(p->a[0], (struct statfs *)p->a[1]);
}
