/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.h - the client of a driver of the protocol `link`, for the driver: the client's rings, and the
 * buffers that the device reads and writes. <pecan/link_driver.h> is the driver.
 */
#ifndef PECAN_EXCHANGE_H
#define PECAN_EXCHANGE_H

#include <pecan/link.h>

/* What the device takes, in bytes. buffer: of each buffer for a packet; 0: as many as its entry says. */
struct exchange_limits { unsigned buffer, packet; };

struct exchange {
	L4_ThreadId_t thread;		/* nilthread: there is none */
	L4_Word_t task;
	struct pecan_dma block;
	struct link_rings *rings;
	uint32_t given, taken, sent, reaped;	/* indices of the four rings */
	unsigned receives, sends;	/* entries at the device */
	bool broken;			/* it has broken the rules */
};

extern struct exchange exchange;
extern struct exchange_limits exchange_limits;

/* The device reaches the block of the client before no more: give it back, and take that of another one. */
enum link_status exchange_attach(L4_ThreadId_t thread, L4_Word_t block);
void exchange_leave(void);

/*
 * The next buffer for a packet, or the next packet, with its physical address. Returns false if there is
 * none, or the client has broken the rules: an index that cannot be true, or more at the device than a ring
 * has. What is not in the block is given back at once.
 */
bool exchange_next_receive(struct link_entry *e, uint64_t *physical);
bool exchange_next_send(struct link_entry *e, uint64_t *physical);

/* How many bytes of a buffer the device may write. */
unsigned exchange_room(const struct link_entry *e);

/* Give an entry back that exchange_next_... had. bytes: of the packet; 0: none. */
void exchange_received(struct link_entry e, unsigned bytes);
void exchange_sent(struct link_entry e);

#endif
