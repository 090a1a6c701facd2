/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plays.c - packs of plays. See fuzz.h.
 */
#include <ctype.h>
#include <string.h>
#include "fuzz.h"

static const char pack_start[] = "# plays: ";

/* The bytes of a line behind its name, in hexadecimal with spaces: how many, 0 if it is not of that form. */
static size_t parse(const char *text, uint8_t *bytes)
{
	size_t n = 0;

	while (*text != '\n' && *text != '\0') {
		unsigned byte;

		text += *text == ' ';
		if (n == FUZZ_BYTES || !isxdigit(text[0]) || !isxdigit(text[1]) || sscanf(text, "%2x", &byte) != 1)
			return 0;
		bytes[n++] = (uint8_t)byte;
		text += 2;
	}
	return n;
}

bool fuzz_is_pack(FILE *f)
{
	char start[sizeof(pack_start)] = "";
	bool is = fgets(start, sizeof(start), f) && strcmp(start, pack_start) == 0;

	rewind(f);
	return is;
}

void fuzz_each_play(FILE *f, fuzz_play *with)
{
	static char line[3 * FUZZ_BYTES];
	static uint8_t bytes[FUZZ_BYTES];

	while (fgets(line, sizeof(line), f)) {
		char *end = strchr(line, ' ');

		if (line[0] == '#')
			continue;
		line[strcspn(line, " \n")] = '\0';
		with(line, bytes, end ? parse(end + 1, bytes) : 0);
	}
}
