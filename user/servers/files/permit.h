/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * permit.h - what the system description lets a client do with a path (`paths`, docs/user/system.md).
 *
 * Paths are resolved ones: "" or "/NAME...", from the root of the disk, without links, . and ..
 */
#ifndef FILES_PERMIT_H
#define FILES_PERMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <l4/types.h>

/*
 * PASS: to see that it is there, also a folder on the way to what may be read. Each includes those before.
 */
enum permit { PERMIT_PASS, PERMIT_READ, PERMIT_WRITE };

/* list: of `bytes` bytes, as the answer to root_paths (user/proto/root.idl). */
bool permit_has(const char *list, size_t bytes, const char *path, enum permit wanted);

/* The requests that follow are of this thread's task. Root is asked once for each task. */
void permit_client(L4_ThreadId_t thread, L4_Word_t task);

/* May that task do so? Before the first permit_client none may. */
bool permit_path(const char *path, enum permit wanted);

#endif
