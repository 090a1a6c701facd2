/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.h - disks for their clients (user/proto/disk.idl): several requests under way at a time, data without
 * a copy. If the driver ends, requests without an answer are sent to the next one: reads and writes of
 * sectors have the same result when they are done twice. A disk that was unplugged (DISK_E_GONE) stays away
 * for this client until disk_open: what is plugged later can have been changed elsewhere.
 *
 * One pair of rings (<pecan/ring.h>); the client waits by a call (disk_bell), which the driver answers when
 * the ring of answers has an entry, so only the driver has a flag `sleeps`.
 *
 * One thread of a task at a time may use a struct disk.
 */
#ifndef PECAN_DISK_H
#define PECAN_DISK_H

#include <pecan/dma.h>
#include <pecan/ring.h>
#include <proto/disk.h>
#include <stdint.h>

enum disk_kind { DISK_READ, DISK_WRITE, DISK_FLUSH };

/* block: in the ring, its number; of disk_submit and disk_do, what disk_block returned. */
struct disk_entry { uint32_t kind, block; uint64_t sector, tag; uint32_t offset, sectors; };
struct disk_done { uint64_t tag; uint32_t status, zero; };

RING(disk_requests, struct disk_entry, DISK_RING);
RING(disk_answers, struct disk_done, DISK_RING);

struct disk_rings {
	uint32_t driver_sleeps, unused[15];
	struct disk_requests requests;
	struct disk_answers answers;
};

struct disk {
	L4_ThreadId_t driver;
	char name[ROOT_NAME_BYTES];		/* of the driver */
	struct disk_rings *rings;
	struct pecan_dma ring_block, data[DISK_BLOCKS];
	uint32_t number[DISK_BLOCKS];		/* the driver's handle of each block */
	unsigned blocks;
	struct ring_end end;
	uint64_t first, sectors;		/* first: of the whole disk, the sector that is this one's 0 */
	unsigned unit;				/* requests have whole units, of so many sectors */
	bool read_only;
	bool gone;				/* it was unplugged: no driver is connected again */
	char serial[DISK_SERIAL];
	L4_Word_t place;			/* of its controller */
	unsigned restarts;			/* number of times that the driver was replaced */
	uint64_t under_way;			/* bit n: request n is */
	struct disk_entry pending[DISK_RING];	/* the requests, by number, which is their tag */
};

/* Connect to the driver of the disk that the own section names; DISK_LOST if there is none. */
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

/*
 * For a program in which one thread waits while another one submits and takes. disk_await: wait, for at most
 * a second or so, until there are answers beyond the first `taken` ones (d->end.taken); DISK_E_CLIENT also if
 * the driver has broken the rules of the rings. disk_take: the number of the next request that has been
 * answered, and *status; -1 if there is none yet. disk_any returns true if any is under way. disk_reconnect:
 * when disk_await has failed, find the next driver, for at most so long, and give it what is under way; only
 * the caller may use d meanwhile.
 */
enum disk_status disk_await(const struct disk *d, uint32_t taken);
int disk_take(struct disk *d, enum disk_status *status);
bool disk_any(const struct disk *d);
enum disk_status disk_reconnect(struct disk *d, unsigned seconds);

/*
 * For a server that waits for messages of any thread while requests are under way: the message by which the
 * driver wakes it up is one of them. Returns the tag of the message, and *from; nilthread, and a tag that has
 * not failed: look at disk_take. If there is no driver any more it is waited for, and if there is none then,
 * disk_any is false. timeout: of the wait.
 */
L4_MsgTag_t disk_wait_any(struct disk *d, L4_Time_t timeout, L4_ThreadId_t *from);

/* Execute one request and wait for its answer. No other may be under way. */
enum disk_status disk_do(struct disk *d, const struct disk_entry *r);

/*
 * The whole units that have these sectors, for a request. Returns the number of bytes before the first sector
 * in them. At most DISK_UNIT_MAX - 1 sectors are added in front, and as many behind.
 */
static inline uint32_t disk_around(const struct disk *d, uint64_t sector, uint32_t sectors,
				   struct disk_entry *r)
{
	uint32_t skip = (uint32_t)(sector % d->unit), all = skip + sectors;

	r->sector = sector - skip;
	r->sectors = (all + d->unit - 1) / d->unit * d->unit;
	return skip * DISK_SECTOR;
}

#endif
