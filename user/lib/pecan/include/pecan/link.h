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
	LINK_PACKET = 65535,		/* bytes of a packet with its header, with LINK_SEGMENTS4 or 6 */
};

/*
 * offset: of the buffer, or of the packet to be sent, in the block. bytes: of the packet, with its header if
 * there are offloads; or of a console's empty buffer.
 */
struct link_entry { uint32_t offset; uint16_t bytes, tag; };

RING(link_ring, struct link_entry, LINK_RING);

/*
 * Before each packet, sent or received, of a client with offloads; little-endian, as virtio's (1.0, 5.1.6).
 * A received packet can be in several buffers, which are in the ring one behind the other: the first one has
 * the header, the others are its bytes from their begin on, without one.
 */
struct link_header {
	uint8_t flags;
	uint8_t kind;			/* LINK_WHOLE, or what it is divided into, or was merged from */
	uint16_t headers;		/* bytes of the packet before the data of TCP; only with a kind */
	uint16_t segment;		/* bytes of data of each segment; only with a kind */
	uint16_t sum_start, sum_at;	/* LINK_SUM_LEFT: the sum is of all from there on; at: from there on */
	uint16_t buffers;		/* received: with this one; sent: 0 */
};

_Static_assert(sizeof(struct link_header) == LINK_HEADER, "the device's layout");

/*
 * LINK_SUM_LEFT: the checksum is not computed: that of the pseudo-header is in its place. LINK_SUM_GOOD: the
 * device has verified it.
 */
enum { LINK_SUM_LEFT = 1, LINK_SUM_GOOD = 2 };
enum { LINK_WHOLE = 0, LINK_TCP4 = 1, LINK_TCP6 = 4 };

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
	unsigned wants, offloads;	/* LINK_SUMS and others: that the client can use; of these the driver's */
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
