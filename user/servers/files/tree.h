/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - names: paths, directories, and what changes them; and the bytes of files. Errors are those of
 * libext2fs, of which names_status makes what the protocol has. What changes something is followed by
 * volume_end.
 */
#ifndef FILES_TREE_H
#define FILES_TREE_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>
#include <proto/files.h>

#include "permit.h"

/* Errors that libext2fs has no number for. */
enum { TREE_NOT_EMPTY = 1, TREE_KIND, TREE_NAME, TREE_ARGUMENT, TREE_LARGE, TREE_DIRECTORY, TREE_MORE,
       TREE_DENIED };

enum files_status tree_status(errcode_t e);

/*
 * Symbolic links are followed; find_link, and what changes names: but for the last name of the path. What
 * the client (permit.h) may not do with what a path leads to is TREE_DENIED: what is wanted is read for
 * read_link, and to write for what changes names, of both of two paths. *writable: it may also write there.
 */
errcode_t tree_find(const char *path, enum permit wanted, ext2_ino_t *inode);
errcode_t tree_find_link(const char *path, enum permit wanted, ext2_ino_t *inode);
errcode_t tree_open(const char *path, enum permit wanted, ext2_ino_t *inode, bool *writable);
errcode_t tree_read_link(const char *path, char to[FILES_PATH_BYTES]);
errcode_t tree_symlink(const char *target, const char *path);
errcode_t tree_create(const char *path, ext2_ino_t *inode);
errcode_t tree_link(const char *old, const char *fresh);
errcode_t tree_unlink(const char *path);
errcode_t tree_mkdir(const char *path);
errcode_t tree_rmdir(const char *path);

/*
 * *half, 0 at first, becomes the inode of a file of which the first half is done, by this call or before a
 * restart: sync, then call once more for the second one. It stays 0 if there are no halves.
 */
errcode_t tree_rename(const char *from, const char *to, ext2_ino_t *half);

/* list.c. Entries as struct files_entry (<pecan/files.h>) from a position on. */
struct tree_list { char *to; size_t room, used; };
errcode_t tree_list(ext2_ino_t directory, uint64_t position, struct tree_list *list);

/*
 * content.c. content_read: list->used becomes how many bytes were read. content_write: *bytes becomes how
 * many were written, at least one: fewer if more would take long.
 */
errcode_t content_read(ext2_ino_t inode, uint64_t offset, struct tree_list *list);
errcode_t content_write(ext2_ino_t inode, uint64_t offset, const char *from, size_t *bytes);

/* *again: a step is done, to be committed and synced; call once more for the next one. */
errcode_t content_resize(ext2_ino_t inode, uint64_t size, bool *again);

#endif
