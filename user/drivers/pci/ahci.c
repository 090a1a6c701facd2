/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ahci.c - see ahci.h.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/memory.h>
#include <pecan/mmio.h>

#include "ahci.h"
#include "device.h"

enum { CLASS = 0x010601, REGION = 5, CONTROL = 4, RESET = 1, BYTES = 8, WAITS = 1000, WAIT_US = 1000 };
#define ON	(1u << 31)

bool ahci_is(const struct device *d) { return d->class == CLASS; }

bool ahci_reset(const struct device *d)
{
	bool done = false;
	void *at;

	if (d->bar[REGION].bytes < BYTES || pecan_phys((L4_Word_t)d->bar[REGION].physical, BYTES, &at) != ROOT_OK)
		return false;
	mmio_write32((char *)at + CONTROL, ON);
	mmio_write32((char *)at + CONTROL, ON | RESET);
	for (unsigned i = 0; i < WAITS && !(done = !(mmio_read32((char *)at + CONTROL) & RESET)); i++)
		L4_Sleep(L4_TimePeriod(WAIT_US));
	pecan_unmap(at);
	return done;
}
