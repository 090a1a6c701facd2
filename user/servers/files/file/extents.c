/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * extents.c - see extents.h.
 */
#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <servers/files/names/work.h>
#include <servers/files/volume/volume.h>

#include "extents.h"
#include <ext2fs/ext2fsP.h>

enum { DEPTH_MAX = 5,			/* of Linux: so many blocks have all that a file can have */
       NODE_WORK = 500, SUM_WORK = 3000, BLOCK_SHIFT = 32 };

/* Of a block of the tree, or of the root in the inode. An index has its first word at the same place. */
struct node { const struct ext3_extent *at; unsigned n; };

bool extents_has(const struct ext2_inode *inode)
{
	const struct ext3_extent_header *root = (const void *)inode->i_block;

	return inode->i_flags & EXT4_EXTENTS_FL && le16(root->eh_magic) == EXT3_EXT_MAGIC;
}

static errcode_t open_node(const void *bytes, unsigned size, struct node *node)
{
	const struct ext3_extent_header *header = bytes;

	*node = (struct node){ (const void *)(header + 1), le16(header->eh_entries) };
	return ext2fs_extent_header_verify((void *)(uintptr_t)bytes, (int)size);
}

/* From a copy, as libext2fs reads the inode for it. */
static errcode_t verify(ext2_ino_t number, uint64_t block)
{
	char *copy;
	errcode_t e = ext2fs_get_mem(volume->blocksize, &copy);

	if (e)
		return e;
	work_add(SUM_WORK + 2ul * volume->blocksize);
	e = io_channel_read_blk64(volume->io, block, 1, copy);
	if (!e)
		e = ext2fs_extent_header_verify(copy, (int)volume->blocksize);
	if (!e && !ext2fs_extent_block_csum_verify(volume, number, (struct ext3_extent_header *)copy))
		e = EXT2_ET_EXTENT_CSUM_INVALID;
	ext2fs_free_mem(&copy);
	if (!e)
		cache_note_verified(number, block);
	return e;
}

/* Valid until the next call of a cache function. */
static errcode_t read_node(struct attempt *a, ext2_ino_t number, uint64_t block, struct node *node)
{
	const char *bytes;
	errcode_t e = cache_is_verified(number, block, &bytes) ? 0 : verify(number, block);

	work_add(NODE_WORK);
	if (e)
		return e;
	bytes = cache_read(a, block);
	return bytes ? open_node(bytes, volume->blocksize, node) : EXT2_ET_SHORT_READ;
}

/* How many of the entries begin at this block of the file, or before it. */
static unsigned entries_up_to(const struct node *node, blk64_t of_file)
{
	unsigned from = 0, to = node->n;

	while (from < to) {
		unsigned middle = (from + to) / 2;

		if (le32(node->at[middle].ee_block) <= of_file)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* The block to which an index leads. *end: of the part of the file that this has, if that ends before. */
static uint64_t child_of(const struct node *node, blk64_t of_file, blk64_t *end)
{
	unsigned up_to = entries_up_to(node, of_file), i = up_to > 0 ? up_to - 1 : 0;
	const struct ext3_extent_idx *x = (const void *)&node->at[i];

	if (i + 1 < node->n)
		*end = le32(x[1].ei_block);
	return le32(x->ei_leaf) | (uint64_t)le16(x->ei_leaf_hi) << BLOCK_SHIFT;
}

/* From `of_file` on, what the extent has of it. */
static void take_extent(const struct ext3_extent *x, blk64_t of_file, struct run *run)
{
	blk64_t at = of_file - le32(x->ee_block);
	unsigned length = le16(x->ee_len);
	bool written = length <= EXT_INIT_MAX_LEN;

	length -= written ? 0 : EXT_INIT_MAX_LEN;
	if (at >= length)
		return;
	run->n = length - at;
	if (written)
		run->block = (le32(x->ee_start) | (blk64_t)le16(x->ee_start_hi) << BLOCK_SHIFT) + at;
}

/* end: of the part of the file that this last block of the tree has. */
static void find_extent(const struct node *node, blk64_t of_file, blk64_t end, struct run *run)
{
	unsigned i = entries_up_to(node, of_file);

	if (i < node->n)
		end = le32(node->at[i].ee_block);
	*run = (struct run){ of_file, 0, end > of_file ? end - of_file : 1 };
	if (i > 0)
		take_extent(&node->at[i - 1], of_file, run);
}

errcode_t extents_find(struct attempt *a, ext2_ino_t number, const struct ext2_inode *inode, blk64_t of_file,
		       struct run *run)
{
	const struct ext3_extent_header *root = (const void *)inode->i_block;
	unsigned depth = le16(root->eh_depth);
	blk64_t end = UINT32_MAX;
	struct node node;
	errcode_t e = depth > DEPTH_MAX ? EXT2_ET_EXTENT_HEADER_BAD
					: open_node(root, sizeof inode->i_block, &node);

	*run = (struct run){ of_file, 0, UINT32_MAX };
	for (; !e && depth > 0 && node.n > 0; depth--) {
		e = read_node(a, number, child_of(&node, of_file, &end), &node);
		if (!e && node.n == 0)
			e = EXT2_ET_EXTENT_NO_DOWN;
	}
	if (!e && node.n > 0)
		find_extent(&node, of_file, end, run);
	return e;
}
