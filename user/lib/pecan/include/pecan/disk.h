/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.h - disks for their clients (user/proto/disk.idl): several requests under way at a time, data without
 * a copy. If the driver ends, requests without an answer are sent to the next one: reads and writes of
 * sectors have the same result when they are done twice.
 *
 * The rings: requests are produced by the client, answers by the driver. The index of each ring only grows;
 * its producer writes it after the entry, its consumer has an index of its own, in private memory. Neither
 * side trusts the other: an index that is more than DISK_RING ahead ends the connection. Before the driver
 * waits it sets driver_sleeps and reads the ring once more; a driver that works gets no message. A client
 * waits by a call (disk_bell), which the driver answers when the answer ring has an entry.
 *
 * One thread of a task at a time may use a struct disk.
 */
#ifndef PECAN_DISK_H
#define PECAN_DISK_H

#include <pecan/dma.h>
#include <proto/disk.h>
#include <stdint.h>

enum disk_kind { DISK_READ, DISK_WRITE, DISK_FLUSH };

/* block: in the ring, its number; of disk_submit and disk_do, what disk_block returned. */
struct disk_entry { uint32_t kind, block; uint64_t sector, tag; uint32_t offset, sectors; };
struct disk_done { uint64_t tag; uint32_t status, zero; };

struct disk_rings {
	uint32_t requests, driver_sleeps;	/* written by the client; by the driver */
	uint32_t unused[14];
	uint32_t answers, unused2[15];		/* written by the driver */
	struct disk_entry request[DISK_RING];
	struct disk_done answer[DISK_RING];
};

struct disk_pending { bool used; struct disk_entry request; };

struct disk {
	L4_ThreadId_t driver;
	struct disk_rings *rings;
	struct pecan_dma ring_block, data[DISK_BLOCKS];
	uint32_t number[DISK_BLOCKS];		/* the driver's handle of each block */
	unsigned blocks;
	uint32_t sent, taken;
	uint64_t sectors;
	bool read_only;
	char serial[DISK_SERIAL];
	unsigned restarts;			/* number of times that the driver was replaced */
	struct disk_pending pending[DISK_RING];	/* by tag */
};

/* Connect to the driver; DISK_LOST if there is none. */
enum disk_status disk_open(struct disk *d);
void disk_close(struct disk *d);

/* Add a block for data, of at most ROOT_DMA_MAX bytes. Returns its number, or -1. */
int disk_block(struct disk *d, L4_Word_t bytes);
static inline void *disk_data(const struct disk *d, unsigned block) { return d->data[block].at; }

/*
 * Put a request into the ring; tag is ignored. Returns its number, by which disk_wait returns it, or -1 if
 * DISK_RING are under way. The driver reads it at the latest after disk_push, or when disk_wait waits.
 */
int disk_submit(struct disk *d, const struct disk_entry *r);

/* Wake up the driver, if it sleeps. */
void disk_push(struct disk *d);

/*
 * Wait until any request has been answered. Returns its number, and *status. Returns -1 if none is under way,
 * there is no driver any more, or it refuses this task; *status is the reason.
 */
int disk_wait(struct disk *d, enum disk_status *status);

/* Execute one request and wait for its answer. No other may be under way. */
enum disk_status disk_do(struct disk *d, const struct disk_entry *r);

#endif
