/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.h - a client of a server of the protocol `link`, for that server: the client's rings, and the
 * buffers that a device reads and writes, or the server itself. Servers are drivers (<pecan/link_driver.h>)
 * and the bridge (user/servers/bridge).
 */
#ifndef PECAN_EXCHANGE_H
#define PECAN_EXCHANGE_H

#include <pecan/link.h>

/*
 * In bytes. buffer: size of each buffer for a packet, 0: as its entry says. packet: the largest packet sent.
 */
struct exchange_limits { unsigned buffer, packet; };

struct exchange {
	struct exchange_limits limits;	/* set once; they stay when the client is another one */
	L4_ThreadId_t thread;		/* nilthread: there is none */
	L4_Word_t task;
	struct pecan_dma block;
	struct link_rings *rings;	/* 0: there is no client */
	struct ring_end receive, send;	/* held: at the device; both are broken, or none */
};

/* Returns true if the client has broken the rules of the rings: it is to be removed. */
static inline bool exchange_is_broken(const struct exchange *x) { return x->send.broken; }

/*
 * Replace the client: close its block, which the device must not use any more, and open that of the next
 * one.
 */
enum link_status exchange_attach(struct exchange *x, L4_ThreadId_t thread, L4_Word_t block);
void exchange_leave(struct exchange *x);

/*
 * Take the next buffer for a packet, or the next packet, which is in the client's block. Returns false if
 * there is none, or the client is broken. Entries outside of the block are given back at once.
 */
bool exchange_next_receive(struct exchange *x, struct link_entry *e);
bool exchange_next_send(struct exchange *x, struct link_entry *e);

/* Where the buffer or packet of an entry of exchange_next_... is: for the device; for the server. */
static inline uint64_t exchange_physical(const struct exchange *x, const struct link_entry *e)
{
	return x->block.physical + e->offset;
}

static inline char *exchange_at(const struct exchange *x, const struct link_entry *e)
{
	return (char *)x->block.at + e->offset;
}

/* Returns the number of bytes of a buffer that may be written. */
unsigned exchange_room(const struct exchange *x, const struct link_entry *e);

/* Give an entry of exchange_next_... back. bytes: size of the packet; 0: none. */
void exchange_received(struct exchange *x, struct link_entry e, unsigned bytes);
void exchange_sent(struct exchange *x, struct link_entry e);

#endif
