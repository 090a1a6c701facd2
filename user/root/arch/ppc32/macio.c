/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macio.c - see macio.h and machine.h. The I/O controller is a device of the first PCI bus, to which the
 * firmware gives any address; it is found by the address and data registers of the bridge (Grackle), at boot,
 * before a program uses them. Programs name it by the address that Power Macs have it at.
 */
#include <pecan/mmio.h>
#include <pecan/powerpc/macio.h>
#include <root/device/machine.h>
#include <root/memory/pool.h>
#include <root/memory/sigma.h>
#include "macio.h"

enum {
	PCI_DEVICES = 32, PCI_ENABLE_SHIFT = 31, PCI_DEVICE_SHIFT = 11, PCI_ID = 0, PCI_BAR0 = 0x10,
	BAR_FLAGS = 0xf,
};

static l4_word_t base;

/* A register of a device's configuration. */
static uint32_t config(unsigned device, unsigned at)
{
	mmio_write32(direct(MACIO_PCI_ADDRESS), 1u << PCI_ENABLE_SHIFT | device << PCI_DEVICE_SHIFT | at);
	return mmio_read32(direct(MACIO_PCI_DATA));
}

void machine_begin(void)
{
	if (!sigma_page(MACIO_PCI_ADDRESS, PAGE_LOG2) || !sigma_page(MACIO_PCI_DATA, PAGE_LOG2))
		return;
	for (unsigned d = 0; d < PCI_DEVICES && base == 0; d++)
		if (macio_is(config(d, PCI_ID)))
			base = config(d, PCI_BAR0) & ~(uint32_t)BAR_FLAGS;
}

l4_word_t macio_base(void) { return base; }

l4_word_t machine_moved(l4_word_t first, l4_word_t last)
{
	bool is_macio = first >= MACIO_BASE && last < MACIO_BASE + MACIO_BYTES;

	return is_macio && base != 0 ? base - MACIO_BASE : 0;
}
