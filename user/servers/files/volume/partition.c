/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partition.c - see partition.h.
 */
#include <ext2fs/ext2fs.h>
#include <pecan/disk_table.h>
#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <string.h>

#include "partition.h"

enum { SECTOR = 512, SUPER_SECTOR = 2, BLOCK_LOG_MIN = 10, BLOCK_LOG_MAX = 16, OTHER_BYTES = 16, UNITS = 4 };

struct partition partition;

/* What the search has found so far: the superblock, or what is said if no part of the disk has one. */
static struct { struct ext2_super_block *super; struct outcome what; } found;

/* The first thing that is wrong counts; that a sector could not be read before all others. */
static bool note(enum outcome_kind kind, const char *what)
{
	if (found.what.kind == OUTCOME_ABSENT || (kind == OUTCOME_UNREAD && found.what.kind != OUTCOME_UNREAD))
		found.what = (struct outcome){ kind, what };
	return false;
}

/* What other systems put onto disks: by the text that is at this place. */
static void note_other(uint64_t first, uint64_t sectors)
{
	static const struct { uint32_t at; const char *text, *name; } others[] = {
		{ 0, "XFSB", "XFS" }, { 64 * 1024 + 64, "_BHRfS_M", "Btrfs" }, { 3, "NTFS    ", "NTFS" },
		{ 3, "EXFAT   ", "exFAT" }, { 82, "FAT32   ", "FAT" }, { 54, "FAT16   ", "FAT" },
		{ 54, "FAT12   ", "FAT" }, { 32769, "CD001", "ISO 9660" }, { 1024, "\x10\x20\xf5\xf2", "F2FS" },
		{ 0, "hsqs", "SquashFS" }, { 0, "LUKS\xba\xbe", "an encrypted volume (LUKS)" },
		{ 536, "LVM2 001", "a volume of LVM" }, { 4086, "SWAPSPACE2", "swap space" },
	};
	char bytes[SECTOR];

	for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
		unsigned sector = others[i].at / SECTOR, at = others[i].at % SECTOR;

		if (sector >= sectors)
			continue;
		if (cache_read_sectors(first + sector, bytes, sizeof bytes))
			note(OUTCOME_UNREAD, "its first sectors");
		else if (memcmp(bytes + at, others[i].text, strlen(others[i].text)) == 0)
			note(OUTCOME_UNSUPPORTED, others[i].name);
	}
}

/* A block is at least what the disk reads and writes. */
static bool note_small_blocks(void)
{
	static const char *const sizes[UNITS] = {
		"", "blocks that are smaller than the disk's sectors of 1024 bytes",
		"blocks that are smaller than the disk's sectors of 2048 bytes",
		"blocks that are smaller than the disk's sectors of 4096 bytes",
	};

	return note(OUTCOME_UNSUPPORTED, sizes[__builtin_ctz(cache_unit()) % UNITS]);
}

/* Returns true if the part of the disk has a file system that lies in it. Fills partition. */
static bool try(uint64_t first, uint64_t sectors)
{
	struct ext2_super_block *s = found.super;
	char bytes[2 * SECTOR];
	uint64_t blocks;
	unsigned log;

	if (sectors <= SUPER_SECTOR + 2)
		return false;
	if (cache_read_sectors(first + SUPER_SECTOR, bytes, sizeof bytes))
		return note(OUTCOME_UNREAD, "the superblock");
	memcpy(s, bytes, sizeof bytes);
	if (endian_is_big())
		ext2fs_swap_super(s);
	if (s->s_magic != EXT2_SUPER_MAGIC) {
		note_other(first, sectors);
		return false;
	}
	if (s->s_log_block_size > BLOCK_LOG_MAX - BLOCK_LOG_MIN)
		return note(OUTCOME_DAMAGED, "the superblock, its size of blocks");
	log = s->s_log_block_size + BLOCK_LOG_MIN;
	blocks = s->s_blocks_count;
	if (s->s_feature_incompat & EXT4_FEATURE_INCOMPAT_64BIT)
		blocks |= (uint64_t)s->s_blocks_count_hi << 32;
	/* libext2fs would read bitmaps that begin at a later block beyond their memory. */
	if (s->s_first_data_block > (log == BLOCK_LOG_MIN))
		return note(OUTCOME_DAMAGED, "the superblock, its first block");
	if (blocks == 0 || blocks > sectors / ((1u << log) / SECTOR))
		return note(OUTCOME_DAMAGED, "the superblock, which says that it is larger than its disk");
	if ((1u << log) / SECTOR < cache_unit())
		return note_small_blocks();
	partition = (struct partition){ first, sectors, blocks, 1u << log };
	return true;
}

static bool has_files(const struct disk_part *part)
{
	return try(part->first, part->sectors);
}

static bool read_sectors(uint64_t sector, void *to, size_t bytes)
{
	return cache_read_sectors(sector, to, bytes) == 0;
}

/* One that is wrong, as it has sectors in common with another, hides those behind it. */
static bool try_table(uint64_t disk)
{
	struct disk_table t = { .sectors = disk, .unit = cache_unit(), .read = read_sectors };
	const char *wrong = disk_table_open(&t);
	struct disk_part part;
	unsigned number = wrong ? 0 : disk_table_find(&t, has_files);

	if (number != 0)
		wrong = disk_table_part(&t, number, &part);
	if (wrong == disk_table_unread)
		return note(OUTCOME_UNREAD, "the table of partitions");
	if (wrong == disk_table_damaged)
		return note(OUTCOME_DAMAGED, "the table of partitions (GPT) and its copy");
	if (number != 0 && wrong)
		return note(OUTCOME_DAMAGED, "the table of partitions: two have sectors in common");
	return number != 0 && has_files(&part);
}

struct outcome partition_find(struct ext2_super_block *super)
{
	uint64_t sectors = cache_sectors();

	found.super = super;
	found.what = (struct outcome){ OUTCOME_ABSENT, "a file system of ext2, ext3 or ext4" };
	if (try(0, sectors) || try_table(sectors))
		return (struct outcome){ OUTCOME_GOOD, "" };
	return found.what;
}
