/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - plays again what the fuzzer has found: each play of a pack (tests/fuzz/pack), or a file that is
 * one play.
 *
 *	fuzz-replay PACK|FILE...
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../fuzz.h"
#include "hang.h"

enum { BYTES_MAX = 1 << 16 };

static const char pack_start[] = "# plays: ";

static unsigned passed, failed;
static uint8_t bytes[BYTES_MAX];

/* In a process of its own: it may crash, or hang. */
static void play(const char *path, const char *name, size_t size)
{
	pid_t child = fork();
	int status = 1;

	if (child == 0) {
		alarm(HANG_SECONDS);
		fuzz_run(bytes, size);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	passed += status == 0;
	failed += status != 0;
	if (status != 0)
		printf("FAIL %s %s: status %#x\n", path, name, (unsigned)status);
}

/* The bytes of a line behind its name, in hexadecimal with spaces: how many, 0 if it is not of that form. */
static size_t parse(const char *text)
{
	size_t n = 0;

	while (*text != '\n' && *text != '\0') {
		unsigned byte;

		text += *text == ' ';
		if (n == BYTES_MAX || !isxdigit(text[0]) || !isxdigit(text[1]) || sscanf(text, "%2x", &byte) != 1)
			return 0;
		bytes[n++] = (uint8_t)byte;
		text += 2;
	}
	return n;
}

/* The lines of a pack that follow its first. */
static void play_pack(const char *path, FILE *f)
{
	static char line[3 * BYTES_MAX];

	while (fgets(line, sizeof(line), f)) {
		char *end = strchr(line, ' ');
		size_t size = end ? parse(end) : 0;

		line[strcspn(line, " \n")] = '\0';
		if (size != 0) {
			play(path, line, size);
		} else {
			printf("FAIL %s %s: no bytes in hexadecimal\n", path, line);
			failed++;
		}
	}
}

static void play_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t size;

	if (!f) {
		perror(path);
		failed++;
		return;
	}
	size = fread(bytes, 1, sizeof(bytes), f);
	if (size >= sizeof(pack_start) && memcmp(bytes, pack_start, sizeof(pack_start) - 1) == 0) {
		rewind(f);
		while (getc(f) != '\n' && !feof(f))
			;
		play_pack(path, f);
	} else {
		play(path, "", size);
	}
	fclose(f);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, 0, _IONBF, 0);
	fuzz_run(bytes, 0);
	for (int i = 1; i < argc; i++)
		play_file(argv[i]);
	printf("fuzz-replay: %u passed, %u failed\n", passed, failed);
	_exit(failed > 0);
}
