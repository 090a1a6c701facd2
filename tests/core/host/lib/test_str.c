/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_str.c - memory and string functions of lib/str.c, which this program is linked with, and
 * reading user memory.
 */
#include <core/arch.h>
#include <lib/str.h>
#include "world.h"

enum { N = 80 };

static void fill(unsigned char *p, unsigned from)
{
	for (unsigned i = 0; i < N; i++)
		p[i] = (unsigned char)(from + i * 7);
}

TEST(HLIB0001, "memcpy and memset write exactly what they should, at each alignment and length")
{
	unsigned char from[N], to[N];

	for (unsigned a = 0; a < 9; a++)
		for (unsigned b = 0; b < 9; b++)
			for (unsigned n = 0; n < 40; n++) {
				fill(from, 1);
				fill(to, 101);
				CHECK(memcpy(to + a, from + b, n) == to + a);
				for (unsigned i = 0; i < N; i++)
					CHECK_EQ(to[i], i >= a && i < a + n ? (unsigned char)(1 + (i - a + b) * 7)
									  : (unsigned char)(101 + i * 7));
				CHECK(memset(to + a, 0x1c3, n) == to + a);
				for (unsigned i = a; i < a + n; i++)
					CHECK_EQ(to[i], 0xc3);
				CHECK_EQ(to[a + n], (unsigned char)(101 + (a + n) * 7));
			}
}

TEST(HLIB0002, "memmove copes with every overlap")
{
	unsigned char buf[N];

	for (unsigned a = 0; a < 24; a++)
		for (unsigned b = 0; b < 24; b++)
			for (unsigned n = 0; n < 40; n++) {
				fill(buf, 5);
				CHECK(memmove(buf + a, buf + b, n) == buf + a);
				for (unsigned i = 0; i < N; i++)
					CHECK_EQ(buf[i], i >= a && i < a + n ? (unsigned char)(5 + (i - a + b) * 7)
									   : (unsigned char)(5 + i * 7));
			}
}

TEST(HLIB0003, "comparisons are of unsigned bytes and stop where they should")
{
	CHECK(memcmp("ab\0c", "ab\0d", 4) < 0);
	CHECK_EQ(memcmp("ab\0c", "ab\0d", 3), 0);
	CHECK(memcmp("\x80", "\x7f", 1) > 0);
	CHECK_EQ(memcmp("x", "y", 0), 0);
	CHECK_EQ(strncmp("", "", 1), 0);
	CHECK(strncmp("abc", "abcd", 9) < 0);
	CHECK(strncmp("\xff", "a", 9) > 0);
	CHECK_EQ(strncmp("abcx", "abcy", 3), 0);
	CHECK(strncmp("abcx", "abcy", 4) < 0);
	CHECK_EQ(strncmp("a", "a", 99), 0);
}

TEST(HLIB0004, "lengths are found")
{
	CHECK_EQ(strlen(""), 0);
	CHECK_EQ(strlen("hello"), 5);
}

TEST(HLIB0005, "user memory is read across pages, as far as user code could read it")
{
	unsigned char got[0x1800];
	struct thread *a;
	l4_word_t pa = ram(14);

	world_boot();
	a = new_space();
	for (unsigned i = 0; i < 0x3000; i++)
		host_memory[pa + i] = (unsigned char)(i >> 4);
	give(a, pa, 0x400000, 12, L4_R);
	give(a, pa + 0x2000, 0x401000, 12, L4_RWX);
	CHECK(arch_copy_in(a->space, got, 0x400c00, 0x800));
	for (unsigned i = 0; i < 0x400; i++) {
		CHECK_EQ(got[i], (unsigned char)((0xc00 + i) >> 4));
		CHECK_EQ(got[0x400 + i], (unsigned char)((0x2000 + i) >> 4));
	}
	CHECK(arch_ptab_get(a->space, 0x400000).touched & L4_R);
	CHECK(arch_copy_in(a->space, got, 0x401fff, 1));
	CHECK(!arch_copy_in(a->space, got, 0x401fff, 2));
	CHECK(!arch_copy_in(a->space, got, 0x3fffff, 2));
	CHECK(!arch_copy_in(a->space, got, L4_USER_END, 1));
	CHECK(!arch_copy_in(a->space, got, ~(l4_word_t)0, 2));
	CHECK(arch_copy_in(a->space, got, ~(l4_word_t)0, 0));
}
