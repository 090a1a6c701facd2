/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtq.h - a split virtqueue (virtio 1.0, 2.4), the driver's side. The device may write its memory at any
 * time: so the driver's own state is not kept there. A descriptor chain is freed only when the device
 * returns its head, and each head once; anything else that the device writes is an error.
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

/* A piece of memory, by its physical address. */
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
	uint32_t notify_at;		/* for the transport: offset of the register that notifies the device */
};

/* Returns the bytes of physically contiguous memory that a queue of this size needs. */
size_t virtq_bytes(unsigned size);

/* memory: zeroed, aligned to 16 bytes. */
void virtq_init(struct virtq *q, unsigned size, void *memory, uint64_t physical);

/*
 * Add a chain of n parts; those that the device writes come last. Returns its head, or -1 if there are too
 * few free descriptors. The device may use it from now on.
 */
int virtq_add(struct virtq *q, const struct virtq_part *part, unsigned n);

/* Returns the head that the next chain will have, if there is a free descriptor. */
static inline unsigned virtq_next(const struct virtq *q) { return q->first_free; }

/* Returns true if the device needs a notification about added chains. */
bool virtq_wants_notice(const struct virtq *q);

/*
 * Returns the head of the next chain that the device has finished, and *written bytes; VIRTQ_NONE; or
 * VIRTQ_BROKEN if the device returns a chain that it does not have: then the queue cannot be used any more.
 */
enum { VIRTQ_NONE = -1, VIRTQ_BROKEN = -2 };
int virtq_take(struct virtq *q, uint32_t *written);

/* Enable or disable interrupts. After enabling call virtq_take: chains finished before cause no interrupt. */
void virtq_want_interrupts(struct virtq *q, bool want);

#endif
