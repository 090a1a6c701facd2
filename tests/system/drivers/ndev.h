/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ndev.h - an NVMe controller on the bus of pci.h, as its driver sees it: registers, queues, one message. It
 * stops the test if the driver gives it memory that it does not reach, or breaks the rules of a queue. A test
 * lets it execute the commands for its disk, or completes them itself, or writes what no controller may.
 */
#ifndef TESTS_DRIVERS_NDEV_H
#define TESTS_DRIVERS_NDEV_H

#include "pci.h"

enum { NDEV_PLACE = PCI_LINE_PLACE, NDEV_NAMESPACES = 3, NDEV_TEXT = 4096,
       NDEV_READ = 2, NDEV_WRITE = 1, NDEV_FLUSH = 0 };

/* What IDENTIFY writes: offsets of bytes. */
enum { NDEV_LONGEST = 77, NDEV_CACHE = 525, NDEV_FORMAT = 26, NDEV_ATTRIBUTES = 99, NDEV_FORMATS = 128 };

struct ndev_command { uint32_t head, namespace, unused[4]; uint64_t at, more, sector; uint32_t word[4]; };

struct ndev_queue {
	uint64_t commands, done;
	unsigned entries, head, tail, next, seen;	/* next: completion; seen: those that the driver has taken */
	uint32_t phase;
};

struct ndev {
	struct pci_device pci;
	uint64_t capabilities;
	uint32_t control, state, sizes;
	uint64_t admin_commands, admin_done;
	struct ndev_queue queue[2];			/* for administration; for the disk */
	uint8_t text[1 + NDEV_NAMESPACES][NDEV_TEXT];	/* of the controller; of namespaces 1 .. */
	uint8_t *store;
	unsigned log2;			/* of the bytes of a sector */
	unsigned reads, writes, flushes, resets, longest;	/* longest: sectors of one command */
	uint16_t error;			/* of each command for the disk */
	bool line;
	bool silent, mute;		/* no answer to commands for the disk; to any */
	bool gone, stuck, never_ready, refuses;
};

/* A controller with one namespace of so many sectors, at NDEV_PLACE. line: without messages. */
void ndev_add(struct ndev *n, uint64_t sectors, bool line);

/* Sectors of a namespace, from 1. */
void ndev_namespace(struct ndev *n, unsigned number, uint64_t sectors);

/* The next command for the disk of a silent one; false: there is none. */
bool ndev_take(struct ndev *n, struct ndev_command *c);

/* Completes a command for the disk, by its identity, with an interrupt. */
void ndev_complete(struct ndev *n, unsigned identity, unsigned error);

/* The same with any numbers of a queue and of its head. */
void ndev_lie(struct ndev *n, unsigned identity, unsigned queue, unsigned head);

/* The state in which another driver may have left it. */
void ndev_leave(struct ndev *n);

#endif
