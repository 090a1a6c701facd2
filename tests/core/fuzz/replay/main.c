/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - plays again what the fuzzer has found: each play of a pack (tests/core/fuzz/pack), or a file that
 * is one play.
 *
 *	fuzz-replay PACK|FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../fuzz.h"
#include "hang.h"

static unsigned passed, failed;
static uint8_t bytes[FUZZ_BYTES];

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

static const char *pack;

static void play_line(const char *name, const uint8_t *of, size_t size)
{
	memcpy(bytes, of, size);
	if (size != 0) {
		play(pack, name, size);
	} else {
		printf("FAIL %s %s: no bytes in hexadecimal\n", pack, name);
		failed++;
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
	if (fuzz_is_pack(f)) {
		pack = path;
		fuzz_each_play(f, play_line);
	} else {
		size = fread(bytes, 1, sizeof(bytes), f);
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
