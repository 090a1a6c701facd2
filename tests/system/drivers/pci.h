/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci.h - devices on a PCI bus: configuration space by the ports 0xcf8 and 0xcfc, regions of registers, and
 * messages for interrupts.
 */
#ifndef TESTS_DRIVERS_PCI_H
#define TESTS_DRIVERS_PCI_H

#include <stdbool.h>
#include <stdint.h>

enum { PCI_SPACE = 256, PCI_BARS = 6, PCI_MESSAGES = 16,
       PCI_COMMAND = 4, PCI_BAR0 = 0x10, PCI_CAP_LIST = 0x34,
       PCI_COMMAND_IO = 1, PCI_COMMAND_MASTER = 4, PCI_NO_INTX = 1 << 10,
       PCI_LINE_PLACE = 3 << 3, PCI_LINE = 11 };

struct pci_device {
	unsigned place;			/* bus << 8 | device << 3 | function */
	uint8_t space[PCI_SPACE];
	uint32_t bar_mask[PCI_BARS];	/* bits of the register that can be set; 0: no region */
	unsigned caps_end;		/* the next free place for a capability */
	unsigned msix;			/* offset of the capability; 0: none */
	unsigned msix_bar;
	uint32_t msix_offset;		/* of the table in that region */
	uint32_t table[PCI_MESSAGES * 4];
	/* After a write to the configuration space, but for the regions; may be NULL. */
	void (*configured)(struct pci_device *d, unsigned offset, uint32_t value);
	/* Registers of a region, but for the table. bytes: 1, 2 or 4. */
	uint32_t (*read)(struct pci_device *d, unsigned bar, uint32_t offset, unsigned bytes);
	void (*write)(struct pci_device *d, unsigned bar, uint32_t offset, uint32_t value, unsigned bytes);
};

void pci_no_bus(void);		/* the machine has none */

/* A device is added: id is vendor << 16 | device, class << 16 | subclass << 8 | interface. */
void pci_add(struct pci_device *d, unsigned place, uint32_t id, uint32_t class);

/* A region at a physical address, of a power of two of bytes from 4096 on; words of its configuration. */
void pci_region(struct pci_device *d, unsigned bar, uint32_t physical, uint32_t bytes);
void pci_set32(struct pci_device *d, unsigned offset, uint32_t value);
uint32_t pci_get32(const struct pci_device *d, unsigned offset);

/* A region of I/O ports: a power of two of them. */
void pci_ports_region(struct pci_device *d, unsigned bar, uint32_t first, uint32_t count);

/* A capability of so many bytes behind the others; its offset. */
unsigned pci_capability(struct pci_device *d, uint8_t kind, unsigned bytes);

/* Message-signalled interrupts, with a table at the beginning of that region. */
void pci_messages(struct pci_device *d, unsigned bar, unsigned count);

/* The same with the table at the end of a region that has other registers. */
void pci_messages_at(struct pci_device *d, unsigned bar, uint32_t offset, unsigned count);

/* The device sends message n, if the driver has set it up. Returns false if it has not. */
bool pci_send(struct pci_device *d, unsigned n);

/* An interrupt line instead, and a table of the firmware that names it: for the device at PCI_LINE_PLACE. */
void pci_line(struct pci_device *d);
void pci_raise(const struct pci_device *d);	/* unless the line is disabled */

/* An access of one byte to a port of a region; 0xff and nothing if no device answers there. */
uint8_t pci_region_in(unsigned port);
void pci_region_out(unsigned port, uint8_t value);

/* The ports of the configuration space. */
uint32_t pci_port_read(unsigned port);
void pci_port_write(unsigned port, uint32_t value, unsigned bytes);

#endif
