/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.h - blocks of the disk in memory.
 *
 * Bytes of files are written to the disk at once (cache_write_data). All other blocks, those that libext2fs
 * writes, are changed in memory by an operation and committed at its end: then they are in the memory that
 * outlives the server (keep.h), and so are lost only with the power. They are written to the disk later, in
 * the order of their class, with a flush between two classes.
 */
#ifndef FILES_CACHE_H
#define FILES_CACHE_H

#include <pecan/disk.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In this order blocks are written, so that nothing on the disk leads to a block that is not written yet. */
enum cache_class {
	CLASS_FIRST,		/* those that nothing on the disk leads to; bitmaps, descriptors, superblock */
	CLASS_INODES,
	CLASS_MAPS,		/* what maps a file's blocks: e2fsck clears what it maps behind the file's end */
	CLASS_NAMES,		/* directories */
	CLASSES,
};

enum { CACHE_FETCH = 64 };	/* blocks of cache_fetch at the most */

/* Connect to the disk. Returns DISK_E_ABSENT if the machine has none. */
enum disk_status cache_open_disk(void);
uint64_t cache_sectors(void);
bool cache_read_only(void);

/* Was the disk waited for since the last call? */
bool cache_waited(void);

/* Sectors of the disk, past the cache. Returns 0 or an error number of libext2fs, as the functions below. */
long cache_read_sectors(uint64_t sector, void *to, size_t bytes);

/* From now on blocks have this size, and block 0 begins at this sector. */
long cache_begin(uint64_t first_sector, uint64_t blocks, unsigned block_bytes);

/* Has a request to the disk failed since then, or one not been made for lack of a buffer? */
bool cache_has_failed(void);

/* A block's bytes, valid until the next call; NULL: it cannot be read. */
const char *cache_read(uint64_t block);

/* How many calls of cache_read there were. */
uint64_t cache_reads(void);

/* Have these blocks read, all at a time. */
void cache_fetch(const uint64_t *blocks, unsigned n);

/* Are these the bytes of the whole block? */
bool cache_has(uint64_t block, const void *bytes);

/* Change a block in memory: bytes from `offset` on. The class is that of its first change. */
struct cache_piece { uint64_t block; unsigned offset, bytes; };
long cache_change(const struct cache_piece *p, const void *from, enum cache_class class);

/* Put bytes of a file into a block in memory; keep: its other bytes are read first, else they become zero. */
long cache_put_data(const struct cache_piece *p, const void *from, bool keep);

/* Write those blocks to the disk. */
long cache_write_data(const uint64_t *blocks, unsigned n);

/* They are not to be written: forget what was put into them. */
void cache_drop_data(const uint64_t *blocks, unsigned n);

bool cache_is_changed(void);		/* by the operation under way */
bool cache_is_dirty(void);		/* there are committed blocks that the disk has not */

/*
 * The end of an operation: all that it has changed counts, or nothing of it. more: there are other versions
 * in the kept memory, too.
 */
long cache_commit(bool more);
void cache_rollback(void);

/* The kept memory may not have places for another operation: write out what is committed. */
bool cache_is_full(void);

/* Write all committed blocks to the disk, in order; flush: also if there are none. */
long cache_write_out(bool flush);

#endif
