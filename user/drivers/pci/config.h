/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - the configuration space of PCI devices: config.c, and the accesses of each machine in
 * arch/<a>/access.c. A place is bus << 8 | device << 3 | function.
 */
#ifndef PCI_CONFIG_H
#define PCI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

enum config_reg {
	REG_ID = 0x00, REG_COMMAND = 0x04, REG_CLASS = 0x08, REG_HEADER = 0x0c, REG_BAR = 0x10,
	REG_BUSES = 0x18, REG_CAPABILITIES = 0x34,
	REG_INTERRUPT = 0x3c,
};

enum { COMMAND_IO = 1, COMMAND_MEMORY = 2, COMMAND_MASTER = 4, COMMAND_NO_INTX = 1 << 10 };

enum capability {
	CAP_POWER = 0x01, CAP_MSI = 0x05, CAP_VENDOR = 0x09, CAP_EXPRESS = 0x10, CAP_MSIX = 0x11, CAP_AF = 0x13,
};

/* Returns false if this machine has no configuration space. */
bool config_init(void);

/* Returns true if the kernel uses the device there: it must not be stopped, reset or moved. */
bool config_is_kernels(unsigned place);

uint32_t config_read(unsigned place, unsigned offset);
void config_write(unsigned place, unsigned offset, uint32_t value);

/*
 * The same for the two bytes at an even offset. config_write16 is one write of two bytes: the two beside them
 * may be cleared by what is written.
 */
uint16_t config_read16(unsigned place, unsigned offset);
void config_write16(unsigned place, unsigned offset, uint16_t value);

/*
 * Returns the offset of the next capability of that kind after the one at `after` (0: from the beginning of
 * the list), or 0. The search ends even if the device's list is a ring.
 */
unsigned config_capability(unsigned place, unsigned after, enum capability kind);

#endif
