/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.c - see io.h.
 */
#include <stdlib.h>
#include <string.h>
#include <servers/files/cache/cache.h>

#include "io.h"
#include "partition.h"

enum { SUPER_BYTES = 1024, FETCHED = 16 };

static struct struct_io_channel io;	/* its private_data: the attempt of io_enter, else NULL */

void io_enter(struct attempt *a)
{
	if (io.private_data)
		abort();
	io.private_data = a;
}

void io_leave(void)
{
	io.private_data = NULL;
}

static errcode_t io_open(const char *name, int flags, io_channel *channel)
{
	static char text[] = "disk";

	(void)name;
	(void)flags;
	io = (struct struct_io_channel){
		.magic = EXT2_ET_MAGIC_IO_CHANNEL, .manager = &disk_manager, .name = text, .refcount = 1,
		.block_size = SUPER_BYTES,
	};
	*channel = &io;
	return 0;
}

static errcode_t do_nothing(io_channel channel)
{
	(void)channel;
	return 0;
}

static errcode_t io_size(io_channel channel, int bytes)
{
	channel->block_size = bytes;
	return 0;
}

/* Each part of `bytes` bytes from `offset` on that lies in one block of the cache. */
typedef errcode_t piece_fn(struct attempt *a, const struct cache_piece *p, char *bytes);

static errcode_t each_piece(struct attempt *a, uint64_t offset, size_t bytes, char *at, piece_fn *fn)
{
	unsigned size = partition.block_bytes;

	while (bytes > 0) {
		struct cache_piece p = { offset / size, (unsigned)(offset % size), 0 };
		errcode_t e;

		p.bytes = bytes < size - p.offset ? (unsigned)bytes : size - p.offset;
		e = fn(a, &p, at);
		if (e)
			return e;
		offset += p.bytes;
		at += p.bytes;
		bytes -= p.bytes;
	}
	return 0;
}

static errcode_t read_piece(struct attempt *a, const struct cache_piece *p, char *to)
{
	const char *from = cache_read(a, p->block);

	if (!from)
		return EXT2_ET_SHORT_READ;
	memcpy(to, from + p->offset, p->bytes);
	return 0;
}

static errcode_t write_piece(struct attempt *a, const struct cache_piece *p, char *from)
{
	if (a)
		abort();
	return cache_change(p, from, volume_class(p, from));
}

static size_t bytes_of(io_channel channel, int count)
{
	return count < 0 ? (size_t)-(long)count : (size_t)count * (unsigned)channel->block_size;
}

/* Blocks that are read together are in the cache first, by one request. */
static void fetch(struct attempt *a, uint64_t offset, size_t bytes)
{
	uint64_t block[FETCHED], first = offset / partition.block_bytes;
	unsigned n = 0;

	for (; n < FETCHED && (uint64_t)n * partition.block_bytes < bytes; n++)
		block[n] = first + n;
	if (n > 1)
		cache_fetch(a, block, n);
}

static errcode_t io_read(io_channel channel, unsigned long long block, int count, void *to)
{
	uint64_t offset = block * (unsigned)channel->block_size;
	size_t bytes = bytes_of(channel, count), part = (size_t)FETCHED * partition.block_bytes;
	errcode_t e = 0;

	for (char *at = to; bytes > 0 && !e; offset += part, at += part, bytes -= part) {
		part = bytes < part ? bytes : part;
		fetch(channel->private_data, offset, part);
		e = each_piece(channel->private_data, offset, part, at, read_piece);
	}
	return e;
}

static errcode_t io_write(io_channel channel, unsigned long long block, int count, const void *from)
{
	return each_piece(channel->private_data, block * (unsigned)channel->block_size, bytes_of(channel, count),
			  (char *)from, write_piece);
}

static errcode_t io_read_32(io_channel channel, unsigned long block, int count, void *to)
{
	return io_read(channel, block, count, to);
}

static errcode_t io_write_32(io_channel channel, unsigned long block, int count, const void *from)
{
	return io_write(channel, block, count, from);
}

static errcode_t io_write_bytes(io_channel channel, unsigned long offset, int count, const void *from)
{
	return each_piece(channel->private_data, offset, (size_t)count, (char *)from, write_piece);
}

struct struct_io_manager disk_manager = {
	.magic = EXT2_ET_MAGIC_IO_MANAGER, .name = "disk", .open = io_open, .close = do_nothing,
	.set_blksize = io_size, .read_blk = io_read_32, .write_blk = io_write_32, .read_blk64 = io_read,
	.write_blk64 = io_write, .flush = do_nothing, .write_byte = io_write_bytes,
};
