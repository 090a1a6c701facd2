/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files_path.c - paths of programs: see <pecan/files.h>.
 */
#include <pecan/files.h>
#include <string.h>

static bool enter(char *path, size_t room, const char *part, size_t n)
{
	size_t at = strlen(path);

	if (n == 0 || (n == 1 && part[0] == '.'))
		return true;
	if (n == 2 && part[0] == '.' && part[1] == '.') {
		char *slash = strrchr(path, '/');

		*(slash ? slash : path) = 0;
		return true;
	}
	if (at + n + 2 > room)
		return false;
	path[at++] = '/';
	memcpy(path + at, part, n);
	path[at + n] = 0;
	return true;
}

bool files_path_add(char *whole, size_t room, const char *typed)
{
	for (size_t n; *typed; typed += n + (typed[n] == '/')) {
		n = strcspn(typed, "/");
		if (!enter(whole, room, typed, n))
			return false;
	}
	return true;
}

bool files_path_in(const char *path, const char *folder)
{
	for (; *folder && *path == *folder; path++)
		folder++;
	return !*folder && (*path == '/' || !*path);
}

const char *files_below(const char *whole)
{
	if (files_path_in(whole, FILES_ROOT))
		return whole + strlen(FILES_ROOT);
	return files_path_in(whole, FILES_TMP) ? whole + 1 : NULL;
}

bool files_in_memory(const char *path)
{
	return files_path_in(path, &FILES_TMP[1]);
}

const char *files_whole(const char *path, char whole[FILES_WHOLE_BYTES])
{
	strcpy(whole, files_in_memory(path) ? "/" : FILES_ROOT);
	strcpy(whole + strlen(whole), path);
	return whole;
}
