/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - mappings, copies on write, protection, memory that is exhausted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "machine.h"

enum { PAGES = 200, FAR = 1 << 20, HOG = 1 << 20 };

static void is_filled(const char *at, int value)
{
	for (int i = 0; i < PAGE; i++)
		if (at[i] != (char)value)
			fail("byte %d is %d, not %d", i, at[i], (char)value);
}

static void anonymous(void)
{
	char *p = fresh((size_t)PAGES * PAGE);

	for (int i = 0; i < PAGES; i++)
		is_filled(p + i * PAGE, 0);
	for (int i = 0; i < PAGES; i++)
		memset(p + i * PAGE, i + 1, PAGE);
	for (int i = 0; i < PAGES; i++)
		is_filled(p + i * PAGE, i + 1);
}

static void are_filled(const char *p, const unsigned char *values)
{
	for (int i = 0; i < PAGES; i++)
		is_filled(p + i * PAGE, values[i]);
}

/* Parent and child write different pages, and so does the child's child: each sees its own writes alone. */
static void generation(char *p, unsigned char *values, int depth)
{
	pid_t pid = fork();
	int step = 2 * depth + (pid == 0) + 2;

	CHECK(pid >= 0);
	for (int i = 0; i < PAGES; i += step) {
		values[i] = (unsigned char)(100 + step);
		memset(p + i * PAGE, values[i], PAGE);
	}
	if (pid == 0) {
		if (depth < 3)
			generation(p, values, depth + 1);
		are_filled(p, values);
		_exit(0);
	}
	are_filled(p, values);
	join(pid);
	are_filled(p, values);
}

static void copy_on_write(void)
{
	char *p = fresh((size_t)PAGES * PAGE);
	unsigned char values[PAGES];

	for (int i = 0; i < PAGES; i++) {
		values[i] = (unsigned char)i;
		memset(p + i * PAGE, i, PAGE);
	}
	generation(p, values, 0);
}

/* The kernel writes to pages that parent and child share: what read() puts there is only the child's. */
static void copy_by_kernel(void)
{
	char *p = fresh(4 * PAGE);
	int fd = page_file("/tmp/copy", 4);
	pid_t pid;

	memset(p, 77, 4 * PAGE);
	pid = fork();
	if (pid == 0) {
		CHECK(pread(fd, p + 10, 3 * PAGE, 0) == 3 * PAGE);
		CHECK(p[9] == 77 && p[10] == 1 && p[3 * PAGE + 9] == 3 && p[3 * PAGE + 10] == 77);
		_exit(0);
	}
	join(pid);
	for (int i = 0; i < 4; i++)
		is_filled(p + i * PAGE, 77);
}

static void write_pages(void *at)
{
	for (int i = 0; i < PAGES; i++)
		memset((char *)at + i * PAGE, i + 7, PAGE);
}

static void shared_memory(void)
{
	char *p = shared((size_t)PAGES * PAGE);

	join(child(write_pages, p));
	for (int i = 0; i < PAGES; i++)
		is_filled(p + i * PAGE, i + 7);
}

static char *map_file(int fd, int pages, int how)
{
	char *p = mmap(NULL, (size_t)pages * PAGE, PROT_READ | PROT_WRITE, how, fd, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

static void private_file(void)
{
	int fd = page_file("/tmp/private", 8);
	char *p = map_file(fd, 8, MAP_PRIVATE), byte;

	for (int i = 0; i < 8; i++)
		is_filled(p + i * PAGE, i + 1);
	p[2 * PAGE] = 99;
	CHECK(pread(fd, &byte, 1, 2 * PAGE) == 1 && byte == 3);
	CHECK(pwrite(fd, "z", 1, 5 * PAGE) == 1 && p[5 * PAGE] == 'z');		/* not copied yet */
	CHECK(p[2 * PAGE] == 99 && p[2 * PAGE + 1] == 3);
}

static void shared_file(void)
{
	int fd = page_file("/tmp/shared", 8);
	char *p = map_file(fd, 8, MAP_SHARED), *q = map_file(fd, 8, MAP_SHARED), byte;

	p[3 * PAGE + 5] = 'x';
	CHECK(q[3 * PAGE + 5] == 'x');
	CHECK(pread(fd, &byte, 1, 3 * PAGE + 5) == 1 && byte == 'x');
	q[3 * PAGE + 5] = 'y';
	CHECK(p[3 * PAGE + 5] == 'y');
	CHECK(pwrite(fd, "z", 1, 3 * PAGE + 5) == 1 && p[3 * PAGE + 5] == 'z' && q[3 * PAGE + 5] == 'z');
	CHECK(msync(p, 8 * PAGE, MS_SYNC) == 0);
}

static void shorter_file(void)
{
	int fd = page_file("/tmp/shorter", 4);
	char *p = map_file(fd, 4, MAP_SHARED);
	struct fault f;

	is_filled(p + 3 * PAGE, 4);
	CHECK(ftruncate(fd, 2 * PAGE) == 0);
	is_filled(p + PAGE, 2);
	f = fault_of(read_byte, p + 2 * PAGE + 8);
	CHECK(f.signal == SIGBUS && f.address == p + 2 * PAGE + 8);
	CHECK(ftruncate(fd, 4 * PAGE) == 0);
	is_filled(p + 2 * PAGE, 0);
}

static void protection(void)
{
	char *p = fresh(4 * PAGE);
	struct fault f;

	memset(p, 1, 4 * PAGE);
	CHECK(mprotect(p + PAGE, PAGE, PROT_READ) == 0 && mprotect(p + 2 * PAGE, PAGE, PROT_NONE) == 0);
	CHECK(fault_of(write_byte, p).signal == 0 && fault_of(read_byte, p + PAGE).signal == 0);
	f = fault_of(write_byte, p + PAGE + 4);
	CHECK(f.signal == SIGSEGV && f.code == SEGV_ACCERR && f.address == p + PAGE + 4);
	f = fault_of(read_byte, p + 2 * PAGE);
	CHECK(f.signal == SIGSEGV && f.code == SEGV_ACCERR && f.address == p + 2 * PAGE);
	CHECK(mprotect(p, 4 * PAGE, PROT_READ | PROT_WRITE) == 0);
	CHECK(fault_of(write_byte, p + PAGE).signal == 0 && fault_of(write_byte, p + 2 * PAGE).signal == 0);
	is_filled(p + 3 * PAGE, 1);
}

/* What a system call may read and write of the process is what the process may. */
static void protected_from_calls(void)
{
	char *p = fresh(3 * PAGE);
	int pipes[2];

	memset(p, 1, 3 * PAGE);
	CHECK(pipe(pipes) == 0);
	CHECK(mprotect(p, PAGE, PROT_NONE) == 0 && mprotect(p + PAGE, PAGE, PROT_READ) == 0);
	CHECK(write(pipes[1], p, 8) == -1 && errno == EFAULT);
	CHECK(write(pipes[1], p + PAGE, 16) == 16);
	CHECK(read(pipes[0], p, 8) == -1 && errno == EFAULT);
	CHECK(read(pipes[0], p + PAGE, 8) == -1 && errno == EFAULT);
	CHECK(read(pipes[0], p + 2 * PAGE, 8) == 8);
}

static void holes(void)
{
	char *p = fresh(8 * PAGE);
	struct fault f;

	memset(p, 5, 8 * PAGE);
	CHECK(munmap(p + 3 * PAGE, 2 * PAGE) == 0);
	f = fault_of(read_byte, p + 4 * PAGE + 1);
	CHECK(f.signal == SIGSEGV && f.code == SEGV_MAPERR && f.address == p + 4 * PAGE + 1);
	is_filled(p + 2 * PAGE, 5);
	is_filled(p + 5 * PAGE, 5);
	CHECK(mmap(p + 3 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
	      == p + 3 * PAGE);
	is_filled(p + 3 * PAGE, 0);
	CHECK(mmap(p + 5 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0)
	      == MAP_FAILED && errno == EEXIST);
	CHECK(mmap(p + 5 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
	      == p + 5 * PAGE);
	is_filled(p + 5 * PAGE, 0);
}

static void moved(void)
{
	char *p = fresh(4 * PAGE), *guard = fresh(16 * PAGE), *q;

	for (int i = 0; i < 4; i++)
		memset(p + i * PAGE, i + 1, PAGE);
	q = mremap(p, 4 * PAGE, 64 * PAGE, MREMAP_MAYMOVE);
	CHECK(q != MAP_FAILED);
	for (int i = 0; i < 4; i++)
		is_filled(q + i * PAGE, i + 1);
	is_filled(q + 63 * PAGE, 0);
	CHECK(mremap(q, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, guard) == guard);
	is_filled(guard + 3 * PAGE, 4);
	is_filled(guard + 4 * PAGE, 0);
	CHECK(fault_of(read_byte, q).signal == SIGSEGV);
	CHECK(mremap(guard, 4 * PAGE, 2 * PAGE, 0) == guard);
	CHECK(fault_of(read_byte, guard + 3 * PAGE).signal == SIGSEGV);
}

static void dropped(void)
{
	char *p = fresh(4 * PAGE);

	memset(p, 9, 4 * PAGE);
	CHECK(madvise(p + PAGE, 2 * PAGE, MADV_DONTNEED) == 0);
	is_filled(p, 9);
	is_filled(p + PAGE, 0);
	p[2 * PAGE] = 1;
	is_filled(p + 3 * PAGE, 9);
}

/* One page at many addresses: what is written at one is read at the others at once. */
static void aliases(void)
{
	int fd = memfd_create("alias", 0);
	volatile int *at[50];

	CHECK(fd >= 0 && ftruncate(fd, PAGE) == 0);
	for (int i = 0; i < 50; i++)
		at[i] = (volatile int *)map_file(fd, 1, MAP_SHARED);
	for (int i = 0; i < 5000; i++) {
		*at[i % 50] = i;
		CHECK(*at[(i + 1) % 50] == i && *at[i * 7 % 50] == i);
	}
}

static void heap(void)
{
	long old = syscall(SYS_brk, 0);
	char *p = (char *)((old + PAGE - 1) / PAGE * PAGE);

	CHECK(syscall(SYS_brk, p + 100 * PAGE) == (long)(p + 100 * PAGE));
	memset(p, 3, 100 * PAGE);
	CHECK(syscall(SYS_brk, p) == (long)p && syscall(SYS_brk, 0) == (long)p);
	CHECK(fault_of(read_byte, p + 50 * PAGE).signal == SIGSEGV);
	CHECK(syscall(SYS_brk, p + 100 * PAGE) == (long)(p + 100 * PAGE));
	is_filled(p + 50 * PAGE, 0);
}

static int deep(int depth)
{
	volatile char bytes[PAGE];

	bytes[0] = (char)depth;
	return depth == 0 ? 0 : deep(depth - 1) + (bytes[0] == (char)depth);
}

static void stack_grows(void)
{
	CHECK(deep(1000) == 1000);
}

/* Code that is written, executed, and written again. */
static void code(void)
{
	unsigned char *p = fresh(PAGE), *q = fresh(PAGE);
	int (*f)(void), (*g)(void);

	memcpy(&f, &p, sizeof f);
	memcpy(&g, &q, sizeof g);
	put_code(p, 1);
	CHECK(mprotect(p, PAGE, PROT_READ | PROT_EXEC) == 0 && f() == 1);
	CHECK(fault_of(write_byte, p).signal == SIGSEGV);
	CHECK(mprotect(q, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
	for (int i = 0; i < 100; i++) {
		put_code(q, (unsigned char)i);
		CHECK(g() == i);
	}
}

/* Memory that may be read is not executed. */
static void not_code(void)
{
	unsigned char *p = fresh(PAGE);
	struct fault f;

	put_code(p + 5, 1);
	f = fault_of(jump_to, p + 5);
	CHECK(f.signal == SIGSEGV && f.address == (char *)p + 5 && f.code == SEGV_ACCERR);
	CHECK(mprotect(p, PAGE, PROT_READ | PROT_EXEC) == 0 && fault_of(jump_to, p + 5).signal == 0);
	CHECK(mprotect(p, PAGE, PROT_READ) == 0 && fault_of(jump_to, p + 5).signal == SIGSEGV);
}

/* Single pages with protections in turn, so that none are merged. */
static void many_mappings(void)
{
	char *p = fresh((size_t)1000 * PAGE);

	for (int i = 0; i < 1000; i += 2)
		CHECK(mprotect(p + i * PAGE, PAGE, PROT_READ) == 0);
	for (int i = 0; i < 1000; i++)
		if (i % 2 == 0)
			is_filled(p + i * PAGE, 0);
		else
			p[i * PAGE] = 1;
	CHECK(fault_of(write_byte, p + 500 * PAGE).signal == SIGSEGV);
	CHECK(mprotect(p, (size_t)1000 * PAGE, PROT_READ | PROT_WRITE) == 0);
	for (int i = 0; i < 1000; i++)
		p[i * PAGE]++;
	CHECK(p[501 * PAGE] == 2 && p[500 * PAGE] == 1);
}

static void sparse(void)
{
	char *p = mmap(NULL, (size_t)FAR * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK(p != MAP_FAILED);
	madvise(p, (size_t)FAR * PAGE, MADV_NOHUGEPAGE);
	for (int i = 0; i < 1000; i++)
		p[(size_t)i * 104729 % FAR * PAGE] = (char)i;
	for (int i = 0; i < 1000; i++)
		CHECK(p[(size_t)i * 104729 % FAR * PAGE] == (char)i);
}

static void listed(void)
{
	char *p = fresh(3 * PAGE), line[512], wanted[64];
	int has = 0, stack = 0, text = 0;
	FILE *f;

	CHECK(mprotect(p, PAGE, PROT_NONE) == 0 && mprotect(p + 2 * PAGE, PAGE, PROT_READ) == 0);
	snprintf(wanted, sizeof wanted, "%lx-%lx rw-p", (unsigned long)p + PAGE, (unsigned long)p + 2 * PAGE);
	f = fopen("/proc/self/maps", "r");
	CHECK(f);
	while (fgets(line, sizeof line, f)) {
		unsigned long low, high;

		CHECK(sscanf(line, "%lx-%lx", &low, &high) == 2 && low < high);
		has += strncmp(line, wanted, strlen(wanted)) == 0;
		stack += low <= (uintptr_t)&has && (uintptr_t)&has < high && strstr(line, "[stack]");
		text += low <= (uintptr_t)five && (uintptr_t)five < high && strstr(line, "r-xp");
	}
	fclose(f);
	CHECK(has == 1 && stack == 1 && text == 1);
}

/* A process that takes all memory is killed; the others continue. */
static void hog(void *unused)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	(void)unused;
	CHECK(fd >= 0 && write(fd, "1000", 4) == 4);
	for (;;) {
		char *p = mmap(NULL, HOG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int i = 0; p != MAP_FAILED && i < HOG / PAGE; i++)
			p[i * PAGE] = 1;
	}
}

static void exhausted(void)
{
	for (int i = 0; i < 3; i++) {
		int status = ended(child(hog, NULL));

		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			fail("the hog ended with %#x", (unsigned)status);
		anonymous();
	}
}

/*
 * Pages each of which needs a page table of its own: below Pecan they take more kernel memory than a space of
 * Linux's can have.
 */
static void scattered(void)
{
	enum { FAR_PAGES = 8000, STEP = 2 << 20 };
	size_t bytes = (size_t)FAR_PAGES * STEP;
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK(p != MAP_FAILED);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < FAR_PAGES; i++) {
			size_t *at = (size_t *)(p + i * STEP);

			CHECK(*at == (round ? i + 1 : 0));
			*at = i + 1;
		}
	CHECK(munmap(p, bytes) == 0);
}

const struct test memory_tests[] = {
	{ "scattered_pages", scattered },
	{ "anonymous", anonymous }, { "copy_on_write", copy_on_write }, { "copy_by_kernel", copy_by_kernel },
	{ "shared_memory", shared_memory }, { "private_file", private_file }, { "shared_file", shared_file },
	{ "shorter_file", shorter_file }, { "protection", protection },
	{ "protected_from_calls", protected_from_calls }, { "holes", holes }, { "moved", moved },
	{ "dropped", dropped }, { "aliases", aliases }, { "heap", heap }, { "stack_grows", stack_grows },
	{ "code", code }, { "not_code", not_code }, { "many_mappings", many_mappings }, { "sparse", sparse },
	{ "listed", listed }, { "exhausted", exhausted }, { NULL, NULL },
};
