/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.h - the client of a driver of the protocol `link`, for the driver: the client's rings, and the
 * buffers that the device reads and writes. <pecan/link_driver.h> is the driver.
 */
#ifndef PECAN_EXCHANGE_H
#define PECAN_EXCHANGE_H

#include <pecan/link.h>

/*
 * In bytes. buffer: size of each buffer for a packet, 0: as its entry says. packet: the largest packet sent.
 */
struct exchange_limits { unsigned buffer, packet; };

struct exchange {
	L4_ThreadId_t thread;		/* nilthread: there is none */
	L4_Word_t task;
	struct pecan_dma block;
	struct link_rings *rings;
	uint32_t given, taken, sent, reaped;	/* indices of the four rings */
	unsigned receives, sends;	/* entries at the device */
	bool broken;			/* its rings were invalid */
};

extern struct exchange exchange;
extern struct exchange_limits exchange_limits;

/*
 * Replace the client: close its block, which the device must not use any more, and open that of the next
 * one.
 */
enum link_status exchange_attach(L4_ThreadId_t thread, L4_Word_t block);
void exchange_leave(void);

/*
 * Take the next buffer for a packet, or the next packet, with its physical address. Returns false if there is
 * none, or the client is broken: an impossible index, or more entries at the device than a ring has. Entries
 * outside of the block are given back at once.
 */
bool exchange_next_receive(struct link_entry *e, uint64_t *physical);
bool exchange_next_send(struct link_entry *e, uint64_t *physical);

/* Returns the number of bytes of a buffer that the device may write. */
unsigned exchange_room(const struct link_entry *e);

/* Give an entry of exchange_next_... back. bytes: size of the packet; 0: none. */
void exchange_received(struct link_entry e, unsigned bytes);
void exchange_sent(struct link_entry e);

#endif
