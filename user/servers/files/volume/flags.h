/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flags.h - what the flags of an inode (chattr) permit. docs/user/files.md has the table.
 */
#ifndef FILES_FLAGS_H
#define FILES_FLAGS_H

#include <stdint.h>
#include <ext2fs/ext2fs.h>

/* What is done with a file, by sums of these. */
enum flag_action {
	FLAG_READ = 1, FLAG_WRITE = 2,		/* bytes of a file; FLAG_WRITE: also its size */
	FLAG_APPEND = 4,			/* bytes at the end of a file */
	FLAG_CHANGE = 8,			/* permissions, or times that are given */
	FLAG_TOUCH = 16,			/* times that become now */
	FLAG_NAME = 32,				/* one of its names is made, moved or removed */
	FLAG_ENTER = 64, FLAG_LEAVE = 128,	/* a name is made, removed, in a directory */
};

/* A flag: its bit, what debugfs and lsattr call it, what it forbids, and the error that says so. */
struct flag { uint32_t bit; const char *name; unsigned forbids; errcode_t error; };

/* All flags that e2fsprogs 1.47.0 knows; the last one has no name. */
extern const struct flag flags_known[];

/* Returns 0, or why one of the actions is not permitted. */
errcode_t flags_check(const struct ext2_inode *inode, unsigned actions);
errcode_t flags_check_number(ext2_ino_t number, unsigned actions);

/* What a new inode of this mode gets of the flags of its directory, as by Linux. */
uint32_t flags_inherited(uint32_t of_directory, unsigned mode);

#endif
