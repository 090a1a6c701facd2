/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * races.c - what two threads do at the same time: close what is read, open files while a child reads one.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

enum { COPIES = 12 };

static volatile bool ready;

static void *read_two(void *fd)
{
	char text[2];

	ready = true;
	return (void *)(intptr_t)(read(*(int *)fd, text, 2) == 2 && memcmp(text, "ab", 2) == 0);
}

/* The pipe is open until the read has ended; what is opened meanwhile is another file. */
static void test_close_of_what_is_read(void)
{
	struct timespec t = { 0, 20000000 };
	pthread_t thread;
	void *right;
	int fd[2], in, other;

	pipe(fd);
	in = fd[0];
	pthread_create(&thread, NULL, read_two, &in);
	while (!ready || nanosleep(&t, NULL) != 0)
		continue;
	close(fd[0]);
	other = open("init", O_RDONLY);
	check(other == fd[0] && write(fd[1], "ab", 2) == 2, "a pipe is closed while it is read");
	pthread_join(thread, &right);
	check(right, "the read gets what was written");
	close(other);
	close(fd[1]);
}

static void *open_and_close(void *unused)
{
	char byte;

	(void)unused;
	while (ready) {
		int fd = open("bin/hello", O_RDONLY), null = open("/dev/null", O_WRONLY), pipes[2];

		pipe(pipes);
		read(fd, &byte, 1);
		close(fd);
		close(null);
		close(pipes[0]);
		close(pipes[1]);
	}
	return NULL;
}

/* The text of the file, as a child copies it. */
static bool copies(void)
{
	char text[256], same[256];
	int in = open("init", O_RDONLY), file = open("init", O_RDONLY), out[2];
	bool right = true;
	pid_t pid;
	long n;

	pipe(out);
	pid = start_child((int[]){ in, out[1], -1 }, "--copy", NULL, NULL);
	close(in);
	close(out[1]);
	while ((n = read(out[0], text, sizeof text)) > 0)
		right = right && read(file, same, (size_t)n) == n && memcmp(text, same, (size_t)n) == 0;
	right = right && n == 0 && read(file, same, 1) == 0 && end_of_child(pid) == 0;
	close(file);
	close(out[0]);
	return right;
}

static void test_files_of_children(void)
{
	pthread_t thread;
	bool right = true;

	ready = true;
	pthread_create(&thread, NULL, open_and_close, NULL);
	for (unsigned i = 0; i < COPIES; i++)
		right = right && copies();
	ready = false;
	pthread_join(thread, NULL);
	check(right, "children read files while others are opened and closed");
}

void test_races(void)
{
	test_close_of_what_is_read();
	test_files_of_children();
}
