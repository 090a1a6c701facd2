/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.c - see config.h.
 */
#include <l4/port.h>
#include <pecan/device.h>

#include "config.h"

enum {
	ADDRESS = 0xcf8, DATA = 0xcfc, PORTS_LOG2 = 3, STATUS_CAPABILITIES = 1 << 20,
	FIRST_CAPABILITY = 0x40, CAPABILITIES = 48,	/* that fit, 4 bytes each */
};

bool config_init(void)
{
	if (pecan_ports(ADDRESS, PORTS_LOG2) != ROOT_OK)
		return false;
	L4_PortOut32(ADDRESS, 1u << 31);
	return L4_PortIn32(ADDRESS) == 1u << 31;
}

uint32_t config_read(unsigned place, unsigned offset)
{
	L4_PortOut32(ADDRESS, 1u << 31 | place << 8 | (offset & 0xfc));
	return L4_PortIn32(DATA);
}

void config_write(unsigned place, unsigned offset, uint32_t value)
{
	L4_PortOut32(ADDRESS, 1u << 31 | place << 8 | (offset & 0xfc));
	L4_PortOut32(DATA, value);
}

uint16_t config_read16(unsigned place, unsigned offset)
{
	return (uint16_t)(config_read(place, offset) >> (offset & 2) * 8);
}

/* By a write of two bytes: the two beside them may be cleared by what is written. */
void config_write16(unsigned place, unsigned offset, uint16_t value)
{
	L4_PortOut32(ADDRESS, 1u << 31 | place << 8 | (offset & 0xfc));
	L4_PortOut16((L4_Word16_t)(DATA + (offset & 2)), value);
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
