/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - the names in directories. Errors are those of errors.h; after one of a call that changes
 * something the operation is undone.
 *
 * Where names are is found by an index in memory (name_index.h): it is made block by block, as far as a name
 * is looked for, and changed with the directory. If the directory has an htree (htree.h), names that are not
 * in the index are looked for by that, and made by it. A directory gets one with its second block
 * (htree_change.h); one that is larger and has none stays so.
 */
#ifndef FILES_NAMES_H
#define FILES_NAMES_H

#include <stddef.h>
#include <ext2fs/ext2fs.h>

struct attempt;
struct name_index;

/* A place in a directory, an offset in one of its blocks. directory 0: none. */
struct names_place { ext2_ino_t directory; unsigned block, offset; };

/*
 * The inode of a name. EXT2_ET_FILE_NOT_FOUND: it is absent. TREE_MORE: call it again, with the same *looked,
 * which is the place up to which it was looked for; none at first.
 */
errcode_t names_find(struct attempt *a, ext2_ino_t directory, const char *name, size_t length,
		     struct names_place *looked, ext2_ino_t *inode);

/* The blocks of a directory (dir_file.h). *x NULL: its names are in the inode. */
errcode_t names_open(ext2_ino_t directory, struct name_index **x);

/* Makes a name that is absent. type: EXT2_FT_. */
errcode_t names_make(ext2_ino_t directory, const char *name, ext2_ino_t inode, int type);

/* The name stands for another inode from now on. */
errcode_t names_set(ext2_ino_t directory, const char *name, ext2_ino_t inode, int type);

errcode_t names_remove(ext2_ino_t directory, const char *name);

/* The inode is no directory any more, or another one. Walks that went through it begin again (parked.h). */
void names_forget(ext2_ino_t directory);

/* The blocks of directories may be others (volume_open). */
void names_forget_all(void);

#endif
