/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paths.c - see paths.h.
 */
#include <pecan/print.h>
#include <pecan/special.h>
#include <pecan/stream.h>
#include <pecan/system.h>
#include <string.h>

#include "paths.h"
#include "shell.h"

static char current[PATH_TEXT];		/* "" or a whole path */

void paths_start(void)
{
	char path[STREAM_PATH_BYTES];

	pecan_start_directory(path);
	if (files_below(path))
		strcpy(current, path);
}

const char *paths_current(void)
{
	return current;
}

void paths_change(const char *whole)
{
	strcpy(current, whole);
}

const char *paths_whole(const char *typed, char to[PATH_TEXT])
{
	strcpy(to, *typed == '/' ? "" : current);
	if (!files_path_add(to, PATH_TEXT, typed))
		return "/";
	return files_below(to) || !*to ? to : to + 1;
}

bool paths_can_read(const char *typed)
{
	char path[PATH_TEXT];
	const char *whole = paths_whole(typed, path), *disk = files_below(whole);
	struct files_file f;
	enum files_status s;
	enum root_error e = ROOT_E_NAME;
	L4_Word_t got;
	char byte;

	if (pecan_special(whole)) {
		if (pecan_special_read(pecan_special(whole), &byte, 1) >= 0)
			return true;
		printf("%s: " PECAN_NO_SOURCE "\n", typed);
		return false;
	}
	if (!disk) {
		if (strlen(whole) < ROOT_NAME_BYTES)
			e = pecan_file_read(whole, 0, &byte, 1, &got, NULL);
		if (e != ROOT_OK)
			shell_refused(typed, e);
		return e == ROOT_OK;
	}
	s = files_use(&f, disk, 0);
	if (s == FILES_OK) {
		files_done(&f);
		if (f.mode & FILES_MODE_DIRECTORY)
			s = FILES_E_DIRECTORY;
	}
	if (s != FILES_OK)
		printf("%s: %s\n", typed, files_error_text(s));
	return s == FILES_OK;
}

bool paths_begin_write(const char *typed, bool append)
{
	char path[PATH_TEXT];
	const char *whole = paths_whole(typed, path), *disk = files_below(whole);
	struct files_file f;
	enum files_status s;

	if (pecan_special(whole))
		return true;
	if (!disk) {
		printf("%s: nothing can be written there: the files of the boot image are read-only, those of the"
		       " disk begin with /disk/, those in memory with /tmp/\n", typed);
		return false;
	}
	s = files_use(&f, disk, FILES_WRITE | FILES_CREATE | (append ? FILES_APPEND : FILES_TRUNCATE));
	if (s == FILES_OK)
		files_done(&f);
	else
		printf("%s: %s\n", typed, files_error_text(s));
	return s == FILES_OK;
}
