/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inode.c - see inode.h. libext2fs verifies an inode with each read but for its last four. Which inodes of a
 * block are verified is noted with the block in the cache, so it is bounded by that.
 */
#include <pecan/endian.h>
#include <servers/files/cache/cache.h>
#include <string.h>

#include "inode.h"
#include "volume.h"

enum { NOTES = 32,			/* of a block: those of its first inodes */
       TABLES = 8 };

/* Where the inodes of groups are: libext2fs looks for the group's descriptor, and converts it, each time. */
static struct { bool known; unsigned group; uint64_t at; } tables[TABLES];

void inode_forget_tables(void)
{
	memset(tables, 0, sizeof tables);
}

static uint64_t table_of(unsigned group)
{
	unsigned i = group % TABLES;

	if (!tables[i].known || tables[i].group != group) {
		tables[i].group = group;
		tables[i].at = ext2fs_inode_table_loc(volume, group);
		tables[i].known = true;
	}
	return tables[i].at;
}

/* The place of an inode in the table: the one of this number in its block. */
struct place { uint64_t block; unsigned number, offset; };

static struct place place_of(ext2_ino_t number)
{
	unsigned size = EXT2_INODE_SIZE(volume->super), in_block = volume->blocksize / size;
	unsigned per_group = volume->super->s_inodes_per_group, at = (number - 1) % per_group;

	return (struct place){ table_of((number - 1) / per_group) + at / in_block, at % in_block,
			       at % in_block * size };
}

/* It becomes one that is verified. */
static errcode_t verify(ext2_ino_t number, const struct place *p, struct ext2_inode *inode, unsigned n)
{
	errcode_t e = ext2fs_read_inode_full(volume, number, inode, (int)n);
	const char *bytes;
	uint32_t *notes = cache_notes(p->block, &bytes);

	if (!e && notes && p->number < NOTES)
		*notes |= 1u << p->number;
	return e;
}

static errcode_t read_bytes(ext2_ino_t number, struct ext2_inode *inode, unsigned n)
{
	struct place p;
	const char *bytes;
	const uint32_t *notes;

	if (number == 0 || number > volume->super->s_inodes_count)
		return EXT2_ET_BAD_INODE_NUM;
	p = place_of(number);
	notes = cache_notes(p.block, &bytes);
	if (!notes || p.number >= NOTES || !(*notes >> p.number & 1))
		return verify(number, &p, inode, n);
	memcpy(inode, bytes + p.offset, n);
	if (endian_is_big())
		ext2fs_swap_inode_full(volume, (struct ext2_inode_large *)inode,
				       (struct ext2_inode_large *)inode, 0, (int)n);
	return 0;
}

errcode_t inode_read(ext2_ino_t number, struct ext2_inode *inode)
{
	return read_bytes(number, inode, sizeof *inode);
}

/* What the disk's inodes have of struct ext2_inode_large. */
static unsigned whole_bytes(void)
{
	unsigned size = EXT2_INODE_SIZE(volume->super);

	return size < sizeof(struct ext2_inode_large) ? size : sizeof(struct ext2_inode_large);
}

errcode_t inode_read_whole(ext2_ino_t number, struct ext2_inode_large *inode)
{
	unsigned n = whole_bytes();

	memset((char *)inode + n, 0, sizeof *inode - n);
	return read_bytes(number, EXT2_INODE(inode), n);
}

unsigned inode_extra_bytes(const struct ext2_inode_large *inode)
{
	unsigned room = EXT2_INODE_SIZE(volume->super) - EXT2_GOOD_OLD_INODE_SIZE;

	return inode->i_extra_isize <= room && inode->i_extra_isize % 4 == 0 ? inode->i_extra_isize : 0;
}

/* Behind its fields an inode can have extended attributes, which were not turned round as a whole. */
errcode_t inode_write_whole(ext2_ino_t number, struct ext2_inode_large *inode)
{
	unsigned n = EXT2_GOOD_OLD_INODE_SIZE + inode_extra_bytes(inode), most = whole_bytes();

	return ext2fs_write_inode_full(volume, number, EXT2_INODE(inode), (int)(n < most ? n : most));
}
