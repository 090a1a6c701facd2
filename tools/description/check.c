/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - the program pecan-check: reads a system description as the supervisor does, on the host.
 *
 *   pecan-check [--quiet] [--ram SIZE] FILE
 *
 * Prints what the tasks of `start` have for certain, unless --quiet. SIZE is in bytes, or has K or M behind
 * the number: the RAM that is there for programs and for the kernel's memory together, however they share it
 * (kmem=): root checks each of both at boot. Status 0; 1: the description is wrong, or promises more than
 * SIZE; 2: it cannot be read.
 */
#include <errno.h>
#include <proto/promise.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <supervisor/config.h>

enum { TEXT_BYTES = 1 << 20 };

static struct config config;

static int usage(void)
{
	fputs("usage: pecan-check [--quiet] [--ram SIZE] FILE; SIZE has K or M behind the number\n"
	      "--ram: for memory and kernel memory together; how the kernel divides it (kmem=) is not checked\n",
	      stderr);
	return 2;
}

/* KiB; 0: it is no size. */
static unsigned long size_kib(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || n >> 40 != 0)
		return 0;
	if (strcmp(end, "M") == 0)
		return n << 10;
	if (strcmp(end, "K") == 0)
		return n;
	return *end == 0 ? n >> 10 : 0;
}

/* Bytes of the text; -1: an error, which has been reported. */
static long read_text(const char *path, char *text)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	errno = f != 0 ? 0 : errno;
	n = f != 0 ? fread(text, 1, TEXT_BYTES, f) : 0;
	if (f == 0 || ferror(f) || n == TEXT_BYTES) {
		fprintf(stderr, "pecan-check: cannot read %s: %s\n", path,
			n == TEXT_BYTES ? "it is longer than 1 MiB" : strerror(errno));
		n = (size_t)-1;
	}
	if (f != 0)
		fclose(f);
	return (long)n;
}

static int check_sums(unsigned long ram_kib, bool quiet)
{
	struct promise_sums s = promise_sums(&config.grants);
	unsigned long memory_kib = s.memory >> 10;

	if (!quiet)
		printf("init: the tasks that are started reserve %lu KiB of memory, and have %lu KiB of "
		       "`kernel-memory`\n", memory_kib, (unsigned long)s.kmem_kib);
	if (ram_kib == 0 || memory_kib + s.kmem_kib <= ram_kib)
		return 0;
	fprintf(stderr, "init: the tasks that are started reserve %lu KiB of memory and have %lu KiB of "
		"`kernel-memory`, and there are %lu KiB of RAM: lower `memory`, `reserve` or `kernel-memory` of "
		"their sections by %lu KiB\n", memory_kib, (unsigned long)s.kmem_kib, ram_kib,
		memory_kib + s.kmem_kib - ram_kib);
	return 1;
}

int main(int argc, char **argv)
{
	static char text[TEXT_BYTES];
	unsigned long ram_kib = 0;
	bool quiet = false;
	const char *wrong;
	struct place at;
	long size;
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--quiet") == 0)
			quiet = true;
		else if (strcmp(argv[i], "--ram") != 0 || ++i == argc || (ram_kib = size_kib(argv[i])) == 0)
			return usage();
	}
	if (i + 1 != argc)
		return usage();
	size = read_text(argv[i], text);
	if (size < 0)
		return 2;
	wrong = config_parse(&config, text, (l4_word_t)size, &at);
	if (wrong == 0)
		return check_sums(ram_kib, quiet);
	fprintf(stderr, "init, line %u, column %u: %s\n", at.line, at.column, wrong);
	return 1;
}
