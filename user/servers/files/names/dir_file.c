/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dir_file.c - see dir_file.h.
 */
#include <stdlib.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/volume.h>

#include "dir_block.h"
#include "dir_file.h"
#include "dir_sum.h"
#include "work.h"

enum { FETCHED = 16, EXTENTS = 64, MAP_WORK = 5000, EXTENT_WORK = 300, NOTE_WORK = 5, READ_WORK = 1500 };

char *dir_buffer(unsigned i)
{
	static char *at[DIR_BUFFERS];
	static unsigned bytes[DIR_BUFFERS];

	if (bytes[i] < volume->blocksize) {
		free(at[i]);
		at[i] = malloc(volume->blocksize);
		bytes[i] = at[i] ? volume->blocksize : 0;
	}
	return at[i];
}

/* ---- where blocks are ---- */

/* Those of the blocks of the extent that the index has. */
static void note_extent(const struct name_index *x, const struct ext2fs_extent *extent)
{
	blk64_t end = extent->e_lblk + extent->e_len;

	for (blk64_t n = extent->e_lblk; n < end && n < x->blocks; n++, work_add(NOTE_WORK))
		if (x->block[n].block == INDEX_UNKNOWN)
			x->block[n].block = extent->e_pblk + (n - extent->e_lblk);
}

/* Those of the extent that has the block, and of the next ones, as to unpack them is what takes long. */
static errcode_t map_extents(const struct name_index *x, unsigned block, struct ext2_inode *inode)
{
	struct ext2fs_extent extent;
	ext2_extent_handle_t handle;
	errcode_t e = ext2fs_extent_open2(volume, x->directory, inode, &handle);

	if (e)
		return e;
	e = ext2fs_extent_goto(handle, block);
	if (!e)
		e = ext2fs_extent_get(handle, EXT2_EXTENT_CURRENT, &extent);
	for (unsigned i = 0; i < EXTENTS && !e; i++, work_add(EXTENT_WORK)) {
		note_extent(x, &extent);
		e = ext2fs_extent_get(handle, EXT2_EXTENT_NEXT_LEAF, &extent);
	}
	ext2fs_extent_free(handle);
	return e == EXT2_ET_EXTENT_NOT_FOUND || e == EXT2_ET_EXTENT_NO_NEXT ? 0 : e;
}

errcode_t dir_map(const struct name_index *x, unsigned block)
{
	struct ext2_inode inode;
	errcode_t e;

	if (x->block[block].block != INDEX_UNKNOWN)
		return 0;
	work_add(MAP_WORK);
	e = inode_read(x->directory, &inode);
	if (e)
		return e;
	if (inode.i_flags & EXT4_EXTENTS_FL)
		e = map_extents(x, block, &inode);
	else
		e = ext2fs_bmap2(volume, x->directory, &inode, NULL, 0, block, NULL, &x->block[block].block);
	if (!e && x->block[block].block == INDEX_UNKNOWN)
		x->block[block].block = INDEX_HOLE;
	return e;
}

errcode_t dir_fetch(struct attempt *a, const struct name_index *x, unsigned block, unsigned *ahead)
{
	uint64_t places[FETCHED];
	unsigned n = 0;
	errcode_t e = 0;

	if ((*ahead)-- > 0)
		return 0;
	*ahead = FETCHED - 1;
	for (unsigned i = block; i < x->blocks && i - block < FETCHED && !e; i++) {
		e = dir_map(x, i);
		if (!e && x->block[i].block != INDEX_HOLE)
			places[n++] = x->block[i].block;
	}
	if (!e)
		cache_fetch(a, places, n);
	return e;
}

/* ---- reading and writing ---- */

errcode_t dir_read(const struct name_index *x, unsigned block, char **bytes)
{
	*bytes = dir_buffer(0);
	return *bytes ? dir_read_to(x, block, *bytes) : EXT2_ET_NO_MEMORY;
}

errcode_t dir_read_to(const struct name_index *x, unsigned block, char *bytes)
{
	errcode_t e = dir_map(x, block);

	work_add(READ_WORK + volume->blocksize);
	if (e)
		return e;
	return x->block[block].block == INDEX_HOLE ? EXT2_ET_DIR_CORRUPTED
						   : dir_sum_read(x->directory, x->block[block].block, bytes);
}

errcode_t dir_write(const struct name_index *x, unsigned block, char *bytes, enum cache_class class)
{
	errcode_t e;

	volume_class_of_directory(class);
	e = dir_sum_write(x->directory, x->block[block].block, bytes);
	volume_class_of_directory(CLASS_MAPS);
	return e;
}

errcode_t dir_write_names(struct name_index *x, unsigned block, char *bytes)
{
	errcode_t e = dir_block_gap(bytes, &x->block[block].gap);

	if (block == x->covered)
		x->part = 0;			/* records may be at other places */
	return e ? e : dir_write(x, block, bytes, x->tree && block == 0 ? CLASS_ROOTS : CLASS_NAMES);
}

errcode_t dir_expand(struct name_index *x)
{
	errcode_t e = ext2fs_expand_dir(volume, x->directory);
	blk64_t block = 0;

	if (!e)
		e = ext2fs_bmap2(volume, x->directory, NULL, NULL, 0, x->blocks, NULL, &block);
	if (!e && block == 0)
		e = EXT2_ET_DIR_CORRUPTED;
	if (!e && !index_add_blocks(x, 1))
		e = EXT2_ET_NO_MEMORY;
	if (e)
		return e;
	x->block[x->blocks - 1].block = block;
	x->covered += x->covered == x->blocks - 1;
	return 0;
}

errcode_t dir_forget(struct name_index *x, unsigned block, char *bytes)
{
	struct dir_record r = { 0 };
	errcode_t e = dir_block_next(bytes, &r);

	for (; !e && r.d; e = dir_block_next(bytes, &r))
		if (r.d->inode)
			index_remove(x, index_hash(r.d->name, (size_t)ext2fs_dirent_name_len(r.d)),
				     (struct index_place){ block, r.offset });
	return e;
}

errcode_t dir_learn(struct name_index *x, unsigned block, char *bytes)
{
	struct dir_record r = { 0 };
	errcode_t e = dir_block_next(bytes, &r);

	for (; !e && r.d && block < x->covered; e = dir_block_next(bytes, &r))
		if (r.d->inode && !index_put(x, index_hash(r.d->name, (size_t)ext2fs_dirent_name_len(r.d)),
					     (struct index_place){ block, r.offset }))
			index_uncover(x, block);
	return e;
}
