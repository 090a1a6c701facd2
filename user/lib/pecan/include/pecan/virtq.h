/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtq.h - a split virtqueue (virtio 1.0, 2.4), the driver's side. It is memory that the device writes at
 * any time: nothing that the driver decides by is kept there. A descriptor chain is freed only when the
 * device returns its head, and each head once; anything else that the device writes is an error.
 *
 *   V1  each descriptor is free, or in the chain of one head in flight
 *   V2  chain[i] is the length of the chain if i is a head in flight, else 0
 */
#ifndef PECAN_VIRTQ_H
#define PECAN_VIRTQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIRTQ_MAX = 256, VIRTQ_ALIGN = 4096 };

/* A piece of memory, as the device sees it. */
struct virtq_part { uint64_t physical; uint32_t bytes; bool device_writes; };

struct virtq {
	unsigned size;			/* descriptors: a power of two up to VIRTQ_MAX */
	volatile struct virtq_desc *desc;
	volatile struct virtq_avail *avail;
	volatile struct virtq_used *used;
	unsigned spare;			/* free descriptors */
	uint16_t first_free, added, taken;
	uint16_t next[VIRTQ_MAX], chain[VIRTQ_MAX];
	uint64_t physical_desc, physical_avail, physical_used;
	uint32_t notify_at;		/* of the transport: where the device is notified */
};

/* Bytes of memory that a queue of this size needs, physically contiguous. */
size_t virtq_bytes(unsigned size);

/* memory: zeroed, aligned to 16 bytes. */
void virtq_init(struct virtq *q, unsigned size, void *memory, uint64_t physical);

/*
 * Add a chain of n parts, those that the device writes last. Returns its head, or -1 if there are not enough
 * free descriptors. The device may see it from now on.
 */
int virtq_add(struct virtq *q, const struct virtq_part *part, unsigned n);

/* Returns true if the device wants a notification of what was added. */
bool virtq_wants_notice(const struct virtq *q);

/*
 * The next chain that the device has done with: its head, with *written bytes; VIRTQ_NONE; or VIRTQ_BROKEN,
 * if the device has returned a chain that it has not got: the queue cannot be used after that.
 */
enum { VIRTQ_NONE = -1, VIRTQ_BROKEN = -2 };
int virtq_take(struct virtq *q, uint32_t *written);

/* Should the device interrupt? After `true`, what it has done meanwhile must be taken: no interrupt comes. */
void virtq_want_interrupts(struct virtq *q, bool want);

#endif
