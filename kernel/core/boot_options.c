/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot_options.c - the kernel's command line: words separated by spaces, `name` or `name=value`.
 */
#include <core/boot.h>
#include <lib/str.h>

static bool ends(char c) { return c == 0 || c == ' '; }

const char *boot_option(const char *cmdline, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = cmdline; *p; ) {
		if (strncmp(p, name, n) == 0 && ends(p[n]))
			return p + n;
		if (strncmp(p, name, n) == 0 && p[n] == '=')
			return p + n + 1;
		while (!ends(*p))
			p++;
		while (*p == ' ')
			p++;
	}
	return 0;
}

bool boot_option_is(const char *cmdline, const char *name, const char *value, bool otherwise)
{
	const char *given = boot_option(cmdline, name);

	if (!given)
		return otherwise;
	return strncmp(given, value, strlen(value)) == 0 && ends(given[strlen(value)]);
}

static unsigned unit_log2(char c)
{
	switch (c) {
	case 'k': case 'K': return 10;
	case 'm': case 'M': return 20;
	case 'g': case 'G': return 30;
	default: return 0;
	}
}

uint64_t boot_parse_size(const char *text)
{
	uint64_t value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (value > UINT64_MAX / 10 - 1)
			return 0;
		value = value * 10 + (uint64_t)(*p - '0');
	}
	if (unit_log2(*p) && value << unit_log2(*p) >> unit_log2(*p) == value)
		value <<= unit_log2(*p++);
	return ends(*p) ? value : 0;
}
