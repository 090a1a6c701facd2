/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bars.h - the memory regions of a device: base address registers (PCI 3.0, 6.2.5.1).
 */
#ifndef PCI_BARS_H
#define PCI_BARS_H

#include "device.h"

/*
 * Set d->bar. The size of a region is found by writing all bits of its register: what was there is in p
 * meanwhile, which is to outlive this task.
 */
void bars_read(struct device *d, struct probe *p);

/* To be called first by a task that finds p: ends what its predecessor was about. */
void bars_restore(struct probe *p);

/* Write the registers of d again, after a reset. */
void bars_write(const struct device *d);

#endif
