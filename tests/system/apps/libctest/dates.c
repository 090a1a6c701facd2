/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dates.c - the date: one for all threads, programs and servers. It stands for a number, the microseconds
 * from 1970 to boot: at most the date less the time since boot that was read before, at least the date less
 * the time since boot that was read after it.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

enum { READERS = 30, PROGRAMS = 4, US = 1000000, FILE_TIMES = 400 };

struct range { long long least, most; };

static pthread_barrier_t ready;

static long long us_of(clockid_t clock)
{
	struct timespec t;

	return clock_gettime(clock, &t) == 0 ? t.tv_sec * (long long)US + t.tv_nsec / 1000 : 0;
}

static void meet(struct range *all, struct range one)
{
	if (one.least > all->least)
		all->least = one.least;
	if (one.most < all->most)
		all->most = one.most;
}

static void *read_boot(void *range)
{
	long long before, date;

	pthread_barrier_wait(&ready);
	before = us_of(CLOCK_MONOTONIC);
	date = us_of(CLOCK_REALTIME);
	*(struct range *)range = (struct range){ date - us_of(CLOCK_MONOTONIC), date - before };
	return NULL;
}

/* What all of many threads say that read the date at once. */
static struct range read_boot_at_once(void)
{
	struct range of[READERS], all = { 0, 1ll << 62 };
	pthread_t thread[READERS];

	pthread_barrier_init(&ready, NULL, READERS);
	for (unsigned i = 0; i < READERS; i++)
		if (pthread_create(&thread[i], NULL, read_boot, &of[i]) != 0)
			return (struct range){ 1, 0 };
	for (unsigned i = 0; i < READERS; i++) {
		pthread_join(thread[i], NULL);
		meet(&all, of[i]);
	}
	return all;
}

/* A new program: none of its threads has read the date before. */
int show_boot(void)
{
	struct range all = read_boot_at_once();

	printf("%lld %lld\n", all.least, all.most);
	return 0;
}

static struct range boot_of_child(void)
{
	struct range all = { 1, 0 };
	char text[80] = "";
	int out[2];
	pid_t pid;

	if (pipe(out) != 0)
		return all;
	pid = start_child((int[]){ -1, out[1], -1 }, "--boot", NULL, NULL);
	close(out[1]);
	if (end_of_child(pid) != 0 || read(out[0], text, sizeof text - 1) <= 0
	    || sscanf(text, "%lld %lld", &all.least, &all.most) != 2)
		all = (struct range){ 1, 0 };
	close(out[0]);
	return all;
}

static void test_programs(void)
{
	struct range all = read_boot_at_once();
	bool right = all.least <= all.most;

	for (unsigned i = 0; i < PROGRAMS; i++) {
		struct range one = boot_of_child();

		right = right && one.least <= one.most;
		meet(&all, one);
	}
	check(right, "threads that read the date at once have the same one");
	check(all.least <= all.most && all.least > 0, "and so have several programs");
}

/* Over a second, as times of files are whole ones. */
static void test_file_times(void)
{
	const struct timespec pause = { 0, 3000000 };
	bool right = true;

	for (unsigned i = 0; right && i < FILE_TIMES; i++) {
		time_t before = time(NULL);
		int fd = open("/tmp/dated", O_RDWR | O_CREAT | O_TRUNC, 0600);
		struct stat st = { 0 };

		right = write(fd, "x", 1) == 1 && fstat(fd, &st) == 0 && st.st_mtime >= before
		     && st.st_mtime <= time(NULL) && close(fd) == 0;
		nanosleep(&pause, NULL);
	}
	check(right && unlink("/tmp/dated") == 0, "a file's time is between the dates before and after");
}

void test_dates(void)
{
	test_programs();
	test_file_times();
}
