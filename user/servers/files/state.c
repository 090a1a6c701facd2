/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.c - see state.h. An operation changes few groups: each has a range of bits that may be different from
 * the bitmap's block. Only those bytes are compared and copied, so the cost does not grow with the disk.
 */
#include <pecan/endian.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "state.h"
#include "sum.h"

enum { BLOCKS, INODES, BITMAPS };

/* Bits from `first` to before `end` may have changed. whole: the block has no bitmap yet (a flag says so). */
struct change { unsigned first, end; bool whole; };

struct group { struct change of[BITMAPS]; bool listed; };

static struct group *groups;
static dgrp_t *changed;			/* groups with changes */
static unsigned nchanged;
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

/* ---- what has changed ---- */

static void note(dgrp_t group, unsigned which, unsigned bit, unsigned n)
{
	struct group *g = &groups[group];
	struct change *c = &g->of[which];

	if (!g->listed)
		changed[nchanged++] = group;
	g->listed = true;
	if (c->end == 0 || bit < c->first)
		c->first = bit;
	if (bit + n > c->end)
		c->end = bit + n;
}

void state_blocks_changed(ext2_filsys fs, blk64_t first, blk64_t n)
{
	while (n > 0) {
		dgrp_t group = ext2fs_group_of_blk2(fs, first);
		unsigned bit = (unsigned)(first - ext2fs_group_first_block2(fs, group));
		blk64_t left = fs->super->s_blocks_per_group - bit, part = n < left ? n : left;

		note(group, BLOCKS, bit, (unsigned)part);
		first += part;
		n -= part;
	}
}

void state_inode_changed(ext2_filsys fs, ext2_ino_t number)
{
	unsigned per_group = fs->super->s_inodes_per_group;

	if (number > 0 && number <= fs->super->s_inodes_count)
		note((number - 1) / per_group, INODES, (number - 1) % per_group, 1);
}

/* ---- bitmaps ---- */

/* Copies the bits of these bytes to the image, as they are in the bitmap's block. */
static errcode_t get_bits(ext2_filsys fs, dgrp_t group, unsigned which, unsigned at, unsigned bytes)
{
	unsigned first = at * 8, bits = bytes * 8;
	blk64_t start = ext2fs_group_first_block2(fs, group), left = ext2fs_blocks_count(fs->super) - start;
	errcode_t e;

	if (which == INODES) {
		start = (blk64_t)group * fs->super->s_inodes_per_group + 1;
		return ext2fs_get_inode_bitmap_range2(fs->inode_map, start + first, bits, image + at);
	}
	e = ext2fs_get_block_bitmap_range2(fs->block_map, start + first, bits, image + at);
	for (blk64_t i = left > first ? left : first; i < first + bits; i++)	/* behind the file system's end */
		ext2fs_set_bit((unsigned)i, image);
	return e;
}

static errcode_t sum_image(ext2_filsys fs, dgrp_t group, unsigned which, unsigned bytes)
{
	return which == BLOCKS ? ext2fs_block_bitmap_csum_set(fs, group, image, (int)bytes)
			       : ext2fs_inode_bitmap_csum_set(fs, group, image, (int)bytes);
}

static void add_sum(ext2_filsys fs, dgrp_t group, unsigned which, uint32_t sum)
{
	struct ext4_group_desc *d = (struct ext4_group_desc *)ext2fs_group_desc(fs, fs->group_desc, group);
	unsigned has = EXT2_DESC_SIZE(fs->super);

	if (!ext2fs_has_feature_metadata_csum(fs->super))
		return;
	if (which == BLOCKS) {
		d->bg_block_bitmap_csum_lo ^= (uint16_t)sum;
		d->bg_block_bitmap_csum_hi ^= has >= EXT4_BG_BLOCK_BITMAP_CSUM_HI_LOCATION ? sum >> 16 : 0;
	} else {
		d->bg_inode_bitmap_csum_lo ^= (uint16_t)sum;
		d->bg_inode_bitmap_csum_hi ^= has >= EXT4_BG_INODE_BITMAP_CSUM_HI_END ? sum >> 16 : 0;
	}
}

static bool is_absent(ext2_filsys fs, dgrp_t group, unsigned which)
{
	return ext2fs_has_group_desc_csum(fs)
	       && ext2fs_bg_flags_test(fs, group, which == BLOCKS ? EXT2_BG_BLOCK_UNINIT : EXT2_BG_INODE_UNINIT);
}

/* libext2fs clears both flags when it looks for an inode in the group. */
static errcode_t put_bitmap(ext2_filsys fs, dgrp_t group, unsigned which)
{
	struct change *c = &groups[group].of[which];
	blk64_t block = which == BLOCKS ? ext2fs_block_bitmap_loc(fs, group) : ext2fs_inode_bitmap_loc(fs, group);
	unsigned bits = which == BLOCKS ? fs->super->s_blocks_per_group : fs->super->s_inodes_per_group;
	unsigned all = (bits + 7) / 8, at = c->whole ? 0 : c->first / 8, end = c->whole ? all : (c->end + 7) / 8;
	struct cache_piece p = { block, at, (c->whole ? fs->blocksize : end) - at };
	const char *now;
	errcode_t e;

	if (is_absent(fs, group, which) || (c->end == 0 && !c->whole))
		return 0;
	if (block == 0 || block >= ext2fs_blocks_count(fs->super))
		return EXT2_ET_BAD_BLOCK_NUM;
	if (c->whole)
		memset(image, 0xff, fs->blocksize);
	e = get_bits(fs, group, which, at, end - at);
	now = cache_read(block);
	if (e || (!now && !c->whole))
		return e ? e : EXT2_ET_SHORT_READ;
	if (!c->whole && memcmp(now + at, image + at, end - at) == 0)
		return 0;
	if (c->whole)
		e = sum_image(fs, group, which, all);
	else
		add_sum(fs, group, which, sum_of_change(now + at, image + at, at, end - at, all));
	ext2fs_group_desc_csum_set(fs, group);
	return e ? e : cache_change(&p, image + at, CLASS_FIRST);
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

static errcode_t put_group(ext2_filsys fs, dgrp_t group)
{
	struct group *g = &groups[group];
	errcode_t e = 0;

	for (unsigned which = 0; which < BITMAPS && !e; which++) {
		e = put_bitmap(fs, group, which);
		g->of[which] = (struct change){ .whole = is_absent(fs, group, which) };
	}
	g->listed = false;
	return e ? e : put_descriptor(fs, group);
}

static errcode_t put_groups(ext2_filsys fs)
{
	errcode_t e = 0;

	while (nchanged > 0 && !e)
		e = put_group(fs, changed[--nchanged]);
	fs->flags &= ~(EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY);
	return e;
}

errcode_t state_begin(ext2_filsys fs)
{
	free(groups);
	free(changed);
	free(image);
	groups = calloc(fs->group_desc_count, sizeof *groups);
	changed = calloc(fs->group_desc_count, sizeof *changed);
	image = malloc(fs->blocksize);
	nchanged = 0;
	if (!groups || !changed || !image)
		return EXT2_ET_NO_MEMORY;
	for (dgrp_t g = 0; g < fs->group_desc_count; g++)
		for (unsigned which = 0; which < BITMAPS; which++)
			groups[g].of[which].whole = is_absent(fs, g, which);
	sum_up(fs);
	fs->write_bitmaps = put_groups;
	return 0;
}

errcode_t state_put(ext2_filsys fs)
{
	errcode_t e = put_groups(fs);

	fs->flags &= ~EXT2_FLAG_DIRTY;
	return e;
}
