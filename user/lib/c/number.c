/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * number.c - numbers from text: see <stdlib.h>.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* What strtoul and its kin read: sign, and a magnitude that stops at the largest value. */
struct number { bool negative; unsigned long long magnitude; };

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return INT_MAX;
}

static const char *skip_space(const char *s)
{
	while (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		s++;
	return s;
}

/* "0x" counts only if a hexadecimal digit follows it. */
static const char *prefix(const char *s, int *base)
{
	bool hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && digit_of(s[2]) < 16;

	if ((*base == 0 || *base == 16) && hex) {
		*base = 16;
		return s + 2;
	}
	if (*base == 0)
		*base = s[0] == '0' ? 8 : 10;
	return s;
}

static struct number read_number(const char *s, char **end, int base, unsigned long long max)
{
	struct number n = { false, 0 };
	const char *p = skip_space(s), *digits;

	if (*p == '+' || *p == '-')
		n.negative = *p++ == '-';
	p = digits = prefix(p, &base);
	for (; digit_of(*p) < base; p++) {
		unsigned digit = (unsigned)digit_of(*p);
		bool fits = n.magnitude <= (max - digit) / (unsigned)base;

		n.magnitude = fits ? n.magnitude * (unsigned)base + digit : max;
	}
	if (end)
		*end = (char *)(uintptr_t)(p == digits ? s : p);
	return n;
}

unsigned long long strtoull(const char *s, char **end, int base)
{
	struct number n = read_number(s, end, base, ULLONG_MAX);

	return n.negative && n.magnitude != ULLONG_MAX ? -n.magnitude : n.magnitude;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	struct number n = read_number(s, end, base, ULONG_MAX);
	unsigned long value = (unsigned long)n.magnitude;

	return n.negative && value != ULONG_MAX ? -value : value;
}

long strtol(const char *s, char **end, int base)
{
	const unsigned long long lowest = (unsigned long long)LONG_MAX + 1;
	struct number n = read_number(s, end, base, lowest);

	if (n.negative)
		return n.magnitude == lowest ? LONG_MIN : -(long)n.magnitude;
	return n.magnitude == lowest ? LONG_MAX : (long)n.magnitude;
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}

int atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}
