/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partition.c - see partition.h. The table: UEFI specification 2.10, 5.3.
 */
#include <ext2fs/ext2fs.h>
#include <pecan/endian.h>
#include <stddef.h>
#include <string.h>

#include "cache.h"
#include "partition.h"

enum {
	SECTOR = 512, SUPER_SECTOR = 2, ENTRIES_MAX = 1024, ENTRY_BYTES_MAX = 512, BLOCK_MAX = 65536,
	BLOCK_LOG_MIN = 10, BLOCK_LOG_MAX = 16, HEADER_BYTES = 92,
};

#define CRC_POLYNOMIAL	0xedb88320u

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

static bool try_entry(const char *bytes, uint64_t disk, struct ext2_super_block *s)
{
	static const uint8_t unused[16];
	struct gpt_entry e;

	memcpy(&e, bytes, sizeof e);
	e.first = le64(e.first);
	e.last = le64(e.last);
	if (memcmp(e.type, unused, sizeof unused) == 0 || e.first > e.last || e.last >= disk)
		return false;
	return try(e.first, e.last - e.first + 1, s);
}

/* CRC-32 of IEEE 802.3, of more bytes: begins with ~0, and its complement is the result. */
static uint32_t crc32(uint32_t crc, const void *from, size_t bytes)
{
	const uint8_t *at = from;

	for (size_t i = 0; i < bytes; i++) {
		crc ^= at[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC_POLYNOMIAL : 0);
	}
	return crc;
}

/* On the disk it is little-endian. */
static void to_native(struct gpt_header *h)
{
	h->size = le32(h->size);
	h->crc = le32(h->crc);
	h->own = le64(h->own);
	h->entries = le64(h->entries);
	h->count = le32(h->count);
	h->entry_bytes = le32(h->entry_bytes);
	h->entries_crc = le32(h->entries_crc);
}

static bool header_is_good(const char *sector, uint64_t own, struct gpt_header *h)
{
	char bytes[SECTOR];

	memcpy(h, sector, sizeof *h);
	to_native(h);
	if (memcmp(h->signature, "EFI PART", sizeof h->signature) != 0 || h->own != own || h->size < HEADER_BYTES
	    || h->size > SECTOR || h->entry_bytes < sizeof(struct gpt_entry) || h->entry_bytes > ENTRY_BYTES_MAX
	    || SECTOR % h->entry_bytes != 0 || h->count > ENTRIES_MAX)
		return false;
	memcpy(bytes, sector, sizeof bytes);
	memset(bytes + offsetof(struct gpt_header, crc), 0, sizeof h->crc);
	return ~crc32(~0u, bytes, h->size) == h->crc;
}

/* The sector with an entry. */
static bool read_entry(const struct gpt_header *h, uint64_t disk, uint32_t i, char sector[SECTOR])
{
	uint64_t at = (uint64_t)i * h->entry_bytes / SECTOR;

	return h->entries < disk && at < disk - h->entries
	       && cache_read_sectors(h->entries + at, sector, SECTOR) == 0;
}

/* The table whose header is in sector `own`: is all of it as it was written? */
static bool read_table(uint64_t own, uint64_t disk, struct gpt_header *h)
{
	char sector[SECTOR];
	uint32_t crc = ~0u;

	if (own >= disk || cache_read_sectors(own, sector, sizeof sector) || !header_is_good(sector, own, h))
		return false;
	for (uint32_t i = 0; i < h->count; i++) {
		uint32_t offset = i * h->entry_bytes % SECTOR;

		if (offset == 0 && !read_entry(h, disk, i, sector))
			return false;
		crc = crc32(crc, sector + offset, h->entry_bytes);
	}
	return ~crc == h->entries_crc;
}

static bool try_tables(uint64_t disk, struct ext2_super_block *s)
{
	char sector[SECTOR];
	struct gpt_header h;

	if (!read_table(1, disk, &h) && !read_table(disk - 1, disk, &h))
		return false;
	for (uint32_t i = 0; i < h.count; i++)
		if (read_entry(&h, disk, i, sector)
		    && try_entry(sector + i * h.entry_bytes % SECTOR, disk, s))
			return true;
	return false;
}

const char *partition_find(struct ext2_super_block *super)
{
	uint64_t sectors = cache_sectors();

	if (try(0, sectors, super) || try_tables(sectors, super))
		return NULL;
	return "it has no file system of ext2, ext3 or ext4 (mke2fs makes one)";
}
