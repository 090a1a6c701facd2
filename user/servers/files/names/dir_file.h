/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dir_file.h - blocks of a directory, by their number in it. Errors are those of errors.h. In memory a block
 * is as ext2fs_read_dir_block4 gives it.
 */
#ifndef FILES_DIR_FILE_H
#define FILES_DIR_FILE_H

#include <servers/files/cache/cache.h>
#include "name_index.h"

enum { DIR_BUFFERS = 2 };

/* Memory of one block, valid until a file system with larger blocks is opened; NULL: there is none. */
char *dir_buffer(unsigned i);

/* Looks for the place of a block of the index on the disk, if it is INDEX_UNKNOWN. */
errcode_t dir_map(const struct name_index *x, unsigned block);

/*
 * Of a walk through the blocks, one by one, before each: reads it into the cache, together with some of the
 * next ones. *ahead: how many have been read so; 0 at first.
 */
errcode_t dir_fetch(struct attempt *a, const struct name_index *x, unsigned block, unsigned *ahead);

/* Read the block; dir_read to dir_buffer(0), which it puts into *bytes. EXT2_ET_DIR_CORRUPTED: a hole. */
errcode_t dir_read_to(const struct name_index *x, unsigned block, char *bytes);
errcode_t dir_read(const struct name_index *x, unsigned block, char **bytes);

/* class: that of the block, if it is in use on the disk: one of names, or one of an htree. */
errcode_t dir_write(const struct name_index *x, unsigned block, char *bytes, enum cache_class class);

/* The directory grows by a block without names, of number x->blocks. It has no holes. */
errcode_t dir_expand(struct name_index *x);

/* Writes a block of names, and notes its gap. Its names in the index are changed by the caller. */
errcode_t dir_write_names(struct name_index *x, unsigned block, char *bytes);

/*
 * Names of the block are at other places from now on, or in another block: forget before, learn after the
 * change. The index has them only if it covers the block.
 */
errcode_t dir_forget(struct name_index *x, unsigned block, char *bytes);
errcode_t dir_learn(struct name_index *x, unsigned block, char *bytes);

#endif
