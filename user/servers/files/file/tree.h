/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - names: paths and directories. Errors are those of errors.h. Calls that change something are
 * followed by operation_end.
 */
#ifndef FILES_TREE_H
#define FILES_TREE_H

#include <stdbool.h>
#include <ext2fs/ext2fs.h>
#include <proto/files.h>
#include <servers/files/volume/errors.h>

struct attempt;

enum files_status tree_status(errcode_t e);

/* Memory of `room` bytes for an answer, of which `used` are filled. ahead: what follows is read soon, too. */
struct tree_buffer { char *to; size_t room, used; bool ahead; };

/*
 * Symbolic links are followed; by tree_read_link and the calls that change names not if they are the last
 * name of the path. TREE_DENIED: the client (<pecan/file_permits.h>) may not do what is wanted with the
 * file: tree_read_link wants to read, calls that change names want to write, to both paths if there are two.
 */
errcode_t tree_read_link(struct attempt *a, const char *path, char to[FILES_PATH_BYTES]);
errcode_t tree_symlink(const char *target, const char *path);
errcode_t tree_create(const char *path, ext2_ino_t *inode);
errcode_t tree_link(const char *old, const char *fresh);
errcode_t tree_unlink(const char *path);
errcode_t tree_mkdir(const char *path);
errcode_t tree_rmdir(const char *path);

/*
 * Pass *half 0 first. If it is then an inode, the first half of the operation is done, by this call or before
 * a restart: sync, and call again for the second half. Otherwise the whole operation is done.
 */
errcode_t tree_rename(const char *from, const char *to, ext2_ino_t *half);

#endif
