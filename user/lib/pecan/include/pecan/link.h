/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - network cards and virtio's console for their client (user/proto/link.idl): packets by rings in
 * shared memory, without a copy.
 *
 * Two pairs of rings (<pecan/ring.h>) in a block, which has the buffers too:
 *
 *   receive   the client's empty buffers		received   buffers with a packet; 0 bytes: with none
 *   send      the client's packets			sent       buffers that the device has read
 *
 * Each side has one `sleeps` for all four; the message is LINK_BELL.
 */
#ifndef PECAN_LINK_H
#define PECAN_LINK_H

#include <pecan/dma.h>
#include <pecan/ring.h>
#include <proto/link.h>
#include <stdint.h>

enum {
	LINK_HEADER = 12,		/* bytes before a received packet, which the device writes */
	LINK_BUFFER = LINK_HEADER + LINK_FRAME,	/* bytes of a buffer for one */
	LINK_BELL_US = 10000,		/* send timeout of LINK_BELL */
};

/*
 * offset: of the buffer, or of the packet to be sent, in the block. bytes: of the packet, or of a console's
 * empty buffer.
 */
struct link_entry { uint32_t offset; uint16_t bytes, tag; };

RING(link_ring, struct link_entry, LINK_RING);

/* Returns false if the rings are full. */
static inline bool link_ask(struct ring_end *end, struct link_ring *r, struct link_entry e)
{
	return ring_ask(end, r, &e);
}

struct link_rings {
	uint32_t client_sleeps, unused[15], driver_sleeps, unused2[14];
	uint32_t changes;	/* grows when the driver's LINK_INFO has changed */
	struct link_ring receive, received, send, sent;
};

/*
 * Send LINK_BELL, with a timeout: the other side may be between its last read of the rings and its wait.
 * Returns false if it has ended.
 */
bool link_ring_bell(L4_ThreadId_t other);

/* The same with a timeout of so many us, 0: none. *ended: it has ended. Returns true if it was sent. */
bool link_try_bell(L4_ThreadId_t other, L4_Word_t us, bool *ended);

/* ---- the client ---- */

struct link {
	const char *name;		/* of the driver */
	L4_ThreadId_t driver;		/* nilthread: none */
	struct pecan_dma block;
	struct link_rings *rings;
	struct ring_end receive, send;
	unsigned restarts;
	uint64_t mac;
	bool up;
};

/* Returns true if the driver has broken the rules of the rings: nothing is taken from it any more. */
static inline bool link_is_broken(const struct link *l) { return l->receive.broken || l->send.broken; }

/* Allocate a block with rings and, after them, `bytes` bytes for buffers, and touch its pages. */
enum root_error link_init(struct link *l, const char *name, L4_Word_t bytes);

/*
 * Returns true if there is a driver, and it has not broken the rules. Attaches to a new one, and sets *fresh:
 * all buffers are the client's again. Does not wait.
 */
bool link_connect(struct link *l, bool *fresh);

#endif
