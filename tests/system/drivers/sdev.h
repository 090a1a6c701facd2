/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sdev.h - serial lines by PCI, QEMU's `pci-serial` and its kin: 16550A at I/O ports on the bus of pci.h,
 * with one interrupt line for all. It stops the test if the driver writes more bytes than the FIFO holds, or
 * sends at another rate than 115,200. A test plays the other side, or makes the device lie.
 */
#ifndef TESTS_DRIVERS_SDEV_H
#define TESTS_DRIVERS_SDEV_H

#include "pci.h"

enum { SDEV_ID = 0x1b360002, SDEV_PLACE = PCI_LINE_PLACE, SDEV_PORT = 0xc040, SDEV_LINES = 4, SDEV_FIFO = 16,
       SDEV_TEXT = 8192, SDEV_DRAIN_US = 1400,
       SDEV_OVERRUN = 2, SDEV_PARITY = 4, SDEV_FRAMING = 8, SDEV_BREAK = 16 };

struct sdev {
	struct pci_device pci;
	struct sdev_line {
		uint8_t ier, lcr, mcr, scratch, divisor[2];
		bool fifo_on, empty_pending;
		uint8_t fifo[SDEV_FIFO], error[SDEV_FIFO];	/* received: a byte, and what is said of it */
		unsigned first, count;
		bool overrun, drains;
	} line[SDEV_LINES];
	char sent[SDEV_TEXT];		/* by the first line */
	unsigned bytes, lines;
	bool raised;
	bool no_registers, no_fifo, gone;	/* `gone`: it answers no access */
	bool full;			/* its FIFO of bytes to be sent is never empty, it says */
	bool fast;			/* bytes are out as soon as they are written */
	bool babbles;			/* there is always a byte, it says */
	unsigned interrupts, babbled, rts_falls;
	unsigned rates;			/* how often the divisor was written */
};

/* A device with 1, 2 or 4 lines. */
void sdev_add(struct sdev *s, unsigned lines);

/* Bytes come; the number that the FIFO had room for: what comes then is lost, and the status says so. */
unsigned sdev_comes(struct sdev *s, const char *text);

/* One byte with SDEV_PARITY and the like. */
void sdev_comes_damaged(struct sdev *s, char byte, uint8_t error);

/* Returns true if this was sent, and nothing else since the last such look. */
bool sdev_sent(struct sdev *s, const char *text);

/* The state that another driver or the firmware has left: anything. */
void sdev_scramble(struct sdev *s, unsigned seed);

/* The line changes if a cause of the device has. */
void sdev_update(struct sdev *s);

#endif
