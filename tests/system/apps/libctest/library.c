/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * library.c - text, mathematics, memory, files, time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include "libctest.h"

enum { BLOCKS = 500, MIB = 1 << 20, PAGE = 4096 };

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

void test_text(void)
{
	char text[80];
	int numbers[] = { 5, 3, 9, 1 }, n;
	double d;
	jmp_buf place;
	volatile int jumps = 0;

	snprintf(text, sizeof text, "%s %d %#x %.3f %Lg", "a", -7, 255, 3.14159, 1.5L);
	check(strcmp(text, "a -7 0xff 3.142 1.5") == 0, "snprintf");
	check(sscanf("42 2.5e3", "%d %lf", &n, &d) == 2 && n == 42 && d == 2500, "sscanf");
	qsort(numbers, 4, sizeof *numbers, compare);
	check(numbers[0] == 1 && numbers[3] == 9, "qsort");
	check(strtol("-0x1f", NULL, 0) == -31 && strtod("1e-3", NULL) == 0.001, "strtol, strtod");
	d = 2;
	check(fabs(sqrt(d) - 1.41421356237) < 1e-9 && fabs(sin(d) - 0.909297426826) < 1e-9, "sqrt, sin");
	check(pow(d, 10) == 1024 && fabs(exp(log(d)) - 2) < 1e-12 && isnan(sqrt(-d)), "pow, exp, log, NaN");
	if (setjmp(place) < 3) {
		jumps = jumps + 1;
		longjmp(place, jumps);
	}
	check(jumps == 3, "setjmp, longjmp");
	check(setlocale(LC_ALL, "C.UTF-8") != NULL && mbstowcs(NULL, "\xc3\xa4\xe2\x82\xac", 0) == 2, "UTF-8");
}

void test_memory(void)
{
	static void *block[BLOCKS];
	void *(*volatile allocate)(size_t) = malloc;	/* clang takes it that malloc leaves errno as it is */
	unsigned char *p;
	bool right = true;

	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < BLOCKS; i++) {
			block[i] = malloc(1 + i * 7 % 3000);
			right = right && block[i];
			memset(block[i], (int)i, 1 + i * 7 % 3000);
		}
		for (unsigned i = 0; i < BLOCKS; i++) {
			right = right && *(unsigned char *)block[i] == (unsigned char)i;
			free(block[i]);
		}
	}
	check(right, "malloc, free");
	for (unsigned i = 0; i < 50; i++) {		/* more in sum than the task has */
		p = malloc(MIB);
		right = right && p && (p[0] = p[MIB - 1] = 1);
		free(p);
	}
	check(right, "memory that was freed is used again");
	p = calloc(1, MIB);
	for (unsigned i = 0; p && i < MIB; i += PAGE)
		right = right && p[i] == 0;
	check(p && right, "calloc clears it");
	p = realloc(p, 2 * MIB);
	check(p && p[MIB - 1] == 0, "realloc");
	free(p);
	errno = 0;
	check(!allocate((size_t)1 << (SIZE_MAX > UINT32_MAX ? 40 : 31)) && errno == ENOMEM,
	      "malloc of too much: ENOMEM");
}

static bool all(const unsigned char *from, size_t bytes, unsigned char value)
{
	for (size_t i = 0; i < bytes; i++)
		if (from[i] != value)
			return false;
	return true;
}

static unsigned char *pages(size_t bytes, int flags)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Of 16 MiB that the task has: so old and new place are not there both. */
static void test_mremap(void)
{
	unsigned char *p = pages(8 * MIB, 0), *q = NULL, *beside = NULL;

	check(p != NULL, "8 MiB of 16");
	if (!p)
		return;
	memset(p, 7, 8 * MIB);
	q = mremap(p, 8 * MIB, 12 * MIB, MREMAP_MAYMOVE);
	check(q != MAP_FAILED && all(q, 8 * MIB, 7) && all(q + 8 * MIB, 4 * MIB, 0),
	      "mremap of 8 to 12 MiB keeps what is there, and the rest is zero");
	if (q == MAP_FAILED)
		return;
	errno = 0;
	check(mremap(q, 12 * MIB, 17 * MIB, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM
	      && q[12 * MIB - 1] == 0 && q[0] == 7, "mremap of too much: ENOMEM");
	check(mremap(q, 12 * MIB, 2 * MIB, 0) == q && (beside = pages(MIB, 0)) != NULL
	      && all(beside, MIB, 0), "mremap to less gives pages back, which are clear");
	munmap(q, MIB);
	p = mremap(q + MIB, MIB, 2 * MIB, MREMAP_MAYMOVE);
	check(p != MAP_FAILED && all(p, MIB, 7) && all(p + MIB, MIB, 0),
	      "mremap of a block moves it over itself");
	errno = 0;
	check(mremap(p + 1, MIB, MIB, 0) == MAP_FAILED && errno == EINVAL, "mremap of no page: EINVAL");
	munmap(p, 2 * MIB);
	munmap(beside, MIB);
}

static void test_populate(void)
{
	unsigned char *p;

	p = pages(3 * MIB, MAP_POPULATE);
	check(p && all(p, 3 * MIB, 0), "mmap with MAP_POPULATE");
	munmap(p, 3 * MIB);
	errno = 0;
	check(!pages(17 * MIB, MAP_POPULATE) && errno == ENOMEM, "MAP_POPULATE of too much: ENOMEM");
}

void test_mapping(void)
{
	test_populate();
	test_mremap();
}

void test_files(void)
{
	char text[4096], *again;
	struct stat st;
	FILE *f = fopen("init", "r");
	size_t n;
	int fd;

	check(f != NULL, "fopen of a file of the boot image");
	if (!f)
		return;
	n = fread(text, 1, sizeof text, f);
	check(n > 100 && strstr(text, "program") != NULL, "fread");
	check(fseek(f, 2, SEEK_SET) == 0 && fgetc(f) == text[2] && ftell(f) == 3, "fseek, ftell");
	check(fseek(f, 0, SEEK_END) == 0 && fgetc(f) == EOF && feof(f), "the end of a file");
	check(fstat(fileno(f), &st) == 0 && st.st_size == ftell(f) && S_ISREG(st.st_mode), "fstat");
	again = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fileno(f), 0);
	check(again != MAP_FAILED && memcmp(again, text, 100) == 0, "mmap of a file");
	fclose(f);
	errno = 0;
	check(!fopen("no/such/file", "r") && errno == ENOENT, "no such file: ENOENT");
	check(!fopen("init", "w") && errno == EROFS, "opening for writing: EROFS");
	check(remove("init") == -1 && errno == EROFS && mkdir("new", 0700) == -1 && errno == EROFS,
	      "removing, making a directory: EROFS");
	check(sysconf(_SC_PHYS_PAGES) > 1000 && sysconf(_SC_NPROCESSORS_ONLN) == 1, "sysconf");
	fd = open("/init", O_RDONLY);
	check(fd > 2 && read(fd, text, 10) == 10 && close(fd) == 0, "open, read, close");
	check(read(fd, text, 1) == -1 && errno == EBADF, "a closed file: EBADF");
	check(isatty(1) && !access("init", R_OK), "isatty, access");
}

void test_time(void)
{
	struct timespec a, b, pause = { 0, 30000000 };
	struct tm tm = { .tm_year = 126, .tm_mon = 10, .tm_mday = 21 };
	char text[40];

	clock_gettime(CLOCK_MONOTONIC, &a);
	check(nanosleep(&pause, NULL) == 0, "nanosleep");
	clock_gettime(CLOCK_MONOTONIC, &b);
	check((b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec >= 30000000, "it lasts so long");
	strftime(text, sizeof text, "%Y-%m-%d", &tm);
	check(strcmp(text, "2026-11-21") == 0, "strftime");
	check(timegm(&tm) == 1795219200, "timegm");
}

static char text_page[2 * PAGE];

/* What there is not says so. */
void test_ends(void)
{
	errno = 0;
	check(fork() == -1 && errno == ENOSYS, "fork: ENOSYS");
	errno = 0;
	check(vfork() == -1 && errno == ENOSYS, "vfork: ENOSYS");
	errno = 0;
	check(execl("/bin/hello", "hello", NULL) == -1 && errno == ENOSYS, "exec: ENOSYS");
	errno = 0;
	check(semget(IPC_PRIVATE, 1, 0600) == -1 && errno == ENOSYS, "SysV IPC: ENOSYS");
	check(shm_open("/name", O_RDWR | O_CREAT, 0600) == -1 && errno == EROFS, "named shared memory: EROFS");
	check(sem_open("/name", O_CREAT, 0600, 1) == SEM_FAILED, "named semaphores");
	errno = 0;
	check(mprotect(text_page, PAGE, PROT_READ) == -1 && errno == ENOSYS, "mprotect: ENOSYS");
	check(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
	      && errno == ENOSYS, "shared memory that can be written: ENOSYS");
}
