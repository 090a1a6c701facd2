/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci.h - a device on the PCI bus, for its driver: opened by the PCI server (user/proto/pci.idl), which also
 * gives its registers, interrupts and the right to access memory. Functions that return a text return 0, or a
 * sentence on the error.
 */
#ifndef PECAN_PCI_H
#define PECAN_PCI_H

#include <l4/types.h>
#include <pecan/dma.h>
#include <stdbool.h>
#include <stdint.h>

struct pecan_pci {
	L4_ThreadId_t server;
	L4_Word_t place;		/* of the device on its bus */
	bool master;			/* it may access memory */
	bool line;			/* its interrupt is a line, not messages: set by pecan_pci_attach */
};

/*
 * Open the first device of this id (vendor << 16 | device), or of this class (ROOT_PCI_CLASS | class), that
 * no other driver has. Waits for the PCI server. On a machine without the device pecan_pci_try_open returns
 * pecan_pci_absent; pecan_pci_open does not return (pecan_idle).
 */
extern const char pecan_pci_absent[];
const char *pecan_pci_try_open(struct pecan_pci *d, uint32_t id);
const char *pecan_pci_open(struct pecan_pci *d, uint32_t id);

/* From now on pecan_pci_try_open opens the device at this place only: BUS:DEVICE.FUNCTION, hexadecimal. */
const char *pecan_pci_choose(const char *place);

/* Returns true if the machine has a device of this id, or class. */
bool pecan_pci_has(uint32_t id);

/* Four bytes of the configuration space, at a multiple of 4. */
uint32_t pecan_pci_config(const struct pecan_pci *d, unsigned offset);

/* Returns true if the device has its messages from a table (MSI-X), which pecan_pci_attach has set up. */
bool pecan_pci_has_table(const struct pecan_pci *d);

/* Map a part of a memory region. Returns 0 if the region has not all of it, or it cannot be mapped. */
void *pecan_pci_map(const struct pecan_pci *d, unsigned bar, uint32_t offset, uint32_t bytes);

/*
 * Get a region of I/O ports, `least` or more, for <l4/port.h>. They are ports *first to *first + *count - 1.
 */
const char *pecan_pci_ports(const struct pecan_pci *d, unsigned bar, unsigned least, uint16_t *first,
			    unsigned *count);

/*
 * Have an interrupt sent to the calling thread: that of the device's message `vector`, or of its line. *irq
 * is the id that sends it.
 */
const char *pecan_pci_attach(struct pecan_pci *d, unsigned vector, L4_Word_t *irq);

/* Let the device access memory, and send messages. Reset it by its own registers before. */
const char *pecan_pci_master(struct pecan_pci *d);

/* The same, and a new block of memory for it (<pecan/dma.h>). */
const char *pecan_pci_memory(struct pecan_pci *d, L4_Word_t bytes, struct pecan_dma *block);

#endif
