/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * access.c - see config.h: the host bridge Grackle (MPC106) with the address map of Power Macs. Its two
 * registers are in pages of their own; the address of a place is that of a PC.
 */
#include <pecan/memory.h>
#include <pecan/mmio.h>
#include <pecan/powerpc/macio.h>

#include "../../config.h"

enum { REGISTER_BYTES = 4 };

static void *address;
static char *data;

bool config_init(void)
{
	void *at;

	if (pecan_phys(MACIO_PCI_ADDRESS, REGISTER_BYTES, &address) != ROOT_OK
	    || pecan_phys(MACIO_PCI_DATA, REGISTER_BYTES, &at) != ROOT_OK)
		return false;
	data = at;
	return true;
}

/* It has the interrupt controller. */
bool config_is_kernels(unsigned place)
{
	return macio_is(config_read(place, REG_ID));
}

static void choose(unsigned place, unsigned offset)
{
	mmio_write32(address, 1u << 31 | place << 8 | (offset & 0xfc));
}

uint32_t config_read(unsigned place, unsigned offset)
{
	choose(place, offset);
	return mmio_read32(data);
}

void config_write(unsigned place, unsigned offset, uint32_t value)
{
	choose(place, offset);
	mmio_write32(data, value);
}

void config_write16(unsigned place, unsigned offset, uint16_t value)
{
	choose(place, offset);
	mmio_write16(data + (offset & 2), value);
}
