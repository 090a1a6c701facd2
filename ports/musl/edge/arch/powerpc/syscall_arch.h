/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscall_arch.h - a system call is a call of user/lib/posix.
 */
#include "pecan_words32.h"

#define SO_RCVTIMEO_OLD	18
#define SO_SNDTIMEO_OLD	19
