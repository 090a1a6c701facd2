/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.h - what ls -l shows of a file before its name. Pure: no IPC.
 */
#ifndef SHELL_LIST_H
#define SHELL_LIST_H

#include <proto/files.h>

enum { LIST_TEXT = 96 };

/* Kind and permissions, as POSIX has them, links, size, and the time of the last change, UTC. */
void list_details(char text[LIST_TEXT], const struct files_stat_out *stat);

#endif
