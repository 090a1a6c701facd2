/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * numbers_32.h - the part of numbers.h that machines with words of 32 bits share. The calls of wide.c are
 * declared here.
 *
 * Of each call that has times musl makes the one with times of 64 bits (ports/musl/edge). It describes files
 * by statx alone.
 */
#ifndef POSIX_NUMBERS_32_H
#define POSIX_NUMBERS_32_H

#include "call.h"

px_call px_pread, px_pwrite, px_llseek, px_mmap2, px_ftruncate, px_truncate, px_statfs, px_fstatfs, px_statx;

#define PX_CALLS_32									\
	[SYS__llseek] = px_llseek, [SYS_mmap2] = px_mmap2, [SYS_fcntl64] = px_fcntl,	\
	[SYS_truncate64] = px_truncate, [SYS_ftruncate64] = px_ftruncate,		\
	[SYS_statfs64] = px_statfs, [SYS_fstatfs64] = px_fstatfs,			\
	[SYS_statx] = px_statx, [SYS_utimensat_time64] = px_utimensat,			\
	[SYS_ppoll_time64] = px_ppoll, [SYS_pselect6_time64] = px_pselect,		\
	[SYS_futex_time64] = px_futex, [SYS_rt_sigtimedwait_time64] = px_sigtimedwait,	\
	[SYS_clock_gettime64] = px_clock_gettime, [SYS_clock_settime64] = px_clock_settime, \
	[SYS_clock_getres_time64] = px_clock_getres,					\
	[SYS_clock_nanosleep_time64] = px_clock_nanosleep,				\
	[SYS_timer_settime64] = px_timer_settime,					\
	[SYS_timer_gettime64] = px_timer_gettime,

#endif
