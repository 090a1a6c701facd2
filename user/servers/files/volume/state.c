/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.c - see state.h. An operation changes few groups: each has a range of bits that may be different from
 * the bitmap's block (bits.h). Only those bytes are copied, so the cost does not grow with the disk.
 */
#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "state.h"
#include "sum.h"

static char *image;			/* a descriptor */

static void sum_up(ext2_filsys fs)
{
	blk64_t blocks = 0;
	unsigned inodes = 0;

	for (dgrp_t g = 0; g < fs->group_desc_count; g++) {
		blocks += EXT2FS_C2B(fs, (blk64_t)ext2fs_bg_free_blocks_count(fs, g));
		inodes += ext2fs_bg_free_inodes_count(fs, g);
	}
	ext2fs_free_blocks_count_set(fs->super, blocks);
	fs->super->s_free_inodes_count = inodes;
}

/* ---- bitmaps ---- */

static errcode_t sum_all(ext2_filsys fs, const struct bits_change *c, unsigned bytes)
{
	char *bits = (char *)c->now;		/* libext2fs only reads it */

	return c->kind == BITS_BLOCKS ? ext2fs_block_bitmap_csum_set(fs, c->group, bits, (int)bytes)
				      : ext2fs_inode_bitmap_csum_set(fs, c->group, bits, (int)bytes);
}

static void add_sum(ext2_filsys fs, const struct bits_change *c, uint32_t sum)
{
	struct ext4_group_desc *d;
	unsigned has = EXT2_DESC_SIZE(fs->super);

	if (!ext2fs_has_feature_metadata_csum(fs->super))
		return;
	d = (struct ext4_group_desc *)ext2fs_group_desc(fs, fs->group_desc, c->group);
	if (c->kind == BITS_BLOCKS) {
		d->bg_block_bitmap_csum_lo ^= (uint16_t)sum;
		d->bg_block_bitmap_csum_hi ^= has >= EXT4_BG_BLOCK_BITMAP_CSUM_HI_LOCATION ? sum >> 16 : 0;
	} else {
		d->bg_inode_bitmap_csum_lo ^= (uint16_t)sum;
		d->bg_inode_bitmap_csum_hi ^= has >= EXT4_BG_INODE_BITMAP_CSUM_HI_END ? sum >> 16 : 0;
	}
}

/* The sum of a block that has a bitmap changes by the bytes that differ. */
static errcode_t put_bitmap(ext2_filsys fs, const struct bits_change *c)
{
	bool blocks = c->kind == BITS_BLOCKS;
	blk64_t block = blocks ? ext2fs_block_bitmap_loc(fs, c->group) : ext2fs_inode_bitmap_loc(fs, c->group);
	unsigned all = (blocks ? fs->super->s_blocks_per_group : fs->super->s_inodes_per_group) / 8;
	unsigned at = c->whole ? 0 : c->first / 8, end = c->whole ? fs->blocksize : (c->end + 7) / 8;
	const char *old = cache_read(NULL, block);
	errcode_t e = 0;

	if (block == 0 || block >= ext2fs_blocks_count(fs->super))
		return EXT2_ET_BAD_BLOCK_NUM;
	if (!old && !c->whole)
		return EXT2_ET_SHORT_READ;
	if (c->whole)
		e = sum_all(fs, c, all);
	else
		add_sum(fs, c, sum_of_change(old + at, c->now + at, at, end - at, all));
	ext2fs_group_desc_csum_set(fs, c->group);
	return e ? e : cache_change(&(struct cache_piece){ block, at, end - at }, c->now + at, CLASS_FIRST);
}

/* ---- all of it ---- */

/* The descriptor as it is on the disk: little-endian. */
static errcode_t put_descriptor(ext2_filsys fs, dgrp_t group)
{
	unsigned bytes = (unsigned)EXT2_DESC_SIZE(fs->super), in_block = fs->blocksize / bytes;
	blk64_t block = ext2fs_descriptor_block_loc2(fs, fs->super->s_first_data_block, group / in_block);
	struct cache_piece p = { block, group % in_block * bytes, bytes };

	memcpy(image, ext2fs_group_desc(fs, fs->group_desc, group), bytes);
	if (endian_is_big())
		ext2fs_swap_group_desc2(fs, (struct ext2_group_desc *)image);
	return cache_change(&p, image, CLASS_FIRST);
}

static errcode_t put_changes(ext2_filsys fs)
{
	struct bits_change c;
	errcode_t e = bits_error();

	while (!e && bits_next_change(&c)) {
		e = put_bitmap(fs, &c);
		if (!e)
			e = put_descriptor(fs, c.group);
	}
	fs->flags &= ~(EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY);
	return e;
}

errcode_t state_begin(ext2_filsys fs)
{
	free(image);
	image = malloc(EXT2_DESC_SIZE(fs->super));
	if (!image)
		return EXT2_ET_NO_MEMORY;
	sum_up(fs);
	fs->write_bitmaps = put_changes;
	return bits_begin(fs);
}

errcode_t state_put(ext2_filsys fs)
{
	errcode_t e = put_changes(fs);

	fs->flags &= ~EXT2_FLAG_DIRTY;
	return e;
}
