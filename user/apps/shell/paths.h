/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paths.h - names of files as they are typed. /disk and what is below it is of the disk (<pecan/files.h>),
 * everything else of the boot image. Relative paths begin at the current directory: / or one of the disk.
 */
#ifndef SHELL_PATHS_H
#define SHELL_PATHS_H

#include <stdbool.h>

#include <pecan/files.h>

enum { PATH_TEXT = FILES_PATH_BYTES + 8 };

/* The whole path, without `.` and `..`; "" if it is too long. Of the boot image: without the first slash. */
const char *paths_whole(const char *typed, char to[PATH_TEXT]);

/* Begin in the directory in which the shell was started. */
void paths_start(void);

/* The current directory, as paths_whole has it. */
const char *paths_current(void);
void paths_change(const char *whole);

/* Can the file be read, or be written from now on? If not a message is printed. */
bool paths_can_read(const char *typed);
bool paths_begin_write(const char *typed, bool append);

#endif
