/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - see list.h.
 */
#include <string.h>
#include <pecan/files.h>
#include <servers/files/names/dir_block.h>
#include <servers/files/names/dir_file.h>
#include <servers/files/names/names.h>
#include <servers/files/names/work.h>
#include <servers/files/volume/volume.h>

#include "list.h"

enum { RECORD_WORK = 200 };

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

/* In the inode. */
struct listing { struct tree_buffer *list; uint64_t from; };

static int list_entry(struct ext2_dir_entry *d, int offset, int size, char *buf, void *arg)
{
	struct listing *l = arg;
	unsigned length;

	(void)size;
	(void)buf;
	if (d->inode == 0 || (uint64_t)offset < l->from || ext2fs_get_rec_len(volume, d, &length))
		return 0;
	return put_entry(l->list, d, (uint64_t)offset + length) ? 0 : DIRENT_ABORT;
}

/* The entries of a block from *at on; *at: the next one. TREE_MORE: there is no room, or no more work. */
static errcode_t list_block(const struct name_index *x, uint64_t *at, struct tree_buffer *list)
{
	uint64_t begin = *at - *at % volume->blocksize;
	struct dir_record r = { 0 };
	char *bytes;
	errcode_t e = dir_read(x, (unsigned)(begin / volume->blocksize), &bytes);

	if (!e)
		e = dir_block_next(bytes, &r);
	for (; !e && r.d; e = e ? e : dir_block_next(bytes, &r)) {
		work_add(RECORD_WORK);
		if (begin + r.offset < *at)
			continue;
		if (!work_has(0) || (r.d->inode && !put_entry(list, r.d, begin + r.offset + r.bytes)))
			e = TREE_MORE;
		else
			*at = begin + r.offset + r.bytes;
	}
	if (!e)
		*at = begin + volume->blocksize;
	return e;
}

static errcode_t list_blocks(struct attempt *a, const struct name_index *x, uint64_t *at,
			     struct tree_buffer *list)
{
	uint64_t end = (uint64_t)x->blocks * volume->blocksize;
	unsigned n, ahead = 0;
	errcode_t e = 0;

	while (*at < end && !e) {
		n = (unsigned)(*at / volume->blocksize);
		e = dir_fetch(a, x, n, &ahead);
		if (!e && x->block[n].block == INDEX_HOLE)
			*at = (n + 1ull) * volume->blocksize;
		else if (!e)
			e = list_block(x, at, list);
	}
	return e;
}

errcode_t list_read(struct attempt *a, ext2_ino_t directory, uint64_t position, struct tree_buffer *list)
{
	struct progress *p = work_progress();
	struct listing l = { list, position };
	struct name_index *x;
	errcode_t e = names_open(directory, &x);

	if (e)
		return e;
	if (!x)
		return ext2fs_dir_iterate(volume, directory, DIRENT_FLAG_INCLUDE_EMPTY, NULL, list_entry, &l);
	if (p && p->listed > position)
		position = p->listed;
	e = list_blocks(a, x, &position, list);
	if (p && list->used == 0)
		p->listed = position;		/* there is no entry before it */
	return e == TREE_MORE && (list->used > 0 || !work_is_over()) ? 0 : e;
}
