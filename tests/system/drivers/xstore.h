/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xstore.h - a USB disk at the controller of xdev.h: Bulk-Only Transport, commands of SCSI, and all that a
 * device may do wrong. It stops the test if the driver breaks a rule of the transport.
 */
#ifndef TESTS_DRIVERS_XSTORE_H
#define TESTS_DRIVERS_XSTORE_H

#include <stdbool.h>
#include <stdint.h>

enum { XSTORE_BYTES = 4 << 20, XSTORE_SERIAL = 40 };

/* What it does wrong. STUCK: it answers nothing more on that endpoint, until it is reset. */
enum xstore_lie {
	XSTORE_NO_LIE, XSTORE_STALL_COMMAND, XSTORE_STALL_DATA, XSTORE_STALL_STATUS, XSTORE_STALL_STATUS_TWICE,
	XSTORE_STUCK_COMMAND, XSTORE_STUCK_DATA, XSTORE_STUCK_STATUS, XSTORE_BABBLE, XSTORE_LINE_ERROR,
	XSTORE_SHORT_RESIDUE, XSTORE_SHORT_SILENT, XSTORE_NO_DATA, XSTORE_LEFT_HUGE,
	XSTORE_SIGN, XSTORE_TAG, XSTORE_RESIDUE, XSTORE_PHASE, XSTORE_STATUS_HUGE, XSTORE_STATUS_SHORT,
	XSTORE_STATUS_NONE, XSTORE_REFUSE,
};

struct xstore {
	uint8_t bytes[XSTORE_BYTES];	/* of the first sectors; the others read as zeros */
	uint64_t sectors;
	uint32_t sector_bytes;
	uint8_t kind;			/* of INQUIRY */
	bool read_only, no_medium, no_flush, no_mode, no_serial, keeps_resets;	/* refuses Bulk-Only Reset */
	unsigned unready;		/* so many times it says that it becomes ready */
	uint8_t key, code;		/* why it has refused, or refuses by XSTORE_REFUSE */
	char serial[XSTORE_SERIAL];
	enum xstore_lie lie;		/* for commands of this operation, so many times */
	uint8_t operation;
	unsigned lies;

	unsigned reads, writes, flushes, resets, longest;	/* longest: bytes of a command */
	uint64_t last_sector;
	/* Its state. */
	enum { XSTORE_COMMAND, XSTORE_DATA, XSTORE_STATUS, XSTORE_STUCK } state;
	enum xstore_lie now;
	uint8_t block[16], answer[64];
	uint32_t tag, asked, has, residue;
	uint8_t *from;
	bool in, refused, stalled;
};

struct xdev;
struct xdev_device;

/* A disk with so many sectors, and the device that it is. */
void xstore_begin(struct xstore *s, uint64_t sectors);
struct xdev_device xstore_device(struct xstore *s, unsigned speed);

/* A bus reset. */
void xstore_reset(struct xstore *s);

/* The text that is its serial number. Returns its bytes; 0: it refuses. */
unsigned xstore_serial(const struct xstore *s, const uint8_t **text);

/* A request of its class. Returns false if it refuses. */
bool xstore_bulk_reset(struct xstore *s);

/* The doorbell of one of its endpoints. */
void xstore_ring(struct xdev *x, unsigned slot, struct xstore *s);

#endif
