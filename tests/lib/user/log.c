/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - the pieces in which root's log comes to the console.
 */
#include <string.h>

#include <drivers/console/log.h>
#include "harness.h"

/* A log of `lines` lines of this many bytes, in pieces: is each text that is shown whole lines? */
static bool is_whole(unsigned lines, unsigned bytes)
{
	static char log[64 * 1024], text[LOG_BYTES], seen[64 * 1024];
	unsigned all = lines * bytes, taken = 0, used = 0, shown = 0;
	bool good = true;

	for (unsigned i = 0; i < all; i++)
		log[i] = i % bytes == bytes - 1 ? '\n' : (char)('a' + i % 26);
	while (taken < all) {
		unsigned n = all - taken < ROOT_TEXT_BYTES ? all - taken : ROOT_TEXT_BYTES, whole;

		if (used + n >= LOG_BYTES)
			return false;			/* there was no room for it */
		memcpy(text + used, log + taken, n);
		taken += n;
		used += n;
		whole = log_whole(text, used, n);
		good &= whole <= used && (whole == 0 || text[whole - 1] == '\n');
		memcpy(seen + shown, text, whole);
		shown += whole;
		memmove(text, text + whole, used - whole);
		used -= whole;
	}
	return good && used == 0 && shown == all && memcmp(seen, log, all) == 0;
}

TEST(HLOG0001, "a log is shown in whole lines, however the pieces in which it comes are cut")
{
	for (unsigned bytes = 1; bytes <= ROOT_TEXT_BYTES; bytes++)
		CHECK(is_whole(20, bytes));
}

TEST(HLOG0002, "a line that is longer than there is room for is shown in parts, and so is one without an end")
{
	char text[LOG_BYTES];

	memset(text, 'x', sizeof text);
	CHECK(log_whole(text, LOG_BYTES - ROOT_TEXT_BYTES, ROOT_TEXT_BYTES) == LOG_BYTES - ROOT_TEXT_BYTES);
	CHECK(log_whole(text, ROOT_TEXT_BYTES, ROOT_TEXT_BYTES) == 0);
	CHECK(log_whole(text, 5, 5) == 5);
}
