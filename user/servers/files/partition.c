/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partition.c - see partition.h. The table: UEFI specification 2.10, 5.3.
 */
#include <string.h>

#include "cache.h"
#include "partition.h"

enum {
	SECTOR = 512, SUPER_SECTOR = 2, ENTRIES_MAX = 128, ENTRY_BYTES_MAX = 512, BLOCK_MAX = 65536,
	BLOCK_LOG_MIN = 10, BLOCK_LOG_MAX = 16,
};

struct gpt_header {
	char signature[8];
	uint32_t revision, size, crc, zero;
	uint64_t own, other, first, last;
	uint8_t disk[16];
	uint64_t entries;
	uint32_t count, entry_bytes, entries_crc;
};

struct gpt_entry { uint8_t type[16], unique[16]; uint64_t first, last; };

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
	partition = (struct partition){ first, blocks, 1u << log };
	return true;
}

static bool try_entry(const char *bytes, uint64_t disk, struct ext2_super_block *s)
{
	static const uint8_t unused[16];
	struct gpt_entry e;

	memcpy(&e, bytes, sizeof e);
	if (memcmp(e.type, unused, sizeof unused) == 0 || e.first > e.last || e.last >= disk)
		return false;
	return try(e.first, e.last - e.first + 1, s);
}

static bool try_table(uint64_t disk, struct ext2_super_block *s)
{
	char sector[SECTOR];
	struct gpt_header h;

	if (cache_read_sectors(1, sector, sizeof sector))
		return false;
	memcpy(&h, sector, sizeof h);
	if (memcmp(h.signature, "EFI PART", sizeof h.signature) != 0 || h.entry_bytes < sizeof(struct gpt_entry)
	    || h.entry_bytes > ENTRY_BYTES_MAX || SECTOR % h.entry_bytes != 0)
		return false;
	for (uint32_t i = 0; i < h.count && i < ENTRIES_MAX; i++) {
		uint64_t at = (uint64_t)i * h.entry_bytes;

		if (h.entries >= disk || h.entries + at / SECTOR >= disk
		    || cache_read_sectors(h.entries + at / SECTOR, sector, sizeof sector))
			return false;
		if (try_entry(sector + at % SECTOR, disk, s))
			return true;
	}
	return false;
}

const char *partition_find(struct ext2_super_block *super)
{
	uint64_t sectors = cache_sectors();

	if (try(0, sectors, super) || try_table(sectors, super))
		return NULL;
	return "it has no file system of ext2, ext3 or ext4 (mke2fs makes one)";
}
