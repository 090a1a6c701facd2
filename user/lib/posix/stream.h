/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - the streams with which the program was started: operations of their kinds.
 */
#ifndef POSIX_STREAM_H
#define POSIX_STREAM_H

struct px_file;
struct stat;

long px_stream_stat(const struct px_file *f, struct stat *st);
long px_stream_ioctl(struct px_file *f, long request, void *to);

#endif
