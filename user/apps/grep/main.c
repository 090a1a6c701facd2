/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - grep [-v] TEXT: the lines of the input that contain TEXT; with -v those that do not.
 *
 * Ends with status 0 if there was such a line, else 1; 2 if the arguments are wrong.
 */
#include <pecan/print.h>
#include <pecan/stream.h>
#include <string.h>

enum { LINE = 1000 };

int main(int argc, char **argv)
{
	bool without = argc > 1 && strcmp(argv[1], "-v") == 0, found = false;
	char line[LINE];

	if (argc != 2 + without) {
		puts("grep: name a text, as in cat init | grep program; -v before it: the lines without it");
		return 2;
	}
	while (getline_console("", line, sizeof line) >= 0) {
		bool has = strstr(line, argv[1 + without]);

		if (has != without) {
			puts(line);
			found = true;
		}
	}
	return found ? 0 : 1;
}
