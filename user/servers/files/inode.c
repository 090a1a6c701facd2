/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inode.c - see inode.h. libext2fs verifies an inode with each read but for its last four. Which inodes of a
 * block are verified is noted with the block in the cache, so it is bounded by that.
 */
#include <pecan/endian.h>
#include <string.h>

#include "cache.h"
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
static errcode_t verify(ext2_ino_t number, const struct place *p, struct ext2_inode *inode)
{
	errcode_t e = ext2fs_read_inode(volume, number, inode);
	const char *bytes;
	uint32_t *notes = cache_notes(p->block, &bytes);

	if (!e && notes && p->number < NOTES)
		*notes |= 1u << p->number;
	return e;
}

errcode_t inode_read(ext2_ino_t number, struct ext2_inode *inode)
{
	struct place p;
	const char *bytes;
	const uint32_t *notes;

	if (number == 0 || number > volume->super->s_inodes_count)
		return EXT2_ET_BAD_INODE_NUM;
	p = place_of(number);
	notes = cache_notes(p.block, &bytes);
	if (!notes || p.number >= NOTES || !(*notes >> p.number & 1))
		return verify(number, &p, inode);
	memcpy(inode, bytes + p.offset, sizeof *inode);
	if (endian_is_big())
		ext2fs_swap_inode_full(volume, (struct ext2_inode_large *)inode,
				       (struct ext2_inode_large *)inode, 0, sizeof *inode);
	return 0;
}
