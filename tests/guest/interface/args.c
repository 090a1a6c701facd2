/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.c - the command line reaches a root server by the multiboot information, which the boot
 * information of the KIP names (protocols 7.4, 7.5). Both must be asked of sigma0 first.
 */
#include "args.h"
#include "guest.h"

enum { MULTIBOOT_CMDLINE = 1 << 2, MULTIBOOT_CMDLINE_AT = 16 };

static bool get(word address)
{
	return !L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(address & ~0xffful, 12)));
}

static const char *find_line(void)
{
	void *info = (void *)L4_BootInfo(kip);
	L4_BootRec_t *r;
	word mbi = 0, at;

	if (info == 0 || !get((word)info) || !L4_BootInfo_Valid(info))
		return "";
	r = L4_BootInfo_FirstEntry(info);
	for (word i = 0; i < L4_BootInfo_Entries(info); i++) {
		if (L4_BootRec_Type(r) == L4_BootInfo_Multiboot)
			mbi = L4_MBI_Address(r);
		r = L4_BootRec_Next(r);
	}
	if (mbi == 0 || !get(mbi) || !(*(uint32_t *)mbi & MULTIBOOT_CMDLINE))
		return "";
	at = *(uint32_t *)(mbi + MULTIBOOT_CMDLINE_AT);
	return at != 0 && get(at) ? (const char *)at : "";
}

static const char *skip_word(const char *s)
{
	while (*s && *s != ' ')
		s++;
	while (*s == ' ')
		s++;
	return s;
}

static bool starts_with(const char *id, const char *prefix)
{
	while (*prefix && *prefix != ' ')
		if (*id++ != *prefix++)
			return false;
	return true;
}

static const char *line(void)
{
	static const char *found;

	if (found == 0)
		found = skip_word(find_line());
	return found;
}

bool args_serial(void)
{
	return starts_with("serial", line()) && *line();
}

static bool is_prefix(const char *w)
{
	if (starts_with("serial", w))
		return false;
	while (*w && *w != ' ')
		if (*w++ == '=')
			return false;
	return true;
}

bool args_select(const char *id)
{
	bool any = false;

	for (const char *s = line(); *s; s = skip_word(s)) {
		if (is_prefix(s) && starts_with(id, s))
			return true;
		any |= is_prefix(s);
	}
	return !any;
}

unsigned long args_number(const char *name, unsigned long otherwise)
{
	unsigned long n = 0, length = 0;

	while (name[length])
		length++;
	for (const char *s = line(); *s; s = skip_word(s))
		if (starts_with(s, name) && s[length] == '=') {
			for (s += length + 1; *s >= '0' && *s <= '9'; s++)
				n = n * 10 + (unsigned long)(*s - '0');
			return n;
		}
	return otherwise;
}
