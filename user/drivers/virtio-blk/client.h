/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - the clients of the driver: their rings, and the blocks of memory that the device reads and
 * writes.
 */
#ifndef BLK_CLIENT_H
#define BLK_CLIENT_H

#include <pecan/disk.h>
#include <pecan/places.h>

/* Bounded by the 56 areas of a task: each block of a client is an area of the driver. */
enum { CLIENTS = 4, CLIENTS_OF_SECTION = 1 };

struct client {
	L4_Word_t task;			/* 0: free */
	unsigned section;		/* as holder of places */
	struct disk_rings *rings;
	struct pecan_dma ring_block, data[DISK_BLOCKS];
	L4_Word_t number[DISK_BLOCKS];	/* handles of its blocks (<pecan/handle.h>) */
	unsigned blocks;
	uint32_t taken, answered;	/* number of requests taken, answers put: positions in the two rings */
	unsigned under_way;		/* number of requests at the device */
	bool broken, leaving;		/* its ring was invalid; it is removed when none is under way */
	L4_ThreadId_t waiter;		/* in disk_bell, or nilthread */
	uint32_t waiter_taken;
};

extern struct client clients[CLIENTS];

struct client *client_of(L4_Word_t task);

/* Returns a new client, or the same one reset; 0 and *status if no place is free or the block is no ring. */
struct client *client_attach(struct holder who, L4_Word_t block, enum disk_status *status);

/* Call it first. clock: ms, from which the generations of handles begin, so that old handles are invalid. */
void client_begin(unsigned clock);

/* Add a block for data. *number: its handle. */
enum disk_status client_add(struct client *c, L4_Word_t block, L4_Word_t *number);

/* Remove the client: its blocks are closed when no request is under way. */
void client_leave(struct client *c);

/* Drop the clients whose tasks have ended. */
void client_drop_ended(void);

/* Returns true if a client that is being removed has requests at the device. */
bool client_is_leaving(void);

/*
 * Copies the next request to *r. Returns false if there is none, or the client is broken: its index is
 * impossible.
 */
bool client_next(struct client *c, struct disk_entry *r);

/* Check that the disk can execute the request. *physical: the address of its data. */
struct limits { uint64_t sectors; bool read_only; };
enum disk_status client_check(const struct client *c, const struct disk_entry *r, const struct limits *disk,
			      uint64_t *physical);

/* Put an answer into the ring. */
void client_answer(struct client *c, uint64_t tag, enum disk_status status);

/* Returns the thread that waits in disk_bell and must be answered now, and forgets it; or nilthread. */
L4_ThreadId_t client_to_wake(struct client *c);

/* Write to the ring whether the driver waits for a message (driver_sleeps). */
void client_note_sleep(struct client *c, bool sleeps);

#endif
