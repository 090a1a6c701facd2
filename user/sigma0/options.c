/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.c - see options.h.
 */
#include <l4/bootinfo.h>
#include "options.h"

static const char *command_line(const struct l4_kip *kip)
{
	const void *info = (const void *)kip->boot_info;
	const L4_BootRec_t *first;
	const char *line = 0;

	if (info && L4_BootInfo_Valid(info) && L4_BootInfo_Entries(info) > 0) {
		first = L4_BootInfo_FirstEntry(info);
		if (L4_BootRec_Type(first) == L4_BootInfo_SimpleExec)
			line = L4_SimpleExec_Cmdline(first);
	}
	return line ? line : "";
}

static bool is_word(const char *s, const char *word)
{
	while (*word && *s == *word) {
		s++;
		word++;
	}
	return *word == 0 && (*s == 0 || *s == ' ');
}

bool option_given(const struct l4_kip *kip, const char *word)
{
	const char *s = command_line(kip);

	for (;;) {
		while (*s && *s != ' ')
			s++;
		while (*s == ' ')
			s++;
		if (*s == 0)
			return false;
		if (is_word(s, word))
			return true;
	}
}
