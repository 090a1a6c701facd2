/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - network cards and virtio's console for their client (user/proto/link.idl): packets by rings in
 * shared memory, without a copy.
 *
 * Each ring has one producer and one consumer. Its index only grows; the producer writes it after the entry,
 * the consumer has an index of its own, in private memory. Neither side trusts the other.
 *
 *   receive   the client's empty buffers		received   buffers with a packet; 0 bytes: with none
 *   send      the client's packets			sent       buffers that the device has read
 *
 * Before a side waits it sets its `sleeps` and reads its rings once more; the other side sends LINK_BELL only
 * if `sleeps` is set. A side clears its own `sleeps` before it reads the other one's: so the two never send
 * to each other at the same time.
 */
#ifndef PECAN_LINK_H
#define PECAN_LINK_H

#include <pecan/dma.h>
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

struct link_ring { uint32_t index, unused[15]; struct link_entry entry[LINK_RING]; };

struct link_rings {
	uint32_t client_sleeps, unused[15], driver_sleeps, unused2[14];
	uint32_t changes;	/* grows when the driver's LINK_INFO has changed */
	struct link_ring receive, received, send, sent;
};

/* Append an entry. *index: the producer's own copy of the index, which is incremented. */
static inline void link_put(struct link_ring *r, uint32_t *index, struct link_entry e)
{
	r->entry[(*index)++ % LINK_RING] = e;
	__atomic_store_n(&r->index, *index, __ATOMIC_RELEASE);
}

/* Returns the number of entries after `taken`, the consumer's index. Above LINK_RING the ring is invalid. */
static inline uint32_t link_ready(const struct link_ring *r, uint32_t taken)
{
	return __atomic_load_n(&r->index, __ATOMIC_ACQUIRE) - taken;
}

/* Returns a copy of the next entry, and increments the consumer's index. */
static inline struct link_entry link_take(const struct link_ring *r, uint32_t *taken)
{
	const volatile struct link_entry *e = &r->entry[(*taken)++ % LINK_RING];

	return (struct link_entry){ e->offset, e->bytes, e->tag };
}

static inline void link_set_sleeps(uint32_t *own, bool sleeps)
{
	__atomic_store_n(own, sleeps, __ATOMIC_SEQ_CST);
}

/* Call it after link_put. Returns true if the other side needs a message. */
static inline bool link_sleeps(const uint32_t *other)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* the index before the other side's flag */
	return __atomic_load_n(other, __ATOMIC_RELAXED) != 0;
}

/*
 * Send LINK_BELL, with a timeout: the other side may be between its last read of the rings and its wait.
 * Returns false if it has ended.
 */
bool link_ring_bell(L4_ThreadId_t other);

/* ---- the client ---- */

struct link {
	const char *name;		/* of the driver */
	L4_ThreadId_t driver;		/* nilthread: none */
	struct pecan_dma block;
	struct link_rings *rings;
	uint32_t given, taken, sent, reaped;	/* indices of the four rings */
	unsigned restarts;
	uint64_t mac;
	bool up;
};

/* Allocate a block with rings and, after them, `bytes` bytes for buffers. */
enum root_error link_init(struct link *l, const char *name, L4_Word_t bytes);

/*
 * Returns true if there is a driver. Attaches to a new one, and sets *fresh: all buffers are the client's
 * again. Does not wait.
 */
bool link_connect(struct link *l, bool *fresh);

#endif
