/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mac.c - see mac.h.
 */
#include <string.h>

#include "mac.h"

enum { SECTION_BITS = 6, FIRST_BITS = 42, SECOND_BITS = 32 };	/* bits above the two that say what it is */

uint64_t mac_at(const char *place)
{
	uint64_t mac = 0;

	for (unsigned i = 0; i < MAC_BYTES; i++)
		mac = mac << 8 | (unsigned char)place[i];
	return mac;
}

uint64_t mac_of_section(uint64_t card, unsigned section)
{
	uint64_t low = section & ((1u << SECTION_BITS) - 1), high = section >> SECTION_BITS;

	return ((card ^ low << FIRST_BITS ^ high << SECOND_BITS) | MAC_LOCAL) & ~MAC_GROUP;
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

bool mac_given(const char *text, unsigned *name_bytes, uint64_t *mac)
{
	const char *at = strchr(text, '=');

	*name_bytes = at ? (unsigned)(at - text) : 0;
	*mac = 0;
	for (unsigned i = 0; at && i < MAC_BYTES; i++, at += 3) {
		if (*at != (i == 0 ? '=' : ':') || digit(at[1]) > 15 || digit(at[2]) > 15)
			return false;
		*mac = *mac << 8 | digit(at[1]) << 4 | digit(at[2]);
	}
	return *name_bytes > 0 && *at == 0 && *mac != 0 && !(*mac & MAC_GROUP);
}
