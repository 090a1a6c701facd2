/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * volume.c - see volume.h.
 *
 * An operation changes blocks in memory (cache.h). libext2fs has more in memory (state.h); at the end of an
 * operation that is put into blocks, too. To take an operation back the file system is opened again from the
 * blocks as they were.
 */
#include <pecan/file_locks.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <string.h>
#include <time.h>

#include "cache.h"
#include "io.h"
#include "keep.h"
#include "keep_check.h"
#include "lookup_cache.h"
#include "partition.h"
#include "pending.h"
#include "state.h"
#include "tree.h"
#include "truncate.h"
#include "volume.h"

enum {
	ROUNDS = 8, WORK_MAX = 512, WORK_OF_ENTRY = 32, WORK_OF_RUN = 32,
	BEAT_AFTER = 256, US_PER_S = 1000000, NS_PER_US = 1000,
	CHANGED = EXT2_FLAG_DIRTY | EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY,
};

ext2_filsys volume;
static ext2fs_block_bitmap on_disk;	/* blocks in use, as of the last time that all was written out */
static bool mounted, read_only, was_clean, names_follow, frees;
static const char *unwritable;		/* why it is read_only */
static bool has_more;			/* to be freed, after the last sync */
static unsigned work;			/* of a sync: blocks freed, and what takes as long */

/* ---- the order of writes ---- */

static bool in(blk64_t block, blk64_t first, unsigned count)
{
	return block >= first && block - first < count;
}

/* A block that libext2fs writes. */
enum cache_class volume_class(blk64_t block)
{
	if (!volume || !on_disk || !ext2fs_test_block_bitmap2(on_disk, block))
		return CLASS_FIRST;
	if (block <= volume->super->s_first_data_block + volume->desc_blocks)
		return CLASS_FIRST;
	for (dgrp_t g = 0; g < volume->group_desc_count; g++) {
		if (block == ext2fs_block_bitmap_loc(volume, g) || block == ext2fs_inode_bitmap_loc(volume, g))
			return CLASS_FIRST;
		if (in(block, ext2fs_inode_table_loc(volume, g), volume->inode_blocks_per_group))
			return CLASS_INODES;
	}
	return names_follow ? CLASS_NAMES : CLASS_MAPS;
}

/* ---- opening ---- */

/* libext2fs has freed a block: it stays in use until nothing on the disk leads to it. */
static void block_changed(ext2_filsys fs, blk64_t block, int in_use)
{
	static unsigned n;

	if (++n % BEAT_AFTER == 0)
		pecan_beat();
	if (in_use > 0 || frees)
		return;
	work++;
	lookup_cache_drop_blocks();
	if (!pending_add(PENDING_BLOCKS, block, 1))
		return;			/* the list is full: free at once */
	frees = true;
	ext2fs_block_alloc_stats2(fs, block, +1);
	frees = false;
}

/* What is in use now is in use on the disk. */
static errcode_t note_on_disk(void)
{
	if (on_disk)
		ext2fs_free_block_bitmap(on_disk);
	on_disk = NULL;
	return ext2fs_copy_bitmap(volume->block_map, &on_disk);
}

void volume_tick(void)
{
	time_t now = time(NULL), made = volume->super->s_mkfs_time;

	volume->now = now >= made ? now : made + now;
}

uint32_t volume_generation(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)(volume->now + t.tv_sec * US_PER_S + t.tv_nsec / NS_PER_US);
}

static errcode_t open_volume(void)
{
	int flags = EXT2_FLAG_64BITS | (read_only ? 0 : EXT2_FLAG_RW);
	ext2_filsys fs;
	errcode_t e = ext2fs_open("disk", flags, 0, 0, &disk_manager, &fs);

	if (e)
		return e;
	volume = fs;
	volume_tick();
	e = ext2fs_read_bitmaps(fs);
	if (!e)
		e = state_begin(fs);
	fs->flags |= EXT2_FLAG_MASTER_SB_ONLY;
	fs->flags &= ~(CHANGED | EXT2_FLAG_CHANGED);
	ext2fs_set_block_alloc_stats_callback(fs, block_changed, NULL);
	return e;
}

static void close_volume(void)
{
	lookup_cache_drop_blocks();		/* also those of an operation that is taken back */
	lookup_cache_drop_names();
	if (volume)
		ext2fs_free(volume);
	volume = NULL;
}

/* What this server cannot change without harm, NULL: it can. */
static const char *must_not_write(struct ext2_super_block *s)
{
	if (cache_read_only())
		return "it can be read only, as the device";
	if (s->s_state & EXT2_ERROR_FS)
		return "it is marked as having errors, and can be read only: e2fsck -p /dev/disk mends it";
	if (ext2fs_has_feature_journal_needs_recovery(s) || ext2fs_has_feature_orphan_present(s))
		return "its journal was not replayed, it can be read only: e2fsck -p /dev/disk mends it";
	if (ext2fs_has_feature_bigalloc(s) || ext2fs_has_feature_quota(s) || ext2fs_has_feature_project(s)
	    || ext2fs_has_feature_mmp(s))
		return "it can be read only, as it has bigalloc, quota, project or mmp";
	return NULL;
}

/* Opens the file system as the disk and the kept versions have it. */
static errcode_t begin(void)
{
	errcode_t e;

	pending_begin(partition.block_bytes);
	e = cache_begin(partition.first, partition.blocks, partition.block_bytes);
	if (!e)
		e = open_volume();
	if (!e)
		e = note_on_disk();
	if (e)
		close_volume();
	return e;
}

/* The kept versions may be right: the disk has failed, or memory is short. */
static bool may_be_right(errcode_t e)
{
	return e == EXT2_ET_NO_MEMORY || cache_has_failed();
}

/*
 * What a faulty predecessor has kept may be damaged. Then it is dropped: the disk alone is what it would be
 * after a loss of power. That can be a file system that e2fsck has to mend first, as the predecessor ended
 * while it wrote; then the kept versions stay. *e: what begin returned last; *why: what was done.
 */
static void drop_damaged(errcode_t *e, const char **why)
{
	errcode_t damage = *e ? *e : keep_check_blocks();

	if (!damage || may_be_right(damage))
		return;
	close_volume();
	keep_hide(true);
	*e = begin();
	keep_hide(false);
	if (!*e) {
		keep_drop();
		*why = "what was not written to it yet is damaged, and was dropped; see e2fsck -p /dev/disk";
		return;
	}
	keep_set_unclean(true);
	*e = begin();
	*why = "an inode that was not written to it yet is damaged; see e2fsck -p /dev/disk";
}

/* What was changed in memory, and the list of what is to be freed, into the kept memory. */
static errcode_t commit_kept(void)
{
	errcode_t e = cache_commit(pending_put());

	pending_done();
	return e;
}

/* Entries of its list of what is to be freed that cannot be right are left out. */
static void keep_in_use(const char **why)
{
	if (keep_check_pending() == 0)
		return;
	keep_set_unclean(true);
	commit_kept();
	*why = "a part of what was to be freed is in use, and stays so; see e2fsck -p /dev/disk";
}

bool volume_mount(const char **why)
{
	struct ext2_super_block super;
	errcode_t e;
	bool kept;

	read_only = true;
	unwritable = NULL;
	*why = partition_find(&super);
	if (*why)
		return false;
	kept = keep_begin(super.s_uuid, partition.block_bytes);
	if (!kept && !(super.s_state & EXT2_VALID_FS)) {
		keep_set_unclean(true);
		*why = "it is not marked as clean, and stays so: e2fsck -p /dev/disk checks and mends it";
	}
	unwritable = must_not_write(&super);
	read_only = unwritable != NULL;
	e = begin();
	if (kept)
		drop_damaged(&e, why);
	if (kept && !e)
		keep_in_use(why);
	was_clean = !keep_is_unclean();
	if (e)
		*why = "its file system is damaged, or of a form that is not supported: e2fsck -y /dev/disk";
	mounted = !e;
	return !e;
}

bool volume_is_read_only(void)
{
	return read_only;
}

const char *volume_why_read_only(void)
{
	return volume ? unwritable : NULL;
}

bool volume_is_unclean(void)
{
	return keep_is_unclean();
}

/* ---- operations ---- */

void volume_names_follow(void)
{
	names_follow = true;
}

static bool is_changed(void)
{
	return cache_is_changed() || (volume->flags & CHANGED);
}

static errcode_t take_back(errcode_t e)
{
	cache_rollback();
	pending_rollback();
	close_volume();
	volume_is_there();
	return e;
}

bool volume_is_there(void)
{
	if (!volume && mounted && open_volume())
		close_volume();
	return volume != NULL;
}

static bool is_clean(void)
{
	return volume->super->s_state & EXT2_VALID_FS;
}

/* The superblock says whether the file system is clean, from volume_sync until the first change. */
static errcode_t put_super(bool clean)
{
	struct ext2_super_block *s = volume->super;

	if (clean == is_clean())
		return 0;
	s->s_state = (unsigned short)(clean ? s->s_state | EXT2_VALID_FS : s->s_state & ~EXT2_VALID_FS);
	ext2fs_mark_super_dirty(volume);
	return ext2fs_flush2(volume, EXT2_FLAG_FLUSH_NO_SYNC);
}

static errcode_t commit(bool clean)
{
	errcode_t e = state_put(volume);

	if (!e)
		e = put_super(clean);
	if (e)
		return take_back(e);
	return commit_kept();
}

errcode_t volume_end(errcode_t e)
{
	names_follow = false;
	if (!volume || !is_changed())
		return e;
	e = e ? take_back(e) : commit(false);
	if (!e && (cache_is_full() || pending_is_full()))
		e = volume_sync(false);
	return e;
}

errcode_t volume_drop(ext2_ino_t inode, ext2_ino_t parent, bool directory)
{
	return pending_add(directory ? PENDING_DIRECTORY : PENDING_LINK, inode, parent) ? 0 : TREE_MORE;
}

unsigned volume_links(ext2_ino_t inode, unsigned links)
{
	for (unsigned i = 0; i < pending_count() && links > 0; i++)
		links -= pending_at(i).kind == PENDING_LINK && pending_at(i).first == inode;
	return links;
}

/* ---- what is freed later ---- */

void volume_forget_file(ext2_ino_t inode)
{
	lock_drop_file(inode);
	keep_drop_renamed(inode);
}

static errcode_t clear_inode(ext2_ino_t number, struct ext2_inode *inode, bool directory)
{
	struct ext2_inode_large whole = { 0 };
	errcode_t e;

	memcpy(&whole, inode, sizeof *inode);
	e = ext2fs_free_ext_attr(volume, number, &whole);
	memcpy(inode, &whole, sizeof *inode);
	volume_forget_file(number);	/* locks of tasks that have not opened it again after a restart */
	inode->i_links_count = 0;
	inode->i_dtime = (__u32)volume->now;
	if (!e && ext2fs_inode_has_valid_blocks2(volume, inode))
		e = ext2fs_punch(volume, number, inode, NULL, 0, ~0ULL);
	if (!e)
		e = ext2fs_write_inode(volume, number, inode);
	if (!e && !pending_add(directory ? PENDING_INODE_DIRECTORY : PENDING_INODE, number, 1))
		e = EXT2_ET_NO_MEMORY;
	return e;
}

/* The last link. *more: there is more to be freed than the list has room for, or than one operation frees. */
static errcode_t drop_blocks(ext2_ino_t number, struct ext2_inode *inode, bool directory, bool *more)
{
	blk64_t start = 0;
	unsigned runs = 0;
	errcode_t e = 0;

	if (ext2fs_inode_has_valid_blocks2(volume, inode))
		e = truncate_find(number, inode, 0, &start, &runs);
	*more = !e && (start > 0 || !pending_fits(runs));
	if (e || !pending_fits(runs))
		return e;
	work += runs * WORK_OF_RUN;
	if (start == 0)
		return clear_inode(number, inode, directory);
	e = truncate_free(number, inode, 0, start);
	return e ? e : ext2fs_write_inode(volume, number, inode);
}

static errcode_t drop_link(ext2_ino_t number, bool directory, bool *more)
{
	struct ext2_inode inode;
	errcode_t e = ext2fs_read_inode(volume, number, &inode);

	if (e)
		return e;
	if (!directory && inode.i_links_count > 1) {
		inode.i_links_count--;
		return ext2fs_write_inode(volume, number, &inode);
	}
	return drop_blocks(number, &inode, directory, more);
}

/* The first blocks of entry i. *more: it has others. */
static void free_blocks(unsigned i, bool *more)
{
	struct pending p = pending_at(i);
	uint32_t n = p.count < TRUNCATE_BLOCKS ? p.count : TRUNCATE_BLOCKS;

	frees = true;
	for (uint32_t k = 0; k < n; k++) {
		ext2fs_block_alloc_stats2(volume, p.first + k, -1);
		ext2fs_unmark_block_bitmap2(on_disk, p.first + k);
	}
	frees = false;
	work += n;
	*more = n < p.count;
	if (*more)
		pending_shrink(i, n);
}

/* Entry i, whose turn it is. *more: only a part of it was done, if any. */
static errcode_t process(unsigned i, bool *more)
{
	struct pending p = pending_at(i);

	*more = false;
	switch (p.kind) {
	case PENDING_LINK:
	case PENDING_DIRECTORY:
		return drop_link((ext2_ino_t)p.first, p.kind == PENDING_DIRECTORY, more);
	case PENDING_BLOCKS:
		free_blocks(i, more);
		return 0;
	default:
		ext2fs_inode_alloc_stats2(volume, (ext2_ino_t)p.first, -1, p.kind == PENDING_INODE_DIRECTORY);
		return 0;
	}
}

static bool is_name(const struct pending *p)
{
	return p->kind == PENDING_LINK || p->kind == PENDING_DIRECTORY;
}

/* The last link of an inode is kept while that is open. */
static bool must_wait(const struct pending *p)
{
	ext2_ino_t number = (ext2_ino_t)p->first;
	struct ext2_inode inode;

	if (!is_name(p) || !inode_is_open(number))
		return false;
	return p->kind == PENDING_DIRECTORY || ext2fs_read_inode(volume, number, &inode) != 0
	       || inode.i_links_count <= 1;
}

/* What an entry stands for cannot be freed, in a damaged file system: it stays in use. */
static void give_up(void)
{
	static bool reported;

	take_back(0);
	keep_set_unclean(true);
	was_clean = false;
	if (!reported)
		pecan_logf("the disk: what was deleted cannot be freed, and stays in use; see e2fsck -p /dev/disk");
	reported = true;
}

/* One entry. *i: the next one. */
static errcode_t process_one(unsigned *i, unsigned *end)
{
	errcode_t e;
	bool more;

	work += WORK_OF_ENTRY;
	if (process(*i, &more)) {
		give_up();
		more = false;
	}
	if (!more) {
		pending_remove(*i);
		--*end;
	}
	*i += more;
	e = volume ? commit(false) : EXT2_ET_SHORT_READ;
	if (!e && cache_is_full())		/* else one of the next entries would not be kept */
		e = cache_write_out(true);
	return e;
}

/*
 * All is on the disk: the turn of the entries that were there has come, of as many as are done in one step.
 * First those that are no names: they make room for what names lead to. *more: for another step.
 */
static errcode_t process_some(bool *more)
{
	unsigned end = pending_turn();
	errcode_t e = 0;

	*more = false;
	for (int names = 0; names < 2; names++)
		for (unsigned i = 0; i < end && !e && volume; ) {
			struct pending p = pending_at(i);

			if (is_name(&p) != names || must_wait(&p)) {
				i++;
				continue;
			}
			*more = true;
			if (work >= WORK_MAX || (names && !pending_fits(TRUNCATE_EXTENTS)))
				return 0;
			e = process_one(&i, &end);
		}
	return e;
}

errcode_t volume_sync(bool clean)
{
	errcode_t e = 0;

	if (!volume || read_only)
		return volume && cache_is_dirty() ? EXT2_ET_RO_FILSYS : 0;
	work = 0;
	has_more = true;
	for (unsigned n = clean ? ROUNDS : 1; n > 0 && has_more && work < WORK_MAX && !e; n--) {
		e = cache_write_out(true);
		if (!e)
			e = note_on_disk();
		if (!e)
			e = process_some(&has_more);	/* what that changes is not on the disk */
	}
	has_more &= !e;
	if (e || !clean || !volume || !was_clean || has_more || pending_count() > 0 || is_clean())
		return e;
	e = commit(true);
	return e ? e : cache_write_out(true);
}

/* Everything to the disk. e2fsck looks into a file system only if it is not marked as clean. */
static errcode_t write_rest(void)
{
	errcode_t e = volume_sync(true);

	if (!e && (has_more || pending_count() > 0 || cache_is_dirty()))
		return TREE_MORE;
	if (!e && keep_is_unclean())
		e = commit(false);
	return e ? e : cache_write_out(true);
}

errcode_t volume_leave(void)
{
	bool writes = volume && !read_only;
	errcode_t e = writes ? write_rest() : 0;

	if (e)
		return e;
	if (!writes && keep_free_places() < keep_places())
		keep_drop();
	keep_forget();
	close_volume();
	mounted = false;
	return 0;
}

bool volume_has_more(void)
{
	return has_more;
}

bool volume_is_dirty(void)
{
	return volume && !read_only && (cache_is_dirty() || (was_clean && !is_clean()));
}

errcode_t volume_lacks_space(errcode_t e)
{
	errcode_t synced;

	if ((e != EXT2_ET_BLOCK_ALLOC_FAIL && e != EXT2_ET_INODE_ALLOC_FAIL) || pending_count() == 0)
		return e;
	synced = volume_sync(false);
	return synced == 0 && has_more ? TREE_MORE : e;
}
