/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bars.h - the regions of a device, of memory and of I/O ports: base address registers (PCI 3.0, 6.2.5.1).
 */
#ifndef PCI_BARS_H
#define PCI_BARS_H

#include "device.h"

/*
 * Set d->bar and d->ports. The size of a region is found by writing all bits of its register: *p has the old
 * value meanwhile, and must be in memory that outlives this task.
 */
void bars_read(struct device *d, struct probe *p);

/* Call it first: writes the registers back that a task before this one was measuring, by *p. */
void bars_restore(struct probe *p);

/* Write the registers of d, after a reset. */
void bars_write(const struct device *d);

#endif
