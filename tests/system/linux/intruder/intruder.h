/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intruder.h - system calls of Linux, without a C library.
 */
#ifndef INTRUDER_INTRUDER_H
#define INTRUDER_INTRUDER_H

enum {
	LINUX_WRITE = 1, LINUX_SCHED_YIELD = 24, LINUX_PAUSE = 34, LINUX_EXIT = 60, LINUX_GETPPID = 110,
	LINUX_EXIT_GROUP = 231,
};

long linux_call(long number, long first, const void *second, long third);

/* clone with these flags; in the new thread: call f, which does not return, on this stack. */
long linux_thread(long flags, void *stack, void (*f)(void));

/* Called by the start of the program with the number of its arguments; does not return. */
void intruder(long arguments);

void __L4_Init(void);

#endif
