/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * special.c - see <pecan/special.h>.
 */
#include <pecan/random.h>
#include <pecan/special.h>
#include <string.h>

static const struct { const char *name; enum pecan_special is; } table[] = {
	{ "dev/null", PECAN_NULL }, { "dev/zero", PECAN_ZERO }, { "dev/full", PECAN_FULL },
	{ "dev/random", PECAN_RANDOM }, { "dev/urandom", PECAN_URANDOM },
};

enum pecan_special pecan_special(const char *path)
{
	path += *path == '/';
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(path, table[i].name) == 0)
			return table[i].is;
	return PECAN_NOT_SPECIAL;
}

long pecan_special_read(enum pecan_special s, void *to, size_t bytes)
{
	if (s == PECAN_NULL || !bytes)
		return 0;
	if (s == PECAN_RANDOM || s == PECAN_URANDOM) {
		size_t n = pecan_random(to, bytes);

		return n ? (long)n : -1;
	}
	memset(to, 0, bytes);
	return (long)bytes;
}
