/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.c - see virtio.h.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/memory.h>
#include <pecan/mmio.h>

#include "config.h"
#include "device.h"
#include "virtio.h"

enum {
	VENDOR = 0x1af4, TRANSITIONAL = 0x1000, TRANSITIONAL_END = 0x1040, FIRST = 0x1040, SUBSYSTEM = 0x2c,
	CAPABILITIES = 48, COMMON = 1, COMMON_BYTES = 56, STATUS = 20,
	WAITS = 1000, WAIT_US = 1000,
};

/* The capability that says where the common configuration is, or 0. */
static unsigned common_capability(const struct device *d)
{
	unsigned at = 0;

	for (unsigned i = 0; i < CAPABILITIES; i++) {
		at = config_capability(d->place, at, CAP_VENDOR);
		if (at == 0 || config_read(d->place, at) >> 24 == COMMON)
			return at;
	}
	return 0;
}

bool virtio_is(const struct device *d)
{
	return d->id >> 16 == VENDOR && common_capability(d) != 0;
}

uint32_t virtio_id(const struct device *d)
{
	unsigned own = d->id & 0xffff;

	if (!virtio_is(d) || own < TRANSITIONAL || own >= TRANSITIONAL_END)
		return d->id;
	return (uint32_t)VENDOR << 16 | (FIRST + (config_read(d->place, SUBSYSTEM) >> 16));
}

bool virtio_reset(const struct device *d)
{
	unsigned cap = common_capability(d), bar = config_read(d->place, cap + 4) & 0xff;
	uint32_t offset = config_read(d->place, cap + 8);
	volatile uint8_t *status;
	bool done = false;
	void *common;

	if (bar >= BARS || d->bar[bar].bytes < offset + (uint64_t)COMMON_BYTES
	    || pecan_phys((L4_Word_t)d->bar[bar].physical + offset, COMMON_BYTES, &common) != ROOT_OK)
		return false;
	status = (volatile uint8_t *)common + STATUS;
	mmio_write8(status, 0);
	for (unsigned i = 0; i < WAITS && !(done = mmio_read8(status) == 0); i++)
		L4_Sleep(L4_TimePeriod(WAIT_US));
	pecan_unmap(common);
	return done;
}
