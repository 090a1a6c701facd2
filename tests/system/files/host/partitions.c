/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partitions.c - a file system in a partition of a GPT, the tables of which are damaged (UEFI 2.10, 5.3).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "fake.h"

enum {
	INNER_KIB = 4096, OUTER_KIB = 8192, FIRST = 2048, ENTRIES = 128, ENTRY_BYTES = 128, HEADER_BYTES = 92,
	TABLE_SECTORS = ENTRIES * ENTRY_BYTES / SECTOR, LAST = OUTER_KIB * 2 - 1,
	AT_SIZE = 12, AT_CRC = 16, AT_OWN = 24, AT_ENTRIES = 72, AT_ENTRIES_CRC = 88, SECOND = ENTRY_BYTES,
	AT_FIRST = 32, AT_LAST = 40,
};

static void put(unsigned char *to, uint64_t value, unsigned bytes)
{
	memcpy(to, &value, bytes);
}

static uint32_t crc(const unsigned char *at, size_t bytes)
{
	uint32_t c = ~0u;

	for (size_t i = 0; i < 8 * bytes; i++)
		c = c >> 1 ^ ((c ^ (uint32_t)at[i / 8] >> i % 8) & 1 ? 0xedb88320 : 0);
	return ~c;
}

/* A table whose second entry is the partition: its header in sector `own`. */
static void put_table(uint64_t own, uint64_t other, uint64_t entries)
{
	unsigned char *header = disk_bytes + own * SECTOR, *table = disk_bytes + entries * SECTOR;

	memset(table + SECOND, 7, 32);
	put(table + SECOND + AT_FIRST, FIRST, 8);
	put(table + SECOND + AT_LAST, FIRST + INNER_KIB * 2 - 1, 8);
	memset(header, 0, SECTOR);
	memcpy(header, "EFI PART\0\0\1\0", 12);
	put(header + AT_SIZE, HEADER_BYTES, 4);
	put(header + AT_OWN, own, 8);
	put(header + AT_OWN + 8, other, 8);
	put(header + AT_ENTRIES, entries, 8);
	put(header + AT_ENTRIES + 8, ENTRIES, 4);
	put(header + AT_ENTRIES + 12, ENTRY_BYTES, 4);
	put(header + AT_ENTRIES_CRC, crc(table, ENTRIES * ENTRY_BYTES), 4);
	put(header + AT_CRC, crc(header, HEADER_BYTES), 4);
}

static void make_partition(void)
{
	unsigned char *inner = malloc(INNER_KIB * 1024);

	disk_make(INNER_KIB, "-t ext4");
	memcpy(inner, disk_bytes, INNER_KIB * 1024);
	disk_make(OUTER_KIB, "-t ext4");
	memset(disk_bytes, 0, OUTER_KIB * 1024);
	memcpy(disk_bytes + FIRST * SECTOR, inner, INNER_KIB * 1024);
	free(inner);
	put_table(1, LAST, 2);
	put_table(LAST, 1, LAST - TABLE_SECTORS);
}

static void use(void)
{
	CHECK(fs_put("/x", "text") == FILES_OK && fs_has("/x", "text"));
}

static bool is_refused(void)
{
	return WEXITSTATUS(life_status(use, false)) == NOT_MOUNTED;
}

TEST(FSRV0301, "a file system in a partition; the second table is used if the first one is damaged")
{
	make_partition();
	CHECK(life(use, true));
	disk_bytes[SECTOR + AT_ENTRIES_CRC] ^= 1;
	CHECK(life(use, true));
	put_table(1, LAST, 2);
	disk_bytes[2 * SECTOR + 5000] ^= 1;
	CHECK(life(use, true));
	disk_bytes[LAST * SECTOR + AT_CRC] ^= 1;
	CHECK(is_refused());
}

TEST(FSRV0302, "a table that is not where it says, or whose numbers are impossible, is not used")
{
	static const unsigned wrong[] = {
		0, AT_SIZE, AT_OWN, AT_ENTRIES, AT_ENTRIES + 4, AT_ENTRIES + 8, AT_ENTRIES + 12,
	};
	unsigned char *header;

	make_partition();
	memset(disk_bytes + LAST * SECTOR, 0, SECTOR);
	header = disk_bytes + SECTOR;
	CHECK(life(use, true));
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		unsigned char before[8];

		memcpy(before, header + wrong[i], 8);
		memset(header + wrong[i], 0xff, 4);
		put(header + AT_CRC, 0, 4);
		put(header + AT_CRC, crc(header, HEADER_BYTES), 4);
		CHECK(is_refused());
		memcpy(header + wrong[i], before, 8);
	}
}
