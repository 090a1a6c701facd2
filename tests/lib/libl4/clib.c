/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clib.c - user/lib/c against the C library of the system, where that has the same function.
 */
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "harness.h"
#include "clib.h"

static unsigned next_number(unsigned *state)
{
	return *state = *state * 1664525 + 1013904223, *state >> 8;
}

/* ---- Memory ---- */

TEST(LMEM1001, "memcpy and memset: every alignment and length, nothing outside")
{
	static unsigned char from[96], to[96], want[96];

	for (unsigned i = 0; i < sizeof from; i++)
		from[i] = (unsigned char)(i * 7 + 1);
	for (unsigned a = 0; a < 9; a++)
		for (unsigned b = 0; b < 9; b++)
			for (unsigned n = 0; n < 40; n++) {
				memset(to, 0xee, sizeof to);
				memset(want, 0xee, sizeof want);
				CHECK(c_memcpy(to + a, from + b, n) == to + a);
				memcpy(want + a, from + b, n);
				CHECK(memcmp(to, want, sizeof to) == 0);
				CHECK(c_memset(to + a, (int)(b + 0x100), n) == to + a);
				memset(want + a, (int)b, n);
				CHECK(memcmp(to, want, sizeof to) == 0);
			}
}

TEST(LMEM1002, "memmove: overlaps in both directions")
{
	unsigned char got[64], want[64];

	for (unsigned a = 0; a < 24; a++)
		for (unsigned b = 0; b < 24; b++)
			for (unsigned n = 0; n < 40; n++) {
				for (unsigned i = 0; i < sizeof got; i++)
					got[i] = want[i] = (unsigned char)i;
				CHECK(c_memmove(got + a, got + b, n) == got + a);
				memmove(want + a, want + b, n);
				CHECK(memcmp(got, want, sizeof got) == 0);
			}
}

/* From 256 bytes on words are copied in another way (user/lib/c/copy.h). */
TEST(LMEM1004, "memcpy and memmove of many bytes: alignments, overlaps in both directions, nothing outside")
{
	unsigned char got[512], want[512];

	for (unsigned a = 0; a < 18; a++)
		for (unsigned b = 0; b < 18; b++)
			for (unsigned n = 250; n < 334; n++) {
				for (unsigned i = 0; i < sizeof got; i++)
					got[i] = want[i] = (unsigned char)(i * 7 + i / 256);
				CHECK(c_memmove(got + a, got + b, n) == got + a);
				memmove(want + a, want + b, n);
				CHECK(memcmp(got, want, sizeof got) == 0);
				CHECK(c_memcpy(got + a, want + b, n) == got + a && memcmp(got + a, want + b, n) == 0);
				CHECK(memcmp(got + a + n, want + a + n, sizeof got - a - n) == 0);
			}
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

TEST(LMEM1003, "memcmp and memchr compare unsigned bytes")
{
	static const char a[] = "abc\x80z", b[] = "abc\x7fz";

	CHECK(c_memcmp(a, b, 3) == 0 && c_memcmp(a, b, 4) > 0 && c_memcmp(b, a, 5) < 0);
	CHECK(c_memcmp(a, b, 0) == 0);
	CHECK(c_memchr(a, 0x80, 5) == a + 3 && c_memchr(a, 0x180, 5) == a + 3);
	CHECK(c_memchr(a, 'z', 4) == NULL);
}

/* ---- Strings ---- */

TEST(LSTR1001, "comparison, length and search agree with the system's")
{
	static const char *const s[] = { "", "a", "ab", "abc", "abd", "b", "\xff", "hello world", "aXbXc" };

	for (unsigned i = 0; i < 9; i++)
		for (unsigned j = 0; j < 9; j++) {
			CHECK_EQ(sign(c_strcmp(s[i], s[j])), sign(strcmp(s[i], s[j])));
			CHECK(c_strstr(s[i], s[j]) == strstr(s[i], s[j]));
			CHECK_EQ(c_strspn(s[i], s[j]), strspn(s[i], s[j]));
			CHECK_EQ(c_strcspn(s[i], s[j]), strcspn(s[i], s[j]));
			for (size_t n = 0; n < 5; n++)
				CHECK_EQ(sign(c_strncmp(s[i], s[j], n)), sign(strncmp(s[i], s[j], n)));
			CHECK_EQ(c_strlen(s[i]), strlen(s[i]));
			CHECK_EQ(c_strnlen(s[i], j), strnlen(s[i], j));
			CHECK(c_strchr(s[i], s[j][0]) == strchr(s[i], s[j][0]));
			CHECK(c_strrchr(s[i], s[j][0]) == strrchr(s[i], s[j][0]));
		}
}

TEST(LSTR1002, "strlcpy and strlcat cut, end and count")
{
	char b[8];

	CHECK_EQ(c_strlcpy(b, "hello", sizeof b), 5);
	CHECK(strcmp(b, "hello") == 0);
	CHECK_EQ(c_strlcat(b, " world", sizeof b), 11);
	CHECK(strcmp(b, "hello w") == 0);
	CHECK_EQ(c_strlcpy(b, "x", 0), 1);
	CHECK_EQ(c_strlcpy(b, "long enough", 1), 11);
	CHECK(b[0] == '\0');
}

TEST(LSTR1003, "strcpy and strncpy")
{
	char b[8];

	memset(b, 'z', sizeof b);
	CHECK(strcmp(c_strcpy(b, "abc"), "abc") == 0);
	c_strncpy(b, "de", 5);
	CHECK(memcmp(b, "de\0\0\0zzz", 8) == 0);
	c_strncpy(b, "long enough", 3);
	CHECK(memcmp(b, "lon\0", 4) == 0);
}

/* ---- Formatting ---- */

#define SAME(...)								\
	do {									\
		char ours_[128], theirs_[128];					\
		int n_ = c_snprintf(ours_, sizeof ours_, __VA_ARGS__);		\
										\
		CHECK_EQ(n_, snprintf(theirs_, sizeof theirs_, __VA_ARGS__));	\
		if (strcmp(ours_, theirs_) != 0)				\
			printf("# \"%s\", not \"%s\"\n", ours_, theirs_);	\
		CHECK(strcmp(ours_, theirs_) == 0);				\
	} while (0)

/* The formats are put together here, so the compiler cannot check them. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static void same_integers(const char *flags, const char *width)
{
	static const long values[] = { 0, 1, -1, 9, 10, 255, 65535, -65536, INT_MAX, INT_MIN, LONG_MAX,
		LONG_MIN };
	static const char kinds[] = "diuxXo";
	char f[32];

	for (unsigned v = 0; v < sizeof values / sizeof values[0]; v++)
		for (const char *k = kinds; *k; k++) {
			snprintf(f, sizeof f, "[%%%s%s%c]", flags, width, *k);
			SAME(f, (int)values[v]);
			snprintf(f, sizeof f, "[%%%s%sl%c]", flags, width, *k);
			SAME(f, values[v]);
			snprintf(f, sizeof f, "[%%%s%shh%c]", flags, width, *k);
			SAME(f, (int)values[v]);
		}
}

TEST(LPRN1001, "integers with every flag, width and precision as the system prints them")
{
	static const char *const flags[] = { "", "-", "0", "+", " ", "#", "-0", "+0", "#0", "-#", "+ " };
	static const char *const widths[] = { "", "1", "8", "25", ".0", ".5", "8.3", "3.8", "." };

	for (unsigned i = 0; i < 11; i++)
		for (unsigned j = 0; j < 9; j++)
			same_integers(flags[i], widths[j]);
}
#pragma GCC diagnostic pop

TEST(LPRN1002, "strings, characters, pointers, percent")
{
	SAME("%s|%5s|%-5s|%.2s|%5.1s|", "abc", "abc", "abc", "abc", "abc");
	SAME("%c%3c%-3c|%%", 'x', 'y', 'z');
	SAME("%p %20p", (void *)0x1234abcd, (void *)0xffffffffffffffff);
	SAME("%*d %-*d %.*s %*s", 5, 42, 5, 42, 2, "hello", -6, "left");
	SAME("%zu %td %jd %lld %llx", (size_t)1, (ptrdiff_t)-1, (intmax_t)-5, -6ll, 7ull);
	SAME("%hd %hu", (short)-5, (unsigned short)65535);
	SAME("%" PRIu64 " %" PRIx64, UINT64_MAX, UINT64_MAX);
	SAME("no conversion%c", '\n');
}

TEST(LPRN1003, "what does not fit is cut and counted; nothing is written beyond")
{
	char b[8];

	memset(b, 'z', sizeof b);
	CHECK_EQ(c_snprintf(b, 4, "%d", 123456), 6);
	CHECK(memcmp(b, "123\0zzzz", 8) == 0);
	CHECK_EQ(c_snprintf(b, 1, "abc"), 3);
	CHECK(b[0] == '\0' && b[1] == '2');
	CHECK_EQ(c_snprintf(NULL, 0, "%s-%d", "abc", 5), 5);
}

TEST(LPRN1004, "a NULL string is shown, an unknown conversion stands for itself")
{
	char b[32];
	const char *volatile none = NULL;
	const char *volatile odd = "%y%";

	c_snprintf(b, sizeof b, "%s", none);
	CHECK(strcmp(b, "(null)") == 0);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-security"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	c_snprintf(b, sizeof b, odd);
#pragma GCC diagnostic pop
	CHECK(strcmp(b, "%y%") == 0);
}

/* ---- Numbers ---- */

TEST(LNUM1001, "numbers from text as the system reads them, and where they end")
{
	static const char *const s[] = { "0", "12", " \t-12x", "+7", "0x1f", "0x", "0xg", "077", "08", "",
		"-", "abc", "zz", "18446744073709551615", "18446744073709551616", "-1",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808",
		"-9223372036854775809", "99999999999999999999999" };
	static const int bases[] = { 0, 2, 8, 10, 16, 36 };
	char *a, *b;

	for (unsigned i = 0; i < sizeof s / sizeof s[0]; i++)
		for (unsigned j = 0; j < 6; j++) {
			CHECK_EQ(c_strtoul(s[i], &a, bases[j]), strtoul(s[i], &b, bases[j]));
			CHECK(a == b);
			CHECK_EQ(c_strtol(s[i], &a, bases[j]), strtol(s[i], &b, bases[j]));
			CHECK(a == b);
			CHECK_EQ(c_strtoull(s[i], &a, bases[j]), strtoull(s[i], &b, bases[j]));
			CHECK(a == b);
		}
	CHECK_EQ(c_atoi(" 42x"), 42);
	CHECK_EQ(c_atol("-42"), -42);
	CHECK_EQ(c_strtoul("5", NULL, 10), 5);
}

/* ---- Heap ---- */

static char region[4096] __attribute__((aligned(64)));

TEST(LHEA1001, "blocks are aligned, do not overlap, and come back as one piece")
{
	struct c_heap h;
	size_t all;
	char *p[20];

	c_heap_init(&h, NULL);
	CHECK(c_heap_alloc(&h, 1) == NULL);
	c_heap_add(&h, region + 3, sizeof region - 3);
	all = c_heap_left(&h);
	CHECK(all > sizeof region - 64);
	for (unsigned i = 0; i < 20; i++) {
		p[i] = c_heap_alloc(&h, i * 7);
		CHECK(p[i] && (uintptr_t)p[i] % 16 == 0);
		memset(p[i], (int)i, i * 7);
	}
	for (unsigned i = 0; i < 20; i++)
		for (unsigned j = 0; j < i * 7; j++)
			CHECK_EQ(p[i][j], i);
	for (unsigned i = 0; i < 20; i++)
		c_heap_free(&h, p[i * 7 % 20]);
	CHECK_EQ(c_heap_left(&h), all);
	CHECK(c_heap_alloc(&h, all) != NULL);
	CHECK_EQ(c_heap_left(&h), 0);
	c_heap_free(&h, NULL);
}

TEST(LHEA1002, "too much is refused, and nothing is lost by it")
{
	struct c_heap h;
	size_t all;

	c_heap_init(&h, NULL);
	c_heap_add(&h, region, sizeof region);
	all = c_heap_left(&h);
	CHECK(c_heap_alloc(&h, all + 1) == NULL);
	CHECK(c_heap_alloc(&h, SIZE_MAX) == NULL);
	CHECK(c_heap_alloc(&h, SIZE_MAX - 15) == NULL);
	CHECK_EQ(c_heap_left(&h), all);
	c_heap_add(&h, region, 16);
	CHECK_EQ(c_heap_left(&h), all);
}

static unsigned asked;

static void *more(size_t bytes, size_t *got)
{
	*got = (bytes + 4095) & ~(size_t)4095;
	return asked++ < 3 ? aligned_alloc(4096, *got) : NULL;
}

TEST(LHEA1003, "a heap asks for more when nothing fits, until there is no more")
{
	struct c_heap h;
	unsigned n = 0;

	c_heap_init(&h, more);
	while (c_heap_alloc(&h, 4000))
		n++;
	CHECK(n >= 2 && asked == 4);
}

TEST(LHEA1004, "10,000 random allocations and releases keep their contents")
{
	static struct { unsigned char *p; size_t n; } live[64];
	static char big[65536];
	struct c_heap h;
	unsigned state = 1;
	size_t all;

	c_heap_init(&h, NULL);
	c_heap_add(&h, big, sizeof big);
	all = c_heap_left(&h);
	for (unsigned step = 0; step < 10000; step++) {
		unsigned i = next_number(&state) % 64;

		for (size_t j = 0; live[i].p && j < live[i].n; j++)
			CHECK_EQ(live[i].p[j], i);
		c_heap_free(&h, live[i].p);
		live[i].n = next_number(&state) % 1500;
		live[i].p = c_heap_alloc(&h, live[i].n);
		if (live[i].p)
			memset(live[i].p, (int)i, live[i].n);
	}
	for (unsigned i = 0; i < 64; i++)
		c_heap_free(&h, live[i].p);
	CHECK_EQ(c_heap_left(&h), all);
}

/* ---- The abrupt end ---- */

static int report_to;

static void report(const char *text)
{
	CHECK(write(report_to, text, strlen(text)) > 0);
}

TEST(LSTP1001, "a failed assertion is reported with its place, and ends by an invalid instruction")
{
	char text[256] = "";
	int pipes[2], status;

	CHECK(pipe(pipes) == 0);
	report_to = pipes[1];
	if (fork() == 0) {
		c_assert_report = report;
		c___assert_fail("1 == 2", "file.c", 77, "function");
	}
	CHECK(wait(&status) > 0);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGILL);
	CHECK(read(pipes[0], text, sizeof text - 1) > 0);
	CHECK(strcmp(text, "file.c:77: function: assertion failed: 1 == 2\n") == 0);
}
