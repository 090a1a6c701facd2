/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.c - input and output of e2fsck (ports/e2fsprogs): /dev/disk is the file system that the file server
 * uses (user/servers/files/volume/partition.c), or else the whole disk. It is read and written past the
 * server: to be written it is borrowed first, until this task ends (files_borrow).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ext2fs/ext2fs.h>
#include <pecan/disk.h>
#include <pecan/files.h>

#include <servers/files/cache/cache.h>
#include <servers/files/volume/partition.h>

#define DEVICE	"/dev/disk"

enum { PIECE = 256 * 1024, BLOCK_BYTES = 1024 };

static struct disk disk;
static int block = -1;			/* of memory that the device reads and writes; -1: the disk is not open */

/* ---- the disk ---- */

static errcode_t open_disk(void)
{
	struct ext2_super_block super;
	enum disk_status s;

	if (block >= 0)
		return 0;
	s = disk_open(&disk);
	if (s == DISK_OK)
		block = disk_block(&disk, PIECE + 2 * DISK_UNIT_MAX * DISK_SECTOR);
	if (block < 0)
		return s == DISK_REFUSED ? EACCES : s == DISK_OK || s == DISK_E_BLOCK ? ENOMEM : ENXIO;
	if (partition_find(&super).kind != OUTCOME_GOOD)
		partition = (struct partition){ .sectors = disk.sectors };
	return 0;
}

/* One request, of up to PIECE bytes. */
static errcode_t do_piece(enum disk_kind kind, uint64_t sector, char *at, size_t bytes)
{
	struct disk_entry r = { .kind = DISK_READ, .block = (uint32_t)block };
	uint32_t skip = disk_around(&disk, sector, (uint32_t)(bytes / DISK_SECTOR), &r);
	char *data = (char *)disk_data(&disk, (unsigned)block) + skip;

	if (kind == DISK_WRITE && r.sectors > bytes / DISK_SECTOR && disk_do(&disk, &r) != DISK_OK)
		return EXT2_ET_SHORT_READ;
	r.kind = kind;
	if (kind == DISK_WRITE)
		memcpy(data, at, bytes);
	if (disk_do(&disk, &r) != DISK_OK)
		return kind == DISK_READ ? EXT2_ET_SHORT_READ : EXT2_ET_SHORT_WRITE;
	if (kind == DISK_READ)
		memcpy(at, data, bytes);
	return 0;
}

uint64_t cache_sectors(void)
{
	return disk.sectors;
}

unsigned cache_unit(void)
{
	return disk.unit;
}

long cache_read_sectors(uint64_t sector, void *to, size_t bytes)
{
	return do_piece(DISK_READ, sector, to, bytes);
}

/* Bytes of the file system. */
static errcode_t move(enum disk_kind kind, uint64_t offset, char *at, size_t bytes)
{
	uint64_t sector = offset / DISK_SECTOR, end = partition.sectors;
	errcode_t e = 0;

	if (offset % DISK_SECTOR || bytes % DISK_SECTOR || sector > end || bytes / DISK_SECTOR > end - sector)
		return kind == DISK_READ ? EXT2_ET_SHORT_READ : EXT2_ET_SHORT_WRITE;
	sector += partition.first;
	while (bytes > 0 && !e) {
		size_t n = bytes < PIECE ? bytes : PIECE;

		e = do_piece(kind, sector, at, n);
		sector += n / DISK_SECTOR;
		at += n;
		bytes -= n;
	}
	return e;
}

/* ---- the file server ---- */

/* For writing: from it, once. */
static errcode_t borrow(void)
{
	static bool has;
	enum files_status s = has ? FILES_OK : files_borrow(disk.name, disk.first, disk.sectors);

	if (disk.read_only)
		return EROFS;
	has = s == FILES_OK || s == FILES_LOST;		/* without a server it is free */
	if (has)
		return 0;
	fprintf(stderr, "e2fsck: /disk: %s\n", files_error_text(s));
	return s == FILES_E_OPEN || s == FILES_E_LENT ? EBUSY : s == FILES_E_DEVICE ? EIO : EACCES;
}

/* For reading: what it has not written yet is on the disk first. */
static void look_on(void)
{
	static bool has;

	if (!has && files_flush(true) == FILES_OK)
		printf("Warning!  " DEVICE " is mounted.\n");
	has = true;
}

/* ---- what libext2fs and e2fsck call ---- */

static errcode_t io_open(const char *name, int flags, io_channel *channel)
{
	io_channel io;
	errcode_t e;

	if (strcmp(name, DEVICE) != 0)
		return ENODEV;
	e = open_disk();
	if (!e && flags & IO_FLAG_RW)
		e = borrow();
	else if (!e)
		look_on();
	io = e ? NULL : calloc(1, sizeof *io);
	if (!io)
		return e ? e : ENOMEM;
	*io = (struct struct_io_channel){
		.magic = EXT2_ET_MAGIC_IO_CHANNEL, .manager = unix_io_manager, .name = strdup(name),
		.refcount = 1, .block_size = BLOCK_BYTES,
	};
	*channel = io;
	return 0;
}

static errcode_t io_flush(io_channel channel)
{
	(void)channel;
	return do_piece(DISK_FLUSH, 0, NULL, 0);
}

static errcode_t io_close(io_channel channel)
{
	errcode_t e;

	if (--channel->refcount > 0)
		return 0;
	e = io_flush(channel);
	free(channel->name);
	free(channel);
	return e;
}

static errcode_t io_size(io_channel channel, int bytes)
{
	channel->block_size = bytes;
	return 0;
}

static size_t bytes_of(io_channel channel, int count)
{
	return count < 0 ? (size_t)-(long)count : (size_t)count * (unsigned)channel->block_size;
}

static errcode_t io_read(io_channel channel, unsigned long long at, int count, void *to)
{
	size_t bytes = bytes_of(channel, count);
	errcode_t e = move(DISK_READ, at * (unsigned)channel->block_size, to, bytes);

	return e && channel->read_error
	       ? channel->read_error(channel, (unsigned long)at, count, to, bytes, 0, e) : e;
}

static errcode_t io_write(io_channel channel, unsigned long long at, int count, const void *from)
{
	size_t bytes = bytes_of(channel, count);
	errcode_t e = move(DISK_WRITE, at * (unsigned)channel->block_size, (char *)from, bytes);

	return e && channel->write_error
	       ? channel->write_error(channel, (unsigned long)at, count, from, bytes, 0, e) : e;
}

static errcode_t io_read_32(io_channel channel, unsigned long at, int count, void *to)
{
	return io_read(channel, at, count, to);
}

static errcode_t io_write_32(io_channel channel, unsigned long at, int count, const void *from)
{
	return io_write(channel, at, count, from);
}

static struct struct_io_manager manager = {
	.magic = EXT2_ET_MAGIC_IO_MANAGER, .name = "disk", .open = io_open, .close = io_close,
	.set_blksize = io_size, .read_blk = io_read_32, .write_blk = io_write_32, .read_blk64 = io_read,
	.write_blk64 = io_write, .flush = io_flush,
};

io_manager unix_io_manager = &manager;

errcode_t ext2fs_get_device_size2(const char *name, int block_bytes, blk64_t *blocks)
{
	(void)name;
	*blocks = partition.sectors * DISK_SECTOR / (unsigned)block_bytes;
	return 0;
}

errcode_t ext2fs_sync_device(int fd, int flush)
{
	(void)fd;
	(void)flush;
	return 0;
}
