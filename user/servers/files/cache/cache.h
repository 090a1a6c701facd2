/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.h - blocks of the disk in memory.
 *
 * Blocks are changed in memory by an operation and committed at its end: then they are in the memory that
 * outlives the server (keep.h), and only a loss of power loses them. They are written to the disk later, in
 * the order of their class, CLASS_SUPER first, with a flush between two classes; CLASS_DATA and CLASS_FIRST
 * have one together. CLASS_DATA alone may be written earlier (cache_write_data). Functions that return a long
 * return 0 or an error number of libext2fs.
 */
#ifndef FILES_CACHE_H
#define FILES_CACHE_H

#include <l4/ipc.h>
#include <pecan/disk.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attempt.h"

/* Blocks are written in this order, so that no block on the disk points to one that is not written yet. */
enum cache_class {
	CLASS_DATA,		/* bytes of files */
	CLASS_SUPER,		/* says that the file system is in use: before those below, with a flush */
	CLASS_FIRST,		/* blocks to which none points; bitmaps, group descriptors */
	CLASS_INODES,
	CLASS_INDEXES,		/* extent blocks that lead to others: a new one is in use before an old one is cut */
	CLASS_MAPS,		/* extent and indirect blocks: e2fsck clears mappings behind the size in the inode */
	CLASS_ROOTS,		/* first block of an htree: a new node is in use before an old one is cut */
	CLASS_NODES,		/* other nodes: a new block of names is in use before an old one is cut */
	CLASS_NAMES,		/* blocks of names of directories */
	CLASSES,
};

enum { CACHE_FETCH = 64 };		/* maximum number of blocks of cache_fetch */

/* Connect to the disk. Returns DISK_E_ABSENT if the machine has none. */
enum disk_status cache_open_disk(void);
uint64_t cache_sectors(void);

/* Returns the sectors of the least that the disk reads and writes. */
unsigned cache_unit(void);

/* Returns true if it is this part of the driver's disk. */
bool cache_is_disk(const char *name, uint64_t first, uint64_t sectors);
bool cache_read_only(void);

/* Returns true if the server has waited for the disk since the last call. */
bool cache_waited(void);

/* Returns the number of requests to the disk, those to flush it included. */
unsigned long cache_requests(void);

/* Reads sectors of the disk without the cache. */
long cache_read_sectors(uint64_t sector, void *to, size_t bytes);

/*
 * Sets the size of blocks, their number, and the sector of block 0. Empties the cache, and loads the versions
 * of keep.h: EXT2_ET_BAD_BLOCK_NUM if one is damaged.
 */
long cache_begin(uint64_t first_sector, uint64_t blocks, unsigned block_bytes);

/* Returns true if a request to the disk failed since cache_begin, or was not made for lack of a buffer. */
bool cache_has_failed(void);

/*
 * Returns a block's bytes, valid until the next call of a cache function; NULL if it cannot be read, or if it
 * is not in the cache and an attempt is given: then it is being read, and the attempt has missed.
 */
const char *cache_read(struct attempt *a, uint64_t block);

/* The same without reading it: NULL if it is not in the cache. */
const char *cache_peek(uint64_t block);

/*
 * Returns the notes of a block, for its user: 0 when it comes into the cache, and when a byte of it changes.
 * *bytes: as of cache_read. Both are NULL if it is not in the cache.
 */
uint32_t *cache_notes(uint64_t block, const char **bytes);

/*
 * Of a block whose checksum is of the number of its inode, too: its notes are the number for which it is
 * verified. *bytes: as of cache_notes.
 */
bool cache_is_verified(uint32_t inode, uint64_t block, const char **bytes);
void cache_note_verified(uint32_t inode, uint64_t block);

/* Returns the number of calls of cache_read. */
uint64_t cache_reads(void);

/* Returns another number after each change of bytes in the cache that are not a file's. */
uint64_t cache_changes(void);

/*
 * Reads at most CACHE_FETCH blocks into the cache, by requests that are under way at the same time. With an
 * attempt, which has missed then, it does not wait for them.
 */
void cache_fetch(struct attempt *a, const uint64_t *blocks, unsigned n);

/*
 * Waits for a message of any thread, as disk_wait_any does: while cache_any_under_way. cache_take_answers:
 * takes what the disk has answered.
 */
bool cache_any_under_way(void);
L4_MsgTag_t cache_wait(L4_Time_t timeout, L4_ThreadId_t *from);
void cache_take_answers(void);

/* Changes bytes of a block in memory. The block keeps the class of its first change. */
struct cache_piece { uint64_t block; unsigned offset, bytes; };
long cache_change(const struct cache_piece *p, const void *from, enum cache_class class);

/* The same with bytes of a file, a part of a block. keep: its other bytes stay; else they become zero. */
long cache_put_data(const struct cache_piece *p, const void *from, bool keep);

/* The same with all bytes of n blocks, from this one on. */
long cache_put_blocks(uint64_t block, unsigned n, const char *from);

/* The operation frees this block: once it is committed bytes of a file in it are not written any more. */
void cache_free_data(uint64_t block);

bool cache_is_changed(void);		/* by the operation under way */
bool cache_is_dirty(void);		/* committed blocks are not on the disk yet */

/*
 * Returns the size of the cache without blocks that are not on the disk yet; with the copies in free memory.
 */
size_t cache_clean_bytes(void);

/*
 * The end of an operation: commit all of its changes, or drop all of them. more: other versions were put into
 * the kept memory too, and are committed with these.
 */
long cache_commit(bool more);
void cache_rollback(void);

/*
 * Returns true if the kept memory may lack places for another operation: call cache_write_data then, and
 * cache_write_out if that did not help.
 */
bool cache_is_full(void);

/* Writes committed bytes of files to the disk, without a flush. A block that the disk refuses is given up. */
long cache_write_data(void);

/* Writes all committed blocks to the disk, in order. flush: flushes the disk also if there are none. */
long cache_write_out(bool flush);

#endif
