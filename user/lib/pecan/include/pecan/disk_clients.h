/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk_clients.h - the clients of a driver of disks (<pecan/disk_driver.h>): their rings, and the blocks of
 * memory that the device reads and writes.
 */
#ifndef PECAN_DISK_CLIENTS_H
#define PECAN_DISK_CLIENTS_H

#include <pecan/disk.h>
#include <pecan/places.h>

/* Bounded by the 56 areas of a task: each block of a client is an area of the driver. */
enum { DISK_CLIENTS = 4, DISK_CLIENTS_OF_SECTION = 1 };

/* The disk of a client: so many sectors of the whole one, from this one on. unit: as in struct disk_about. */
struct disk_limits { uint64_t first, sectors; unsigned unit; bool read_only; };

struct disk_client {
	L4_Word_t task;			/* 0: free */
	unsigned section;		/* as holder of places */
	struct disk_limits disk;
	struct disk_rings *rings;
	struct pecan_dma ring_block, data[DISK_BLOCKS];
	L4_Word_t number[DISK_BLOCKS];	/* handles of its blocks (<pecan/handle.h>) */
	unsigned blocks;
	struct ring_end end;		/* held: requests at the device. broken: also if it leaves */
	bool leaving;			/* it is removed when no request is at the device */
	bool gone;			/* its disk was unplugged */
	L4_ThreadId_t waiter;		/* in disk_bell, or nilthread */
	uint32_t waiter_taken;
};

extern struct disk_client disk_clients[DISK_CLIENTS];

struct disk_client *disk_client_of(L4_Word_t task);

/* Returns a new client, or the same one reset; 0 and *status if no place is free or the block is no ring. */
struct disk_client *disk_client_attach(struct holder who, L4_Word_t block, const struct disk_limits *disk,
			     enum disk_status *status);

/* Call it first. clock: ms, from which the generations of handles begin, so that old handles are invalid. */
void disk_client_begin(unsigned clock);

/* Add a block for data. *number: its handle. */
enum disk_status disk_client_add(struct disk_client *c, L4_Word_t block, L4_Word_t *number);

/* The disk is unplugged: no request of the clients that there are can be executed. */
void disk_client_unplug(void);

/* Remove the client: its blocks are closed when no request is under way. */
void disk_client_leave(struct disk_client *c);

/* Drop the clients whose tasks have ended. */
void disk_client_drop_ended(void);

/* Returns true if a client that is being removed has requests at the device. */
bool disk_client_is_leaving(void);

/*
 * Copies the next request of a client, which there must be, to *r. Returns false if there is none, or the
 * client is broken.
 */
bool disk_client_next(struct disk_client *c, struct disk_entry *r);

/* Where a request reads or writes: the sector of the whole disk, and the address of its data. */
struct disk_place { uint64_t sector, physical; };

/* Check that the client's disk can execute the request. */
enum disk_status disk_client_check(const struct disk_client *c, const struct disk_entry *r,
				   struct disk_place *at);

/* Put an answer into the ring. */
void disk_client_answer(struct disk_client *c, uint64_t tag, enum disk_status status);

/* Returns the thread that waits in disk_bell and must be answered now, and forgets it; or nilthread. */
L4_ThreadId_t disk_client_to_wake(struct disk_client *c);

/* Write to the ring whether the driver waits for a message (driver_sleeps). */
void disk_client_note_sleep(struct disk_client *c, bool sleeps);

#endif
