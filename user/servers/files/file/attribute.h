/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attribute.h - what an inode says of its file. Errors are those of errors.h.
 */
#ifndef FILES_ATTRIBUTE_H
#define FILES_ATTRIBUTE_H

#include <ext2fs/ext2fs.h>
#include <proto/files_server.h>

errcode_t attribute_read(ext2_ino_t number, struct files_stat_out *out);

/* Sets what FILES_CHANGE asks for. Followed by operation_end. */
errcode_t attribute_change(ext2_ino_t number, const struct files_change_in *in);

#endif
