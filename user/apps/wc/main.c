/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - wc: counts lines, words and bytes of the input.
 */
#include <pecan/print.h>
#include <pecan/stream.h>

int main(int argc, char **argv)
{
	unsigned long lines = 0, words = 0, bytes = 0;
	char text[512];
	bool inside = false;
	long n;

	if (argc > 1) {
		printf("wc: it counts its input; what is %s?\n", argv[1]);
		return 2;
	}
	while ((n = pecan_read(text, sizeof text)) > 0)
		for (long i = 0; i < n; i++) {
			bool blank = text[i] == ' ' || text[i] == '\t' || text[i] == '\n';

			lines += text[i] == '\n';
			words += !blank && !inside;
			inside = !blank;
			bytes++;
		}
	printf("%lu %lu %lu\n", lines, words, bytes);
	return n == 0 ? 0 : 1;
}
