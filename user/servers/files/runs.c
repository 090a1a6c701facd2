/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * runs.c - see runs.h.
 */
#include "runs.h"
#include "volume.h"

static errcode_t walk_back(ext2_extent_handle_t handle, blk64_t from, blk64_t *start, unsigned *n)
{
	struct ext2fs_extent x;
	errcode_t e = ext2fs_extent_get(handle, EXT2_EXTENT_LAST_LEAF, &x);

	for (*n = 1; !e && x.e_lblk > from && *n < RUNS_MAX; ++*n)
		e = ext2fs_extent_get(handle, EXT2_EXTENT_PREV_LEAF, &x);
	if (!e && x.e_lblk > from)
		*start = x.e_lblk;
	return e == EXT2_ET_EXTENT_NO_PREV || e == EXT2_ET_NO_CURRENT_NODE ? 0 : e;
}

errcode_t runs_last(ext2_ino_t number, struct ext2_inode *inode, blk64_t from, blk64_t *start, unsigned *n)
{
	struct ext2_extent_info info;
	ext2_extent_handle_t handle;
	errcode_t e;

	*start = from;
	*n = RUNS_MAX;
	if (!(inode->i_flags & EXT4_EXTENTS_FL))
		return 0;
	e = ext2fs_extent_open2(volume, number, inode, &handle);
	if (e)
		return e;
	e = ext2fs_extent_get_info(handle, &info);
	if (!e && info.max_depth > 0)
		e = walk_back(handle, from, start, n);
	else
		*n = (unsigned)info.num_entries;
	ext2fs_extent_free(handle);
	return e;
}

errcode_t runs_free(ext2_ino_t number, struct ext2_inode *inode, blk64_t from, blk64_t start)
{
	errcode_t e = ext2fs_punch(volume, number, inode, NULL, start, ~0ULL);
	blk64_t next;
	unsigned n;

	if (e || start == from)
		return e;
	e = runs_last(number, inode, from, &next, &n);
	return e ? e : next < start ? 0 : EXT2_ET_EXTENT_NOT_FOUND;
}
