/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attach.h - the file system of the disk: finding it, whether it may be written, what of the kept versions of
 * a predecessor is right; and leaving the disk.
 */
#ifndef FILES_ATTACH_H
#define FILES_ATTACH_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>

/*
 * Mounts the first usable file system of the disk. Returns false, and a sentence in *why, if there is none.
 * *why is also set if kept versions were dropped, and if it was not clean; else it is NULL. repairs: then it
 * is repaired (repair.h). If another program has just had the disk it is not: it writes in another order.
 */
bool attach_volume(const char **why, bool repairs);

/* Returns why it is read only, a sentence; NULL if it can be written, or is not mounted. */
const char *attach_why_read_only(void);

/*
 * Unmounts: writes everything, and does not use the disk any more. TREE_MORE: a part was written; call it
 * again. attach_volume mounts it again.
 */
errcode_t attach_leave(void);

#endif
