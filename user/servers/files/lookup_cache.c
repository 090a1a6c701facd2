/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookup_cache.c - see lookup_cache.h. Both tables have one place for each hash.
 */
#include <string.h>

#include "lookup_cache.h"

enum { BLOCKS = 1024, NAMES = 128, NAME_BYTES = 32 };

/* An entry counts if it has the table's generation. */
struct block { uint64_t generation; blk64_t of_file, block; ext2_ino_t inode; };
struct name { uint64_t generation; ext2_ino_t directory, inode; uint8_t length; char text[NAME_BYTES]; };

static struct block blocks[BLOCKS];
static struct name names[NAMES];
static uint64_t blocks_now = 1, names_now = 1;

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

static struct name *place_of_name(ext2_ino_t directory, const char *name, size_t length)
{
	size_t hash = directory;

	for (size_t i = 0; i < length; i++)
		hash = hash * 31 + (unsigned char)name[i];
	return &names[hash % NAMES];
}

bool lookup_cache_get_name(ext2_ino_t directory, const char *name, size_t length, ext2_ino_t *inode)
{
	const struct name *n = place_of_name(directory, name, length);

	*inode = n->inode;
	return n->generation == names_now && n->directory == directory && n->length == length
	       && memcmp(n->text, name, length) == 0;
}

void lookup_cache_put_name(ext2_ino_t directory, const char *name, size_t length, ext2_ino_t inode)
{
	struct name *n = place_of_name(directory, name, length);

	if (length > NAME_BYTES)
		return;
	*n = (struct name){ names_now, directory, inode, (uint8_t)length, { 0 } };
	memcpy(n->text, name, length);
}

void lookup_cache_drop_names(void)
{
	names_now++;
}
