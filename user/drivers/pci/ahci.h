/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ahci.h - the reset of controllers of AHCI: most have no other way.
 */
#ifndef PCI_AHCI_H
#define PCI_AHCI_H

#include <stdbool.h>

struct device;

bool ahci_is(const struct device *d);

/*
 * Reset it by its register GHC (AHCI 1.3.1, 10.4.3): then it has ended all commands, and does not use memory.
 * Returns false if the register cannot be mapped, or the reset does not end within 1 s.
 */
bool ahci_reset(const struct device *d);

#endif
