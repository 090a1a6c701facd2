/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_print.c - formatted output: checked against libc's on the formats that print.h promises.
 */
#include <stdio.h>
#include <string.h>
#include <lib/print.h>
#include "../../../../kernel/arch/host/host.h"
#include "harness.h"

#define SAME_AS_LIBC(...) \
	do { \
		char mine[128], libc[128]; \
		int n = fmt_print(mine, sizeof(mine), __VA_ARGS__); \
		CHECK_EQ(n, snprintf(libc, sizeof(libc), __VA_ARGS__)); \
		CHECK(strcmp(mine, libc) == 0); \
	} while (0)

TEST(HPRN0001, "numbers print in decimal and hexadecimal, with sign, width and zeros")
{
	SAME_AS_LIBC("%d %d %d", 0, -1, 2147483647);
	SAME_AS_LIBC("%d|%5d|%-5d|%05d|%05d", -2147483647 - 1, 42, 42, 42, -42);
	SAME_AS_LIBC("%u %x %8x %08x %-8x|", 4294967295u, 0xbeefu, 0xbeefu, 0xbeefu, 0xbeefu);
	SAME_AS_LIBC("%lu %lx %ld", ~0ul, ~0ul, -1l);
	SAME_AS_LIBC("%llu %llx %lld %016llx", ~0ull, ~0ull, -1ll, 0x123456789abcull);
	SAME_AS_LIBC("%zu", sizeof(long));
}

TEST(HPRN0002, "strings and characters print, padded on either side")
{
	SAME_AS_LIBC("%s|%5s|%-5s|%1s", "abc", "abc", "abc", "abc");
	SAME_AS_LIBC("%c%c|%3c|%-3c|", 'a', 'b', 'c', 'd');
	SAME_AS_LIBC("100%% of %s", "it");
}

TEST(HPRN0003, "a buffer that is too small is cut and terminated, and the full length returned")
{
	char buf[4] = "xyz";

	CHECK_EQ(fmt_print(buf, sizeof(buf), "%s", "abcdef"), 6);
	CHECK(strcmp(buf, "abc") == 0);
	CHECK_EQ(fmt_print(buf, 1, "%d", 12), 2);
	CHECK_EQ(buf[0], 0);
	CHECK_EQ(fmt_print(0, 0, "%d", 123), 3);
}

TEST(HPRN0004, "an unknown conversion and a lone percent sign are printed as they stand")
{
	char buf[32];
	const char *volatile odd = "a%qb%s%", *volatile none = 0;	/* unknown to the compiler's checks */

	CHECK_EQ(fmt_print(buf, sizeof(buf), odd, none), 11);
	CHECK(strcmp(buf, "a%qb(null)%") == 0);
}

TEST(HPRN0005, "printk writes to the console through the machine")
{
	host_reset();
	printk("%s %d\n", "thread", 7);
	CHECK(strcmp(host.console, "thread 7\n") == 0);
}
