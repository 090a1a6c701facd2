/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stamp.c - see stamp.h.
 */
#include <stdio.h>
#include <string.h>

#include "stamp.h"

enum { HIGH_SHIFT = 32 };

static void make(const struct ext2_super_block *s, char text[sizeof s->s_last_mounted])
{
	memset(text, 0, sizeof s->s_last_mounted);
	snprintf(text, sizeof s->s_last_mounted, "pecan %08x %04x", (unsigned)s->s_mtime,
		 (unsigned)s->s_mnt_count);
}

void stamp_put(struct ext2_super_block *s, uint64_t now)
{
	s->s_mtime = (uint32_t)now;
	s->s_mtime_hi = (uint8_t)(now >> HIGH_SHIFT);
	make(s, (char *)s->s_last_mounted);
}

bool stamp_fits(const struct ext2_super_block *s)
{
	char text[sizeof s->s_last_mounted];

	make(s, text);
	return memcmp(text, s->s_last_mounted, sizeof text) == 0;
}
