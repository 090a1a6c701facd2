/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.c - see device.h.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/memory.h>
#include <pecan/server.h>
#include <string.h>

#include "ahci.h"
#include "bars.h"
#include "config.h"
#include "device.h"
#include "virtio.h"

enum {
	BUSES = 256, FUNCTIONS = 8, DEVICES = 32, DEPTH = 4,	/* buses behind buses */
	MULTI_FUNCTION = 0x80, NO_DEVICE = 0xffff, CLASS_PCI_BRIDGE = 0x0604,
	COMPLETE = 0x50434932,		/* the table's format */
	MSIX_BIR = 7, MSIX_SIZE = 0x7ff, MSIX_ENTRY = 16,
	EXPRESS_FLR = 1 << 28, EXPRESS_START_FLR = 1 << 15, AF_FLR = 1 << 25, FLR_US = 100000,
	POWER_D3 = 3, POWER_NO_RESET = 1 << 3, POWER_US = 10000,
};

struct devices *devices;

struct device *device_at(L4_Word_t place)
{
	for (unsigned i = 0; i < devices->count; i++)
		if (devices->at[i].place == place)
			return &devices->at[i];
	return 0;
}

/* ---- what there is ---- */

static void add(unsigned place)
{
	struct device *d = &devices->at[devices->count];

	*d = (struct device){ .place = place, .class = config_read(place, REG_CLASS) >> 8 };
	d->id = config_read(place, REG_ID);
	d->id = d->id << 16 | d->id >> 16;		/* the vendor first */
	d->id = virtio_id(d);
	d->msi = config_capability(place, 0, CAP_MSI);
	d->msix = config_capability(place, 0, CAP_MSIX);
	d->express = config_capability(place, 0, CAP_EXPRESS);
	bars_read(d, &devices->probe);
	devices->count++;
}

static void scan(unsigned bus, unsigned depth);

static void look_at(unsigned bus, unsigned device, unsigned depth)
{
	unsigned first = bus << 8 | device << 3, behind;
	unsigned functions = config_read(first, REG_HEADER) >> 16 & MULTI_FUNCTION ? FUNCTIONS : 1;

	for (unsigned place = first; place < first + functions; place++) {
		if ((config_read(place, REG_ID) & 0xffff) == NO_DEVICE || devices->count == DEVICES_MAX)
			continue;
		add(place);
		behind = config_read(place, REG_BUSES) >> 8 & 0xff;
		if (config_read(place, REG_CLASS) >> 16 == CLASS_PCI_BRIDGE && behind > bus && depth < DEPTH)
			scan(behind, depth + 1);
	}
}

/* One bus and those behind its bridges: a port access takes long, so not all 256. */
static void scan(unsigned bus, unsigned depth)
{
	for (unsigned device = 0; device < DEVICES; device++)
		if ((config_read(bus << 8 | device << 3, REG_ID) & 0xffff) != NO_DEVICE)
			look_at(bus, device, depth);
}

bool device_init(bool has_bus)
{
	size_t bytes;

	devices = pecan_keep(&bytes);
	if (!devices || bytes < sizeof(*devices))
		return false;
	if (devices->complete == COMPLETE && devices->count <= DEVICES_MAX)
		return true;
	bars_restore(&devices->probe);
	devices->count = 0;
	if (has_bus)
		scan(0, 0);
	devices->complete = COMPLETE;
	return true;
}

bool device_table(const struct device *d, unsigned *bar, uint32_t *offset, unsigned *vectors)
{
	uint32_t where;

	if (!d->msix)
		return false;
	where = config_read(d->place, d->msix + 4);
	*bar = where & MSIX_BIR;
	*offset = where & ~(uint32_t)MSIX_BIR;
	*vectors = (config_read(d->place, d->msix) >> 16 & MSIX_SIZE) + 1;
	return *bar < BARS && d->bar[*bar].bytes >= *offset + (uint64_t)*vectors * MSIX_ENTRY;
}

/* The pages of a region. */
static uint64_t first_page(const struct bar *b) { return b->physical >> 12; }
static uint64_t last_page(const struct bar *b) { return (b->physical + b->bytes - 1) >> 12; }

bool device_shares_page(const struct device *d, unsigned bar)
{
	const struct bar *mine = &d->bar[bar];

	for (unsigned i = 0; i < devices->count; i++)
		for (unsigned k = 0; k < BARS; k++) {
			const struct bar *b = &devices->at[i].bar[k];

			if (b != mine && b->bytes && first_page(b) <= last_page(mine)
			    && first_page(mine) <= last_page(b))
				return true;
		}
	return false;
}

bool device_shares_ports(const struct device *d, unsigned bar)
{
	const struct ports *mine = &d->ports[bar];

	for (unsigned i = 0; i < devices->count; i++)
		for (unsigned k = 0; k < BARS; k++) {
			const struct ports *p = &devices->at[i].ports[k];

			if (p != mine && p->count
			    && (p->first - mine->first < mine->count || mine->first - p->first < p->count))
				return true;
		}
	return false;
}

/* ---- reset ---- */

/* By way of a state without power, unless the device keeps its state there. */
static void power_cycle(const struct device *d)
{
	unsigned at = config_capability(d->place, 0, CAP_POWER);
	uint16_t control = at ? config_read16(d->place, at + 4) : POWER_NO_RESET;

	if (control & POWER_NO_RESET)
		return;
	config_write16(d->place, at + 4, control | POWER_D3);
	L4_Sleep(L4_TimePeriod(POWER_US));
	config_write16(d->place, at + 4, control & (uint16_t)~POWER_D3);
	L4_Sleep(L4_TimePeriod(POWER_US));
	bars_write(d);
}

/* Function level reset (PCI Express 3.0, 6.6.2; PCI Advanced Features), or what comes next to it. */
static void reset_function(const struct device *d)
{
	unsigned af = config_capability(d->place, 0, CAP_AF);

	if (d->express && config_read(d->place, d->express + 4) & EXPRESS_FLR)
		config_write16(d->place, d->express + 8,
			       config_read16(d->place, d->express + 8) | EXPRESS_START_FLR);
	else if (af && config_read(d->place, af) & AF_FLR)
		config_write16(d->place, af + 4, 1);
	else {
		power_cycle(d);
		return;
	}
	L4_Sleep(L4_TimePeriod(FLR_US));
	bars_write(d);
}

bool device_reset(struct device *d)
{
	uint16_t command = config_read16(d->place, REG_COMMAND);
	bool done = true;

	config_write16(d->place, REG_COMMAND, (command & (uint16_t)~COMMAND_MASTER) | COMMAND_MEMORY);
	if (d->msix)
		config_write16(d->place, d->msix + 2, 0);
	if (d->msi)
		config_write16(d->place, d->msi + 2, 0);
	if (virtio_is(d))
		done = virtio_reset(d);
	else if (ahci_is(d))
		done = ahci_reset(d);
	else
		reset_function(d);
	if (!done)
		return false;
	config_write16(d->place, REG_COMMAND, COMMAND_NO_INTX);
	memset(d->irq, 0, sizeof(d->irq));
	d->line = 0;
	d->task = 0;
	return true;
}
