/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partition.c - see partition.h.
 */
#include <ext2fs/ext2fs.h>
#include <pecan/disk_table.h>
#include <pecan/endian.h>
#include <string.h>

#include "cache.h"
#include "partition.h"

enum { SECTOR = 512, SUPER_SECTOR = 2, BLOCK_LOG_MIN = 10, BLOCK_LOG_MAX = 16 };

struct partition partition;

/* Has the part of the disk a file system that lies in it? Fills partition. */
static bool try(uint64_t first, uint64_t sectors, struct ext2_super_block *s)
{
	char bytes[2 * SECTOR];
	uint64_t blocks;
	unsigned log;

	if (sectors <= SUPER_SECTOR + 2 || cache_read_sectors(first + SUPER_SECTOR, bytes, sizeof bytes))
		return false;
	memcpy(s, bytes, sizeof bytes);
	if (endian_is_big())
		ext2fs_swap_super(s);
	log = s->s_log_block_size + BLOCK_LOG_MIN;
	if (s->s_magic != EXT2_SUPER_MAGIC || s->s_log_block_size > BLOCK_LOG_MAX - BLOCK_LOG_MIN)
		return false;
	blocks = s->s_blocks_count;
	if (s->s_feature_incompat & EXT4_FEATURE_INCOMPAT_64BIT)
		blocks |= (uint64_t)s->s_blocks_count_hi << 32;
	/* libext2fs would read bitmaps that begin at a later block beyond their memory. */
	if (s->s_first_data_block > (log == BLOCK_LOG_MIN))
		return false;
	if (blocks == 0 || blocks > sectors / ((1u << log) / SECTOR))
		return false;
	partition = (struct partition){ first, sectors, blocks, 1u << log };
	return true;
}

static struct ext2_super_block *found;

static bool has_files(const struct disk_part *part)
{
	return try(part->first, part->sectors, found);
}

static bool read_sectors(uint64_t sector, void *to, size_t bytes)
{
	return cache_read_sectors(sector, to, bytes) == 0;
}

/* One that is wrong, as it has sectors in common with another, hides those behind it. */
static bool try_table(uint64_t disk)
{
	struct disk_table t = { .sectors = disk, .read = read_sectors };
	struct disk_part part;
	unsigned number = disk_table_open(&t) ? 0 : disk_table_find(&t, has_files);

	return number != 0 && !disk_table_part(&t, number, &part) && has_files(&part);
}

const char *partition_find(struct ext2_super_block *super)
{
	uint64_t sectors = cache_sectors();

	found = super;
	if (try(0, sectors, super) || try_table(sectors))
		return NULL;
	return "it has no file system of ext2, ext3 or ext4 (mke2fs makes one)";
}
