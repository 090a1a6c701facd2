/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adev.h - a controller of AHCI on the bus of pci.h, as its driver sees it: registers, three ports, a disk
 * at the last one, one message. It stops the test if the driver gives it memory that it does not reach, or
 * breaks the rules of a port. A test lets it execute commands, or ends them itself, or says what no
 * controller may.
 */
#ifndef TESTS_DRIVERS_ADEV_H
#define TESTS_DRIVERS_ADEV_H

#include "pci.h"

enum { ADEV_PLACE = PCI_LINE_PLACE, ADEV_PORT = 2, ADEV_WORDS = 256, ADEV_SLOTS = 32,
       ADEV_READ = 0x25, ADEV_WRITE = 0x35, ADEV_FLUSH = 0xea };

/* A command: the sector, and how many. */
struct adev_command { unsigned command; uint64_t sector; uint32_t sectors; };

struct adev {
	struct pci_device pci;
	uint32_t control, capabilities, causes;
	uint64_t list, received;
	uint32_t port_causes, mask, command, task, link, link_control, issued;
	uint16_t words[ADEV_WORDS];	/* what IDENTIFY returns */
	uint8_t *store;
	unsigned reads, writes, flushes, resets, link_resets;
	uint64_t bad;			/* a command with this sector has an error; ~0: none */
	bool line, no_disk;
	bool silent;			/* it executes nothing by itself */
	bool gone, stuck, stuck_port;
};

/* A controller with a disk of so many sectors, at ADEV_PLACE. line: without messages. */
void adev_add(struct adev *a, uint64_t sectors, bool line);

/* The command of a slot that the driver has issued; false: it has none. */
bool adev_command(const struct adev *a, unsigned slot, struct adev_command *c);

/* Executes the commands of these slots, up to the first error. */
void adev_execute(struct adev *a, uint32_t slots);

/* Causes of an interrupt. */
void adev_interrupt(struct adev *a, uint32_t causes);

/* The state in which another driver may have left it. */
void adev_leave(struct adev *a);

#endif
