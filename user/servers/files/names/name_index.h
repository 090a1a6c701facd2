/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_index.h - for some directories, those used last: where their names are. In memory that is bounded; the
 * index of a directory that was not used for the longest time makes room for another one.
 *
 * An index is what the disk has, with the changes of this server: names.c keeps it so, and drops it when
 * changes are undone or the file system is opened again.
 */
#ifndef FILES_NAME_INDEX_H
#define FILES_NAME_INDEX_H

#include <stdbool.h>
#include <stdint.h>
#include <ext2fs/ext2fs.h>

/* Of all indexes together; of one; blocks of a directory. */
enum { INDEX_BYTES = 2 << 20, INDEX_BYTES_ONE = INDEX_BYTES / 2, INDEX_BLOCKS = 1 << 14 };

/* Instead of a block. */
#define INDEX_UNKNOWN	0ULL		/* not looked for yet: dir_map */
#define INDEX_HOLE	UINT64_MAX	/* the directory has none there */

/* Where a name is: block n of the directory, at this offset. */
struct index_place { unsigned block, offset; };

struct index_name;
struct index_block { blk64_t block; unsigned gap; };	/* gap: most bytes for a new name in it */

struct name_index {
	ext2_ino_t directory;		/* 0: none */
	struct name_index *next;	/* of the same list */
	uint64_t used;
	bool tree;			/* it has an htree (htree.h) */
	bool listed, holes;		/* all blocks are known, also those behind its size; some are holes */
	bool usable, searched;		/* the htree is of a form that is supported; it can be read */
	bool full;			/* there is no room for more names */
	unsigned covered;		/* all names of so many of the first blocks are in the index, */
	unsigned part;			/* and those of the next one that begin before this offset */
	unsigned blocks, block_room;
	struct index_block *block;
	unsigned names, name_room;
	struct index_name *name;
};

uint32_t index_hash(const char *name, size_t length);

/* The index of a directory, NULL: there is none. A new one is empty. Valid until the next index_new. */
struct name_index *index_get(ext2_ino_t directory);
struct name_index *index_new(ext2_ino_t directory);
void index_drop(struct name_index *x);
void index_drop_all(void);

/* The names of this block, and of those behind it, are not all in the index any more. */
static inline void index_uncover(struct name_index *x, unsigned block)
{
	x->covered = block;
	x->part = 0;
}

/* Appends n blocks, which are INDEX_UNKNOWN. Returns false if there is no room. */
bool index_add_blocks(struct name_index *x, unsigned n);

/*
 * Adds a name, if it is not there. Returns false if there is no room: x->full then. index_work: what that
 * takes (work.h).
 */
bool index_put(struct name_index *x, uint32_t hash, struct index_place p);
unsigned long index_work(const struct name_index *x);
void index_remove(struct name_index *x, uint32_t hash, struct index_place p);

/*
 * The places of the names that have this hash, in no order. Begin with *at 0. Returns false if there is none
 * left.
 */
bool index_next(const struct name_index *x, uint32_t hash, unsigned *at, struct index_place *p);

#endif
