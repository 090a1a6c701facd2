/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bad.c - calls with numbers and pointers that make no sense.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void numbers(void)
{
	static const long wild[] = { 600, 1000, 4095, 0x10000, 0x7fffffff, -1, -4095 };

	for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++)
		if (syscall(wild[i], 1, 2, 3, 4, 5, 6) != -1 || errno != ENOSYS)
			fail("number %ld", wild[i]);
}

static void each_call(uintptr_t at)
{
	int zero = open("/dev/zero", O_RDWR), ends[2], file = page_file("/tmp/bad", 1);
	struct iovec v = { (void *)at, 8 };

	CHECK(pipe(ends) == 0);
	CHECK(syscall(SYS_read, zero, at, 8) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_pread64, file, at, 8, 0) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_write, ends[1], at, 8) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_open, at, O_RDONLY) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_stat, "/", at) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_uname, at) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_pipe, at) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_execve, at, 0, 0) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_execve, "/bin/check", at, 0) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_nanosleep, at, 0) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_rt_sigaction, 10, at, 0, 8) == -1 && errno == EFAULT);
	CHECK(writev(ends[1], &v, 1) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_writev, ends[1], at, 1) == -1 && errno == EFAULT);
	close(zero);
	close(file);
	close(ends[0]);
	close(ends[1]);
}

static void pointers(void)
{
	static const uintptr_t wild[] = {
		8, 0x7ffffffff000, 0x800000000000, 0x0001000000000000, 0xffff800000000000,
		0xffff888000001000, 0xffffffff81000000, 0xfffffffffffff000,
	};
	char *closed = fresh(PAGE);

	CHECK(mprotect(closed, PAGE, PROT_NONE) == 0);
	for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++)
		each_call(wild[i]);
	each_call((uintptr_t)closed);
}

/* A buffer whose first page is good: as much as fits, or nothing. */
static void edges(void)
{
	char *p = fresh(3 * PAGE), *readonly = fresh(PAGE);
	int fd = page_file("/tmp/edges", 3), ends[2];

	CHECK(munmap(p + PAGE, PAGE) == 0 && mprotect(readonly, PAGE, PROT_READ) == 0);
	CHECK(pread(fd, p, 2 * PAGE, 0) == PAGE && p[PAGE - 1] == 1);
	CHECK(pread(fd, p + PAGE, PAGE, 0) == -1 && errno == EFAULT);
	CHECK(pread(fd, readonly, 8, 0) == -1 && errno == EFAULT);
	CHECK(pipe(ends) == 0 && write(ends[1], p + PAGE - 4, 4) == 4);
	CHECK(write(ends[1], readonly, PAGE) == PAGE);
	CHECK(open(p + PAGE - 4, O_RDONLY) == -1);
}

static void arguments(void)
{
	const int how = MAP_PRIVATE | MAP_ANONYMOUS;
	const uintptr_t high = 0xffff800000000000;

	CHECK(read(-1, NULL, 0) == -1 && errno == EBADF && close(9999) == -1 && errno == EBADF);
	CHECK(mmap(NULL, 0, PROT_READ, how, -1, 0) == MAP_FAILED && errno == EINVAL);
	CHECK(mmap(NULL, SIZE_MAX / 2, PROT_READ, how, -1, 0) == MAP_FAILED && errno == ENOMEM);
	CHECK(syscall(SYS_mprotect, 1L, (long)PAGE, PROT_READ) == -1 && errno == EINVAL);
	CHECK(munmap((void *)high, PAGE) == -1 && errno == EINVAL);
	CHECK(syscall(SYS_mmap, high, (long)PAGE, PROT_READ, how | MAP_FIXED, -1, 0) == -1);
	CHECK(syscall(SYS_arch_prctl, 0x1002, high) == -1 && errno == EPERM);
	CHECK(syscall(SYS_clone, -1L, 0, 0, 0, 0) == -1 && errno == EINVAL);
}

const struct test bad_tests[] = {
	{ "bad_numbers", numbers }, { "bad_pointers", pointers }, { "bad_edges", edges },
	{ "bad_arguments", arguments }, { NULL, NULL },
};
