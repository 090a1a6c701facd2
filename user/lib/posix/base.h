/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base.h - what all files of the library use, and what calls none of them.
 */
#ifndef POSIX_BASE_H
#define POSIX_BASE_H

#include <l4/thread.h>

/* Spins with ThreadSwitch: threads of a task have one priority, and hold it for a short time. */
void px_lock(int *lock);
void px_unlock(int *lock);

/* Returns the number of the calling thread, its thread id for musl. */
static inline int px_my_number(void)
{
	return (int)L4_ThreadNo(L4_Myself());
}

extern int px_first_number;		/* that of the program's first thread */

/* Call it before a wait: it reports to root the program's first thread, which looks at it from then on. */
void px_waits(void);

#endif
