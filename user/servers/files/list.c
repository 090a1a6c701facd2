/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - see list.h.
 */
#include <string.h>
#include <pecan/files.h>

#include "list.h"
#include "volume.h"

struct listing { struct tree_buffer *list; uint64_t from, block; bool began, full; };

static bool put_entry(struct tree_buffer *l, const struct ext2_dir_entry *d, uint64_t next)
{
	size_t n = (size_t)ext2fs_dirent_name_len(d);
	size_t bytes = (sizeof(struct files_entry) + n + 1 + 7) & ~(size_t)7;
	struct files_entry *e = (struct files_entry *)(l->to + l->used);

	if (bytes > l->room - l->used)
		return false;
	*e = (struct files_entry){ d->inode, next, (uint16_t)bytes, (uint8_t)ext2fs_dirent_file_type(d), { 0 } };
	memcpy(e->name, d->name, n);
	e->name[n] = 0;
	l->used += bytes;
	return true;
}

static int list_entry(struct ext2_dir_entry *d, int offset, int size, char *buf, void *arg)
{
	struct listing *l = arg;
	unsigned length;
	uint64_t at;

	(void)buf;
	if (offset == 0 && l->began)
		l->block += (uint64_t)size;
	l->began = true;
	at = l->block + (uint64_t)offset;
	if (d->inode == 0 || at < l->from || ext2fs_get_rec_len(volume, d, &length))
		return 0;
	l->full = !put_entry(l->list, d, at + length);
	return l->full ? DIRENT_ABORT : 0;
}

errcode_t list_read(ext2_ino_t directory, uint64_t position, struct tree_buffer *list)
{
	struct listing l = { list, position, 0, false, false };

	return ext2fs_dir_iterate(volume, directory, DIRENT_FLAG_INCLUDE_EMPTY, NULL, list_entry, &l);
}
