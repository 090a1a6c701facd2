/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - cat [FILE...]: files of the boot image, or the input, to the output.
 */
#include <pecan/print.h>
#include <pecan/stream.h>
#include <pecan/system.h>

enum { CHUNK = 480, ENDED_BY_INTERRUPT = 130 };

static bool show(const char *name)
{
	char text[CHUNK];
	L4_Word_t at = 0, got, size;

	do {
		enum root_error e = pecan_file_read(name, at, text, sizeof text, &got, &size);

		if (e != ROOT_OK) {
			printf("cat: %s: %s\n", name, pecan_error_text(e));
			return false;
		}
		if (!pecan_write(text, got))
			return false;
		at += got;
	} while (got && at < size);
	return true;
}

/* Returns the exit status. */
static int copy(void)
{
	char text[CHUNK];
	long n;

	while ((n = pecan_read(text, sizeof text)) > 0)
		if (!pecan_write(text, (size_t)n))
			return 1;
	return n == PECAN_INTERRUPTED ? ENDED_BY_INTERRUPT : n == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	bool well = true;

	if (argc == 1)
		return copy();
	for (int i = 1; i < argc; i++)
		well &= show(argv[i]);
	return well ? 0 : 1;
}
