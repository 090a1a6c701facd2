/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - the PCI devices of the machine: ids, regions, interrupts, and the task that drives each.
 *
 * The table is in memory that outlives this task (`keep`): a restarted server finds the state of the devices
 * in it, and does not probe a device that is in use.
 */
#ifndef PCI_DEVICE_H
#define PCI_DEVICE_H

#include <l4/pecan.h>
#include <proto/pci.h>
#include <stdbool.h>
#include <stdint.h>

enum { BARS = PCI_BARS_LAST + 1, DEVICES_MAX = 64, VECTORS = PCI_VECTORS_LAST + 1 };

struct bar { uint64_t physical, bytes; };	/* bytes 0: no memory region */
struct ports { uint32_t first, count; };	/* as the device says; count 0: no region of I/O ports */

struct device {
	uint32_t place, id, class;
	uint32_t msi, msix, express;		/* offsets of capabilities, or 0 */
	L4_Word_t task;				/* the task that has opened it, or 0 */
	struct bar bar[BARS];
	struct ports ports[BARS];
	uint8_t irq[VECTORS];			/* number of its interrupt id among those of messages + 1, or 0 */
	uint8_t line;				/* the interrupt line that its driver has + 1, or 0 */
};

/* The registers of the device whose regions are being measured (bars.h). */
struct probe { uint32_t probing, place, bar[BARS]; uint16_t command; };

struct devices { uint32_t complete, count; struct probe probe; struct device at[DEVICES_MAX]; };

extern struct devices *devices;

/*
 * Find the devices, or use the table of a task before this one. Without a bus there are none. Returns false
 * if there is no memory that outlives the task.
 */
bool device_init(bool has_bus);

struct device *device_at(L4_Word_t place);

/* Get BAR, offset and size of the device's MSI-X table. Returns false if it has none. */
bool device_table(const struct device *d, unsigned *bar, uint32_t *offset, unsigned *vectors);

/* Returns true if another device has a region in the same pages. */
bool device_shares_page(const struct device *d, unsigned bar);

/* Returns true if another region has one of the same ports. */
bool device_shares_ports(const struct device *d, unsigned bar);

/*
 * Reset a device whose driver has ended: it writes no memory any more, and has no addresses. Frees its
 * interrupt ids. No task may have its memory mapped. Returns false if one of virtio or AHCI could not be:
 * then it remains its driver's.
 */
bool device_reset(struct device *d);

#endif
