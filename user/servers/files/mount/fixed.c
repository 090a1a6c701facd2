/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixed.c - see fixed.h.
 */
#include <stdlib.h>
#include <pecan/server.h>
#include <servers/files/volume/volume.h>

#include "fixed.h"

enum { BEAT_AFTER = 1024 };

static int compare(const void *a, const void *b)
{
	const struct fixed_range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* How many of the ranges begin before this block. */
static unsigned before(const struct fixed_range *r, unsigned n, uint64_t block)
{
	unsigned low = 0;

	while (low < n) {
		unsigned middle = low + (n - low) / 2;

		if (r[middle].first < block)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* The ranges that begin in these blocks, and the one before them, which may end there. */
static errcode_t look(const struct fixed_range *r, unsigned n, const struct fixed_range *own, dgrp_t group,
		      fixed_fn *fn)
{
	unsigned i = before(r, n, own->first + own->count);
	errcode_t e = 0;

	while (i-- > 0 && !e) {
		if (r[i].first + r[i].count > own->first)
			e = fn(&r[i], group, (enum fixed_kind)own->of);
		if (r[i].first <= own->first)
			break;
	}
	return e;
}

errcode_t fixed_each(struct fixed_range *r, unsigned n, fixed_fn *fn)
{
	errcode_t e = 0;

	qsort(r, n, sizeof *r, compare);
	for (dgrp_t g = 0; g < volume->group_desc_count && n > 0 && !e; g++) {
		blk_t used;

		if (g % BEAT_AFTER == 0)
			pecan_beat();
		ext2fs_super_and_bgd_loc2(volume, g, NULL, NULL, NULL, &used);
		const struct fixed_range own[FIXED_KINDS] = {
			{ ext2fs_group_first_block2(volume, g), used, FIXED_SUPER },
			{ ext2fs_block_bitmap_loc(volume, g), 1, FIXED_BLOCK_BITMAP },
			{ ext2fs_inode_bitmap_loc(volume, g), 1, FIXED_INODE_BITMAP },
			{ ext2fs_inode_table_loc(volume, g), volume->inode_blocks_per_group, FIXED_INODES },
		};
		for (unsigned k = 0; k < FIXED_KINDS && !e; k++)
			e = look(r, n, &own[k], g, fn);
	}
	return e;
}
