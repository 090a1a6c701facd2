/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.h - files and directories below /disk and /tmp, which servers have: their operations, for the other
 * files of the library. Functions that return a long return a result or a negative error number.
 */
#ifndef POSIX_DISK_H
#define POSIX_DISK_H

#include <pecan/files.h>
#include <stdbool.h>
#include <stddef.h>
#include "call.h"

struct px_disk;
struct px_file;
struct stat;
struct statfs;

enum { PX_PATH = FILES_WHOLE_BYTES };

/*
 * Returns true if the path, relative to the directory `at` or (NULL) the current one, is of the disk or
 * /tmp. Then *path becomes the path there, else an argument for px_path. whole: memory for it.
 */
bool px_on_disk(const struct px_file *at, const char **path, char whole[PX_PATH]);

/* The error of a call that changes a name for which px_on_disk is false: -EROFS, -ENOENT or -ENAMETOOLONG. */
long px_not_on_disk(const char *path, const char whole[PX_PATH]);

long px_disk_open(const char *path, long flags);
void px_disk_close(struct px_disk *d);
long px_disk_access(const struct px_file *f);		/* flags of F_GETFL */
void px_disk_set_append(const struct px_file *f, bool append);
long px_disk_read(const struct px_file *f, void *to, size_t bytes, uint64_t offset);
long px_disk_write(struct px_file *f, const void *from, size_t bytes);
int64_t px_disk_size(const struct px_file *f);
long px_disk_stat(const char *path, bool link, struct stat *st);	/* link: of a symbolic link itself */
long px_disk_describe(const struct px_file *f, struct stat *st);
long px_disk_list(struct px_file *f, char *to, size_t room);
struct files_file *px_disk_file(const struct px_file *f);
long px_disk_error(enum files_status s);

/*
 * The current directory: change it; return its path of the disk, NULL if it is of the image; leave the disk.
 */
long px_disk_chdir(const char *path);
long px_disk_change_to(const struct px_file *f);
const char *px_disk_current(void);
void px_disk_leave(void);

/* Those calls whose arguments differ by the size of a word: pwrite, ftruncate, truncate, statfs, fstatfs. */
long px_write_at(long fd, const void *from, size_t bytes, int64_t offset);
long px_set_size(long fd, int64_t size);
long px_set_size_path(const char *path, int64_t size);
long px_space(const char *path, struct statfs *s);
long px_space_of(long fd, struct statfs *s);

px_call px_fsync, px_sync;
px_call px_unlink, px_unlinkat, px_rmdir, px_mkdir, px_mkdirat, px_rename;

#endif
