/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.h - the program as a process: its number, and that of the task that started it.
 */
#ifndef POSIX_PROCESS_H
#define POSIX_PROCESS_H

#include "call.h"

px_call px_getpid, px_getppid, px_getpgid, px_umask;

#endif
