/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.c - see config.h.
 */
#include "config.h"

enum {
	STATUS_CAPABILITIES = 1 << 20,
	FIRST_CAPABILITY = 0x40, CAPABILITIES = 48,	/* that fit, 4 bytes each */
};

uint16_t config_read16(unsigned place, unsigned offset)
{
	return (uint16_t)(config_read(place, offset) >> (offset & 2) * 8);
}

unsigned config_capability(unsigned place, unsigned after, enum capability kind)
{
	unsigned at = after ? config_read(place, after) >> 8 & 0xfc : config_read(place, REG_CAPABILITIES) & 0xfc;

	if (!(config_read(place, REG_COMMAND) & STATUS_CAPABILITIES))
		return 0;
	for (unsigned i = 0; i < CAPABILITIES && at >= FIRST_CAPABILITY; i++) {
		uint32_t head = config_read(place, at);

		if ((head & 0xff) == kind)
			return at;
		at = head >> 8 & 0xfc;
	}
	return 0;
}
