/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * repair.c - see repair.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <servers/files/cache/cache.h>
#include <servers/files/volume/stamp.h>
#include <servers/files/volume/volume.h>

#include "repair.h"
#include "repair_parts.h"

enum { TEXT = 160 };

#define COMPAT	(EXT2_FEATURE_COMPAT_DIR_PREALLOC | EXT2_FEATURE_COMPAT_IMAGIC_INODES		\
		 | EXT3_FEATURE_COMPAT_HAS_JOURNAL | EXT2_FEATURE_COMPAT_EXT_ATTR		\
		 | EXT2_FEATURE_COMPAT_RESIZE_INODE | EXT2_FEATURE_COMPAT_DIR_INDEX		\
		 | EXT4_FEATURE_COMPAT_SPARSE_SUPER2 | EXT4_FEATURE_COMPAT_ORPHAN_FILE)
#define INCOMPAT (EXT2_FEATURE_INCOMPAT_FILETYPE | EXT3_FEATURE_INCOMPAT_EXTENTS			\
		 | EXT4_FEATURE_INCOMPAT_FLEX_BG | EXT4_FEATURE_INCOMPAT_64BIT			\
		 | EXT4_FEATURE_INCOMPAT_CSUM_SEED)
#define RO_COMPAT (EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER | EXT2_FEATURE_RO_COMPAT_LARGE_FILE	\
		 | EXT4_FEATURE_RO_COMPAT_HUGE_FILE | EXT4_FEATURE_RO_COMPAT_DIR_NLINK		\
		 | EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE | EXT4_FEATURE_RO_COMPAT_METADATA_CSUM)

struct repair_counts repair_counts;
char *repair_bytes;

const char *repair_text(void)
{
	static char text[TEXT];
	const struct repair_counts *c = &repair_counts;

	snprintf(text, sizeof text, "it was in use, and is repaired: %u blocks read, %u files without a "
		 "name freed, %u names removed, %u other changes", c->reads, c->freed, c->names, c->others);
	return text;
}

/* Without checksums damage looks like what a power cut leaves; so does the order in which Linux writes. */
static bool is_fit(const struct ext2_super_block *s)
{
	return stamp_fits(s) && !(s->s_feature_compat & ~COMPAT) && !(s->s_feature_incompat & ~INCOMPAT)
	       && !(s->s_feature_ro_compat & ~RO_COMPAT)
	       && (s->s_feature_ro_compat & EXT4_FEATURE_RO_COMPAT_METADATA_CSUM) && s->s_last_orphan == 0
	       && s->s_first_ino <= s->s_inodes_per_group;
}

static errcode_t begin(void)
{
	errcode_t e;

	repair_bytes = malloc(volume->blocksize);
	e = repair_bytes ? ext2fs_allocate_block_bitmap(volume, "blocks", &volume->block_map) : EXT2_ET_NO_MEMORY;
	if (!e)
		e = ext2fs_allocate_inode_bitmap(volume, "inodes", &volume->inode_map);
	if (!e)
		e = ext2fs_create_icount2(volume, EXT2_ICOUNT_OPT_INCREMENT, 0, NULL, &repair_tree.links);
	return e ? e : ext2fs_create_icount2(volume, EXT2_ICOUNT_OPT_INCREMENT, 0, NULL, &repair_tree.names);
}

static void end(void)
{
	if (repair_tree.links)
		ext2fs_free_icount(repair_tree.links);
	if (repair_tree.names)
		ext2fs_free_icount(repair_tree.names);
	free(repair_tree.dir);
	free(repair_tree.block);
	free(repair_bytes);
	repair_bytes = NULL;
	memset(&repair_tree, 0, sizeof repair_tree);
}

/* All changes, in memory. */
static errcode_t find(void)
{
	uint32_t *own = malloc(volume->group_desc_count * sizeof *own);
	errcode_t e = own ? begin() : EXT2_ET_NO_MEMORY;

	if (!e)
		e = repair_mark_own(own);
	if (!e)
		e = repair_scan();
	if (!e)
		e = repair_names();
	if (!e)
		e = repair_links();
	if (!e)
		e = repair_put(own);
	end();
	free(own);
	return e;
}

/* It is repaired when all is on the disk. */
static errcode_t write(void)
{
	errcode_t e = cache_commit(false);

	return e ? e : cache_write_out(true);
}

enum repair repair_volume(const struct ext2_super_block *s)
{
	errcode_t e;

	if (!is_fit(s))
		return REPAIR_UNFIT;
	memset(&repair_counts, 0, sizeof repair_counts);
	e = volume_open_to_repair();
	if (!e) {
		e = find();
		if (e)
			cache_rollback();
		else
			e = write();
		volume_close();
	}
	if (!e)
		return REPAIR_DONE;
	if (e == EXT2_ET_NO_MEMORY || e == REPAIR_TOO_HARD || cache_has_failed())
		return REPAIR_UNFIT;
	return REPAIR_DAMAGED;
}
