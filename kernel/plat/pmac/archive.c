/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * archive.c - the boot archive: the modules in one file, as the firmware loads only one (tools/bootarchive).
 * It begins with a header and a record for each module; contents are aligned to pages. Command lines end with
 * a NUL. Nothing in it is believed.
 */
#include <boot/boot.h>
#include <lib/bits.h>
#include "pmac.h"

enum { ARCHIVE_VERSION = 1 };

#define ARCHIVE_MAGIC	0x50424152u		/* "PBAR" */

struct record { uint32_t offset, size, cmdline; };
struct archive { uint32_t magic, version, modules; struct record record[]; };

/* Returns false if the text at offset is too long or not in the archive. */
static bool copy_text(char *to, const char *bytes, uint32_t offset, uint32_t size)
{
	for (unsigned n = 0; n < BOOT_CMDLINE_MAX && offset < size; n++)
		if (!(*to++ = bytes[offset++]))
			return true;
	return false;
}

static const char *read_record(const char *bytes, uint32_t base, uint32_t size, const struct record *r,
			       struct boot_module *m)
{
	if (!is_aligned(r->offset, ARCH_PAGE_LOG2))
		return "has a module that does not begin at a page";
	if (r->offset > size || r->size > size - r->offset)
		return "has a module that is not in it: it is cut off";
	if (!copy_text(m->cmdline, bytes, r->cmdline, size))
		return "has a module with a bad command line";
	m->base = (uint64_t)base + r->offset;
	m->size = r->size;
	return 0;
}

const char *archive_read(const void *bytes, uint32_t base, uint32_t size, struct boot_info *boot)
{
	const struct archive *a = bytes;
	const char *wrong = 0;

	if (size < sizeof(*a) || a->magic != ARCHIVE_MAGIC)
		return "is no archive: make one by tools/bootarchive";
	if (a->version != ARCHIVE_VERSION)
		return "has another version than this kernel";
	if (a->modules > BOOT_MODULES_MAX)
		return "has more than 32 modules";
	if (a->modules * sizeof(struct record) > size - sizeof(*a))
		return "is cut off in its records";
	for (unsigned i = 0; i < a->modules && !wrong; i++)
		wrong = read_record(bytes, base, size, &a->record[i], &boot->modules[boot->nmodules++]);
	return wrong;
}
