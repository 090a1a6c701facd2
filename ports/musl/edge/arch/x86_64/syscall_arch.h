/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscall_arch.h - a system call is a call of user/lib/posix. A word has room for each argument.
 */
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

#include "pecan_syscall.h"

#define IPC_64 0
