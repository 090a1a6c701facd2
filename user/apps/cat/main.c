/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - cat [FILE...]: files of the boot image, of the disk (/disk/...) or of /tmp, or the input, to the
 * output.
 */
#include <pecan/files.h>
#include <pecan/print.h>
#include <pecan/special.h>
#include <pecan/stream.h>
#include <pecan/system.h>

enum { CHUNK = 480, DISK_CHUNK = 16384, ENDED_BY_INTERRUPT = 130 };

static bool show_disk(const char *name, const char *below)
{
	static char text[DISK_CHUNK];
	struct files_file f;
	enum files_status s = files_use(&f, below, 0);
	uint64_t at = 0;
	long n = 1;

	for (; s == FILES_OK && n > 0; at += (uint64_t)n) {
		n = files_get(&f, at, text, sizeof text);
		if (n < 0)
			s = (enum files_status)-n;
		else if (!pecan_write(text, (size_t)n))
			break;
	}
	files_done(&f);
	if (s != FILES_OK)
		printf("cat: %s: %s\n", name, files_error_text(s));
	return s == FILES_OK;
}

/* Returns false if it has an end because there is no source of random numbers. */
static bool show_special(const char *name, enum pecan_special s)
{
	char text[CHUNK];
	long n;

	while ((n = pecan_special_read(s, text, sizeof text)) > 0 && pecan_write(text, (size_t)n))
		;
	if (n < 0)
		printf("cat: %s: " PECAN_NO_SOURCE "\n", name);
	return n >= 0;
}

/* A whole path, from the directory in which the program was started. Returns false if it is too long. */
static bool make_whole(const char *name, char whole[STREAM_PATH_BYTES])
{
	whole[0] = 0;
	if (*name != '/')
		pecan_start_directory(whole);
	return files_path_add(whole, STREAM_PATH_BYTES, name);
}

static bool show(const char *name)
{
	char text[CHUNK], whole[STREAM_PATH_BYTES];
	const char *image = make_whole(name, whole) && *whole ? whole + 1 : "";
	L4_Word_t at = 0, got, size;

	if (*image && files_below(whole))
		return show_disk(name, files_below(whole));
	if (pecan_special(image))
		return show_special(name, pecan_special(image));
	do {
		enum root_error e = pecan_file_read(image, at, text, sizeof text, &got, &size);

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
