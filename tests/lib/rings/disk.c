/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.c - a client that lies, and what the driver of virtio disks accepts from it
 * (user/drivers/virtio-blk/client.c).
 */
#include <drivers/virtio-blk/client.h>
#include <pecan/handle.h>
#include <string.h>

#include "rings.h"

enum { SECTORS = 1000, BLOCK = 8192, PHYSICAL = 0x100000, BLOCKS = 2 };

static struct client *begin(void)
{
	struct client *c = &clients[0];

	*c = (struct client){ .task = 1, .rings = calloc(1, sizeof(struct disk_rings)), .blocks = BLOCKS };
	for (unsigned i = 0; i < BLOCKS; i++) {
		c->data[i] = (struct pecan_dma){ .physical = PHYSICAL * (i + 1), .bytes = BLOCK };
		c->number[i] = handle_make(i, i + 1);
	}
	return c;
}

static void lie(struct bytes *b, struct client *c)
{
	struct disk_entry *r = &c->rings->request[c->taken % DISK_RING];

	switch (next_byte(b) % 3) {
	case 0:
		scribble(b, c->rings, sizeof(*c->rings));
		break;
	case 1:
		c->rings->requests = c->taken + next_step(b);
		break;
	default:
		r->kind = next_byte(b) % 4;
		r->block = next_byte(b) % (BLOCKS + 1);
		if (r->block < BLOCKS)
			r->block = (uint32_t)c->number[r->block];
		r->sector = next_number(b) % (2 * SECTORS);
		r->offset = next_byte(b) % 32 * (DISK_SECTOR / 2);
		r->sectors = next_byte(b) % 32;
		c->rings->requests = c->taken + 1;
	}
}

static bool is_good(const struct client *c, const struct disk_entry *r, bool read_only, uint64_t at)
{
	unsigned place = handle_place(r->block) % BLOCKS;
	uint64_t bytes = (uint64_t)r->sectors * DISK_SECTOR, block = c->data[place].physical;

	if (r->kind == DISK_FLUSH)
		return true;
	return (r->kind == DISK_READ || (r->kind == DISK_WRITE && !read_only)) && r->block == c->number[place]
	       && bytes > 0 && r->sector < SECTORS && r->sectors <= SECTORS - r->sector
	       && at >= block && at + bytes <= block + BLOCK;
}

static const char *drive(struct bytes *b, struct client *c, const struct limits *disk)
{
	uint32_t ahead = c->rings->requests - c->taken;
	bool cut_off = c->broken;
	struct disk_entry r;
	uint64_t at;

	if (next_byte(b) % 2) {
		if (c->under_way > 0) {
			c->under_way--;
			client_answer(c, next_byte(b), DISK_OK);
		}
	} else if (client_next(c, &r)) {
		if (cut_off || ahead > DISK_RING - c->under_way)
			return "a client that is cut off, or an index that cannot be true, is believed";
		if (client_check(c, &r, disk, &at) != DISK_OK)
			client_answer(c, r.tag, DISK_E_RANGE);
		else if (is_good(c, &r, disk->read_only, at))
			c->under_way++;
		else
			return "the device gets a request that is not in the disk or the block";
	}
	return NULL;
}

const char *play_disk(struct bytes *b)
{
	struct client *c = begin();
	struct limits disk = { SECTORS, next_byte(b) % 2 };
	const char *wrong = NULL;

	while (b->left > 0 && !wrong) {
		if (next_byte(b) % 2)
			lie(b, c);
		wrong = drive(b, c, &disk);
		client_to_wake(c);
	}
	free(c->rings);
	memset(c, 0, sizeof(*c));
	return wrong;
}
