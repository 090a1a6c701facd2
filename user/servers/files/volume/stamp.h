/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stamp.h - which program has changed a file system last. The stamp is in the superblock, where the place of
 * the last mount is, and has the time and number of mounts: Linux sets these when it mounts a file system to
 * change it, and then the stamp does not fit.
 */
#ifndef FILES_STAMP_H
#define FILES_STAMP_H

#include <stdbool.h>
#include <stdint.h>
#include <ext2fs/ext2fs.h>

/* now: seconds since 1970. Call it when the superblock is marked as in use. */
void stamp_put(struct ext2_super_block *s, uint64_t now);

/* Returns true if no other program has mounted it to change it since stamp_put. */
bool stamp_fits(const struct ext2_super_block *s);

#endif
