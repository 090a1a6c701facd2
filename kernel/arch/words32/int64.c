/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * int64.c - operations on 64-bit numbers that compilers leave to functions of these names where a word has
 * 32 bits. Those of libgcc are no part of the kernel; on ia32 they have their arguments on the stack, the
 * kernel has them in registers (-mregparm). Not compiled with LTO, because calls of them appear only after
 * it (kernel.ld).
 */
#include <arch/divide.h>

uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);
uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest);
int __ctzdi2(uint64_t n);
uint64_t __ashldi3(uint64_t n, int by);
uint64_t __lshrdi3(uint64_t n, int by);

static uint64_t from_words(uint32_t high, uint32_t low) { return (uint64_t)high << 32 | low; }

/* n << by; by is from 0 to 63. */
uint64_t __ashldi3(uint64_t n, int by)
{
	uint32_t low = (uint32_t)n, high = (uint32_t)(n >> 32);

	if (by >= 32)
		return from_words(low << (by - 32), 0);
	return by == 0 ? n : from_words(high << by | low >> (32 - by), low << by);
}

uint64_t __lshrdi3(uint64_t n, int by)
{
	uint32_t low = (uint32_t)n, high = (uint32_t)(n >> 32);

	if (by >= 32)
		return from_words(0, high >> (by - 32));
	return by == 0 ? n : from_words(high >> by, low >> by | high << (32 - by));
}

/* By a divisor of one word: two steps of a division on paper. */
static uint64_t div_short(uint64_t n, uint32_t d, uint64_t *rest)
{
	uint32_t r, high = arch_divide(0, (uint32_t)(n >> 32), d, &r);
	uint32_t low = arch_divide(r, (uint32_t)n, d, &r);

	*rest = r;
	return from_words(high, low);
}

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest)
{
	uint64_t q = 0;

	if (!(d >> 32))
		return div_short(n, (uint32_t)d, rest);
	for (int shift = __builtin_clz((uint32_t)(d >> 32)); shift >= 0; shift--) {
		uint64_t part = d << shift;

		q <<= 1;
		if (n >= part) {
			n -= part;
			q |= 1;
		}
	}
	*rest = n;
	return q;
}

uint64_t __udivdi3(uint64_t n, uint64_t d)
{
	uint64_t rest;

	return __udivmoddi4(n, d, &rest);
}

uint64_t __umoddi3(uint64_t n, uint64_t d)
{
	uint64_t rest;

	__udivmoddi4(n, d, &rest);
	return rest;
}

int __ctzdi2(uint64_t n)
{
	uint32_t low = (uint32_t)n;

	return low ? __builtin_ctz(low) : 32 + __builtin_ctz((uint32_t)(n >> 32));
}
