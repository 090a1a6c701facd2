/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.h - starting a task whose input, output and errors are open files of this program.
 */
#ifndef POSIX_CHILD_H
#define POSIX_CHILD_H

#include <proto/root.h>

/* Start a program. fd: the descriptors that become 0 to 2 of the new task; a closed one stays closed. */
enum root_error px_child_start(const char *program, const char *args, const int fd[3], L4_Word_t *task);

#endif
