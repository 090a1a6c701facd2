/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * repair.h - makes a file system whole that was in use when the power was cut: what the order of writes
 * (docs/user/files.md) can leave behind, and nothing else. docs/decisions/repair.md.
 */
#ifndef FILES_REPAIR_H
#define FILES_REPAIR_H

#include <ext2fs/ext2fs.h>

enum repair {
	REPAIR_DONE,
	REPAIR_UNFIT,		/* of a form that is not repaired, or memory is short: nothing was changed. Or the
				 * disk has failed: a part may be written, as if the power was cut then */
	REPAIR_DAMAGED,		/* it has what no power cut leaves: nothing was changed */
};

/*
 * Call it with the superblock of a file system that can be written and is not marked as clean, when
 * partition_find has found it, keep_begin has no versions of it, and none is open.
 */
enum repair repair_volume(const struct ext2_super_block *s);

/* A sentence that says what the last repair has read and done. */
const char *repair_text(void);

#endif
