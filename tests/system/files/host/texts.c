/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * texts.c - files with a text, by one call; see fake.h.
 */
#include <string.h>

#include "fake.h"

enum { BYTES = 65536 };

enum files_status fs_put(const char *name, const char *text)
{
	L4_Word_t f;
	enum files_status s = fs_open(name, FILES_WRITE | FILES_CREATE | FILES_TRUNCATE, &f);
	long n = s == FILES_OK ? fs_write(f, 0, text, strlen(text)) : -(long)s;

	if (s == FILES_OK)
		fs_close(f);
	return n < 0 ? (enum files_status)-n : FILES_OK;
}

bool fs_has(const char *name, const char *text)
{
	static char bytes[BYTES];
	L4_Word_t f;
	long n = -1;

	if (fs_open(name, 0, &f) != FILES_OK)
		return false;
	n = fs_read(f, 0, bytes, strlen(text));
	fs_close(f);
	return n == (long)strlen(text) && memcmp(bytes, text, (size_t)n) == 0;
}
