/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paths.h - typed names of files. Paths at and below /disk and /tmp are those of <pecan/files.h>, all others
 * are of the boot image. Relative paths begin at the current directory.
 */
#ifndef SHELL_PATHS_H
#define SHELL_PATHS_H

#include <stdbool.h>

#include <pecan/files.h>

enum { PATH_TEXT = FILES_WHOLE_BYTES };

/*
 * Returns the whole path, without `.` and `..`; of the boot image without the first slash, so "" is the
 * root. A path that is too long becomes "/", the name of no file.
 */
const char *paths_whole(const char *typed, char to[PATH_TEXT]);

/* Set the current directory to that in which the shell was started. */
void paths_start(void);

/* Get and set the current directory, as paths_whole returns it. */
const char *paths_current(void);
void paths_change(const char *whole);

/* Return true if the file can be read; was opened for writing. Print a message if not. */
bool paths_can_read(const char *typed);
bool paths_begin_write(const char *typed, bool append);

#endif
