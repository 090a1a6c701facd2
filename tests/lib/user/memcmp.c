/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcmp.c - musl's memcmp as the port has it (ports/musl/edge), against a comparison by bytes.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"

/* tests/lib/rules.mk gives it this name. */
int port_memcmp(const void *left, const void *right, size_t n);

enum { MOST = 40, SHIFTS = 8, PAGE_BYTES = 4096 };

/* The bytes that end where a page begins that cannot be read. */
static unsigned char *at_the_end(void)
{
	unsigned char *at = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				 -1, 0);

	CHECK(at != MAP_FAILED && mprotect(at + PAGE_BYTES, PAGE_BYTES, PROT_NONE) == 0);
	return at + PAGE_BYTES;
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static int by_bytes(const unsigned char *l, const unsigned char *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (l[i] != r[i])
			return l[i] < r[i] ? -1 : 1;
	return 0;
}

/* Two pieces of n bytes, and one byte that differs, or two: the first one counts. */
static void compare(unsigned char *l, unsigned char *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		l[i] = r[i] = (unsigned char)(i * 37);
	CHECK(port_memcmp(l, r, n) == 0);
	for (size_t i = 0; i < n; i++) {
		l[i] ^= 0x80;
		CHECK(sign(port_memcmp(l, r, n)) == by_bytes(l, r, n) && port_memcmp(l, r, i) == 0);
		r[n - 1] ^= 0x81;
		CHECK(sign(port_memcmp(l, r, n)) == by_bytes(l, r, n));
		r[n - 1] ^= 0x81;
		l[i] ^= 0x80;
	}
}

TEST(HCMP0001, "memcmp by words: the sign of the first byte that differs, at any address, up to a page's end")
{
	unsigned char *l = at_the_end(), *r = at_the_end();

	for (unsigned n = 0; n < MOST; n++)
		for (unsigned a = 0; a < SHIFTS; a++)
			for (unsigned b = 0; b < SHIFTS; b++)
				compare(l - n - a, r - n - b, n);
}
