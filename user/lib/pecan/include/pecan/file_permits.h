/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_permits.h - for servers of user/proto/files.idl: the access of clients to paths by the system
 * description (`paths`, docs/user/system.md).
 *
 * Paths are resolved ones: "" or "/NAME...", from the root of the disk, without links, . and ..
 */
#ifndef PECAN_FILE_PERMITS_H
#define PECAN_FILE_PERMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <l4/types.h>

/*
 * PASS: see that the path exists, as folders above readable files do. Each permit includes those before it.
 */
enum permit { PERMIT_PASS, PERMIT_READ, PERMIT_WRITE };

/* Returns true if a list of `bytes` bytes, in the format of root_paths (user/proto/root.idl), permits it. */
bool permit_has(const char *list, size_t bytes, const char *path, enum permit wanted);

/* Select the task for permit_path: that of this thread. Its list is requested from root once. */
void permit_client(L4_ThreadId_t thread, L4_Word_t task);

/* Returns true if that task has the permit. False before the first permit_client. */
bool permit_path(const char *path, enum permit wanted);

#endif
