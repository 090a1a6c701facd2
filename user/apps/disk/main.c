/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `disk`: what the disk is; `disk read SECTOR`: prints the beginning of a sector; `disk check
 * ROUNDS`: writes and reads back a pattern, with as many requests under way as there can be, and says how
 * often the driver was another one meanwhile. It overwrites the first 256 KiB of the disk.
 */
#include <pecan/disk.h>
#include <pecan/print.h>
#include <stdlib.h>
#include <string.h>

enum { SECTORS = 8, PIECES = DISK_RING, PIECE = SECTORS * DISK_SECTOR, DUMP = 64 };

static struct disk disk;

static int fail(enum disk_status e)
{
	static const char *const texts[] = {
		[DISK_OK] = "no error", [DISK_E_REQUEST] = "malformed request", [DISK_E_FULL] = "too many clients",
		[DISK_E_BLOCK] = "no memory that the device can reach", [DISK_E_CLIENT] = "the driver has cut it off",
		[DISK_E_RANGE] = "no such sector", [DISK_E_DEVICE] = "the device reports an error",
		[DISK_E_READ_ONLY] = "the disk is read-only", [DISK_E_ABSENT] = "the machine has no disk",
		[DISK_E_PART] = "its part of the disk ends beyond the end of the disk, or is no partition",
		[DISK_E_GONE] = "the disk is not plugged in",
		[DISK_E_UNIT] = "a request begins or ends within a sector of the disk",
		[DISK_REFUSED] = "its section does not name the driver",
	};

	printf("disk: %s\n", (unsigned)e <= DISK_REFUSED ? texts[e] : "there is no driver of a disk");
	return 1;
}

static int info(void)
{
	printf("%llu sectors of %u bytes (%lu MiB)%s%s%s\n", (unsigned long long)(disk.sectors / disk.unit),
	       disk.unit * DISK_SECTOR, (unsigned long)(disk.sectors >> 11),
	       disk.read_only ? ", read-only" : "", disk.serial[0] ? ", serial number " : "", disk.serial);
	if (disk.first > 0)
		printf("they are a part of the disk, from its sector %llu on\n", (unsigned long long)disk.first);
	return 0;
}

static int read_sector(unsigned long sector)
{
	int block = disk_block(&disk, DISK_UNIT_MAX * DISK_SECTOR);
	struct disk_entry r = { .kind = DISK_READ, .block = (uint32_t)block };
	uint32_t skip = disk_around(&disk, sector, 1, &r);
	enum disk_status e = block < 0 ? DISK_E_BLOCK : disk_do(&disk, &r);
	const unsigned char *data;

	if (e != DISK_OK)
		return fail(e);
	data = (const unsigned char *)disk_data(&disk, (unsigned)block) + skip;
	for (unsigned i = 0; i < DUMP; i++)
		printf("%02x%c", data[i], i % 16 == 15 ? '\n' : ' ');
	return 0;
}

static void fill(char *data, unsigned round)
{
	for (unsigned i = 0; i < PIECES * PIECE; i += sizeof(unsigned))
		memcpy(data + i, &(unsigned){ round * 2654435761u ^ i }, sizeof(unsigned));
}

/* All pieces of the block at once. */
static enum disk_status all(enum disk_kind kind, unsigned block)
{
	enum disk_status e = DISK_OK, first = DISK_OK;

	for (unsigned i = 0; i < PIECES; i++)
		disk_submit(&disk, &(struct disk_entry){ kind, block, i * SECTORS, 0, i * PIECE, SECTORS });
	for (unsigned i = 0; i < PIECES; i++) {
		if (disk_wait(&disk, &e) < 0)
			return e;
		if (first == DISK_OK)
			first = e;
	}
	return first;
}

static int check(unsigned rounds)
{
	int out = disk_block(&disk, PIECES * PIECE), in = disk_block(&disk, PIECES * PIECE);
	unsigned wrong = 0;

	if (out < 0 || in < 0)
		return fail(DISK_E_BLOCK);
	for (unsigned round = 1; round <= rounds; round++) {
		enum disk_status e;

		fill(disk_data(&disk, (unsigned)out), round);
		memset(disk_data(&disk, (unsigned)in), 0, PIECES * PIECE);
		e = all(DISK_WRITE, (unsigned)out);
		if (e == DISK_OK)
			e = all(DISK_READ, (unsigned)in);
		if (e != DISK_OK)
			return fail(e);
		wrong += memcmp(disk_data(&disk, (unsigned)out), disk_data(&disk, (unsigned)in), PIECES * PIECE) != 0;
	}
	printf("%u rounds of %u requests, %u with a wrong byte, %u other drivers\n", rounds, 2 * PIECES, wrong,
	       disk.restarts);
	return wrong != 0;
}

int main(int argc, char **argv)
{
	enum disk_status e = disk_open(&disk);
	int status = 0;

	if (e != DISK_OK)
		return fail(e);
	if (argc == 3 && strcmp(argv[1], "read") == 0)
		status = read_sector(strtoul(argv[2], 0, 0));
	else if (argc == 3 && strcmp(argv[1], "check") == 0)
		status = check((unsigned)strtoul(argv[2], 0, 0));
	else if (argc == 1)
		status = info();
	else {
		printf("usage: disk [read SECTOR | check ROUNDS]\n");
		status = 2;
	}
	disk_close(&disk);
	return status;
}
