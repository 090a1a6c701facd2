/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * posix.h - what the files of user/lib/posix share: the system calls of musl, as functions of six words that
 * return a result or a negative error number (docs/user/libc.md).
 */
#ifndef POSIX_H
#define POSIX_H

#include <stdbool.h>
#include <stddef.h>
#include <l4/types.h>

struct timespec;
struct px_args { long a[6]; };
typedef long px_call(const struct px_args *p);

/* Spins with ThreadSwitch: threads of a task have one priority, and what it guards is short. */
void px_lock(int *lock);
void px_unlock(int *lock);

/* file.c */
px_call px_read, px_readv, px_write, px_writev, px_open, px_openat, px_close;
px_call px_lseek, px_fstat, px_stat, px_fstatat, px_ioctl, px_fcntl, px_access;
px_call px_pread;

/* Reads from an open file at an offset, for mmap. Returns the bytes read or an error. */
long px_file_at(int fd, void *to, size_t bytes, unsigned long offset);

/* memory.c */
px_call px_mmap, px_munmap;

/* futex.c */
px_call px_futex;
long px_futex_wake(int *at, int threads);
bool px_interrupt(int tid);		/* ends the futex wait of a thread with EINTR */

/* thread.c */
px_call px_exit, px_exit_group, px_gettid, px_set_tid_address, px_tkill, px_getpid;
px_call px_yield;

/* time.c */
px_call px_clock_gettime, px_clock_getres, px_gettimeofday, px_nanosleep;
px_call px_clock_nanosleep;
unsigned long px_now(void);		/* microseconds since boot */
unsigned long px_us(const struct timespec *t);	/* rounded up */

#endif
