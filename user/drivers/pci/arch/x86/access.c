/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * access.c - see config.h: the I/O ports (PCI 3.0, 3.2.2.3.2) that every PC chipset has.
 */
#include <l4/port.h>
#include <pecan/device.h>

#include "../../config.h"

enum { ADDRESS = 0xcf8, DATA = 0xcfc, PORTS_LOG2 = 3 };

bool config_init(void)
{
	if (pecan_ports(ADDRESS, PORTS_LOG2) != ROOT_OK)
		return false;
	L4_PortOut32(ADDRESS, 1u << 31);
	return L4_PortIn32(ADDRESS) == 1u << 31;
}

bool config_is_kernels(unsigned place)
{
	(void)place;
	return false;
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

void config_write16(unsigned place, unsigned offset, uint16_t value)
{
	L4_PortOut32(ADDRESS, 1u << 31 | place << 8 | (offset & 0xfc));
	L4_PortOut16((L4_Word16_t)(DATA + (offset & 2)), value);
}
