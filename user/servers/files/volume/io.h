/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.h - the I/O manager of libext2fs: its blocks are those of the cache.
 */
#ifndef FILES_IO_H
#define FILES_IO_H

#include <ext2fs/ext2fs.h>
#include <servers/files/cache/cache.h>

extern struct struct_io_manager disk_manager;

/* Returns the class of a block, a part of which libext2fs writes. Defined by volume.c. */
enum cache_class volume_class(const struct cache_piece *p, const char *bytes);

#endif
