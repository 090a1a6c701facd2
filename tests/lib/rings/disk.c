/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.c - a client that lies, and what a driver of disks accepts from it
 * (user/lib/pecan/driver/disk_clients.c).
 */
#include <pecan/disk_clients.h>
#include <pecan/handle.h>
#include <string.h>

#include "rings.h"

enum { FIRST = 300, SECTORS = 1000, BLOCK = 8192, PHYSICAL = 0x100000, BLOCKS = 2 };

static struct disk_client *begin(bool read_only)
{
	struct disk_client *c = &disk_clients[0];

	*c = (struct disk_client){
		.task = 1, .rings = calloc(1, sizeof(struct disk_rings)), .blocks = BLOCKS,
		.disk = { FIRST, SECTORS, 1, read_only },
	};
	for (unsigned i = 0; i < BLOCKS; i++) {
		c->data[i] = (struct pecan_dma){ .physical = PHYSICAL * (i + 1), .bytes = BLOCK };
		c->number[i] = handle_make(i, i + 1);
	}
	return c;
}

static void lie(struct bytes *b, struct disk_client *c)
{
	struct disk_entry *r = &c->rings->requests.entry[c->end.taken % DISK_RING];

	switch (next_byte(b) % 3) {
	case 0:
		scribble(b, c->rings, sizeof(*c->rings));
		break;
	case 1:
		c->rings->requests.index = c->end.taken + next_step(b);
		break;
	default:
		r->kind = next_byte(b) % 4;
		r->block = next_byte(b) % (BLOCKS + 1);
		if (r->block < BLOCKS)
			r->block = (uint32_t)c->number[r->block];
		r->sector = next_number(b) % (2 * SECTORS);
		r->offset = next_byte(b) % 32 * (DISK_SECTOR / 2);
		r->sectors = next_byte(b) % 32;
		c->rings->requests.index = c->end.taken + 1;
	}
}

static bool is_good(const struct disk_client *c, const struct disk_entry *r, const struct disk_place *at)
{
	unsigned place = handle_place(r->block) % BLOCKS;
	uint64_t bytes = (uint64_t)r->sectors * DISK_SECTOR, block = c->data[place].physical;

	if (r->kind == DISK_FLUSH)
		return true;
	return (r->kind == DISK_READ || (r->kind == DISK_WRITE && !c->disk.read_only))
	       && r->block == c->number[place] && bytes > 0 && at->sector == FIRST + r->sector
	       && at->sector >= FIRST && at->sector + r->sectors <= FIRST + SECTORS
	       && at->physical >= block && at->physical + bytes <= block + BLOCK;
}

static const char *drive(struct bytes *b, struct disk_client *c)
{
	uint32_t ahead = c->rings->requests.index - c->end.taken, held = ring_held(&c->end);
	bool cut_off = c->end.broken;
	struct disk_entry r;
	struct disk_place at;

	if (next_byte(b) % 2) {
		if (held > 0)
			disk_client_answer(c, next_byte(b), DISK_OK);
	} else if (disk_client_next(c, &r)) {
		if (cut_off || ahead > DISK_RING - held)
			return "a client that is cut off, or an index that cannot be true, is believed";
		if (disk_client_check(c, &r, &at) != DISK_OK)
			disk_client_answer(c, r.tag, DISK_E_RANGE);
		else if (!is_good(c, &r, &at))
			return "the device gets a request that is not in the disk or the block";
	}
	return NULL;
}

const char *play_disk(struct bytes *b)
{
	struct disk_client *c = begin(next_byte(b) % 2);
	const char *wrong = NULL;

	while (b->left > 0 && !wrong) {
		if (next_byte(b) % 2)
			lie(b, c);
		wrong = drive(b, c);
		disk_client_to_wake(c);
	}
	free(c->rings);
	memset(c, 0, sizeof(*c));
	return wrong;
}
