/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * repair_blocks.c - the blocks of one inode; see repair_parts.h.
 *
 * Extents in blocks of their own are written after the inode. So after a power cut a block that was split
 * may still have what its new neighbour has as well, or a part of a run of that, and an entry that leads to a
 * block may begin elsewhere than that block.
 */
#include <pecan/server.h>
#include <servers/files/volume/volume.h>

#include "repair_parts.h"

enum { LEVELS = 8, MENDS = 8192, SECTOR = 512 };

/*
 * A walk over the blocks of one inode. resizes: the one whose blocks, after the first, are room for more
 * group descriptors, which are the file system's own already.
 */
struct walk { struct repair_blocks b; bool use, resizes; errcode_t e; };

static errcode_t take(struct walk *w, blk64_t first, blk64_t n)
{
	blk64_t end = ext2fs_blocks_count(volume->super);
	bool free;

	if (first <= volume->super->s_first_data_block || first >= end || n > end - first)
		return REPAIR_DAMAGE;
	w->b.all += n;
	if (!w->use) {
		ext2fs_unmark_block_bitmap_range2(volume->block_map, first, (blk_t)n);
		return 0;
	}
	free = ext2fs_test_block_bitmap_range2(volume->block_map, first, (blk_t)n);
	if (free == (w->resizes && w->b.all > 1))
		return REPAIR_DAMAGE;
	ext2fs_mark_block_bitmap_range2(volume->block_map, first, (blk_t)n);
	return 0;
}

/* ---- the file system itself ---- */

static errcode_t mark_group(dgrp_t g)
{
	struct walk w = { .use = true };
	errcode_t e = take(&w, ext2fs_block_bitmap_loc(volume, g), 1);

	if (!e)
		e = take(&w, ext2fs_inode_bitmap_loc(volume, g), 1);
	return e ? e : take(&w, ext2fs_inode_table_loc(volume, g), volume->inode_blocks_per_group);
}

errcode_t repair_mark_own(uint32_t *own)
{
	errcode_t e = 0;

	for (dgrp_t g = 0; g < volume->group_desc_count; g++)
		ext2fs_reserve_super_and_bgd(volume, g, volume->block_map);
	for (dgrp_t g = 0; g < volume->group_desc_count && !e; g++)
		e = ext2fs_group_desc_csum_verify(volume, g) ? mark_group(g) : REPAIR_DAMAGE;
	for (dgrp_t g = 0; g < volume->group_desc_count && !e; g++)
		e = repair_image_blocks(g, &own[g]);
	return e;
}

/* ---- extents ---- */

/* Where a block of extents begins by the entry that leads to it, and where the next one begins. */
struct range { uint64_t start, end; };

static bool is_second(const struct ext2fs_extent *x)
{
	return x->e_flags & EXT2_EXTENT_FLAGS_SECOND_VISIT;
}

/* The entry and those after it in its block, which its neighbour has: all are behind the block's end. */
static errcode_t delete_rest(ext2_extent_handle_t h, int n, uint64_t end)
{
	errcode_t e = 0;

	for (; !e && n > 0; n--) {
		struct ext2fs_extent x;

		e = ext2fs_extent_get(h, EXT2_EXTENT_CURRENT, &x);
		if (!e)
			e = x.e_lblk >= end ? ext2fs_extent_delete(h, 0) : REPAIR_DAMAGE;
	}
	return e;
}

/* A run of reserved blocks whose middle was written, and is where the neighbour begins. */
static errcode_t shorten(ext2_extent_handle_t h, const struct ext2fs_extent *x, uint64_t end)
{
	struct ext2fs_extent first = *x;

	first.e_len = (__u32)(end - x->e_lblk);
	return ext2fs_extent_replace(h, 0, &first);
}

static bool is_across(const struct ext2fs_extent *x, uint64_t end)
{
	return (x->e_flags & EXT2_EXTENT_FLAGS_LEAF) && (x->e_flags & EXT2_EXTENT_FLAGS_UNINIT)
	       && x->e_lblk < end && end < x->e_lblk + (uint64_t)x->e_len;
}

/* An entry, of the level in `i`; r: the ranges of the levels. *mended: it was wrong. */
static errcode_t mend_entry(ext2_extent_handle_t h, const struct ext2_extent_info *i,
			    const struct ext2fs_extent *x, struct range *r, bool *mended)
{
	const struct range *own = i->curr_level > 0 ? &r[i->curr_level - 1] : NULL;

	*mended = own && (x->e_lblk >= own->end || (i->curr_entry == 1 && x->e_lblk != own->start));
	if (*mended && x->e_lblk >= own->end)
		return i->curr_entry > 1 ? delete_rest(h, i->num_entries - i->curr_entry + 1, own->end)
					 : REPAIR_DAMAGE;
	if (*mended)
		return ext2fs_extent_fix_parents(h);
	*mended = own && is_across(x, own->end);
	if (*mended)
		return shorten(h, x, own->end);
	r[i->curr_level].start = x->e_lblk;
	r[i->curr_level].end = i->curr_entry < i->num_entries ? x->e_lblk + (uint64_t)x->e_len
							       : own ? own->end : UINT64_MAX;
	return 0;
}

static errcode_t mend_once(ext2_extent_handle_t h, bool *mended)
{
	struct range r[LEVELS];
	struct ext2fs_extent x;
	errcode_t e = ext2fs_extent_get(h, EXT2_EXTENT_ROOT, &x);

	*mended = false;
	for (; !e && !*mended; e = *mended ? 0 : ext2fs_extent_get(h, EXT2_EXTENT_NEXT, &x)) {
		struct ext2_extent_info i;

		e = is_second(&x) ? 0 : ext2fs_extent_get_info(h, &i);
		if (!e && !is_second(&x))
			e = i.curr_level < LEVELS ? mend_entry(h, &i, &x, r, mended) : REPAIR_DAMAGE;
		if (e)
			return e;
	}
	return e == EXT2_ET_EXTENT_NO_NEXT ? 0 : e;
}

static errcode_t mend_extents(ext2_extent_handle_t h)
{
	struct ext2_extent_info i;
	errcode_t e = ext2fs_extent_get_info(h, &i);
	bool mended = true;

	if (e || i.max_depth == 0)
		return e;
	for (unsigned n = 0; !e && mended; n++) {
		pecan_beat();
		e = n < MENDS ? mend_once(h, &mended) : REPAIR_DAMAGE;
		repair_counts.others += mended;
	}
	return e;
}

static errcode_t take_extent(struct walk *w, const struct ext2fs_extent *x)
{
	if (is_second(x))
		return 0;
	if (!(x->e_flags & EXT2_EXTENT_FLAGS_LEAF)) {
		repair_counts.reads++;
		return take(w, x->e_pblk, 1);
	}
	if (x->e_len == 0 || x->e_lblk < w->b.end)
		return REPAIR_DAMAGE;
	w->b.mapped += x->e_len;
	w->b.end = x->e_lblk + x->e_len;
	if (!(x->e_flags & EXT2_EXTENT_FLAGS_UNINIT))
		w->b.written = w->b.end;
	return take(w, x->e_pblk, x->e_len);
}

static errcode_t walk_extents(struct walk *w, ext2_ino_t number, struct ext2_inode *inode)
{
	struct ext2fs_extent x;
	ext2_extent_handle_t h;
	errcode_t e = ext2fs_extent_open2(volume, number, inode, &h);

	if (e)
		return e;
	e = w->use ? mend_extents(h) : 0;
	if (!e)
		e = ext2fs_extent_get(h, EXT2_EXTENT_ROOT, &x);
	while (!e) {
		e = take_extent(w, &x);
		if (!e)
			e = ext2fs_extent_get(h, EXT2_EXTENT_NEXT, &x);
	}
	ext2fs_extent_free(h);
	return e == EXT2_ET_EXTENT_NO_NEXT ? 0 : e;
}

/* ---- other inodes ---- */

static int take_block(ext2_filsys fs, blk64_t *block, e2_blkcnt_t n, blk64_t r, int at, void *arg)
{
	struct walk *w = arg;

	(void)fs;
	(void)r;
	(void)at;
	w->e = take(w, *block, 1);
	if (n < 0) {
		repair_counts.reads++;
	} else {
		w->b.mapped++;
		w->b.end = (uint64_t)n + 1 > w->b.end ? (uint64_t)n + 1 : w->b.end;
		w->b.written = w->b.end;
	}
	return w->e ? BLOCK_ABORT : 0;
}

/* The block of extended attributes: one that several files share is not repaired. */
static errcode_t take_attributes(struct walk *w, ext2_ino_t number, struct ext2_inode *inode)
{
	blk64_t at = ext2fs_file_acl_block(volume, inode);
	errcode_t e = at ? take(w, at, 1) : 0;

	if (e || !at)
		return e;
	repair_counts.reads++;
	e = ext2fs_read_ext_attr3(volume, at, repair_bytes, number);
	if (!e && ((struct ext2_ext_attr_header *)repair_bytes)->h_refcount != 1)
		e = REPAIR_TOO_HARD;
	return e;
}

static errcode_t walk_all(struct walk *w, ext2_ino_t number, struct ext2_inode *inode)
{
	errcode_t e = 0;

	if (number == EXT2_BAD_INO && inode->i_blocks != 0)
		return REPAIR_TOO_HARD;		/* it has no mode, which says that it has blocks */
	if (ext2fs_inode_has_valid_blocks2(volume, inode)) {
		if (inode->i_flags & EXT4_EXTENTS_FL)
			e = walk_extents(w, number, inode);
		else
			e = ext2fs_block_iterate3(volume, number, BLOCK_FLAG_READ_ONLY, NULL, take_block, w);
	}
	e = e ? e : w->e;
	return e ? e : take_attributes(w, number, inode);
}

errcode_t repair_mark(ext2_ino_t number, struct ext2_inode *inode, struct repair_blocks *b, bool *changed)
{
	struct walk w = { .use = true, .resizes = number == EXT2_RESIZE_INO };
	errcode_t e = walk_all(&w, number, inode);
	blk64_t before = ext2fs_get_stat_i_blocks(volume, inode);

	*b = w.b;
	*changed = false;
	if (!e)
		e = ext2fs_iblk_set(volume, inode, w.b.all);
	*changed = ext2fs_get_stat_i_blocks(volume, inode) != before;
	return e || !*changed || !repair_is_own(number) ? e : REPAIR_DAMAGE;
}

errcode_t repair_unmark(ext2_ino_t number, struct ext2_inode *inode)
{
	struct walk w = { .use = false };

	return walk_all(&w, number, inode);
}
