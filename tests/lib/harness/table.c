/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - see table.h.
 */
#include <string.h>

#include "table.h"

enum { MBR_ENTRIES = 446, MBR_ENTRY_BYTES = 16, MBR_TYPE = 4, MBR_FIRST = 8, MBR_SECTORS = 12,
       MBR_SIGNATURE = 510, TYPE_GPT = 0xee, ID_BYTES = 32 };

void table_put(unsigned char *to, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (unsigned char)(value >> 8 * i);
}

static uint64_t get(const unsigned char *at, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = bytes; i > 0; i--)
		value = value << 8 | at[i - 1];
	return value;
}

static uint32_t crc(const unsigned char *at, size_t bytes)
{
	uint32_t c = ~0u;

	for (size_t i = 0; i < 8 * bytes; i++)
		c = c >> 1 ^ ((c ^ (uint32_t)at[i / 8] >> i % 8) & 1 ? 0xedb88320 : 0);
	return ~c;
}

static unsigned char *entries_of(unsigned char *disk, uint64_t own)
{
	return disk + get(disk + own * TABLE_SECTOR + TABLE_AT, 8) * TABLE_SECTOR;
}

unsigned char *table_entry(unsigned char *disk, uint64_t own, unsigned number)
{
	return entries_of(disk, own) + (number - 1) * TABLE_ENTRY_BYTES;
}

void table_seal_header(unsigned char *disk, uint64_t own)
{
	unsigned char *header = disk + own * TABLE_SECTOR;

	table_put(header + TABLE_CRC, 0, 4);
	table_put(header + TABLE_CRC, crc(header, TABLE_HEADER_BYTES), 4);
}

void table_seal(unsigned char *disk, uint64_t own)
{
	unsigned char *header = disk + own * TABLE_SECTOR;
	size_t bytes = get(header + TABLE_COUNT, 4) * get(header + TABLE_ENTRY_SIZE, 4);

	table_put(header + TABLE_ENTRIES_CRC, crc(entries_of(disk, own), bytes), 4);
	table_seal_header(disk, own);
}

static void put_header(unsigned char *disk, uint64_t sectors, uint64_t own, uint64_t entries)
{
	unsigned char *header = disk + own * TABLE_SECTOR;

	memset(header, 0, TABLE_SECTOR);
	memset(disk + entries * TABLE_SECTOR, 0, TABLE_SECTORS * TABLE_SECTOR);
	memcpy(header, "EFI PART\0\0\1\0", 12);
	table_put(header + TABLE_SIZE, TABLE_HEADER_BYTES, 4);
	table_put(header + TABLE_OWN, own, 8);
	table_put(header + TABLE_OWN + 8, sectors - own, 8);
	table_put(header + TABLE_USABLE, TABLE_FIRST, 8);
	table_put(header + TABLE_LAST_USABLE, sectors - TABLE_SECTORS - 2, 8);
	table_put(header + TABLE_AT, entries, 8);
	table_put(header + TABLE_COUNT, TABLE_ENTRIES, 4);
	table_put(header + TABLE_ENTRY_SIZE, TABLE_ENTRY_BYTES, 4);
	table_seal(disk, own);
}

void table_gpt(unsigned char *disk, uint64_t sectors)
{
	put_header(disk, sectors, 1, 2);
	put_header(disk, sectors, sectors - 1, sectors - 1 - TABLE_SECTORS);
	memset(disk, 0, TABLE_SECTOR);
	table_primary(disk, 1, TYPE_GPT, 1, (uint32_t)sectors - 1);
}

void table_part(unsigned char *disk, uint64_t sectors, unsigned number, uint64_t first, uint64_t last)
{
	for (uint64_t own = 1; own < sectors; own += sectors - 2) {
		unsigned char *entry = table_entry(disk, own, number);

		memset(entry, 7, ID_BYTES);
		table_put(entry + TABLE_ENTRY_FIRST, first, 8);
		table_put(entry + TABLE_ENTRY_LAST, last, 8);
		table_seal(disk, own);
	}
}

void table_primary(unsigned char *disk, unsigned number, unsigned type, uint32_t first, uint32_t sectors)
{
	unsigned char *entry = disk + MBR_ENTRIES + (number - 1) * MBR_ENTRY_BYTES;

	entry[MBR_TYPE] = (unsigned char)type;
	table_put(entry + MBR_FIRST, first, 4);
	table_put(entry + MBR_SECTORS, sectors, 4);
	table_put(disk + MBR_SIGNATURE, 0xaa55, 2);
}
