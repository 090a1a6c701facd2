/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * volume.c - see volume.h.
 *
 * A change is made to blocks in memory (cache.h). libext2fs has more in memory (state.h); a commit puts that
 * into blocks, too. To undo changes the file system is opened again from the blocks as they were.
 */
#include <pecan/date.h>
#include <pecan/endian.h>
#include <pecan/server.h>
#include <string.h>
#include <time.h>

#include "cache.h"
#include "inode.h"
#include "io.h"
#include "keep.h"
#include "lookup_cache.h"
#include "names.h"
#include "partition.h"
#include "pending.h"
#include "stamp.h"
#include "state.h"
#include "volume.h"

enum {
	BEAT_AFTER = 256, DEPTH_MAX = 5, US_PER_S = 1000000, NS_PER_US = 1000,
	CHANGED = EXT2_FLAG_DIRTY | EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY,
};

ext2_filsys volume;
unsigned volume_freed;
static ext2fs_block_bitmap on_disk;	/* blocks in use, as of the last time that all was written out */
static bool mounted, read_only, frees;
static enum cache_class directory_class = CLASS_MAPS;

/* ---- the order of writes ---- */

static bool in(blk64_t block, blk64_t first, unsigned count)
{
	return block >= first && block - first < count;
}

/* A block of extents that leads to other such blocks. */
static bool is_index(const struct cache_piece *p, const char *bytes)
{
	struct ext3_extent_header h;

	if (p->offset != 0 || p->bytes < sizeof h)
		return false;
	memcpy(&h, bytes, sizeof h);
	return le16(h.eh_magic) == EXT3_EXT_MAGIC && h.eh_depth != 0 && le16(h.eh_depth) <= DEPTH_MAX;
}

enum cache_class volume_class(const struct cache_piece *p, const char *bytes)
{
	blk64_t block = p->block;

	if (!volume || !on_disk || !ext2fs_test_block_bitmap2(on_disk, block))
		return CLASS_FIRST;
	if (block == volume->super->s_first_data_block)
		return CLASS_SUPER;
	if (block <= volume->super->s_first_data_block + volume->desc_blocks)
		return CLASS_FIRST;
	for (dgrp_t g = 0; g < volume->group_desc_count; g++) {
		if (block == ext2fs_block_bitmap_loc(volume, g) || block == ext2fs_inode_bitmap_loc(volume, g))
			return CLASS_FIRST;
		if (in(block, ext2fs_inode_table_loc(volume, g), volume->inode_blocks_per_group))
			return CLASS_INODES;
	}
	return directory_class != CLASS_MAPS ? directory_class : is_index(p, bytes) ? CLASS_INDEXES : CLASS_MAPS;
}

void volume_class_of_directory(enum cache_class class)
{
	directory_class = class;
}

/* ---- blocks in use ---- */

/* libext2fs has freed a block: it stays in use until nothing on the disk leads to it. */
static void block_changed(ext2_filsys fs, blk64_t block, int in_use)
{
	static unsigned n;

	if (++n % BEAT_AFTER == 0)
		pecan_beat();
	state_blocks_changed(fs, block, 1);
	if (in_use > 0 || frees)
		return;
	volume_freed++;
	lookup_cache_drop_blocks();
	cache_free_data(block);
	if (!pending_add(PENDING_BLOCKS, block, 1))
		return;			/* the list is full: free at once */
	frees = true;
	ext2fs_block_alloc_stats2(fs, block, +1);
	frees = false;
}

void volume_claim(blk64_t first, uint32_t count)
{
	ext2fs_block_alloc_stats_range(volume, first, count, +1);
	state_blocks_changed(volume, first, count);
}

void volume_free(blk64_t first, uint32_t count)
{
	frees = true;
	for (uint32_t k = 0; k < count; k++) {
		ext2fs_block_alloc_stats2(volume, first + k, -1);
		ext2fs_unmark_block_bitmap2(on_disk, first + k);
	}
	frees = false;
}

errcode_t volume_note_written(void)
{
	if (on_disk)
		ext2fs_free_block_bitmap(on_disk);
	on_disk = NULL;
	return ext2fs_copy_bitmap(volume->block_map, &on_disk);
}

/* ---- opening ---- */

void volume_tick(void)
{
	time_t now = (time_t)pecan_date(), made = volume->super->s_mkfs_time;

	volume->now = now >= made ? now : made + now;
}

uint32_t volume_generation(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)(volume->now + t.tv_sec * US_PER_S + t.tv_nsec / NS_PER_US);
}

/* A bitmap is one block. Of that libext2fs checks whole bytes only, and only when it reads the bitmaps. */
static bool bitmaps_fit(const struct ext2_super_block *s)
{
	unsigned bits = EXT2_BLOCK_SIZE(s) * 8;

	return s->s_blocks_per_group <= bits && s->s_inodes_per_group <= bits && s->s_blocks_per_group % 8 == 0
	       && s->s_inodes_per_group % 8 == 0;
}

/* Without bitmaps. */
static errcode_t open_bare(void)
{
	int flags = EXT2_FLAG_64BITS | (read_only ? 0 : EXT2_FLAG_RW);
	ext2_filsys fs;
	errcode_t e = ext2fs_open("disk", flags, 0, 0, &disk_manager, &fs);

	if (e)
		return e;
	if (!bitmaps_fit(fs->super)) {
		ext2fs_free(fs);
		return EXT2_ET_CORRUPT_SUPERBLOCK;
	}
	volume = fs;
	inode_forget_tables();
	volume_tick();
	return 0;
}

static errcode_t open_volume(void)
{
	errcode_t e = open_bare();
	ext2_filsys fs = volume;

	if (e)
		return e;
	e = ext2fs_read_bitmaps(fs);
	if (!e)
		e = state_begin(fs);
	fs->flags |= EXT2_FLAG_MASTER_SB_ONLY;
	fs->flags &= ~(CHANGED | EXT2_FLAG_CHANGED);
	ext2fs_set_block_alloc_stats_callback(fs, block_changed, NULL);
	return e;
}

static void drop_volume(void)
{
	lookup_cache_drop_blocks();		/* also those of an operation that is taken back */
	names_forget_all();
	if (volume)
		ext2fs_free(volume);
	volume = NULL;
}

errcode_t volume_open(bool reads_only)
{
	errcode_t e;

	read_only = reads_only;
	pending_begin(partition.block_bytes);
	e = cache_begin(partition.first, partition.blocks, partition.block_bytes);
	if (!e)
		e = open_volume();
	if (!e)
		e = volume_note_written();
	if (e)
		drop_volume();
	mounted = !e;
	return e;
}

errcode_t volume_open_to_repair(void)
{
	errcode_t e = cache_begin(partition.first, partition.blocks, partition.block_bytes);

	read_only = false;
	if (on_disk)
		ext2fs_free_block_bitmap(on_disk);
	on_disk = NULL;			/* writes in no order: what it does can be done again */
	return e ? e : open_bare();
}

void volume_close(void)
{
	drop_volume();
	mounted = false;
}

bool volume_is_there(void)
{
	if (!volume && mounted && open_volume())
		drop_volume();
	return volume != NULL;
}

bool volume_is_read_only(void)
{
	return read_only;
}

void volume_set_read_only(bool is)
{
	read_only = is;
}

bool volume_is_unclean(void)
{
	return keep_is_unclean();
}

/* ---- changes ---- */

bool volume_is_changed(void)
{
	return cache_is_changed() || (volume->flags & CHANGED);
}

bool volume_is_clean(void)
{
	return volume->super->s_state & EXT2_VALID_FS;
}

errcode_t volume_undo(errcode_t e)
{
	cache_rollback();
	pending_rollback();
	drop_volume();
	volume_is_there();
	return e;
}

/* The superblock says whether the file system is clean, from operation_sync until the first change. */
static errcode_t put_super(bool clean)
{
	struct ext2_super_block *s = volume->super;

	if (clean == volume_is_clean())
		return 0;
	if (!clean)
		stamp_put(s, (uint32_t)volume->now);
	s->s_state = (unsigned short)(clean ? s->s_state | EXT2_VALID_FS : s->s_state & ~EXT2_VALID_FS);
	ext2fs_mark_super_dirty(volume);
	return ext2fs_flush2(volume, EXT2_FLAG_FLUSH_NO_SYNC);
}

/* What is not kept is written at once. */
errcode_t volume_keep(void)
{
	errcode_t e = cache_commit(pending_put());

	pending_done();
	return e || cache_is_dirty() ? e : volume_note_written();
}

errcode_t volume_commit(bool clean)
{
	errcode_t e = state_put(volume);

	if (!e)
		e = put_super(clean);
	if (e)
		return volume_undo(e);
	return volume_keep();
}
