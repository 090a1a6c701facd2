/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * operation.c - see operation.h.
 */
#include <pecan/file_locks.h>
#include <pecan/system.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include <servers/files/cache/marks.h>
#include <servers/files/cache/pending.h>
#include <servers/files/volume/bits.h>
#include <servers/files/volume/errors.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/times.h>
#include <servers/files/volume/volume.h>
#include <string.h>

#include "operation.h"
#include "truncate.h"

enum { ROUNDS = 8, WORK_MAX = 512, WORK_OF_ENTRY = 32, WORK_OF_RUN = 32, WORK_OF_REQUEST = 8 };

static bool was_clean;			/* the file system may be marked as clean */
static bool has_more;			/* to be freed, after the last sync */
static bool at_once;			/* operation_note */
static unsigned work;			/* of a sync: what takes as long as to free so many blocks */

void operation_begin(void)
{
	was_clean = !keep_is_unclean();
}

void operation_note(const struct ext2_inode *inode)
{
	at_once |= (inode->i_flags & (EXT2_SYNC_FL | EXT2_DIRSYNC_FL)) != 0;
}

errcode_t operation_end(errcode_t e)
{
	bool full, sync = at_once;

	at_once = false;
	if (!volume || !volume_is_changed())
		return e;
	e = e ? volume_undo(e) : volume_commit(false);
	full = !e && (cache_is_full() || bits_are_many());
	if (full) {
		e = cache_write_data();
		full = cache_is_full() || bits_are_many();
	}
	if (!e && (full || sync || pending_is_full()))
		e = operation_sync(false);
	return e;
}

/* ---- what is freed later ---- */

errcode_t operation_drop(ext2_ino_t inode, ext2_ino_t parent, bool directory)
{
	return pending_add(directory ? PENDING_DIRECTORY : PENDING_LINK, inode, parent) ? 0 : TREE_MORE;
}

unsigned operation_links(ext2_ino_t inode, unsigned links)
{
	unsigned removed = pending_links(inode);

	return links > removed ? links - removed : 0;
}

void operation_forget_file(ext2_ino_t inode)
{
	lock_drop_file(inode);
	marks_clear_file(inode);
	keep_drop_renamed(inode);
}

static errcode_t clear_inode(ext2_ino_t number, struct ext2_inode *inode, bool directory)
{
	struct ext2_inode_large whole = { 0 };
	errcode_t e;

	memcpy(&whole, inode, sizeof *inode);
	e = ext2fs_free_ext_attr(volume, number, &whole);
	memcpy(inode, &whole, sizeof *inode);
	operation_forget_file(number);	/* locks of tasks that have not opened it again after a restart */
	inode->i_links_count = 0;
	inode->i_dtime = times_deleted();
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
	errcode_t e = inode_read(number, &inode);

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

	volume_free(p.first, n);
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
	return p->kind == PENDING_DIRECTORY || inode_read(number, &inode) != 0
	       || inode.i_links_count <= 1;
}

/* What an entry stands for cannot be freed, in a damaged file system: it stays in use. */
static void give_up(void)
{
	static bool reported;

	volume_undo(0);
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
	if (process(*i, &more) || bits_error()) {	/* its bitmap is wrong: what it has stays in use */
		give_up();
		more = false;
	}
	if (!more) {
		pending_remove(*i);
		--*end;
	}
	*i += more;
	e = volume ? volume_commit(false) : EXT2_ET_SHORT_READ;
	if (!e && cache_is_full())		/* else one of the next entries would not be kept */
		e = cache_write_out(true);
	return e;
}

/* Writes all to the disk. That is work, too, but leaves some for one entry, so each sync comes further. */
static errcode_t write_out(void)
{
	unsigned long before = cache_requests();
	errcode_t e = cache_write_out(true);

	work += (unsigned)(cache_requests() - before) * WORK_OF_REQUEST;
	work = work < WORK_MAX ? work : WORK_MAX - 1;
	return e;
}

static unsigned works(void)
{
	return work + volume_freed;
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
			if (works() >= WORK_MAX || (names && !pending_fits(TRUNCATE_EXTENTS)))
				return 0;
			e = process_one(&i, &end);
		}
	return e;
}

/* ---- the disk ---- */

errcode_t operation_sync(bool clean)
{
	errcode_t e = 0;

	if (!volume || volume_is_read_only())
		return volume && cache_is_dirty() ? EXT2_ET_RO_FILSYS : 0;
	work = 0;
	volume_freed = 0;
	has_more = true;
	for (unsigned n = clean ? ROUNDS : 1; n > 0 && has_more && works() < WORK_MAX && !e; n--) {
		e = write_out();
		if (!e)
			bits_note_written();
		if (!e)
			e = process_some(&has_more);	/* what that changes is not on the disk */
	}
	has_more &= !e;
	if (e || !clean || !volume || !was_clean || has_more || pending_count() > 0 || volume_is_clean())
		return e;
	e = volume_commit(true);
	return e ? e : cache_write_out(true);
}

errcode_t operation_finish(void)
{
	errcode_t e = operation_sync(true);

	if (!e && (has_more || pending_count() > 0 || cache_is_dirty()))
		return TREE_MORE;
	if (!e && keep_is_unclean())
		e = volume_commit(false);
	return e ? e : cache_write_out(true);
}

bool operation_has_more(void)
{
	return has_more;
}

bool operation_is_dirty(void)
{
	return volume && !volume_is_read_only() && (cache_is_dirty() || (was_clean && !volume_is_clean()));
}

errcode_t operation_lacks_space(errcode_t e)
{
	errcode_t synced;

	if ((e != EXT2_ET_BLOCK_ALLOC_FAIL && e != EXT2_ET_INODE_ALLOC_FAIL) || pending_count() == 0)
		return e;
	synced = operation_sync(false);
	return synced == 0 && has_more ? TREE_MORE : e;
}
