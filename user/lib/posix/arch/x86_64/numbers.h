/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * numbers.h - what the table of call.c has for this machine alone: the calls that have other numbers, or
 * other arguments, than elsewhere. Those of wide.c are declared here.
 */
#ifndef POSIX_X86_64_NUMBERS_H
#define POSIX_X86_64_NUMBERS_H

#include "call.h"

#define PX_MACHINE	"x86_64"

px_call px_pread, px_pwrite, px_lseek, px_mmap, px_ftruncate, px_truncate, px_statfs, px_fstatfs;

#define PX_MACHINE_CALLS								\
	[SYS_lseek] = px_lseek, [SYS_mmap] = px_mmap, [SYS_fcntl] = px_fcntl,		\
	[SYS_truncate] = px_truncate, [SYS_ftruncate] = px_ftruncate,			\
	[SYS_statfs] = px_statfs, [SYS_fstatfs] = px_fstatfs,				\
	[SYS_stat] = px_stat, [SYS_lstat] = px_lstat, [SYS_fstat] = px_fstat,		\
	[SYS_newfstatat] = px_fstatat, [SYS_utimensat] = px_utimensat,			\
	[SYS_ppoll] = px_ppoll, [SYS_select] = px_select, [SYS_pselect6] = px_pselect,	\
	[SYS_futex] = px_futex, [SYS_rt_sigtimedwait] = px_sigtimedwait,		\
	[SYS_clock_gettime] = px_clock_gettime, [SYS_clock_getres] = px_clock_getres,	\
	[SYS_gettimeofday] = px_gettimeofday, [SYS_nanosleep] = px_nanosleep,		\
	[SYS_clock_settime] = px_clock_settime, [SYS_clock_nanosleep] = px_clock_nanosleep,\
	[SYS_timer_settime] = px_timer_settime, [SYS_timer_gettime] = px_timer_gettime,	\
	PX_ID_CALLS()									\
	[SYS_accept] = px_accept,

#endif
