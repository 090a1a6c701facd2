/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `part BYTE ROUNDS`: writes the byte to each sector of its disk, reads all of them, and tries
 * sectors that are not of its disk: before, behind, and where a sum would overflow. The driver may end
 * meanwhile.
 */
#include <pecan/disk.h>
#include <pecan/print.h>
#include <stdlib.h>
#include <string.h>

enum { SECTORS = 64, PIECE = SECTORS * DISK_SECTOR, PIECES = 8, NEAR = 40 };

static struct disk disk;
static unsigned block, wrong, refused, accepted;
static int byte;

static int fail(const char *what, enum disk_status e)
{
	printf("part: %s: %s\n", what, e == DISK_E_PART ? "its part of the disk ends beyond the end of the disk"
					   : "an error of the driver");
	return 1;
}

static uint32_t sectors_at(uint64_t sector)
{
	return disk.sectors - sector < SECTORS ? (uint32_t)(disk.sectors - sector) : SECTORS;
}

static char *piece(unsigned i)
{
	return (char *)disk_data(&disk, block) + i * PIECE;
}

/* Pieces of the disk from here on, as many as there is memory for. Returns the sector behind them. */
static uint64_t some(enum disk_kind kind, uint64_t sector, enum disk_status *status)
{
	unsigned n = 0;

	for (; n < PIECES && sector < disk.sectors; n++) {
		memset(piece(n), kind == DISK_WRITE ? byte : 0, PIECE);
		disk_submit(&disk, &(struct disk_entry){ kind, block, sector, 0, n * PIECE, sectors_at(sector) });
		sector += SECTORS;
	}
	for (; n > 0 && *status == DISK_OK; n--)
		if (disk_wait(&disk, status) < 0)
			break;
	return sector < disk.sectors ? sector : disk.sectors;
}

static enum disk_status all(enum disk_kind kind)
{
	enum disk_status status = DISK_OK;
	uint64_t at = 0;

	while (at < disk.sectors && status == DISK_OK) {
		uint64_t bytes = at * DISK_SECTOR;

		at = some(kind, at, &status);
		bytes = at * DISK_SECTOR - bytes;
		for (uint64_t i = 0; i < bytes; i++)
			wrong += piece(0)[i] != (char)byte;
	}
	return status;
}

/* Sectors that are not all of the disk. */
static void try(uint64_t sector, uint32_t sectors)
{
	for (enum disk_kind kind = DISK_READ; kind <= DISK_WRITE; kind++) {
		struct disk_entry r = { kind, block, sector, 0, 0, sectors };

		memset(piece(0), ~byte, PIECE);
		if (disk_do(&disk, &r) == DISK_E_RANGE)
			refused++;
		else
			accepted++;
		for (unsigned i = 0; i < PIECE; i++)
			wrong += piece(0)[i] != (char)~byte;
	}
}

static void try_all(void)
{
	for (uint64_t i = 0; i < NEAR; i++) {
		try(disk.sectors + i, 1);
		try(0 - i - 1, 1);
		try(0 - disk.first + i, 1);		/* were it added to the first sector: the whole disk's */
		try(disk.sectors - i, SECTORS);
		try(((uint64_t)1 << (i + 24)) - 1, 1);
	}
	try(~(uint64_t)0 >> 9, 1);
	try((uint64_t)1 << 55, SECTORS);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc == 3 ? (unsigned)strtoul(argv[2], 0, 0) : 0;
	enum disk_status e = disk_open(&disk);
	int n;

	if (e != DISK_OK)
		return fail("no disk", e);
	n = disk_block(&disk, PIECES * PIECE);
	if (n < 0 || rounds == 0)
		return fail("no block", DISK_E_BLOCK);
	block = (unsigned)n;
	byte = argv[1][0];
	for (unsigned i = 0; i < rounds; i++) {
		e = all(DISK_WRITE);
		if (e == DISK_OK)
			e = all(DISK_READ);
		if (e != DISK_OK)
			return fail("not all is done", e);
		try_all();
	}
	printf("part %c: %lu sectors from %lu on, %u wrong bytes, "	/* in one piece: programs print beside it */
	       "%u requests refused, %u not, %u other drivers\n", byte, (unsigned long)disk.sectors,
	       (unsigned long)disk.first, wrong, refused, accepted, disk.restarts);
	disk_close(&disk);
	return 0;
}
