/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_arch.c - see wild_places.h. Any IP and SP can be loaded: where there is no memory, they fault.
 */
#include "wild_places.h"

enum { FLAGS_OF_USER = 0xf00, INSTRUCTION = 4 };	/* FE0 SE BE FE1 */

word wild_ip(word ip) { return ip & -(word)INSTRUCTION; }
bool wild_flags_are(word found, word set) { return found == (set & FLAGS_OF_USER); }

/* The code is SRR1: what MSR was, and the cause. */
bool wild_is_invalid(word code, const struct state *s)
{
	return (code & ~(word)RI) == (INVALID_CODE | USER_MSR | (s->flags & FLAGS_OF_USER));
}

bool wild_is_usable(enum goal goal, const struct state *s) { return (void)goal, (void)s, true; }

bool wild_is_refused(L4_MsgTag_t tag, const struct state *s)
{
	return (void)tag, (void)s, false;
}
