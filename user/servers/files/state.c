/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.c - see state.h. The bitmaps of most groups are as they were in an operation: those are compared with
 * their blocks, and need no checksum.
 */
#include <pecan/endian.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "state.h"

enum { BLOCKS = 1, INODES = 2 };

static uint8_t *stored;			/* of each group: bitmaps whose blocks and checksums were right once */
static char *image;			/* a block */

static void sum_up(ext2_filsys fs)
{
	blk64_t blocks = 0;
	unsigned inodes = 0;

	for (dgrp_t g = 0; g < fs->group_desc_count; g++) {
		blocks += ext2fs_bg_free_blocks_count(fs, g);
		inodes += ext2fs_bg_free_inodes_count(fs, g);
	}
	ext2fs_free_blocks_count_set(fs->super, blocks);
	fs->super->s_free_inodes_count = inodes;
}

/* ---- bitmaps ---- */

typedef errcode_t checksum_fn(ext2_filsys fs, dgrp_t group, char *bitmap, int bytes);

/* The image is a bitmap of a group, that belongs into this block. */
static errcode_t put_bitmap(ext2_filsys fs, dgrp_t group, blk64_t block, int bytes, unsigned which)
{
	checksum_fn *set = which == BLOCKS ? ext2fs_block_bitmap_csum_set : ext2fs_inode_bitmap_csum_set;
	errcode_t e;

	if (block == 0 || block >= ext2fs_blocks_count(fs->super)
	    || (stored[group] & which && cache_has(block, image)))
		return 0;
	e = set(fs, group, image, bytes);
	if (e)
		return e;
	ext2fs_group_desc_csum_set(fs, group);
	stored[group] |= (uint8_t)which;
	return io_channel_write_blk64(fs->io, block, 1, image);
}

static bool is_absent(ext2_filsys fs, dgrp_t group, int flag)
{
	return ext2fs_has_group_desc_csum(fs) && ext2fs_bg_flags_test(fs, group, flag);
}

static errcode_t put_blocks(ext2_filsys fs, dgrp_t group)
{
	unsigned per_group = fs->super->s_blocks_per_group;
	blk64_t first = ext2fs_group_first_block2(fs, group);
	blk64_t count = ext2fs_blocks_count(fs->super) - first;
	errcode_t e;

	if (is_absent(fs, group, EXT2_BG_BLOCK_UNINIT))
		return 0;
	memset(image, 0xff, fs->blocksize);
	e = ext2fs_get_block_bitmap_range2(fs->block_map, first, per_group, image);
	if (e)
		return e;
	for (blk64_t i = count; i < per_group; i++)		/* behind the end of the file system */
		ext2fs_set_bit((unsigned)i, image);
	return put_bitmap(fs, group, ext2fs_block_bitmap_loc(fs, group), (int)(per_group / 8), BLOCKS);
}

static errcode_t put_inodes(ext2_filsys fs, dgrp_t group)
{
	unsigned per_group = fs->super->s_inodes_per_group, bytes = (per_group + 7) / 8;
	errcode_t e;

	if (is_absent(fs, group, EXT2_BG_INODE_UNINIT))
		return 0;
	memset(image, 0xff, fs->blocksize);
	e = ext2fs_get_inode_bitmap_range2(fs->inode_map, (__u64)group * per_group + 1, bytes * 8, image);
	return e ? e : put_bitmap(fs, group, ext2fs_inode_bitmap_loc(fs, group), (int)bytes, INODES);
}

static errcode_t put_bitmaps(ext2_filsys fs)
{
	bool blocks = fs->flags & EXT2_FLAG_BB_DIRTY, inodes = fs->flags & EXT2_FLAG_IB_DIRTY;
	errcode_t e = 0;

	for (dgrp_t g = 0; g < fs->group_desc_count && !e && (blocks || inodes); g++) {
		e = blocks ? put_blocks(fs, g) : 0;
		if (!e && inodes)
			e = put_inodes(fs, g);
	}
	fs->flags &= ~(EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY);
	return e;
}

/* ---- all of it ---- */

/* A block of descriptors as it is on the disk: little-endian. */
static const char *descriptors(ext2_filsys fs, const char *block)
{
	unsigned bytes = (unsigned)EXT2_DESC_SIZE(fs->super);

	if (!endian_is_big())
		return block;
	memcpy(image, block, fs->blocksize);
	for (unsigned at = 0; at + bytes <= fs->blocksize; at += bytes)
		ext2fs_swap_group_desc2(fs, (struct ext2_group_desc *)(image + at));
	return image;
}

static errcode_t put_descriptors(ext2_filsys fs)
{
	const char *at = (const char *)fs->group_desc;
	errcode_t e = 0;

	for (unsigned i = 0; i < fs->desc_blocks && !e; i++, at += fs->blocksize)
		e = io_channel_write_blk64(fs->io, ext2fs_descriptor_block_loc2(
			fs, fs->super->s_first_data_block, i), 1, descriptors(fs, at));
	return e;
}

errcode_t state_begin(ext2_filsys fs)
{
	free(stored);
	free(image);
	stored = malloc(fs->group_desc_count);
	image = malloc(fs->blocksize);
	if (!stored || !image)
		return EXT2_ET_NO_MEMORY;
	for (dgrp_t g = 0; g < fs->group_desc_count; g++)
		stored[g] = (uint8_t)((is_absent(fs, g, EXT2_BG_BLOCK_UNINIT) ? 0 : BLOCKS)
				      | (is_absent(fs, g, EXT2_BG_INODE_UNINIT) ? 0 : INODES));
	sum_up(fs);
	fs->write_bitmaps = put_bitmaps;
	return 0;
}

errcode_t state_put(ext2_filsys fs)
{
	errcode_t e = put_bitmaps(fs);

	if (!e)
		e = put_descriptors(fs);
	fs->flags &= ~EXT2_FLAG_DIRTY;
	return e;
}
