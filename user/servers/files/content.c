/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * content.c - see content.h. Bytes of files are on the disk before the operation that maps them is
 * committed.
 */
#include <string.h>

#include "cache.h"
#include "content.h"
#include "lookup_cache.h"
#include "pending.h"
#include "truncate.h"
#include "volume.h"
#include <ext2fs/ext2fsP.h>

enum {
	PIECES = CACHE_FETCH,
	FRESH_BYTES = 8192,		/* see is_slow */
};

static errcode_t read_file_inode(ext2_ino_t number, struct ext2_inode *inode)
{
	errcode_t e = ext2fs_read_inode(volume, number, inode);

	if (e)
		return e;
	return LINUX_S_ISREG(inode->i_mode) && !(inode->i_flags & (EXT4_INLINE_DATA_FL | EXT4_ENCRYPT_FL))
		? 0 : TREE_KIND;
}

/* The block of the disk with this block of the file; 0: a hole, or not written yet. */
static errcode_t map(ext2_ino_t number, struct ext2_inode *inode, blk64_t of_file, blk64_t *block)
{
	int flags = 0;
	errcode_t e;

	if (lookup_cache_get_block(number, of_file, block))
		return 0;
	e = ext2fs_bmap2(volume, number, inode, NULL, 0, of_file, &flags, block);
	if (!e && (flags & BMAP_RET_UNINIT))
		*block = 0;
	if (!e && *block != 0)
		lookup_cache_put_block(number, of_file, *block);
	return e;
}

static errcode_t copy_out(const struct cache_piece *p, struct tree_buffer *buffer)
{
	const char *from = p->block ? cache_read(p->block) : NULL;

	if (p->block && !from)
		return EXT2_ET_SHORT_READ;
	if (from)
		memcpy(buffer->to + buffer->used, from + p->offset, p->bytes);
	else
		memset(buffer->to + buffer->used, 0, p->bytes);
	buffer->used += p->bytes;
	return 0;
}

/* The part of `bytes` bytes from `offset` on that lies in one block of the file. */
static struct cache_piece first_piece(uint64_t offset, size_t bytes)
{
	unsigned size = volume->blocksize;
	struct cache_piece p = { offset / size, (unsigned)(offset % size), 0 };

	p.bytes = bytes < size - p.offset ? (unsigned)bytes : size - p.offset;
	return p;
}

/* Up to PIECES blocks. */
static errcode_t read_some(ext2_ino_t number, struct ext2_inode *inode, uint64_t offset,
			   struct tree_buffer *buffer)
{
	struct cache_piece piece[PIECES];
	uint64_t blocks[PIECES] = { 0 };
	size_t left = buffer->room - buffer->used;
	unsigned n = 0;
	errcode_t e = 0;

	for (; n < PIECES && left > 0; n++) {
		blk64_t block;

		piece[n] = first_piece(offset, left);
		e = map(number, inode, piece[n].block, &block);
		if (e)
			return e;
		piece[n].block = blocks[n] = block;
		offset += piece[n].bytes;
		left -= piece[n].bytes;
	}
	cache_fetch(blocks, n);
	for (unsigned i = 0; i < n && !e; i++)
		e = copy_out(&piece[i], buffer);
	return e;
}

errcode_t content_read(ext2_ino_t number, uint64_t offset, struct tree_buffer *buffer)
{
	struct ext2_inode inode;
	errcode_t e = read_file_inode(number, &inode);
	uint64_t size = EXT2_I_SIZE(&inode);

	if (e || offset >= size)
		return e;
	if (buffer->room > size - offset)
		buffer->room = (size_t)(size - offset);
	while (!e && buffer->used < buffer->room)
		e = read_some(number, &inode, offset + buffer->used, buffer);
	return e;
}

/*
 * Does the file have extents outside of its inode? Then a new block is slow: libext2fs reads each of their
 * blocks some ten times for it, and sums it up each time. So one request adds FRESH_BYTES at the most.
 */
static bool is_slow(const struct ext2_inode *inode)
{
	const struct ext3_extent_header *root = (const void *)inode->i_block;

	return inode->i_flags & EXT4_EXTENTS_FL && root->eh_depth != 0;		/* in either byte order */
}

/* A block for the piece of a file, with what it has to keep. *fresh: slow ones that the request may add. */
static errcode_t write_piece(ext2_ino_t number, struct ext2_inode *inode, struct cache_piece *p,
			     const char *from, unsigned *fresh)
{
	blk64_t of_file = p->block, block;
	errcode_t e = map(number, inode, of_file, &block);
	bool keep = block != 0;

	if (e)
		return e;
	if (!keep) {
		int flags = 0;

		e = ext2fs_bmap2(volume, number, inode, NULL, BMAP_ALLOC, of_file, &flags, &block);
		if (!e && (flags & BMAP_RET_UNINIT))
			e = ext2fs_bmap2(volume, number, inode, NULL, BMAP_SET, of_file, NULL, &block);
		*fresh -= is_slow(inode);
	}
	p->block = block;
	return e ? e : cache_put_data(p, from, keep);
}

/* *bytes: at most, then as many as were written: fewer if the request has added enough. */
static errcode_t write_some(ext2_ino_t number, struct ext2_inode *inode, uint64_t offset, const char *from,
			    size_t *bytes, unsigned *fresh)
{
	uint64_t blocks[PIECES] = { 0 };
	size_t left = *bytes;
	unsigned n = 0;

	for (; left > 0 && *fresh > 0; n++) {
		struct cache_piece p = first_piece(offset, left);
		errcode_t e = write_piece(number, inode, &p, from, fresh);

		if (e) {
			cache_drop_data(blocks, n);
			return e;
		}
		blocks[n] = p.block;
		offset += p.bytes;
		from += p.bytes;
		left -= p.bytes;
	}
	*bytes -= left;
	return cache_write_data(blocks, n);
}

static errcode_t set_size(ext2_ino_t number, struct ext2_inode *inode, uint64_t size)
{
	errcode_t e = ext2fs_inode_size_set(volume, inode, (ext2_off64_t)size);

	inode->i_mtime = inode->i_ctime = (__u32)volume->now;
	return e ? e : ext2fs_write_inode(volume, number, inode);
}

errcode_t content_write(ext2_ino_t number, uint64_t offset, const char *from, size_t *bytes)
{
	struct ext2_inode inode;
	errcode_t e = read_file_inode(number, &inode);
	size_t most = (PIECES - 1) * volume->blocksize, done = 0;
	unsigned fresh = volume->blocksize < FRESH_BYTES ? FRESH_BYTES / volume->blocksize : 1;
	uint64_t size;

	if (e || *bytes == 0)
		return e;
	if (ext2fs_file_block_offset_too_big(volume, &inode, (offset + *bytes - 1) / volume->blocksize))
		return TREE_LARGE;
	while (!e && done < *bytes && fresh > 0) {
		size_t n = *bytes - done < most ? *bytes - done : most;

		e = write_some(number, &inode, offset + done, from + done, &n, &fresh);
		done += n;
	}
	if (e)
		return e;
	*bytes = done;
	size = EXT2_I_SIZE(&inode);
	return set_size(number, &inode, offset + done > size ? offset + done : size);
}

/* The bytes of the last block behind the file's end are zero, so that it can grow again. */
static errcode_t clear_end(ext2_ino_t number, struct ext2_inode *inode, uint64_t size)
{
	static const char zero[EXT2_MAX_BLOCK_SIZE];
	struct cache_piece p = first_piece(size, volume->blocksize);
	blk64_t block;
	errcode_t e = p.offset ? map(number, inode, p.block, &block) : 0;

	if (e || p.offset == 0 || block == 0)
		return e;
	p.block = block;
	e = cache_put_data(&p, zero, true);
	return e ? e : cache_write_data(&p.block, 1);
}

/* Are there blocks behind the first `blocks` ones that the inode does not map by itself? */
static errcode_t maps_more(ext2_ino_t number, struct ext2_inode *inode, uint64_t blocks, bool *more)
{
	struct ext2_extent_info info;
	struct ext2fs_extent last;
	ext2_extent_handle_t handle;
	errcode_t e;

	*more = false;
	if (!(inode->i_flags & EXT4_EXTENTS_FL))
		return 0;
	e = ext2fs_extent_open2(volume, number, inode, &handle);
	if (e)
		return e;
	e = ext2fs_extent_get_info(handle, &info);
	if (!e && info.max_depth > 0) {
		e = ext2fs_extent_get(handle, EXT2_EXTENT_LAST_LEAF, &last);
		*more = !e && last.e_lblk + last.e_len > blocks;
	}
	ext2fs_extent_free(handle);
	return e;
}

/* What is behind the first `end` blocks, if there is room. *again: as of content_resize. */
static errcode_t free_end(ext2_ino_t number, struct ext2_inode *inode, blk64_t end, bool *again)
{
	blk64_t start;
	unsigned runs;
	errcode_t e = truncate_find(number, inode, end, &start, &runs);

	if (!e && !pending_fits(runs)) {
		*again = true;
		return 0;
	}
	*again |= start > end;
	return e ? e : truncate_free(number, inode, end, start);
}

/* The extents of a block on the disk are shortened before the file is: CLASS_MAPS. Many in several steps. */
errcode_t content_resize(ext2_ino_t number, uint64_t size, bool *again)
{
	struct ext2_inode inode;
	errcode_t e = read_file_inode(number, &inode);
	unsigned bytes = volume->blocksize;
	blk64_t end = (size + bytes - 1) / bytes;

	*again = false;
	if (e || EXT2_I_SIZE(&inode) == size)
		return e;
	if (size && ext2fs_file_block_offset_too_big(volume, &inode, (size - 1) / bytes))
		return TREE_LARGE;
	if (size < EXT2_I_SIZE(&inode)) {
		e = clear_end(number, &inode, size);
		if (!e && size > 0)
			e = maps_more(number, &inode, end, again);
		if (!e)
			e = free_end(number, &inode, end, again);
	}
	return e || *again ? e : set_size(number, &inode, size);
}
