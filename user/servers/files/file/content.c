/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * content.c - see content.h.
 */
#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/marks.h>
#include <servers/files/cache/pending.h>
#include <servers/files/names/work.h>
#include <servers/files/volume/flags.h>
#include <servers/files/volume/inode.h>
#include <servers/files/volume/lookup_cache.h>
#include <servers/files/volume/times.h>
#include <servers/files/volume/volume.h>
#include <string.h>

#include "content.h"
#include "extents.h"
#include "operation.h"
#include "truncate.h"
#include <ext2fs/ext2fsP.h>

enum {
	PIECES = CACHE_FETCH,
	FRESH_BYTES = 8192,		/* see is_slow */
	MAP_WORK = 2000, MAP_BLOCKS = 3,	/* of libext2fs: it reads so many blocks */
	BYTES_OF_WORK = 4,
	FETCH_WORK = WORK_MAX / 4,	/* to find blocks that are read together */
	ROUND_WORK = 300,		/* for each block that a request reads */
};

static errcode_t read_file_inode(ext2_ino_t number, struct ext2_inode_large *inode)
{
	errcode_t e = inode_read_whole(number, inode);

	if (e)
		return e;
	return LINUX_S_ISREG(inode->i_mode) ? flags_check(EXT2_INODE(inode), FLAG_READ) : TREE_KIND;
}

static errcode_t find_run(struct attempt *a, ext2_ino_t number, struct ext2_inode *inode, blk64_t of_file,
			  struct run *run)
{
	int flags = 0;
	errcode_t e;

	if (extents_has(inode))
		return extents_find(a, number, inode, of_file, run);
	*run = (struct run){ of_file, 0, 1 };
	if (lookup_cache_get_block(number, of_file, &run->block))
		return 0;
	work_add(MAP_WORK + MAP_BLOCKS * volume->blocksize / BYTES_OF_WORK);
	e = ext2fs_bmap2(volume, number, inode, NULL, 0, of_file, &flags, &run->block);
	if (!e && (flags & BMAP_RET_UNINIT))
		run->block = 0;
	if (!e && run->block != 0)
		lookup_cache_put_block(number, of_file, run->block);
	return e;
}

/*
 * The block of the disk with this block of the file; 0: a hole, or not written yet. *run: what was found
 * last, of the same file, if nothing was changed since; n 0: nothing.
 */
static errcode_t map(struct attempt *a, ext2_ino_t number, struct ext2_inode *inode, blk64_t of_file,
		     struct run *run, blk64_t *block)
{
	errcode_t e = of_file - run->first < run->n ? 0 : find_run(a, number, inode, of_file, run);

	if (e)
		run->n = 0;
	*block = run->block ? run->block + (of_file - run->first) : 0;
	return e;
}

/* The part of `bytes` bytes from `offset` on that lies in one block of the file. */
static struct cache_piece first_piece(uint64_t offset, size_t bytes)
{
	unsigned size = volume->blocksize;
	struct cache_piece p = { offset / size, (unsigned)(offset % size), 0 };

	p.bytes = bytes < size - p.offset ? (unsigned)bytes : size - p.offset;
	return p;
}

/*
 * What was found for the last read or write, for as long as nothing but bytes of files is changed: the next
 * one is likely of the same file.
 */
static struct {
	uint64_t changes;		/* cache_changes; 0: nothing was found, or it was changed here */
	ext2_ino_t number;
	struct run run;			/* of map; n 0: nothing */
	time_t touched;			/* volume->now when its times were found to be that; 0: not */
	union {
		struct ext2_inode inode;
		struct ext2_inode_large whole;
	};
} last;

static errcode_t find_file(ext2_ino_t number)
{
	errcode_t e;

	if (last.number == number && last.changes == cache_changes())
		return 0;
	last.changes = 0;
	e = read_file_inode(number, &last.whole);
	if (e)
		return e;
	last.number = number;
	last.run.n = 0;
	last.touched = 0;
	last.changes = cache_changes();
	return 0;
}

/* Reads the blocks that have `bytes` bytes of that file into the cache, PIECES at the most. */
static errcode_t fetch(struct attempt *a, uint64_t offset, uint64_t bytes)
{
	blk64_t of_file = offset / volume->blocksize, end = (offset + bytes - 1) / volume->blocksize;
	unsigned long most = work_used() + FETCH_WORK;
	struct run run = last.run;
	uint64_t blocks[PIECES];
	unsigned n = 0;
	errcode_t e = 0;

	for (; n < PIECES && of_file + n <= end && !e && work_used() < most; n++) {
		blk64_t block;

		e = map(a, last.number, &last.inode, of_file + n, &run, &block);
		blocks[n] = block;
	}
	if (!e)
		cache_fetch(a, blocks, n);
	return e;
}

/*
 * The bytes of a block of that file; NULL and *e 0: they are zero. Most are in the cache; from the first
 * block on that is not, `left` bytes from the offset on are read together.
 */
static const char *block_of(struct attempt *a, uint64_t offset, uint64_t left, errcode_t *e)
{
	blk64_t block;
	const char *from;

	*e = map(a, last.number, &last.inode, offset / volume->blocksize, &last.run, &block);
	if (*e || block == 0)
		return NULL;
	from = cache_peek(block);
	if (from)
		return from;
	*e = fetch(a, offset, left);
	from = *e ? NULL : cache_read(a, block);
	*e = *e || from ? *e : EXT2_ET_SHORT_READ;
	return from;
}

/* Of the next `left` bytes of that file those that one block has. Returns how many. */
static size_t read_piece(struct attempt *a, uint64_t offset, size_t left, struct tree_buffer *buffer,
			 errcode_t *e)
{
	struct cache_piece p = first_piece(offset, left);
	const char *from = block_of(a, offset, buffer->ahead ? EXT2_I_SIZE(&last.inode) - offset : left, e);

	if (*e)
		return 0;
	if (from)
		memcpy(buffer->to + buffer->used, from + p.offset, p.bytes);
	else
		memset(buffer->to + buffer->used, 0, p.bytes);
	work_add(ROUND_WORK + p.bytes);
	return p.bytes;
}

/* A request that is sent again, as it was over, has the first bytes in its memory. */
errcode_t content_read(struct attempt *a, ext2_ino_t number, uint64_t offset, struct tree_buffer *buffer)
{
	struct progress *p = work_progress();
	errcode_t e = find_file(number);
	uint64_t size = EXT2_I_SIZE(&last.inode);
	size_t wanted = buffer->room;

	buffer->used = p ? p->read : 0;
	if (e || offset >= size)
		return e;
	if (wanted > size - offset)
		wanted = (size_t)(size - offset);
	while (!e && buffer->used < wanted) {
		if (!work_has(0)) {
			p->read = buffer->used;
			return TREE_MORE;
		}
		buffer->used += read_piece(a, offset + buffer->used, wanted - buffer->used, buffer, &e);
	}
	return e;
}

/*
 * Returns true if the file has extents outside of its inode. A new block is slow then: libext2fs reads each
 * of their blocks some ten times for it, and sums it up each time. So one request adds FRESH_BYTES at the
 * most, or, at the file's end, as many runs.
 */
static bool is_slow(const struct ext2_inode *inode)
{
	const struct ext3_extent_header *root = (const void *)inode->i_block;

	return inode->i_flags & EXT4_EXTENTS_FL && root->eh_depth != 0;		/* in either byte order */
}

/* A write to the last file. Blocks of it from `first` to before `end` are new, and have no bytes yet. */
struct request {
	blk64_t first, end;
	unsigned slow;			/* new blocks, or runs of them, that it may add to a slow file */
};

/*
 * Claims `n` blocks for the file from r->first on: the extent at its end grows, or there is another one. The
 * inode has to be written.
 */
static errcode_t put_run(struct request *r, ext2_extent_handle_t handle, struct ext2fs_extent *end,
			 blk64_t block, blk64_t n)
{
	errcode_t e;

	volume_claim(block, (uint32_t)n);		/* a new node would take them */
	if (end->e_len > 0 && end->e_lblk + end->e_len == r->first && end->e_pblk + end->e_len == block
	    && !(end->e_flags & EXT2_EXTENT_FLAGS_UNINIT) && end->e_len + n <= EXT_INIT_MAX_LEN) {
		end->e_len += (__u32)n;
		e = ext2fs_extent_replace(handle, 0, end);
	} else {
		struct ext2fs_extent x = { .e_pblk = block, .e_lblk = r->first, .e_len = (__u32)n };

		e = ext2fs_extent_insert(handle, EXT2_EXTENT_INSERT_AFTER, &x);
		if (!e)
			e = ext2fs_extent_fix_parents(handle);
	}
	if (e)
		return e;
	r->end = r->first + n;
	return ext2fs_iblk_add_blocks(volume, &last.inode, n);
}

/*
 * libext2fs writes the inode with each change of its extents. That of a file that grows waits: content_write
 * writes it, once.
 */
static errcode_t hold_inode(ext2_filsys fs, ext2_ino_t number, struct ext2_inode *inode)
{
	(void)fs;
	(void)number;
	(void)inode;
	return 0;
}

static errcode_t put_run_held(struct request *r, ext2_extent_handle_t handle, struct ext2fs_extent *end,
			      blk64_t block, blk64_t n)
{
	errcode_t (*noted)(ext2_filsys, ext2_ino_t, struct ext2_inode *) = volume->write_inode;
	errcode_t e;

	volume->write_inode = hold_inode;
	e = put_run(r, handle, end, block, n);
	volume->write_inode = noted;		/* volume.c has to know of the others */
	return e;
}

/* Up to `want` blocks behind the last one of a file, in one run. r->end stays if of_file is not there. */
static errcode_t append_run(struct request *r, blk64_t of_file, blk64_t want)
{
	struct ext2fs_extent end = { .e_len = 0 };
	ext2_extent_handle_t handle;
	blk64_t block, n;
	errcode_t e;

	if (!(last.inode.i_flags & EXT4_EXTENTS_FL))
		return 0;
	e = ext2fs_extent_open2(volume, last.number, &last.inode, &handle);
	if (e)
		return e;
	e = ext2fs_extent_get(handle, EXT2_EXTENT_LAST_LEAF, &end);
	if (!e && end.e_lblk + end.e_len <= of_file) {
		r->first = of_file;
		e = ext2fs_new_range(volume, 0, end.e_pblk + end.e_len, want, NULL, &block, &n);
		if (!e)
			e = put_run_held(r, handle, &end, block, n);
	} else if (e == EXT2_ET_NO_CURRENT_NODE || e == EXT2_ET_EXTENT_NOT_FOUND) {
		e = 0;				/* it is empty: libext2fs looks for the place */
	}
	ext2fs_extent_free(handle);
	return e;
}

/* A new block, in a hole or where append_run is not for: libext2fs finds its place. */
static errcode_t add_block(blk64_t of_file, blk64_t *block)
{
	int flags = 0;
	errcode_t e = ext2fs_bmap2(volume, last.number, &last.inode, NULL, BMAP_ALLOC, of_file, &flags, block);

	if (!e && (flags & BMAP_RET_UNINIT))
		e = ext2fs_bmap2(volume, last.number, &last.inode, NULL, BMAP_SET, of_file, NULL, block);
	return e;
}

static bool is_new(const struct request *r, blk64_t of_file)
{
	return of_file >= r->first && of_file < r->end;
}

/* A new block for the piece of the file; left: bytes from the piece on. */
static errcode_t find_place(struct request *r, const struct cache_piece *p, size_t left, blk64_t *block)
{
	unsigned size = volume->blocksize;
	errcode_t e;

	r->slow -= is_slow(&last.inode);
	last.changes = 0;
	last.run.n = 0;
	e = append_run(r, p->block, (p->offset + left + size - 1) / size);
	if (e)
		return e;
	return is_new(r, p->block) ? map(NULL, last.number, &last.inode, p->block, &last.run, block)
				   : add_block(p->block, block);
}

/* The piece, whose block that is, or as many whole blocks from it on as were found with it (p->bytes). */
static errcode_t put_piece(struct cache_piece *p, blk64_t block, const char *from, size_t left, bool keep)
{
	blk64_t found = last.run.n - (p->block - last.run.first), n = left / volume->blocksize;

	p->block = block;
	if (p->bytes < volume->blocksize)
		return cache_put_data(p, from, keep);
	if (last.run.n == 0)
		found = 1;
	if (n > found)
		n = found;
	p->bytes *= (unsigned)n;
	return cache_put_blocks(block, (unsigned)n, from);
}

/* left: bytes from the piece on. */
static errcode_t write_piece(struct request *r, struct cache_piece *p, const char *from, size_t left)
{
	blk64_t block;
	errcode_t e = map(NULL, last.number, &last.inode, p->block, &last.run, &block);
	bool keep = block != 0 && !is_new(r, p->block);

	if (!e && block == 0)
		e = find_place(r, p, left, &block);
	return e ? e : put_piece(p, block, from, left, keep);
}

/* *bytes: at most, then as many as were written: fewer if the request has added enough. */
static errcode_t write_pieces(struct request *r, uint64_t offset, const char *from, size_t *bytes)
{
	size_t done = 0;

	while (done < *bytes) {
		struct cache_piece p = first_piece(offset + done, *bytes - done);
		errcode_t e;

		if (r->slow == 0 && !is_new(r, p.block))
			break;
		e = write_piece(r, &p, from + done, *bytes - done);
		if (e)
			return e;
		done += p.bytes;
	}
	*bytes = done;
	return 0;
}

/* changed: the inode is to be written in any case. */
static errcode_t set_size(ext2_ino_t number, struct ext2_inode_large *inode, uint64_t size, bool changed)
{
	errcode_t e;

	if (!changed && EXT2_I_SIZE(inode) == size && times_are_touched(inode))
		return 0;
	last.changes = 0;
	e = ext2fs_inode_size_set(volume, EXT2_INODE(inode), (ext2_off64_t)size);
	times_touch(inode);
	return e ? e : inode_write_whole(number, inode);
}

errcode_t content_write(ext2_ino_t number, uint64_t offset, const char *from, size_t *bytes)
{
	unsigned slow = volume->blocksize < FRESH_BYTES ? FRESH_BYTES / volume->blocksize : 1;
	struct request r = { .slow = slow };
	errcode_t e = find_file(number);
	uint64_t size;

	if (!e)
		e = flags_check(&last.inode, offset == EXT2_I_SIZE(&last.inode) ? FLAG_APPEND : FLAG_WRITE);
	if (e || *bytes == 0)
		return e;
	operation_note(&last.inode);
	if (ext2fs_file_block_offset_too_big(volume, &last.inode, (offset + *bytes - 1) / volume->blocksize))
		return TREE_LARGE;
	marks_clear(number, offset, *bytes);
	e = write_pieces(&r, offset, from, bytes);
	if (e)
		return e;
	size = EXT2_I_SIZE(&last.inode);
	if (offset + *bytes <= size && r.end == 0 && last.touched == volume->now)
		return 0;
	e = set_size(number, &last.whole, offset + *bytes > size ? offset + *bytes : size, r.end > 0);
	last.touched = e ? 0 : volume->now;
	return e;
}

/* The bytes of the last block behind the file's end are zero, so that it can grow again. */
static errcode_t clear_end(ext2_ino_t number, struct ext2_inode *inode, uint64_t size)
{
	static const char zero[EXT2_MAX_BLOCK_SIZE];
	struct cache_piece p = first_piece(size, volume->blocksize);
	struct run run = { .n = 0 };
	blk64_t block;
	errcode_t e = p.offset ? map(NULL, number, inode, p.block, &run, &block) : 0;

	if (e || p.offset == 0 || block == 0)
		return e;
	p.block = block;
	return cache_put_data(&p, zero, true);
}

/* *more: there are blocks behind the first `blocks` ones that the inode does not map by itself. */
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
	union { struct ext2_inode inode; struct ext2_inode_large whole; } file;
	errcode_t e = read_file_inode(number, &file.whole);
	unsigned bytes = volume->blocksize;
	blk64_t end = (size + bytes - 1) / bytes;

	*again = false;
	if (!e)
		e = flags_check(&file.inode, FLAG_WRITE);
	if (e || EXT2_I_SIZE(&file.inode) == size)
		return e;
	operation_note(&file.inode);
	if (size && ext2fs_file_block_offset_too_big(volume, &file.inode, (size - 1) / bytes))
		return TREE_LARGE;
	if (size < EXT2_I_SIZE(&file.inode)) {
		marks_clear_file(number);
		e = clear_end(number, &file.inode, size);
		if (!e && size > 0)
			e = maps_more(number, &file.inode, end, again);
		if (!e)
			e = free_end(number, &file.inode, end, again);
	}
	return e || *again ? e : set_size(number, &file.whole, size, true);
}
