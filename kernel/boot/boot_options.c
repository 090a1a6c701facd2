/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot_options.c - the kernel's command line: words separated by spaces, `name` or `name=value`.
 */
#include <boot/boot.h>
#include <lib/bits.h>
#include <lib/print.h>
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

/* Core's own options: name=value. */
static bool is_core_option(const char *word, size_t length)
{
	static const char *const names[] = { "kmem", "kdb", "fastpath" };

	for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
		size_t n = strlen(names[i]);

		if (length >= n && strncmp(word, names[i], n) == 0 && (length == n || word[n] == '='))
			return true;
	}
	return false;
}

static bool looks_like_option(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (word[i] == '=')
			return true;
	return strncmp(word, "no", 2) == 0;
}

static void report_unknown(const char *word, size_t length)
{
	printk("boot: the kernel does not know its option \"");
	for (size_t i = 0; i < length; i++)
		printk("%c", word[i]);
	printk("\"; it has no effect (docs/building.md lists the options)\n");
}

void boot_options_check(const char *cmdline, bool (*known)(const char *word, size_t length))
{
	for (const char *p = cmdline; *p; ) {
		const char *word = p;
		size_t length;

		while (!ends(*p))
			p++;
		length = (size_t)(p - word);
		if (length && !is_core_option(word, length) && !known(word, length)
		    && (word != cmdline || looks_like_option(word, length)))
			report_unknown(word, length);
		while (*p == ' ')
			p++;
	}
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
