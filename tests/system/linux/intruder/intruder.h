/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intruder.h - system calls of Linux, without a C library; and what the files here share.
 */
#ifndef INTRUDER_INTRUDER_H
#define INTRUDER_INTRUDER_H

#include <stdbool.h>
#include <l4/types.h>

enum {
	LINUX_READ = 0, LINUX_WRITE = 1, LINUX_OPEN = 2, LINUX_CLOSE = 3, LINUX_MMAP = 9, LINUX_MUNMAP = 11,
	LINUX_PIPE = 22, LINUX_SCHED_YIELD = 24, LINUX_MREMAP = 25, LINUX_MADVISE = 28, LINUX_PAUSE = 34,
	LINUX_FORK = 57, LINUX_EXECVE = 59, LINUX_EXIT = 60, LINUX_WAIT4 = 61, LINUX_FTRUNCATE = 77,
	LINUX_UNLINK = 87, LINUX_GETPPID = 110, LINUX_SETRESUID = 117, LINUX_SETRESGID = 119,
	LINUX_EXIT_GROUP = 231,
};

enum { THREAD = 0x50f00 };	/* CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM */

long linux_call(long number, long first, const void *second, long third);

/* Five arguments, then the number of the call; a sixth argument is 0. */
long linux_call5(const void *first, long second, long third, long fourth, long fifth, long number);

/* clone with these flags; in the new thread: call f, which does not return, on this stack. */
long linux_thread(long flags, void *stack, void (*f)(void));

/* Called by the start of the program with its arguments; does not return. */
void intruder(long count, char **arguments);

/* intruder.c: print the number, with eight digits, and the text. */
void print(unsigned n, const char *text);

/* Start a second thread of this process at f, on this stack, without Linux's scheduler. Returns its id. */
L4_ThreadId_t start_beside(void *stack_end, void (*f)(void));

/*
 * keep.c, move.c: a process of user 1000 does what `use` does with that argument; prints how many pages of a
 * file of root's it has read, and returns that.
 */
unsigned keep(void (*use)(const char *), const char *how);
void keep_by(const char *how);
void move(const char *rounds);

void __L4_Init(void);

#endif
