/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * partitions.c - a file system in a partition of a GPT, the tables of which are damaged (UEFI 2.10, 5.3), or
 * of an MBR. What tables may have is tested in tests/lib/user/table.c.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "../../../lib/harness/table.h"
#include "fake.h"

enum { INNER_KIB = 4096, OUTER_KIB = 8192, FIRST = 2048, SECTORS = OUTER_KIB * 2, LAST = SECTORS - 1,
       SECOND = 2, LINUX = 0x83 };

static void make_partition(void)
{
	unsigned char *inner = malloc(INNER_KIB * 1024);

	disk_make(INNER_KIB, "-t ext4");
	memcpy(inner, disk_bytes, INNER_KIB * 1024);
	disk_make(OUTER_KIB, "-t ext4");
	memset(disk_bytes, 0, OUTER_KIB * 1024);
	memcpy(disk_bytes + FIRST * SECTOR, inner, INNER_KIB * 1024);
	free(inner);
	table_gpt(disk_bytes, SECTORS);
	table_part(disk_bytes, SECTORS, SECOND, FIRST, FIRST + INNER_KIB * 2 - 1);
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
	disk_bytes[SECTOR + TABLE_ENTRIES_CRC] ^= 1;
	CHECK(life(use, true));
	table_seal(disk_bytes, 1);
	disk_bytes[2 * SECTOR + 5000] ^= 1;
	CHECK(life(use, true));
	disk_bytes[LAST * SECTOR + TABLE_CRC] ^= 1;
	CHECK(is_refused());
}

TEST(FSRV0302, "a table that is not where it says, or whose numbers are impossible, is not used")
{
	static const unsigned wrong[] = {
		0, TABLE_SIZE, TABLE_OWN, TABLE_AT, TABLE_AT + 4, TABLE_COUNT, TABLE_ENTRY_SIZE,
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
		table_seal_header(disk_bytes, 1);
		CHECK(is_refused());
		memcpy(header + wrong[i], before, 8);
	}
}

TEST(FSRV0303, "a file system in a primary partition of an MBR; one that has sectors of another is not used")
{
	make_partition();
	memset(disk_bytes, 0, FIRST * SECTOR);
	memset(disk_bytes + LAST * SECTOR, 0, SECTOR);
	CHECK(is_refused());
	table_primary(disk_bytes, 1, LINUX, 1, FIRST - 1);
	table_primary(disk_bytes, 3, LINUX, FIRST, INNER_KIB * 2);
	CHECK(life(use, true));
	table_primary(disk_bytes, 1, LINUX, 1, FIRST);
	CHECK(is_refused());
}
