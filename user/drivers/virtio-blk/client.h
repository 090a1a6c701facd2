/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - the clients of the driver: their rings, and the blocks that the device reads and writes.
 */
#ifndef BLK_CLIENT_H
#define BLK_CLIENT_H

#include <pecan/disk.h>
#include <pecan/places.h>

/* The blocks of all of them, and the driver's own, are areas of a task, of which there are 56. */
enum { CLIENTS = 4, CLIENTS_OF_SECTION = 1 };

struct client {
	L4_Word_t task;			/* 0: free */
	unsigned section;		/* as holder of places */
	struct disk_rings *rings;
	struct pecan_dma ring_block, data[DISK_BLOCKS];
	L4_Word_t number[DISK_BLOCKS];	/* of its blocks: handles (<pecan/handle.h>) */
	unsigned blocks;
	uint32_t taken, answered;	/* entries of the two rings */
	unsigned under_way;		/* requests at the device */
	bool broken, leaving;		/* it has broken the rules; it goes when none is under way */
	L4_ThreadId_t waiter;		/* in disk_bell, or nilthread */
	uint32_t waiter_taken;
};

extern struct client clients[CLIENTS];

struct client *client_of(L4_Word_t task);

/* A new client, or the same one anew; 0 and *status: no place, or the block is no ring. */
struct client *client_attach(struct holder who, L4_Word_t block, enum disk_status *status);

/* The generations of blocks begin after that of the driver's clock, in ms. */
void client_begin(unsigned clock);

/* Another block for data, and its number. */
enum disk_status client_add(struct client *c, L4_Word_t block, L4_Word_t *number);

/* Its blocks are given back when no request is under way. */
void client_leave(struct client *c);

/* Drop the clients whose tasks have ended. */
void client_drop_ended(void);

/* Has a client that leaves requests at the device? */
bool client_is_leaving(void);

/*
 * The next request, copied, into *r. Returns false if there is none, or the client is cut off: its index
 * cannot be true.
 */
bool client_next(struct client *c, struct disk_entry *r);

/* Is the request one that the disk can do? The physical address of its data, in *physical. */
struct limits { uint64_t sectors; bool read_only; };
enum disk_status client_check(const struct client *c, const struct disk_entry *r, const struct limits *disk,
			      uint64_t *physical);

/* Put an answer into the ring. */
void client_answer(struct client *c, uint64_t tag, enum disk_status status);

/* The thread that waits in disk_bell and must be answered now, which it is not any more; or nilthread. */
L4_ThreadId_t client_to_wake(struct client *c);

/* Tell the client whether the driver sleeps. */
void client_note_sleep(struct client *c, bool sleeps);

#endif
