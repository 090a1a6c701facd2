/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep_check.c - see keep_check.h.
 */
#include <string.h>
#include <pecan/disk.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include <servers/files/cache/pending.h>
#include <servers/files/volume/bits.h>
#include <servers/files/volume/partition.h>
#include <servers/files/volume/volume.h>

#include "fixed.h"
#include "keep_check.h"

enum {
	PLACES_MAX = 1024,		/* of keep.h: 1 MiB, in blocks of 1 KiB */
	MOST_NAMES = 0xffff,		/* that an inode can have */
};

/* ---- inodes in blocks ---- */

/* Returns true if the disk has these bytes of a block as well. */
static bool is_on_disk(blk64_t block, unsigned offset, unsigned bytes)
{
	static char there[EXT2_MAX_BLOCK_SIZE];
	unsigned size = partition.block_bytes;
	const char *here = cache_read(NULL, block);

	return here && cache_read_sectors(partition.first + block * (size / DISK_SECTOR), there, size) == 0
	       && memcmp(here + offset, there + offset, bytes) == 0;
}

/* The checksums of a group's inodes in a block: of those in use that are not as on the disk. */
static errcode_t check_inodes(blk64_t block, dgrp_t group)
{
	unsigned per = EXT2_INODES_PER_BLOCK(volume->super), bytes = EXT2_INODE_SIZE(volume->super);
	unsigned before = (unsigned)(block - ext2fs_inode_table_loc(volume, group)) * per;
	ext2_ino_t number = group * volume->super->s_inodes_per_group + before + 1;
	struct ext2_inode inode;
	errcode_t e = 0;

	for (unsigned i = 0; i < per && !e; i++) {
		if (ext2fs_test_inode_bitmap2(volume->inode_map, number + i))
			e = ext2fs_read_inode(volume, number + i, &inode);
		if (e && is_on_disk(block, i * bytes, bytes))
			e = 0;
	}
	return e;
}

/* ---- blocks ---- */

/* The bitmaps of the groups whose descriptors are in this block, if it has any. */
static errcode_t check_described(blk64_t block)
{
	dgrp_t per = EXT2_DESC_PER_BLOCK(volume->super), groups = volume->group_desc_count;
	errcode_t e = 0;

	for (dgrp_t i = 0; i < volume->desc_blocks && !e; i++) {
		if (ext2fs_descriptor_block_loc2(volume, volume->super->s_first_data_block, i) != block)
			continue;
		for (dgrp_t g = i * per; g < (i + 1) * per && g < groups && !e; g++) {
			e = bits_check(g, BITS_BLOCKS);
			if (!e)
				e = bits_check(g, BITS_INODES);
		}
	}
	return e;
}

static errcode_t check_bitmaps(const struct fixed_range *r, dgrp_t group, enum fixed_kind kind)
{
	switch (kind) {
	case FIXED_SUPER:
		return check_described(r->first);
	case FIXED_BLOCK_BITMAP:
		return bits_check(group, BITS_BLOCKS);
	case FIXED_INODE_BITMAP:
		return bits_check(group, BITS_INODES);
	default:
		return 0;
	}
}

/* of: the class of the kept block. */
static errcode_t check_kept(const struct fixed_range *r, dgrp_t group, enum fixed_kind kind)
{
	if (r->of == CLASS_DATA)
		return EXT2_ET_BAD_BLOCK_NUM;
	return kind == FIXED_INODES ? check_inodes(r->first, group) : check_bitmaps(r, group, kind);
}

static struct fixed_range kept[PLACES_MAX];

/* Fills `kept`. Returns the number of blocks that are kept and not to be freed. */
static unsigned list_kept(void)
{
	unsigned n = 0;

	for (int i = 0; i < keep_places() && n < PLACES_MAX; i++) {
		uint64_t block;
		unsigned class;

		if (keep_get(i, &block, &class) && !pending_has(block))
			kept[n++] = (struct fixed_range){ block, 1, class };
	}
	return n;
}

errcode_t keep_check_blocks(void)
{
	return fixed_each(kept, list_kept(), check_kept);
}

errcode_t keep_check_hidden(void)
{
	unsigned n;

	keep_hide(false);
	n = list_kept();
	keep_hide(true);
	return fixed_each(kept, n, check_bitmaps);
}

/* ---- what is to be freed ---- */

static unsigned names[PENDING_MAX];	/* of an entry's inode, in the directory of the entry */
static bool has_fixed[PENDING_MAX];	/* a block of an entry is one of the file system itself */

static errcode_t note_fixed(const struct fixed_range *r, dgrp_t group, enum fixed_kind kind)
{
	(void)group;
	(void)kind;
	has_fixed[r->of] = true;
	return 0;
}

static void find_fixed(void)
{
	static struct fixed_range ranges[PENDING_MAX];
	unsigned n = 0;

	memset(has_fixed, 0, sizeof has_fixed);
	for (unsigned i = 0; i < pending_count(); i++) {
		struct pending p = pending_at(i);

		if (p.kind == PENDING_BLOCKS)
			ranges[n++] = (struct fixed_range){ p.first, p.count, i };
	}
	fixed_each(ranges, n, note_fixed);
}

static bool is_name(const struct pending *p)
{
	return p->kind == PENDING_LINK || p->kind == PENDING_DIRECTORY;
}

static bool overlaps(const struct pending *p, blk64_t first, blk64_t count)
{
	return p->first < first + count && first < p->first + p->count;
}

static bool is_in_others(const struct pending *p)
{
	unsigned n = 0;

	for (unsigned i = 0; i < pending_count(); i++) {
		struct pending other = pending_at(i);

		n += other.kind == PENDING_BLOCKS && overlaps(p, other.first, other.count);
	}
	return n > 1;
}

static bool are_blocks_to_free(const struct pending *p, unsigned i)
{
	blk64_t first = volume->super->s_first_data_block, end = ext2fs_blocks_count(volume->super), free;

	if (p->first < first || p->first >= end || p->count == 0 || p->count > end - p->first)
		return false;
	return ext2fs_find_first_zero_block_bitmap2(volume->block_map, p->first, p->first + p->count - 1, &free)
	       == ENOENT && !has_fixed[i] && !is_in_others(p);
}

/* The directory has names of an inode, `times` of them; inode 0: of any. */
static void count_name(uint32_t directory, ext2_ino_t inode, unsigned times)
{
	for (unsigned i = 0; i < pending_count(); i++) {
		struct pending p = pending_at(i);

		if (is_name(&p) && p.count == directory && (inode == 0 || p.first == inode))
			names[i] += times;
	}
}

static int count_entry(struct ext2_dir_entry *d, int offset, int size, char *buf, void *directory)
{
	(void)offset;
	(void)size;
	(void)buf;
	count_name(*(uint32_t *)directory, d->inode, 1);
	return 0;
}

static bool is_counted(uint32_t directory, unsigned before)
{
	bool counted = false;

	for (unsigned i = 0; i < before && !counted; i++) {
		struct pending p = pending_at(i);

		counted = is_name(&p) && p.count == directory;
	}
	return counted;
}

/* A directory may be removed itself. In one that cannot be read there may be any number. */
static void count_names(void)
{
	memset(names, 0, sizeof names);
	for (unsigned i = 0; i < pending_count(); i++) {
		struct pending p = pending_at(i);
		errcode_t e;

		if (!is_name(&p) || is_counted(p.count, i))
			continue;
		e = ext2fs_check_directory(volume, p.count);
		if (!e)
			e = ext2fs_dir_iterate(volume, p.count, 0, NULL, count_entry, &p.count);
		if (e && e != EXT2_ET_NO_DIRECTORY)
			count_name(p.count, 0, MOST_NAMES);
	}
}

/* Entries of this inode that are links, or that are not. */
static unsigned entries_of(uint64_t inode, bool links)
{
	unsigned n = 0;

	for (unsigned i = 0; i < pending_count(); i++) {
		struct pending p = pending_at(i);

		n += p.kind != PENDING_BLOCKS && p.first == inode && (p.kind == PENDING_LINK) == links;
	}
	return n;
}

/* Each name and each entry has a link. A directory has a name, here or elsewhere, and a link for its "." */
static bool are_links_to_drop(const struct pending *p, const struct ext2_inode *inode, unsigned found)
{
	bool directory = LINUX_S_ISDIR(inode->i_mode);

	if (p->kind == PENDING_LINK)
		return inode->i_links_count >= (directory && found == 0 ? 1 : found) + directory
					       + entries_of(p->first, true);
	if (entries_of(p->first, false) > 1)
		return false;
	if (p->kind == PENDING_DIRECTORY)
		return directory && inode->i_links_count > 0 && found == 0;
	return inode->i_links_count == 0 && directory == (p->kind == PENDING_INODE_DIRECTORY);
}

static bool is_inode_to_free(const struct pending *p, unsigned found)
{
	struct ext2_inode inode;

	if (p->first < EXT2_FIRST_INO(volume->super) || p->first > volume->super->s_inodes_count
	    || !ext2fs_test_inode_bitmap2(volume->inode_map, (ext2_ino_t)p->first))
		return false;
	return ext2fs_read_inode(volume, (ext2_ino_t)p->first, &inode) == 0
	       && are_links_to_drop(p, &inode, found);
}

static bool is_to_free(const struct pending *p, unsigned i)
{
	if (p->kind == PENDING_BLOCKS)
		return are_blocks_to_free(p, i);
	return p->kind <= PENDING_INODE_DIRECTORY && is_inode_to_free(p, names[i]);
}

unsigned keep_check_pending(void)
{
	static bool wrong[PENDING_MAX];
	unsigned n = pending_count(), removed = 0;

	count_names();
	find_fixed();
	for (unsigned i = 0; i < n; i++) {
		struct pending p = pending_at(i);

		wrong[i] = !is_to_free(&p, i);
	}
	for (unsigned i = n; i-- > 0 && !cache_has_failed(); )
		if (wrong[i]) {
			pending_remove(i);
			removed++;
		}
	return removed;
}
