/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * truncate.c - see truncate.h.
 */
#include <servers/files/volume/volume.h>
#include "truncate.h"

/* The blocks of an extent of which `left` may be freed with those behind it: from the first one that may. */
static blk64_t first_of(const struct ext2fs_extent *x, blk64_t left)
{
	return x->e_len > left ? x->e_lblk + x->e_len - left : x->e_lblk;
}

static errcode_t walk_back(ext2_extent_handle_t handle, blk64_t from, blk64_t *start, unsigned *n)
{
	struct ext2fs_extent x;
	blk64_t left = TRUNCATE_BLOCKS;
	errcode_t e = ext2fs_extent_get(handle, EXT2_EXTENT_LAST_LEAF, &x);

	for (*n = 0; !e; e = ext2fs_extent_get(handle, EXT2_EXTENT_PREV_LEAF, &x)) {
		blk64_t first = first_of(&x, left);

		++*n;
		left -= x.e_len < left ? x.e_len : left;
		if (first <= from)
			return 0;
		if (left == 0 || *n == TRUNCATE_EXTENTS) {
			*start = first;
			return 0;
		}
	}
	return e == EXT2_ET_EXTENT_NO_PREV || e == EXT2_ET_NO_CURRENT_NODE ? 0 : e;
}

errcode_t truncate_find(ext2_ino_t number, struct ext2_inode *inode, blk64_t from, blk64_t *start,
			unsigned *n)
{
	ext2_extent_handle_t handle;
	errcode_t e;

	*start = from;
	*n = TRUNCATE_OF_MAP;
	if (!(inode->i_flags & EXT4_EXTENTS_FL))
		return 0;
	e = ext2fs_extent_open2(volume, number, inode, &handle);
	if (e)
		return e;
	e = walk_back(handle, from, start, n);
	ext2fs_extent_free(handle);
	return e;
}

errcode_t truncate_free(ext2_ino_t number, struct ext2_inode *inode, blk64_t from, blk64_t start)
{
	errcode_t e = ext2fs_punch(volume, number, inode, NULL, start, ~0ULL);
	blk64_t next;
	unsigned n;

	if (e || start == from)
		return e;
	e = truncate_find(number, inode, from, &next, &n);
	return e ? e : next < start ? 0 : EXT2_ET_EXTENT_NOT_FOUND;
}
