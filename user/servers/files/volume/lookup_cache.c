/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookup_cache.c - see lookup_cache.h. A table that has one place for each hash.
 */
#include "lookup_cache.h"

enum { BLOCKS = 1024 };

/* An entry counts if it has the table's generation. */
struct block { uint64_t generation; blk64_t of_file, block; ext2_ino_t inode; };

static struct block blocks[BLOCKS];
static uint64_t blocks_now = 1;

static struct block *place_of_block(ext2_ino_t inode, blk64_t of_file)
{
	return &blocks[(of_file + (blk64_t)inode * 101) % BLOCKS];
}

bool lookup_cache_get_block(ext2_ino_t inode, blk64_t of_file, blk64_t *block)
{
	const struct block *b = place_of_block(inode, of_file);

	*block = b->block;
	return b->generation == blocks_now && b->inode == inode && b->of_file == of_file;
}

void lookup_cache_put_block(ext2_ino_t inode, blk64_t of_file, blk64_t block)
{
	*place_of_block(inode, of_file) = (struct block){ blocks_now, of_file, block, inode };
}

void lookup_cache_drop_blocks(void)
{
	blocks_now++;
}
