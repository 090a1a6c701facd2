/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.h - the I/O manager of libext2fs: its blocks are those of the cache.
 */
#ifndef FILES_IO_H
#define FILES_IO_H

#include <ext2fs/ext2fs.h>
#include <servers/files/cache/cache.h>

extern struct struct_io_manager disk_manager;

/*
 * The attempt (attempt.h) of what libext2fs reads between these two calls: as its functions have no parameter
 * for it, its channel has it, which has none at any other time. Only requests.c calls them, around what a
 * request does that only reads, so libext2fs waits for the disk in all that changes something. The server is
 * ended if io_enter finds another one's attempt there, or if libext2fs writes while the channel has one.
 */
void io_enter(struct attempt *a);
void io_leave(void);

/* Returns the class of a block, a part of which libext2fs writes. Defined by volume.c. */
enum cache_class volume_class(const struct cache_piece *p, const char *bytes);

#endif
