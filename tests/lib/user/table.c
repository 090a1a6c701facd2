/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - partitions by their numbers (user/lib/pecan/format/disk_table.c), in tables whose values are
 * wrong.
 */
#include <pecan/disk_table.h>
#include <stdlib.h>
#include <string.h>
#include "harness.h"
#include "../harness/table.h"

enum { SECTORS = 400, LAST = SECTORS - 1, LAST_USABLE = LAST - 1 - TABLE_SECTORS,
       LINUX = 0x83, EXTENDED = 5, UNIT = 8 };

static unsigned char disk[SECTORS * TABLE_SECTOR];
static uint64_t bad;			/* a sector that cannot be read; 0: none */
static unsigned reads, change_after;	/* so many reads, then the table is another one; 0: never */

static bool read(uint64_t sector, void *to, size_t bytes)
{
	if (sector >= SECTORS || bytes > DISK_TABLE_READ || bytes / TABLE_SECTOR > SECTORS - sector)
		abort();			/* the library must not ask for it */
	if (++reads == change_after)
		table_part(disk, SECTORS, 1, TABLE_FIRST, TABLE_FIRST);
	if (bad >= sector && bad < sector + bytes / TABLE_SECTOR && bad != 0)
		return false;
	memcpy(to, disk + sector * TABLE_SECTOR, bytes);
	return true;
}

static struct disk_table table;
static struct disk_part part;

/* What is wrong with a partition; NULL: it is in `part`. */
static const char *find(unsigned number)
{
	const char *wrong;

	table = (struct disk_table){ .sectors = SECTORS, .unit = 1, .read = read };
	wrong = disk_table_open(&table);
	return wrong ? wrong : disk_table_part(&table, number, &part);
}

static bool is_at(unsigned number, uint64_t first, uint64_t sectors)
{
	return !find(number) && part.first == first && part.sectors == sectors;
}

static bool fails(unsigned number, const char *why)
{
	const char *wrong = find(number);

	return wrong && strstr(wrong, why);
}

static void begin(void)
{
	memset(disk, 0, sizeof disk);
	bad = reads = change_after = 0;
}

static void begin_gpt(void)
{
	begin();
	table_gpt(disk, SECTORS);
	table_part(disk, SECTORS, 1, 100, 109);
	table_part(disk, SECTORS, TABLE_ENTRIES, 40, 40);
}

TEST(HTAB0001, "primary partitions of an MBR are found by their numbers; absent ones are errors")
{
	begin();
	CHECK(fails(1, "the disk has no table"));
	table_primary(disk, 1, LINUX, 1, 9);
	table_primary(disk, 3, LINUX, 10, SECTORS - 10);
	CHECK(is_at(1, 1, 9) && is_at(3, 10, SECTORS - 10));
	CHECK(fails(2, "no such partition") && fails(4, "no such") && fails(5, "no such") && fails(0, "no such"));
	CHECK(fails(~0u, "no such"));
	disk[510] = 0;
	CHECK(fails(1, "the disk has no table"));
}

TEST(HTAB0002, "an entry of an MBR is refused that is empty, beyond the disk, in the table or in another one")
{
	static const struct { uint32_t first, sectors; const char *why; } wrong[] = {
		{ 50, 0, "it has no sectors" }, { 0, 10, "in common with the table" },
		{ SECTORS, 1, "beyond the end" }, { SECTORS - 1, 2, "beyond the end" }, { 1, SECTORS, "beyond" },
		{ ~0u, ~0u, "beyond the end" }, { ~0u, 1, "beyond the end" }, { 1, ~0u, "beyond the end" },
		{ 100, 101, "in common with another" }, { 209, 1, "in common with another" },
		{ 150, 150, "in common with another" }, { 200, 10, "in common with another" },
	};

	begin();
	table_primary(disk, 2, LINUX, 200, 10);
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		table_primary(disk, 1, LINUX, wrong[i].first, wrong[i].sectors);
		CHECK(fails(1, wrong[i].why));
	}
	table_primary(disk, 1, LINUX, 100, 100);
	CHECK(is_at(1, 100, 100) && is_at(2, 200, 10));
	table_primary(disk, 1, EXTENDED, 100, 100);
	CHECK(fails(1, "an extended one") && is_at(2, 200, 10));
}

TEST(HTAB0003, "a first sector with bytes of a program is no table; one with a table hides an old GPT")
{
	begin_gpt();
	CHECK(is_at(1, 100, 10) && is_at(TABLE_ENTRIES, 40, 1) && fails(2, "no such partition"));
	CHECK(fails(TABLE_ENTRIES + 1, "no such partition"));
	memset(disk, 0x33, 510);
	CHECK(is_at(1, 100, 10));
	memset(disk, 0, TABLE_SECTOR);
	CHECK(is_at(1, 100, 10));
	table_primary(disk, 4, LINUX, 7, 7);
	CHECK(is_at(4, 7, 7) && fails(1, "no such partition"));
}

TEST(HTAB0004, "the copy of a GPT is used if a sum of the first is wrong; if both are wrong none is")
{
	begin_gpt();
	disk[TABLE_SECTOR + TABLE_ENTRIES_CRC] ^= 1;
	CHECK(is_at(1, 100, 10));
	table_seal(disk, 1);
	table_entry(disk, 1, 77)[5] ^= 1;
	CHECK(is_at(1, 100, 10) && is_at(TABLE_ENTRIES, 40, 1));
	disk[LAST * TABLE_SECTOR + TABLE_CRC] ^= 1;
	CHECK(fails(1, "is damaged, and so is its copy"));
}

TEST(HTAB0005, "a GPT is refused that is not where it says, or whose numbers are impossible")
{
	static const struct { unsigned at, bytes; uint64_t value; } wrong[] = {
		{ 0, 1, 'e' }, { TABLE_SIZE, 4, 91 }, { TABLE_SIZE, 4, 513 }, { TABLE_OWN, 8, 2 },
		{ TABLE_AT, 8, 0 }, { TABLE_AT, 8, 1 }, { TABLE_AT, 8, 3 }, { TABLE_AT, 8, LAST },
		{ TABLE_AT, 8, SECTORS }, { TABLE_AT, 8, ~0ull }, { TABLE_AT, 8, ~0ull - 30 },
		{ TABLE_AT, 8, LAST_USABLE }, { TABLE_AT, 8, LAST - TABLE_SECTORS + 1 },
		{ TABLE_COUNT, 4, ~0u }, { TABLE_COUNT, 4, 1025 }, { TABLE_COUNT, 4, 2048 },
		{ TABLE_ENTRY_SIZE, 4, 0 }, { TABLE_ENTRY_SIZE, 4, 64 }, { TABLE_ENTRY_SIZE, 4, 1024 },
		{ TABLE_ENTRY_SIZE, 4, 130 }, { TABLE_ENTRY_SIZE, 4, 512 }, { TABLE_ENTRY_SIZE, 4, ~0u },
		{ TABLE_USABLE, 8, 0 }, { TABLE_USABLE, 8, 1 }, { TABLE_USABLE, 8, TABLE_FIRST - 1 },
		{ TABLE_USABLE, 8, LAST_USABLE + 1 }, { TABLE_USABLE, 8, ~0ull }, { TABLE_LAST_USABLE, 8, LAST },
		{ TABLE_LAST_USABLE, 8, SECTORS }, { TABLE_LAST_USABLE, 8, ~0ull }, { TABLE_LAST_USABLE, 8, 0 },
	};

	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		begin_gpt();
		memset(disk + LAST * TABLE_SECTOR, 0, TABLE_SECTOR);
		CHECK(is_at(1, 100, 10));
		table_put(disk + TABLE_SECTOR + wrong[i].at, wrong[i].value, wrong[i].bytes);
		table_seal_header(disk, 1);
		CHECK(fails(1, "is damaged"));
	}
}

TEST(HTAB0006, "an entry of a GPT is refused that is empty, beyond the disk, in the table or in another one")
{
	static const struct { uint64_t first, last; const char *why; } wrong[] = {
		{ 50, 49, "it has no sectors" }, { 1, 0, "no sectors" }, { ~0ull, 0, "no sectors" },
		{ 0, 50, "in common with the table" }, { TABLE_FIRST - 1, 50, "in common with the table" },
		{ 300, LAST_USABLE + 1, "in common with the table" }, { 0, ~0ull, "beyond the end" },
		{ 300, SECTORS, "beyond the end" }, { ~0ull, ~0ull, "beyond the end" }, { 300, ~0ull, "beyond" },
		{ TABLE_FIRST, 40, "in common with another" }, { 40, 40, "in common with another" },
		{ TABLE_FIRST, LAST_USABLE, "in common with another" },
	};

	begin_gpt();
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		table_part(disk, SECTORS, 1, wrong[i].first, wrong[i].last);
		CHECK(fails(1, wrong[i].why));
	}
	table_part(disk, SECTORS, 1, TABLE_FIRST, 39);
	CHECK(is_at(1, TABLE_FIRST, 40 - TABLE_FIRST));
	table_part(disk, SECTORS, 1, 41, LAST_USABLE);
	CHECK(is_at(1, 41, LAST_USABLE - 40));
}

TEST(HTAB0007, "a table that changes while it is read, or a sector that cannot be read, is an error")
{
	unsigned all, errors = 0;

	begin_gpt();
	CHECK(is_at(1, 100, 10));
	all = reads;
	for (unsigned i = 1; i <= all; i++) {
		begin_gpt();
		change_after = i;
		table = (struct disk_table){ .sectors = SECTORS, .unit = 1, .read = read };
		if (disk_table_open(&table) || disk_table_part(&table, 1, &part))
			errors++;
		else
			CHECK((part.first == 100 && part.sectors == 10)
			      || (part.first == TABLE_FIRST && part.sectors == 1));
	}
	CHECK(errors > 0);
	begin_gpt();
	for (bad = 1; bad < TABLE_FIRST; bad++)
		CHECK(is_at(1, 100, 10));	/* by the copy */
	memset(disk + LAST * TABLE_SECTOR, 0, TABLE_SECTOR);
	for (bad = 1; bad < TABLE_FIRST; bad++)
		CHECK(find(1) == disk_table_unread);
}

/* The same table on a disk of units of 4,096 bytes: each number counts units, and entries fill them. */
static bool read_units(uint64_t sector, void *to, size_t bytes)
{
	uint64_t unit = sector / UNIT, second = LAST - TABLE_SECTORS;

	if (sector % UNIT || bytes % (UNIT * TABLE_SECTOR) || bytes > DISK_TABLE_READ || unit >= SECTORS)
		abort();
	memset(to, 0, bytes);
	if (unit <= 1 || unit == LAST)
		memcpy(to, disk + unit * TABLE_SECTOR, TABLE_SECTOR);
	else
		memcpy(to, disk + (unit < second ? 2 : second) * TABLE_SECTOR
		       + (unit - (unit < second ? 2 : second)) * UNIT * TABLE_SECTOR, bytes);
	return true;
}

TEST(HTAB0009, "a table on a disk with sectors of 4,096 bytes counts these, a GPT and its copy and an MBR")
{
	begin_gpt();
	for (unsigned i = 0; i < 2; i++) {
		table = (struct disk_table){ .sectors = SECTORS * UNIT, .unit = UNIT, .read = read_units };
		CHECK(!disk_table_open(&table) && table.is_gpt && !disk_table_part(&table, 1, &part));
		CHECK(part.first == 100 * UNIT && part.sectors == 10 * UNIT);
		memset(disk + TABLE_SECTOR, 0, TABLE_SECTOR);
	}
	begin();
	table_primary(disk, 2, LINUX, 9, 3);
	CHECK(!disk_table_open(&table) && !disk_table_part(&table, 2, &part));
	CHECK(part.first == 9 * UNIT && part.sectors == 3 * UNIT);
}

static bool is_small(const struct disk_part *p) { return p->sectors == 1; }

TEST(HTAB0008, "the first partition of a kind is found; those with impossible numbers are passed over")
{
	begin_gpt();
	table_part(disk, SECTORS, 2, SECTORS, SECTORS);
	CHECK(!find(1) && disk_table_find(&table, is_small) == TABLE_ENTRIES);
	table_part(disk, SECTORS, 5, 60, 60);
	CHECK(!find(1) && disk_table_find(&table, is_small) == 5);
	begin();
	table_primary(disk, 2, LINUX, SECTORS, 1);
	CHECK(fails(2, "beyond the end") && disk_table_find(&table, is_small) == 0);
	table_primary(disk, 4, LINUX, 9, 1);
	CHECK(!find(4) && disk_table_find(&table, is_small) == 4);
}
