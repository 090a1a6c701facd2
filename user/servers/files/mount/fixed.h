/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixed.h - which of some blocks the file system itself has: superblocks and descriptors, bitmaps, inodes.
 * All of them are looked for in one pass through the groups, of which a large disk has 100,000.
 */
#ifndef FILES_FIXED_H
#define FILES_FIXED_H

#include <stdint.h>
#include <ext2fs/ext2fs.h>

enum fixed_kind { FIXED_SUPER, FIXED_BLOCK_BITMAP, FIXED_INODE_BITMAP, FIXED_INODES, FIXED_KINDS };

/* of: the caller's number. */
struct fixed_range { uint64_t first, count; unsigned of; };

typedef errcode_t fixed_fn(const struct fixed_range *r, dgrp_t group, enum fixed_kind kind);

/*
 * Sorts n ranges, and calls fn for each that has a block in common with what a group has for the file system,
 * until an error, which it returns. Of ranges that have blocks in common with each other it may miss one. The
 * file system must be open.
 */
errcode_t fixed_each(struct fixed_range *r, unsigned n, fixed_fn *fn);

#endif
