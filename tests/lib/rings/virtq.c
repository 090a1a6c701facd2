/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtq.c - a device that lies, and the driver's side of its queue (user/lib/pecan/driver/virtq.c).
 */
#include <pecan/endian.h>
#include <pecan/virtq.h>
#include <string.h>

#include "rings.h"

enum { ADDRESS = 0x10000, PARTS = 3, SIZES_LOG2 = 9 };

struct item { uint32_t id, length; };

struct device {
	unsigned char *memory;
	struct virtq queue;
	bool busy[VIRTQ_MAX];			/* heads that the driver has added, and not taken */
};

static unsigned char *used(const struct device *d)
{
	return d->memory + (d->queue.physical_used - ADDRESS);
}

static void set_index(struct device *d, uint16_t index)
{
	index = le16(index);
	memcpy(used(d) + sizeof(uint16_t), &index, sizeof(index));
}

static void set_item(struct device *d, unsigned n, struct item item)
{
	item = (struct item){ le32(item.id), le32(item.length) };
	memcpy(used(d) + 2 * sizeof(uint16_t) + n % d->queue.size * sizeof(item), &item, sizeof(item));
}

/* V1, V2: every descriptor is free or in one chain, whatever the shared memory says. */
static bool is_whole(const struct virtq *q)
{
	bool seen[VIRTQ_MAX] = { false };
	unsigned n = 0, at = q->first_free;

	for (unsigned i = 0; i < q->spare; i++, n++, at = q->next[at]) {
		if (at >= q->size || seen[at])
			return false;
		seen[at] = true;
	}
	for (unsigned head = 0; head < q->size; head++) {
		at = head;
		for (unsigned i = 0; i < q->chain[head]; i++, n++, at = q->next[at]) {
			if (at >= q->size || seen[at])
				return false;
			seen[at] = true;
		}
	}
	return n == q->size;
}

static void lie(struct device *d, struct bytes *b)
{
	struct virtq *q = &d->queue;
	unsigned head;

	switch (next_byte(b) % 4) {
	case 0:
		scribble(b, d->memory, virtq_bytes(q->size));
		break;
	case 1:
		set_index(d, (uint16_t)(q->taken + next_step(b)));
		break;
	case 2:
		set_item(d, next_byte(b), (struct item){ next_number(b), next_number(b) });
		break;
	default:				/* what an honest device does, but for the choice of the head */
		head = next_byte(b);
		set_item(d, q->taken, (struct item){ head, next_byte(b) });
		set_index(d, (uint16_t)(q->taken + 1));
	}
}

static bool add(struct device *d, struct bytes *b)
{
	static const struct virtq_part part[PARTS] = {
		{ 0x5000, 16, false }, { 0x7000, 512, true }, { 0x6000, 1, true },
	};
	unsigned spare = d->queue.spare, n = next_byte(b) % (PARTS + 1);
	int head = virtq_add(&d->queue, part, n);

	if (head < 0)
		return n == 0 || n > spare;
	if ((unsigned)head >= d->queue.size || d->busy[head])
		return false;
	return d->busy[head] = true;
}

static bool take(struct device *d)
{
	uint32_t written;
	int head = virtq_take(&d->queue, &written);

	if (head < 0)
		return true;
	if ((unsigned)head >= d->queue.size || !d->busy[head])
		return false;
	d->busy[head] = false;
	return true;
}

const char *play_virtq(struct bytes *b)
{
	struct device d = { .busy = { false } };
	unsigned size = 1u << next_byte(b) % SIZES_LOG2;
	const char *wrong = NULL;

	d.memory = calloc(1, virtq_bytes(size));
	virtq_init(&d.queue, size, d.memory, ADDRESS);
	while (b->left > 0 && !wrong) {
		switch (next_byte(b) % 4) {
		case 0: lie(&d, b); break;
		case 2: virtq_want_interrupts(&d.queue, next_byte(b) % 2); break;
		case 1: wrong = add(&d, b) ? NULL : "a head that is in flight is added again"; break;
		default: wrong = take(&d) ? NULL : "a head that is not in flight comes back";
		}
		if (!is_whole(&d.queue))
			wrong = "a descriptor is neither free nor in one chain";
	}
	free(d.memory);
	return wrong;
}
