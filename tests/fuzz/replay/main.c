/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - plays every file given, or every file of a folder given: what the fuzzer has found.
 *
 *	fuzz-replay FILE|FOLDER...
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../fuzz.h"
#include "hang.h"

enum { BYTES_MAX = 1 << 16 };

static unsigned passed, failed;
static uint8_t bytes[BYTES_MAX];

/* In a process of its own: it may crash, or hang. */
static void play(const char *path, size_t size)
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
		printf("FAIL %s: status %#x\n", path, (unsigned)status);
}

static void play_file(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		failed++;
		return;
	}
	play(path, fread(bytes, 1, sizeof(bytes), f));
	fclose(f);
}

static void play_folder(DIR *folder, const char *path)
{
	char name[4096];

	for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		play_file(name);
	}
	closedir(folder);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, 0, _IONBF, 0);
	fuzz_run(bytes, 0);
	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);

		if (folder)
			play_folder(folder, argv[i]);
		else
			play_file(argv[i]);
	}
	printf("fuzz-replay: %u passed, %u failed\n", passed, failed);
	_exit(failed > 0);
}
