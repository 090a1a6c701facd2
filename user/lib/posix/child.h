/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.h - tasks whose input, output and errors are open files of this program: their start and their end.
 */
#ifndef POSIX_CHILD_H
#define POSIX_CHILD_H

#include <l4/types.h>
#include <proto/root.h>
#include <stdbool.h>
#include "call.h"

enum { PX_CHILDREN = 64 };		/* a program's, at once */

/* Start a program. fd: the descriptors that become 0 to 2 of the new task; a closed one stays closed. */
enum root_error px_child_start(const char *program, const char *args, const int fd[3], L4_Word_t *task);

px_call px_wait4;
bool px_child_kill(L4_Word_t task, int signal, long *result);	/* false: the task is no child */

#endif
