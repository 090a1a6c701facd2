/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * content.h - the bytes of files. Offsets and sizes are bytes. Errors are those of errors.h; TREE_KIND if the
 * inode is no regular file. Calls that change a file are followed by operation_end.
 */
#ifndef FILES_CONTENT_H
#define FILES_CONTENT_H

#include "tree.h"

/* Reads at most buffer->room bytes from `offset` on. buffer->used becomes the number of bytes read. */
errcode_t content_read(struct attempt *a, ext2_ino_t inode, uint64_t offset, struct tree_buffer *buffer);

/* *bytes becomes the number of bytes written: at least one, but not all if that would take long. */
errcode_t content_write(ext2_ino_t inode, uint64_t offset, const char *from, size_t *bytes);

/* Sets a file's size. *again: one step is done; commit and sync it, then call again with the same size. */
errcode_t content_resize(ext2_ino_t inode, uint64_t size, bool *again);

#endif
