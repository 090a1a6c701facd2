/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.h - the program as a process: its number, and that of the task that started it.
 */
#ifndef POSIX_PROCESS_H
#define POSIX_PROCESS_H

#include "call.h"

/* Call it before a wait: from the first one of the program's first thread on its waits are signs of life. */
void px_waits(void);

px_call px_getpid, px_getppid, px_getpgid, px_umask;

#endif
