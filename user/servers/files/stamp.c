/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stamp.c - see stamp.h.
 */
#include <stdio.h>
#include <string.h>

#include "stamp.h"

static void make(const struct ext2_super_block *s, char text[sizeof s->s_last_mounted])
{
	memset(text, 0, sizeof s->s_last_mounted);
	snprintf(text, sizeof s->s_last_mounted, "pecan %08x %04x", (unsigned)s->s_mtime,
		 (unsigned)s->s_mnt_count);
}

void stamp_put(struct ext2_super_block *s, uint32_t now)
{
	s->s_mtime = now;
	s->s_mtime_hi = 0;
	make(s, (char *)s->s_last_mounted);
}

bool stamp_fits(const struct ext2_super_block *s)
{
	char text[sizeof s->s_last_mounted];

	make(s, text);
	return memcmp(text, s->s_last_mounted, sizeof text) == 0;
}
