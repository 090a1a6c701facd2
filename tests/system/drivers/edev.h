/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * edev.h - a network card with Intel's 82574L on the bus of pci.h, as its driver sees it: registers, legacy
 * descriptors, interrupts. It stops the test if the driver gives it memory that it does not reach. A test
 * plays the network, or writes into descriptors what no card may.
 */
#ifndef TESTS_DRIVERS_EDEV_H
#define TESTS_DRIVERS_EDEV_H

#include "pci.h"

enum edev_interrupts { EDEV_TABLE, EDEV_MESSAGE, EDEV_LINE };	/* MSI-X, MSI, INTx */
enum { EDEV_REGISTERS = 0x6000, EDEV_ID = 0x808610d3, EDEV_PLACE = PCI_LINE_PLACE,
       EDEV_DONE = 1, EDEV_WHOLE = 2 };

struct edev {
	struct pci_device pci;
	enum edev_interrupts kind;
	uint32_t reg[EDEV_REGISTERS / 4];
	uint32_t pending;		/* causes that have interrupted */
	unsigned msi;			/* offset of the capability */
	uint64_t mac;
	bool no_link;
	bool busy, stuck, gone;		/* no end of accesses to memory; of a reset; it answers no access */
	unsigned resets, interrupts;
};

/* A card at EDEV_PLACE; its address, as link_info has it. */
void edev_add(struct edev *e, enum edev_interrupts kind, uint64_t mac);

/* A packet comes. Returns false if the card has no buffer for it, or does not receive. */
bool edev_receive(struct edev *e, const void *data, unsigned bytes);

/* A packet of so many equal bytes. */
bool edev_comes(struct edev *e, char byte, unsigned bytes);

/* The driver's next packet, of which the card has sent all; its place, 0: there is none. Then it is done. */
const char *edev_next(struct edev *e, unsigned *bytes);
void edev_sent(struct edev *e);

/* It writes a descriptor, `ahead` of the one that is next, without regard to whose it is; and interrupts. */
void edev_lie_received(struct edev *e, unsigned ahead, unsigned bytes, uint8_t status, uint8_t errors);
void edev_lie_sent(struct edev *e, unsigned ahead);

void edev_link(struct edev *e, bool up);

/* Returns true if it holds its line. */
bool edev_holds_line(const struct edev *e);

/* The state of a card that another driver has left: anything. */
void edev_scramble(struct edev *e, unsigned seed);

#endif
