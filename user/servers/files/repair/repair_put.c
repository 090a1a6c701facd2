/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * repair_put.c - bitmaps and counts as they were found; see repair_parts.h.
 */
#include <string.h>
#include <servers/files/cache/cache.h>
#include <servers/files/volume/volume.h>

#include "repair_parts.h"

errcode_t repair_image_blocks(dgrp_t g, uint32_t *used)
{
	unsigned per = volume->super->s_blocks_per_group, n = (unsigned)ext2fs_group_blocks_count(volume, g);
	errcode_t e;

	memset(repair_bytes, 0xff, volume->blocksize);
	e = ext2fs_get_block_bitmap_range2(volume->block_map, ext2fs_group_first_block2(volume, g), per,
					   repair_bytes);
	for (unsigned i = n; i < per; i++)
		ext2fs_set_bit(i, repair_bytes);
	*used = ext2fs_bitcount(repair_bytes, per / 8) - (per - n);
	return e;
}

static errcode_t image_inodes(dgrp_t g, uint32_t *used)
{
	unsigned per = volume->super->s_inodes_per_group, bytes = (per + 7) / 8;
	errcode_t e;

	memset(repair_bytes, 0xff, volume->blocksize);
	e = ext2fs_get_inode_bitmap_range2(volume->inode_map, (__u64)g * per + 1, bytes * 8, repair_bytes);
	*used = ext2fs_bitcount(repair_bytes, per / 8);
	return e;
}

/* The image into its block; *changed: it was not the same. */
static errcode_t put(blk64_t block, bool *changed)
{
	const char *now = cache_read(NULL, block);

	repair_counts.reads++;
	if (!now)
		return EXT2_ET_SHORT_READ;
	*changed = memcmp(now, repair_bytes, volume->blocksize) != 0;
	return *changed ? io_channel_write_blk64(volume->io, block, 1, repair_bytes) : 0;
}

static errcode_t put_blocks(dgrp_t g, uint32_t own)
{
	bool changed = false;
	uint32_t used;
	errcode_t e = repair_image_blocks(g, &used);

	if (e)
		return e;
	ext2fs_bg_free_blocks_count_set(volume, g, ext2fs_group_blocks_count(volume, g) - used);
	if (ext2fs_bg_flags_test(volume, g, EXT2_BG_BLOCK_UNINIT)) {
		if (used == own)
			return 0;
		ext2fs_bg_flags_clear(volume, g, EXT2_BG_BLOCK_UNINIT);
	}
	e = put(ext2fs_block_bitmap_loc(volume, g), &changed);
	repair_counts.others += changed;
	return e ? e : ext2fs_block_bitmap_csum_set(volume, g, repair_bytes,
						    (int)(volume->super->s_blocks_per_group / 8));
}

static errcode_t put_inodes(dgrp_t g)
{
	bool changed = false;
	uint32_t used;
	errcode_t e = image_inodes(g, &used);

	if (e)
		return e;
	ext2fs_bg_free_inodes_count_set(volume, g, volume->super->s_inodes_per_group - used);
	if (ext2fs_bg_flags_test(volume, g, EXT2_BG_INODE_UNINIT))
		return used == 0 || g == 0 ? 0 : REPAIR_DAMAGE;
	e = put(ext2fs_inode_bitmap_loc(volume, g), &changed);
	repair_counts.others += changed;
	return e ? e : ext2fs_inode_bitmap_csum_set(volume, g, repair_bytes,
						    (int)((volume->super->s_inodes_per_group + 7) / 8));
}

static void count_directories(void)
{
	const struct repair_tree *t = &repair_tree;

	for (dgrp_t g = 0; g < volume->group_desc_count; g++)
		ext2fs_bg_used_dirs_count_set(volume, g, 0);
	for (unsigned i = 0; i < t->dirs; i++) {
		dgrp_t g = ext2fs_group_of_ino(volume, t->dir[i].inode);

		if (t->dir[i].at != REPAIR_NONE || t->dir[i].inode == EXT2_ROOT_INO)
			ext2fs_bg_used_dirs_count_set(volume, g, ext2fs_bg_used_dirs_count(volume, g) + 1);
	}
}

errcode_t repair_put(const uint32_t *own)
{
	blk64_t blocks = 0;
	uint32_t inodes = 0;
	errcode_t e = 0;

	count_directories();
	for (dgrp_t g = 0; g < volume->group_desc_count && !e; g++) {
		e = put_blocks(g, own[g]);
		if (!e)
			e = put_inodes(g);
		ext2fs_group_desc_csum_set(volume, g);
		blocks += ext2fs_bg_free_blocks_count(volume, g);
		inodes += ext2fs_bg_free_inodes_count(volume, g);
	}
	if (e)
		return e;
	ext2fs_free_blocks_count_set(volume->super, blocks);
	volume->super->s_free_inodes_count = inodes;
	volume->flags &= ~(EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY);
	volume->flags |= EXT2_FLAG_MASTER_SB_ONLY;
	ext2fs_mark_super_dirty(volume);
	return ext2fs_flush2(volume, EXT2_FLAG_FLUSH_NO_SYNC);
}
