/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * repair_inodes.c - all inodes in use; see repair_parts.h.
 */
#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <servers/files/volume/times.h>
#include <servers/files/volume/volume.h>
#include <stdlib.h>
#include <string.h>

#include "repair_parts.h"

enum { LINKS_AT = 26, FIRST_ROOM = 64 };

struct repair_tree repair_tree;

bool repair_is_own(ext2_ino_t number)
{
	return (number < EXT2_FIRST_INO(volume->super) && number != EXT2_ROOT_INO)
	       || (ext2fs_has_feature_orphan_file(volume->super)
		   && number == volume->super->s_orphan_file_inum);
}

/* ---- directories ---- */

/* Room for one more of n things of this size. */
static bool grow(void **at, unsigned n, unsigned *room, size_t size)
{
	unsigned more = *room ? *room + *room / 2 : FIRST_ROOM;
	void *new;

	if (n < *room)
		return true;
	new = more < UINT32_MAX / size / 2 ? realloc(*at, more * size) : NULL;
	if (!new)
		return false;
	*at = new;
	*room = more;
	return true;
}

static int add_block(ext2_filsys fs, blk64_t *block, e2_blkcnt_t n, blk64_t r, int at, void *arg)
{
	struct repair_tree *t = &repair_tree;

	(void)fs;
	(void)r;
	(void)at;
	if (n < 0)
		return 0;
	if (!grow((void **)&t->block, t->blocks, &t->blocks_max, sizeof *t->block)) {
		*(errcode_t *)arg = EXT2_ET_NO_MEMORY;
		return BLOCK_ABORT;
	}
	t->block[t->blocks++] = (struct repair_dir_block){ .block = *block, .dir = t->dirs - 1,
							      .number = (uint32_t)n };
	return 0;
}

/* The htree of the last directory, which has the last n blocks. */
static errcode_t mend_index(ext2_ino_t number, struct ext2_inode *inode, unsigned n, bool *changed)
{
	struct repair_tree *t = &repair_tree;
	unsigned keep = n;
	struct repair_dir *d = &t->dir[t->dirs - 1];
	errcode_t e = repair_index(d, &t->block[t->blocks - n], n, &keep);

	if (!d->indexed)
		inode->i_flags &= ~(__u32)EXT2_INDEX_FL;
	*changed |= !d->indexed || keep < n;
	if (e || keep == n)
		return e;
	t->blocks -= n - keep;
	e = ext2fs_punch(volume, number, inode, NULL, keep, ~0ULL);
	return e ? e : ext2fs_inode_size_set(volume, inode, (ext2_off64_t)keep * volume->blocksize);
}

static errcode_t add_directory(ext2_ino_t number, struct ext2_inode *inode, const struct repair_blocks *b,
			       bool *changed)
{
	struct repair_tree *t = &repair_tree;
	errcode_t e, failed = 0;
	unsigned before = t->blocks;

	if (b->end == 0 || b->mapped != b->end || b->end > UINT32_MAX)
		return REPAIR_DAMAGE;
	if (!grow((void **)&t->dir, t->dirs, &t->dirs_max, sizeof *t->dir))
		return EXT2_ET_NO_MEMORY;
	t->dir[t->dirs++] = (struct repair_dir){ .inode = number, .links = inode->i_links_count,
						 .at = REPAIR_NONE,
						 .indexed = inode->i_flags & EXT2_INDEX_FL };
	if (EXT2_I_SIZE(inode) != b->end * volume->blocksize) {
		*changed = true;		/* a block that was added is not mapped yet */
		e = ext2fs_inode_size_set(volume, inode, (ext2_off64_t)(b->end * volume->blocksize));
		if (e)
			return e;
	}
	e = ext2fs_block_iterate3(volume, number, BLOCK_FLAG_READ_ONLY, NULL, add_block, &failed);
	e = e ? e : failed;
	return e || !t->dir[t->dirs - 1].indexed ? e : mend_index(number, inode, t->blocks - before, changed);
}

/* ---- the scan ---- */

static bool is_known(const struct ext2_inode *i)
{
	return LINUX_S_ISREG(i->i_mode) || LINUX_S_ISDIR(i->i_mode) || LINUX_S_ISLNK(i->i_mode)
	       || LINUX_S_ISCHR(i->i_mode) || LINUX_S_ISBLK(i->i_mode) || LINUX_S_ISFIFO(i->i_mode)
	       || LINUX_S_ISSOCK(i->i_mode);
}

/* A file that was made shorter: its inode is on the disk, and the block that maps what was cut off is not. */
static errcode_t cut_behind(ext2_ino_t number, struct ext2_inode *inode, const struct repair_blocks *b)
{
	uint64_t end = (EXT2_I_SIZE(inode) + volume->blocksize - 1) / volume->blocksize;

	if (!LINUX_S_ISREG(inode->i_mode) || b->written <= end)
		return 0;
	repair_counts.others++;
	return ext2fs_punch(volume, number, inode, NULL, end, ~0ULL);
}

static errcode_t add_inode(ext2_ino_t number)
{
	struct ext2_inode inode;
	struct repair_blocks b;
	bool changed = false;
	errcode_t e = ext2fs_read_inode(volume, number, &inode);

	if (!e && !repair_is_own(number) && !is_known(&inode))
		e = REPAIR_DAMAGE;
	if (!e)
		e = repair_mark(number, &inode, &b, &changed);
	if (e)
		return e;
	ext2fs_mark_inode_bitmap2(volume->inode_map, number);
	if (repair_is_own(number))
		return 0;
	if (LINUX_S_ISDIR(inode.i_mode))
		e = add_directory(number, &inode, &b, &changed);
	else
		e = cut_behind(number, &inode, &b);
	if (!e && !LINUX_S_ISDIR(inode.i_mode))
		e = ext2fs_icount_store(repair_tree.links, number, inode.i_links_count);
	repair_counts.others += changed;
	return e || !changed ? e : ext2fs_write_inode(volume, number, &inode);
}

/* *linked: the inode at these bytes of a block has a link. */
static errcode_t is_linked(blk64_t block, unsigned offset, bool *linked)
{
	const char *at = cache_read(NULL, block);
	uint16_t links;

	if (!at)
		return EXT2_ET_SHORT_READ;
	memcpy(&links, at + offset + LINKS_AT, sizeof links);
	*linked = links != 0;
	return 0;
}

static void fetch(blk64_t first, unsigned n)
{
	uint64_t block[CACHE_FETCH];

	for (unsigned i = 0; i < n; i++)
		block[i] = first + i;
	cache_fetch(NULL, block, n);
	repair_counts.reads += n;
}

static unsigned inodes_of(dgrp_t g)
{
	unsigned n = volume->super->s_inodes_per_group, unused = ext2fs_bg_itable_unused(volume, g);

	if (ext2fs_bg_flags_test(volume, g, EXT2_BG_INODE_UNINIT))
		return 0;
	return unused < n ? n - unused : 0;
}

static errcode_t scan_group(dgrp_t g)
{
	unsigned bytes = EXT2_INODE_SIZE(volume->super), per = volume->blocksize / bytes, n = inodes_of(g);
	unsigned blocks = (n + per - 1) / per;
	ext2_ino_t first = g * volume->super->s_inodes_per_group + 1;
	errcode_t e = 0;

	for (unsigned i = 0; i < n && !e; i++) {
		blk64_t block = ext2fs_inode_table_loc(volume, g) + i / per;
		unsigned left = blocks - i / per;
		bool linked = false;

		if (i % (per * CACHE_FETCH) == 0)
			fetch(block, left < CACHE_FETCH ? left : CACHE_FETCH);
		e = is_linked(block, i % per * bytes, &linked);
		if (!e && (linked || repair_is_own(first + i)))
			e = add_inode(first + i);
	}
	return e;
}

errcode_t repair_scan(void)
{
	errcode_t e = 0;

	for (ext2_ino_t i = 1; i < EXT2_FIRST_INO(volume->super); i++)
		ext2fs_mark_inode_bitmap2(volume->inode_map, i);
	for (dgrp_t g = 0; g < volume->group_desc_count && !e; g++)
		e = scan_group(g);
	return e;
}

/* ---- links ---- */

static errcode_t set_links(ext2_ino_t number, unsigned links)
{
	struct ext2_inode inode;
	errcode_t e = ext2fs_read_inode(volume, number, &inode);

	if (e)
		return e;
	inode.i_links_count = (__u16)links;
	repair_counts.others += links > 0;
	repair_counts.freed += links == 0;
	if (links == 0) {
		inode.i_dtime = times_deleted();
		e = repair_unmark(number, &inode);
		ext2fs_unmark_inode_bitmap2(volume->inode_map, number);
	}
	return e ? e : ext2fs_write_inode(volume, number, &inode);
}

static errcode_t set_directory(const struct repair_dir *d)
{
	unsigned links = d->subs + 2;

	if (d->at == REPAIR_NONE && d->inode != EXT2_ROOT_INO)
		return set_links(d->inode, 0);
	if (d->links == links || (d->links == 1 && ext2fs_has_feature_dir_nlink(volume->super)))
		return 0;
	return links < EXT2_LINK_MAX ? set_links(d->inode, links) : set_links(d->inode, 1);
}

static errcode_t set_file(ext2_ino_t number)
{
	__u16 links, names = 0;
	errcode_t e = ext2fs_icount_fetch(repair_tree.links, number, &links);

	if (!e && links > 0)
		e = ext2fs_icount_fetch(repair_tree.names, number, &names);
	return e || links == 0 || links == names ? e : set_links(number, names);
}

errcode_t repair_links(void)
{
	struct repair_tree *t = &repair_tree;
	errcode_t e = 0;

	for (unsigned i = 0; i < t->dirs && !e; i++)
		e = set_directory(&t->dir[i]);
	for (ext2_ino_t n = EXT2_FIRST_INO(volume->super); n <= volume->super->s_inodes_count && !e; n++) {
		ext2_ino_t next;

		if (ext2fs_find_first_set_inode_bitmap2(volume->inode_map, n, volume->super->s_inodes_count,
							&next))
			break;
		n = next;
		e = repair_is_own(n) ? 0 : set_file(n);
	}
	return e;
}
