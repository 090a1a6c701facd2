/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * intx.h - the interrupt lines of devices that have no messages.
 */
#ifndef PCI_INTX_H
#define PCI_INTX_H

#include <stdbool.h>

struct device;

/* Read the machine's table, if it has one (mptable.h). */
void intx_init(void);

/* Get the interrupt line of the device. Returns false if it has none, or the table does not contain it. */
bool intx_line(const struct device *d, unsigned *line);

#endif
