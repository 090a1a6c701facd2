/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mount.h - when the file system is mounted: at the start, when a disk has come, and when the task that had
 * the disk (FILES_LEND) has ended. Errors are reported in the log.
 */
#ifndef FILES_MOUNT_H
#define FILES_MOUNT_H

#include <stdbool.h>
#include <l4/types.h>
#include <proto/files.h>

/* Returns false if the disk has no driver yet: the caller may try again. */
bool mount_disk(void);
bool mount_has_disk(void);

/* Unmounts the file system and gives the disk to a task. FILES_E_MORE: a part is written; call it again. */
enum files_status mount_lend(L4_Word_t task);

/* Returns true if a task has the disk. Mounts the file system again if that task has ended. */
bool mount_is_lent(void);

void mount_report(const char *text);

#endif
