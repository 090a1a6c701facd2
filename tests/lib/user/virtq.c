/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtq.c - tests of the queues of virtio devices (user/lib/pecan/driver/virtq.c): a device that keeps the
 * rules, and one that writes anything anywhere into the memory that it shares.
 */
#include "harness.h"
#include "../rings/rings.h"
#include <pecan/endian.h>
#include <pecan/virtq.h>
#include <string.h>

enum { SIZE = 16, PLAYS = 2000, ADDRESS = 0x10000 };

/* The layout of virtio 1.0, 2.4, as the device sees it: little-endian. */
struct desc { uint64_t address; uint32_t length; uint16_t flags, next; };
struct item { uint32_t id, length; };

struct device {
	unsigned char *memory;
	struct virtq queue;
	uint16_t seen, done;
};

static struct desc *descriptor(struct device *d, unsigned i)
{
	return (struct desc *)(void *)(d->memory + (d->queue.physical_desc - ADDRESS)) + i;
}

static uint16_t *available(struct device *d)
{
	return (uint16_t *)(void *)(d->memory + (d->queue.physical_avail - ADDRESS));
}

static uint16_t *used(struct device *d)
{
	return (uint16_t *)(void *)(d->memory + (d->queue.physical_used - ADDRESS));
}

static struct item *item(struct device *d, unsigned i)
{
	return (struct item *)(void *)(used(d) + 2) + i % SIZE;
}

static unsigned next(struct device *d, unsigned head) { return le16(descriptor(d, head)->next); }

static void begin(struct device *d)
{
	memset(d, 0, sizeof(*d));
	d->memory = calloc(1, virtq_bytes(SIZE));
	virtq_init(&d->queue, SIZE, d->memory, ADDRESS);
}

/* The device takes the next chain: its head, or -1. */
static int device_takes(struct device *d)
{
	if (le16(available(d)[1]) == d->seen)
		return -1;
	return le16(available(d)[2 + d->seen++ % SIZE]);
}

static void device_returns(struct device *d, unsigned head, uint32_t length)
{
	*item(d, d->done) = (struct item){ le32(head), le32(length) };
	used(d)[1] = le16(++d->done);
}

static unsigned chain_length(struct device *d, unsigned head)
{
	unsigned n = 1;

	for (; le16(descriptor(d, head)->flags) & 1; n++)
		head = next(d, head);
	return n;
}

static const struct virtq_part parts[] = {
	{ 0x5000, 16, false }, { 0x7000, 512, true }, { 0x6000, 1, true },
};

TEST(HVTQ0001, "the device finds each chain as it was added; the driver gets back the head and the length")
{
	struct device d;
	uint32_t written;

	begin(&d);
	for (unsigned round = 0; round < 100000; round++) {
		int head = virtq_add(&d.queue, parts, 3);

		CHECK(head >= 0 && device_takes(&d) == head && device_takes(&d) == -1);
		CHECK(chain_length(&d, (unsigned)head) == 3);
		CHECK(le64(descriptor(&d, (unsigned)head)->address) == 0x5000);
		CHECK(le16(descriptor(&d, (unsigned)head)->flags) == 1);
		CHECK(le16(descriptor(&d, next(&d, (unsigned)head))->flags) == 3);
		CHECK(virtq_take(&d.queue, &written) == VIRTQ_NONE);
		device_returns(&d, (unsigned)head, round);
		CHECK(virtq_take(&d.queue, &written) == head && written == round);
		CHECK(d.queue.spare == SIZE);
	}
	free(d.memory);
}

TEST(HVTQ0002, "chains are returned in any order; what does not fit is refused, and nothing has changed then")
{
	struct device d;
	uint32_t written;
	int head[SIZE / 3];

	begin(&d);
	for (unsigned i = 0; i < SIZE / 3; i++)
		head[i] = virtq_add(&d.queue, parts, 3);
	CHECK(virtq_add(&d.queue, parts, 3) == VIRTQ_NONE && d.queue.spare == SIZE % 3);
	CHECK(virtq_add(&d.queue, parts, 0) == VIRTQ_NONE);
	for (unsigned i = SIZE / 3; i-- > 0; ) {
		device_returns(&d, (unsigned)head[i], 0);
		CHECK(virtq_take(&d.queue, &written) == head[i]);
	}
	CHECK(d.queue.spare == SIZE && virtq_take(&d.queue, &written) == VIRTQ_NONE);
	free(d.memory);
}

TEST(HVTQ0003, "a head that is none, returned twice, or an index too far ahead breaks the queue")
{
	struct device d;
	uint32_t written;
	int head;

	begin(&d);
	head = virtq_add(&d.queue, parts, 3);
	device_returns(&d, SIZE, 0);
	CHECK(virtq_take(&d.queue, &written) == VIRTQ_BROKEN);
	d.done--;
	device_returns(&d, next(&d, (unsigned)head), 0);	/* in the middle of the chain */
	CHECK(virtq_take(&d.queue, &written) == VIRTQ_BROKEN);
	d.done--;
	device_returns(&d, (unsigned)head, 0);
	CHECK(virtq_take(&d.queue, &written) == head);
	device_returns(&d, (unsigned)head, 0);
	CHECK(virtq_take(&d.queue, &written) == VIRTQ_BROKEN);
	used(&d)[1] = le16((uint16_t)(d.queue.taken + SIZE + 1));
	CHECK(virtq_take(&d.queue, &written) == VIRTQ_BROKEN);
	free(d.memory);
}

TEST(HVTQ0004, "whatever a device writes, each descriptor is free or in one chain, and none comes back twice")
{
	CHECK(!play_random(play_virtq, PLAYS));
}
