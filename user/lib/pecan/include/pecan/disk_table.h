/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_table.h - the partitions of a disk by their numbers, from 1: of a GPT (UEFI specification 2.10, 5.3),
 * or the four primary ones of an MBR (5.2). For drivers of disks and the file server. Every value is checked
 * before it is used, and sums of a GPT are compared each time that its entries are read: it may change.
 *
 * Functions that return a text return 0, or a sentence on what is wrong.
 */
#ifndef PECAN_DISK_TABLE_H
#define PECAN_DISK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISK_TABLE_READ = 4096, DISK_TABLE_PRIMARY = 4 };

struct disk_part { uint64_t first, sectors; };

struct disk_table {
	/*
	 * The caller sets these. read: up to DISK_TABLE_READ bytes, as whole units of sectors; returns false if
	 * it cannot. A table counts in units: from 1 to DISK_TABLE_READ / 512 sectors, as the disk reads.
	 */
	uint64_t sectors;			/* of 512 bytes, of the disk */
	unsigned unit;
	bool (*read)(uint64_t sector, void *to, size_t bytes);

	bool is_gpt;
	unsigned count;				/* of entries */
	struct { uint8_t type; struct disk_part part; } primary[DISK_TABLE_PRIMARY];
	uint64_t entries, first, last;		/* in units. GPT: its entries; the first and last of partitions */
	uint32_t entry_bytes, crc;
};

/* The sentences if the disk cannot be read, and if both tables of a GPT are damaged. */
extern const char disk_table_unread[], disk_table_damaged[];

/* Finds the table: the GPT, if there is one or the MBR says so, the second one if the first is damaged. */
const char *disk_table_open(struct disk_table *t);

/* A partition: in the disk, apart from the table and from all other partitions. */
const char *disk_table_part(const struct disk_table *t, unsigned number, struct disk_part *part);

/*
 * Returns the number of the first partition in the disk, and apart from the table, for which `wanted` returns
 * true; 0: there is none. Others may have sectors in common with it: see disk_table_part.
 */
unsigned disk_table_find(const struct disk_table *t, bool (*wanted)(const struct disk_part *part));

#endif
