/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pecan_words32.h - system calls where a word has 32 bits: part of syscall_arch.h. An argument of 64 bits is
 * two words, the lower one first.
 */
#define __SYSCALL_LL_E(x) (long)(x), (long)((unsigned long long)(x) >> 32)
#define __SYSCALL_LL_O(x) __SYSCALL_LL_E(x)

#include "pecan_syscall.h"

/* Times have 64 bits in all calls: musl tries no other one, as on machines that have had no other ones. */
#undef SYS_futex
#undef SYS_ppoll
#undef SYS_pselect6
#undef SYS_rt_sigtimedwait
#undef SYS_utimensat
#define SYS_clock_getres	SYS_clock_getres_time64
#define SYS_clock_gettime	SYS_clock_gettime64
#define SYS_clock_nanosleep	SYS_clock_nanosleep_time64
#define SYS_clock_settime	SYS_clock_settime64
#define SYS_futex		SYS_futex_time64
#define SYS_ppoll		SYS_ppoll_time64
#define SYS_pselect6		SYS_pselect6_time64
#define SYS_rt_sigtimedwait	SYS_rt_sigtimedwait_time64
#define SYS_timer_gettime	SYS_timer_gettime64
#define SYS_timer_settime	SYS_timer_settime64
#define SYS_utimensat		SYS_utimensat_time64
