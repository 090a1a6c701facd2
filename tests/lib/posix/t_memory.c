/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_memory.c - mmap, mremap, munmap; random numbers.
 */
#include <fcntl.h>
#include <limits.h>
#include <proto/random.h>
#include <sys/mman.h>
#include "px.h"

#define REGION	0x180000000000l

enum { PAGE = 4096, RW = PROT_READ | PROT_WRITE, ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS };

static bool is_zero(long at, long bytes)
{
	for (long i = 0; i < bytes; i++)
		if (((char *)at)[i])
			return false;
	return true;
}

static long map(long bytes)
{
	return px(SYS_mmap, 0, bytes, RW, ANONYMOUS, -1, 0);
}

TEST(memory_map, "mmap gives zeroed pages one after the other; what is unmapped is given again, cleared")
{
	long a = map(PAGE), b = map(3 * PAGE - 5);

	CHECK(a == REGION && b == REGION + PAGE);
	memset((void *)a, 1, PAGE);
	memset((void *)b, 2, 3 * PAGE);
	CHECK(px(SYS_munmap, b, 3 * PAGE) == 0 && map(2 * PAGE) == b && is_zero(b, 2 * PAGE));
	CHECK(px(SYS_munmap, a, PAGE) == 0 && map(PAGE) == a && is_zero(a, PAGE));
	CHECK(map(2 * PAGE) == b + 2 * PAGE);
	CHECK(px(SYS_madvise, a, PAGE, MADV_DONTNEED) == 0);
}

TEST(memory_wrong, "mmap: no bytes or too many, fixed places, shared memory to write, and lack of memory")
{
	CHECK(map(0) == -EINVAL && map(-1l) == -ENOMEM && map(1l << 40) == -ENOMEM);
	CHECK(px(SYS_mmap, REGION, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == -ENOSYS);
	CHECK(px(SYS_mmap, 0, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == -ENOSYS);
	root.map = ROOT_E_MEMORY;
	CHECK(map(PAGE) == -ENOMEM);
	root.map = ROOT_OK;
	CHECK(map(PAGE) == REGION);
	spoil = (struct spoil){ ROOT_MEMORY, 0, 1, 0, true };
	CHECK(map(64 << 20) == -ENOMEM);
	spoil = (struct spoil){ ROOT_MAP, 0, 20, ANSWER(ROOT_OK, 0), false };
	CHECK(map(64 << 20) == -ENOMEM);
}

TEST(memory_unmap_wrong, "munmap: no bytes, places within a page or outside, and huge lengths are EINVAL")
{
	long a = map(2 * PAGE);

	memset((void *)a, 1, 2 * PAGE);
	CHECK(px(SYS_munmap, a + 1, PAGE) == -EINVAL && px(SYS_munmap, a, 0) == -EINVAL);
	CHECK(px(SYS_munmap, a, -1l) == -EINVAL && px(SYS_munmap, a - PAGE, PAGE) == -EINVAL);
	CHECK(px(SYS_munmap, a, 1l << 40) == -EINVAL && px(SYS_munmap, PAGE, PAGE) == -EINVAL);
	CHECK(((char *)a)[2 * PAGE - 1] == 1 && map(PAGE) == a + 2 * PAGE);
}

TEST(memory_grow, "root is asked for a sixteenth of the task's memory at a time, or what it takes")
{
	CHECK(map(PAGE) == REGION && root.maps == 2);	/* the first is the table of pages */
	CHECK(map((4 << 20) - PAGE) == REGION + PAGE && root.maps == 2);
	CHECK(map(PAGE) == REGION + (4 << 20) && root.maps == 3);
	CHECK(map(40 << 20) > 0 && root.maps == 4);
}

static bool is_touched(long at)
{
	unsigned char there;

	return mincore((void *)at, PAGE, &there) == 0 && there & 1;
}

TEST(memory_populate, "MAP_POPULATE of 2 MiB or more asks root for pages that are there")
{
	long a = px(SYS_mmap, 0, 2 << 20, RW, ANONYMOUS | MAP_POPULATE, -1, 0);
	long b;

	CHECK(a == REGION && root.populates == 1 && root.maps == 1);
	CHECK(map(PAGE) > 0);
	b = px(SYS_mmap, 0, 16 << 20, RW, ANONYMOUS | MAP_POPULATE, -1, 0);
	CHECK(b > a && b % (2 << 20) == 0 && root.populates == 2 && is_zero(b, 16 << 20));
	CHECK(px(SYS_mmap, 0, PAGE, RW, ANONYMOUS | MAP_POPULATE, -1, 0) > 0 && root.populates == 2);
}

TEST(memory_touched, "MAP_POPULATE of less touches the pages; without it they are touched by the program")
{
	long a = map(2 * PAGE), b = px(SYS_mmap, 0, 2 * PAGE, RW, ANONYMOUS | MAP_POPULATE, -1, 0);

	CHECK(a == REGION && b == a + 2 * PAGE && root.populates == 0);
	CHECK(!is_touched(a) && !is_touched(a + PAGE) && is_touched(b) && is_touched(b + PAGE));
}

TEST(memory_file, "mmap of a file is a copy of its bytes; of what cannot be read it takes nothing")
{
	int fd[2];
	long a;

	CHECK(px(SYS_open, "/disk/file", O_RDONLY) == 3);
	a = px(SYS_mmap, 0, PAGE, PROT_READ, MAP_SHARED, 3, 0);
	CHECK(a == REGION && memcmp((void *)a, "0123456789", 11) == 0);
	CHECK(px(SYS_pipe, fd) == 0 && px(SYS_mmap, 0, PAGE, RW, MAP_PRIVATE, fd[0], 0) == -ESPIPE);
	CHECK(px(SYS_mmap, 0, PAGE, RW, MAP_PRIVATE, 50, 0) == -EBADF && map(PAGE) == a + PAGE);
}

TEST(memory_remap, "mremap grows in place, moves what has no room, shrinks; what is added is zero")
{
	long a = map(2 * PAGE), b, c;

	memset((void *)a, 7, 2 * PAGE);
	CHECK(px(SYS_mremap, a, 2 * PAGE, 4 * PAGE, 0) == a && is_zero(a + 2 * PAGE, 2 * PAGE));
	b = map(PAGE);
	CHECK(b == a + 4 * PAGE && px(SYS_mremap, a, 4 * PAGE, 5 * PAGE, 0) == -ENOMEM);
	c = px(SYS_mremap, a, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE);
	CHECK(c == b + PAGE && ((char *)c)[2 * PAGE - 1] == 7 && is_zero(c + 2 * PAGE, 3 * PAGE));
	CHECK(px(SYS_mremap, c, 5 * PAGE, PAGE, 0) == c && ((char *)c)[0] == 7);
	CHECK(map(4 * PAGE) == a && is_zero(a, 4 * PAGE) && map(4 * PAGE) == c + PAGE);
	CHECK(is_zero(c + PAGE, 4 * PAGE));
}

TEST(memory_remap_wrong, "mremap: other flags, no bytes, places outside, and sizes that overflow are errors")
{
	long a = map(PAGE);

	memset((void *)a, 7, PAGE);
	CHECK(px(SYS_mremap, a, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, a) == -EINVAL);
	CHECK(px(SYS_mremap, a, 0, PAGE, 0) == -EINVAL && px(SYS_mremap, a, PAGE, 0, 0) == -EINVAL);
	CHECK(px(SYS_mremap, a + 1, PAGE, PAGE, 0) == -EINVAL);
	CHECK(px(SYS_mremap, PAGE, PAGE, PAGE, 0) == -EINVAL);
	CHECK(px(SYS_mremap, a, -1l, PAGE, 0) == -EINVAL && px(SYS_mremap, a, PAGE, 1l << 40, 1) == -ENOMEM);
	CHECK(px(SYS_mremap, a, PAGE, -1l, MREMAP_MAYMOVE) == -ENOMEM);
	CHECK(px(SYS_mremap, a, PAGE, -PAGE, MREMAP_MAYMOVE) == -ENOMEM);
	root.map = ROOT_E_MEMORY;
	CHECK(px(SYS_mremap, a, PAGE, 63 << 20, MREMAP_MAYMOVE) == -ENOMEM);
	CHECK(((char *)a)[0] == 7 && map(PAGE) == a + PAGE);
}

TEST(memory_most, "the region has what the task may have: beyond is ENOMEM, what is freed is used again")
{
	long a;

	root.limit = 1000l << 20;
	a = map(944 << 20);
	CHECK(a == REGION && map(57 << 20) == -ENOMEM && map(56 << 20) == a + (944 << 20));
	CHECK(map(PAGE) == -ENOMEM);
	CHECK(px(SYS_munmap, a + (10 << 20), 1 << 20) == 0 && map(1 << 20) == a + (10 << 20));
}

TEST(memory_table, "without room for the table of pages mmap is ENOMEM, and can be called again")
{
	root.map = ROOT_E_MEMORY;
	CHECK(map(PAGE) == -ENOMEM && px(SYS_munmap, REGION, PAGE) == -EINVAL);
	root.map = ROOT_OK;
	CHECK(map(PAGE) == REGION);
}

/* ---- random numbers ---- */

TEST(random_cpu, "getrandom takes the CPU's numbers, whole words and the rest, and asks no driver")
{
	unsigned char text[21];

	source.cpu = true;
	memset(text, 0, sizeof text);
	CHECK(px(SYS_getrandom, text, 20, 0) == 20 && text[0] == 0x88 && text[15] == 0x11);
	CHECK(text[19] == 0x55);
	CHECK(text[20] == 0 && source.requests == 0 && px(SYS_getrandom, text, 0, 0) == 0);
}

TEST(random_driver, "without those it asks the driver, in pieces, again while that has no place")
{
	unsigned char text[601];

	text[600] = 9;
	source.busy = 3;
	CHECK(px(SYS_getrandom, text, 600, 0) == 600 && text[0] == 0x42 && text[599] == 0x42);
	CHECK(text[600] == 9);
	CHECK(source.requests == 6);
	kernel_end_server(RANDOM_THREAD);
	CHECK(px(SYS_getrandom, text, 1, 0) == -ENOSYS);
}

TEST(random_pieces, "it asks for no more bytes at a time than the driver gives to one request")
{
	unsigned char text[RANDOM_BYTES + 1];

	CHECK(px(SYS_getrandom, text, sizeof text, 0) == sizeof text && text[RANDOM_BYTES] == 0x42);
	CHECK(source.requests == 2);
}

TEST(random_extra, "a driver that sends more bytes than were asked for changes no byte behind them")
{
	unsigned char text[8] = "1234567";

	source.extra = 4;
	CHECK(px(SYS_getrandom, text, 3, 0) == 3 && memcmp(text, "\x42\x42\x42" "4567", 7) == 0);
}

TEST(random_wrong, "a driver's wrong answers are no random numbers")
{
	unsigned char text[8];

	spoil = (struct spoil){ 0xa00, 0, 1, ANSWER(0, 2), false };
	CHECK(px(SYS_getrandom, text, 8, 0) == -ENOSYS);
	spoil = (struct spoil){ 0xa00, 0, 1, ANSWER(ROOT_NOT_PERMITTED, 0), false };
	CHECK(px(SYS_getrandom, text, 8, 0) == -ENOSYS && px(SYS_getrandom, text, 8, 0) == 8);
}
