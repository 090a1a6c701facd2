/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.h - tables of partitions of a disk in memory, for tests: a GPT with its copy (UEFI specification
 * 2.10, 5.3), or the first sector of an MBR. A test changes bytes at TABLE_..., and seals the table if its
 * sums shall be right then.
 */
#ifndef TESTS_LIB_HARNESS_TABLE_H
#define TESTS_LIB_HARNESS_TABLE_H

#include <stdint.h>

enum {
	TABLE_SECTOR = 512, TABLE_ENTRIES = 128, TABLE_ENTRY_BYTES = 128,
	TABLE_SECTORS = TABLE_ENTRIES * TABLE_ENTRY_BYTES / TABLE_SECTOR, TABLE_HEADER_BYTES = 92,
	TABLE_FIRST = 2 + TABLE_SECTORS,	/* the first sector that a partition can have */
};

/* Bytes of a header, and of an entry. */
enum { TABLE_SIZE = 12, TABLE_CRC = 16, TABLE_OWN = 24, TABLE_USABLE = 40, TABLE_LAST_USABLE = 48,
       TABLE_AT = 72, TABLE_COUNT = 80, TABLE_ENTRY_SIZE = 84, TABLE_ENTRIES_CRC = 88 };
enum { TABLE_ENTRY_FIRST = 32, TABLE_ENTRY_LAST = 40 };

void table_put(unsigned char *to, uint64_t value, unsigned bytes);

/* An empty GPT and its copy, with an MBR that protects them. */
void table_gpt(unsigned char *disk, uint64_t sectors);

/* The bytes of an entry, number from 1, of the table whose header is in sector `own`. */
unsigned char *table_entry(unsigned char *disk, uint64_t own, unsigned number);

/* A partition in both tables. */
void table_part(unsigned char *disk, uint64_t sectors, unsigned number, uint64_t first, uint64_t last);

/* Makes the sums right: of the entries, by what the header says, and of the header. */
void table_seal(unsigned char *disk, uint64_t own);
void table_seal_header(unsigned char *disk, uint64_t own);

/* An entry, number from 1, of the first sector, which is made a table. */
void table_primary(unsigned char *disk, unsigned number, unsigned type, uint32_t first, uint32_t sectors);

#endif
