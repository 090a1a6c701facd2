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
#include <pecan/system.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include <servers/files/cache/pending.h>
#include <string.h>
#include <time.h>

#include "bits.h"
#include "inode.h"
#include "io.h"
#include "lookup_cache.h"
#include "partition.h"
#include "stamp.h"
#include "state.h"
#include "verdict.h"
#include "volume.h"

enum {
	BEAT_AFTER = 256, DEPTH_MAX = 5, US_PER_S = 1000000, NS_PER_US = 1000, HIGH_SHIFT = 32,
	CHANGED = EXT2_FLAG_DIRTY | EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY,
};

ext2_filsys volume;
unsigned volume_freed;
static bool ordered;			/* blocks are written in the order of their classes */
static blk64_t inode_block;		/* of inodes, which is about to be written */
static bool mounted, read_only, frees;
static bool reported;			/* that a bitmap is wrong */
static void (*forget)(void);		/* volume_open */
static enum cache_class directory_class = CLASS_MAPS;

/* ---- the order of writes ---- */

/* A block of extents that leads to other such blocks. */
static bool is_index(const struct cache_piece *p, const char *bytes)
{
	struct ext3_extent_header h;

	if (p->offset != 0 || p->bytes < sizeof h)
		return false;
	memcpy(&h, bytes, sizeof h);
	return le16(h.eh_magic) == EXT3_EXT_MAGIC && h.eh_depth != 0 && le16(h.eh_depth) <= DEPTH_MAX;
}

/* libext2fs is about to write an inode. Bitmaps and descriptors it does not write (state.c). */
static errcode_t note_inode(ext2_filsys fs, ext2_ino_t number, struct ext2_inode *inode)
{
	unsigned per = fs->super->s_inodes_per_group, at = (number - 1) % per * EXT2_INODE_SIZE(fs->super);

	(void)inode;
	inode_block = ext2fs_inode_table_loc(fs, (number - 1) / per) + at / fs->blocksize;
	return EXT2_ET_CALLBACK_NOTHANDLED;
}

enum cache_class volume_class(const struct cache_piece *p, const char *bytes)
{
	blk64_t block = p->block;

	if (!volume || !ordered || !bits_on_disk(block))
		return CLASS_FIRST;
	if (block == volume->super->s_first_data_block)
		return CLASS_SUPER;
	if (block == inode_block)
		return CLASS_INODES;
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
	(void)fs;
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
}

void volume_free(blk64_t first, uint32_t count)
{
	frees = true;
	for (uint32_t k = 0; k < count; k++) {
		ext2fs_block_alloc_stats2(volume, first + k, -1);
		bits_free_on_disk(first + k);
	}
	frees = false;
}

/* ---- opening ---- */

void volume_tick(void)
{
	const struct ext2_super_block *s = volume->super;
	uint64_t made_at = (uint64_t)s->s_mkfs_time_hi << HIGH_SHIFT | s->s_mkfs_time;
	time_t now = (time_t)pecan_date(), made = (time_t)made_at;

	volume->now = now >= made ? now : made + now;
}

uint32_t volume_generation(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)(volume->now + t.tv_sec * US_PER_S + t.tv_nsec / NS_PER_US);
}

/* A bitmap is one block, and has whole bytes. */
static bool bitmaps_fit(const struct ext2_super_block *s)
{
	unsigned bits = EXT2_BLOCK_SIZE(s) * 8;

	return s->s_clusters_per_group <= bits && s->s_inodes_per_group <= bits
	       && s->s_clusters_per_group % 8 == 0 && s->s_inodes_per_group % 8 == 0;
}

/* Without bitmaps. */
static errcode_t open_bare(void)
{
	/* What features may be there verdict.h has said. */
	int flags = EXT2_FLAG_64BITS | EXT2_FLAG_FORCE | EXT2_FLAG_SKIP_MMP | (read_only ? 0 : EXT2_FLAG_RW);
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
	e = state_begin(fs);
	fs->write_inode = note_inode;
	fs->flags |= EXT2_FLAG_MASTER_SB_ONLY;
	fs->flags &= ~(CHANGED | EXT2_FLAG_CHANGED);
	ext2fs_set_block_alloc_stats_callback(fs, block_changed, NULL);
	return e;
}

static void drop_volume(void)
{
	lookup_cache_drop_blocks();		/* also those of an operation that is taken back */
	if (forget)
		forget();
	if (volume)
		ext2fs_free(volume);
	volume = NULL;
}

errcode_t volume_open(bool reads_only, void (*forget_names)(void))
{
	errcode_t e;

	read_only = reads_only;
	forget = forget_names;
	reported = false;
	pending_begin(partition.block_bytes);
	e = cache_begin(partition.first, partition.blocks, partition.block_bytes);
	bits_forget();
	if (!e)
		e = open_volume();
	mounted = ordered = !e;
	if (e)
		drop_volume();
	return e;
}

errcode_t volume_open_to_repair(void)
{
	errcode_t e = cache_begin(partition.first, partition.blocks, partition.block_bytes);

	read_only = false;
	ordered = false;		/* what it does can be done again */
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

/* By itself: libext2fs would write the descriptors of all groups with it. */
static errcode_t write_super(void)
{
	unsigned at = SUPERBLOCK_OFFSET % volume->blocksize;
	struct cache_piece p = { SUPERBLOCK_OFFSET / volume->blocksize, at, SUPERBLOCK_SIZE };
	struct ext2_super_block image = *volume->super;
	errcode_t e;

	if (endian_is_big())
		ext2fs_swap_super(&image);
	e = ext2fs_superblock_csum_set(volume, &image);
	return e ? e : cache_change(&p, &image, CLASS_SUPER);
}

/* The superblock says whether the file system is clean, from operation_sync until the first change. */
static errcode_t put_super(bool clean)
{
	struct ext2_super_block *s = volume->super;

	if (clean == volume_is_clean())
		return 0;
	if (!clean)
		stamp_put(s, (uint64_t)volume->now);
	s->s_state = (unsigned short)(clean ? s->s_state | EXT2_VALID_FS : s->s_state & ~EXT2_VALID_FS);
	s->s_wtime = (uint32_t)volume->now;
	s->s_wtime_hi = (uint8_t)((uint64_t)volume->now >> HIGH_SHIFT);
	s->s_block_group_nr = 0;
	return write_super();
}

/* What is not kept is written at once. */
errcode_t volume_keep(void)
{
	errcode_t e = cache_commit(pending_put());

	pending_done();
	if (!e && !cache_is_dirty())
		bits_note_written();
	return e;
}

static bool is_bitmap(errcode_t e)
{
	return e == EXT2_ET_BLOCK_BITMAP_CSUM_INVALID || e == EXT2_ET_INODE_BITMAP_CSUM_INVALID
	       || e == EXT2_ET_BLOCK_BITMAP_READ || e == EXT2_ET_INODE_BITMAP_READ;
}

/* One that is wrong, once for each file system that is mounted: e2fsck has to be run. */
static void report_bitmap(errcode_t e)
{
	struct outcome o = verdict_error(e);

	if (o.kind != OUTCOME_DAMAGED || reported)
		return;
	reported = true;
	keep_set_unclean(true);
	pecan_logf("the disk: %s", verdict_text(o));
}

errcode_t volume_commit(bool clean)
{
	errcode_t e = state_put(volume);

	if (is_bitmap(e))
		report_bitmap(e);
	if (!e)
		e = put_super(clean);
	return e ? volume_undo(e) : volume_keep();
}
