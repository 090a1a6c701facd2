/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk.c - tests of what a driver of disks accepts from its clients
 * (user/lib/pecan/driver/disk_clients.c). Root is a stand-in: every block can be opened, and is memory of
 * this program.
 */
#include "harness.h"
#include "../rings/rings.h"
#include <pecan/disk_clients.h>
#include <pecan/task.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, PHYSICAL = 0x100000, SECTORS = 1000, PLAYS = 2000 };

static unsigned open_blocks;
static L4_Word_t ended;			/* a task that has ended */

enum root_error pecan_dma_open(L4_Word_t block, L4_Word_t owner, struct pecan_dma *d)
{
	(void)owner;
	if (block == 0)
		return ROOT_E_ARGUMENT;
	open_blocks++;
	*d = (struct pecan_dma){ block, calloc(1, BLOCK), PHYSICAL * block, block == 9 ? 512 : BLOCK };
	return ROOT_OK;
}

enum root_error pecan_dma_free(struct pecan_dma *d)
{
	open_blocks--;
	free(d->at);
	*d = (struct pecan_dma){ 0 };
	return ROOT_OK;
}

enum root_error pecan_task_by_number(L4_Word_t task, struct pecan_task *t)
{
	(void)t;
	return task == ended ? ROOT_E_TASK : ROOT_OK;
}

static struct holder sharer(L4_Word_t task) { return (struct holder){ task, 0 }; }

static const struct disk_limits whole = { 0, SECTORS, 1, false };

static struct disk_client *attach(L4_Word_t task)
{
	enum disk_status status;
	struct disk_client *c = disk_client_attach(sharer(task), 1, &whole, &status);

	if (!c || status != DISK_OK)
		abort();
	return c;
}

static uint32_t add(struct disk_client *c)
{
	L4_Word_t number;

	if (disk_client_add(c, 2, &number) != DISK_OK)
		abort();
	return (uint32_t)number;
}

TEST(HDSK0001, "requests come in their order; an index that is too far ahead cuts the client off")
{
	struct disk_client *c = attach(5);
	struct disk_entry r;

	CHECK(!disk_client_next(c, &r));
	for (unsigned i = 0; i < 200; i++) {
		c->rings->requests.entry[i % DISK_RING].tag = i;
		c->rings->requests.index = i + 1;
		CHECK(disk_client_next(c, &r) && r.tag == i && !disk_client_next(c, &r));
		disk_client_answer(c, i, DISK_OK);
	}
	c->rings->requests.index = 200 + DISK_RING + 1;
	CHECK(!disk_client_next(c, &r) && c->end.broken);
	c->rings->requests.index = 201;
	CHECK(!disk_client_next(c, &r));
	disk_client_leave(c);
	CHECK(open_blocks == 0);
}

TEST(HDSK0002, "a client with more requests in the ring and at the device than a ring has is cut off")
{
	struct disk_client *c = attach(5);
	struct disk_entry r;

	for (unsigned ahead = 1; ahead <= DISK_RING; ahead += DISK_RING - 1) {
		c->rings->requests.index = c->end.taken + ahead;
		c->end.put = c->end.taken - (DISK_RING + 1 - ahead);
		CHECK(!disk_client_next(c, &r) && c->end.broken);
		c->end.broken = false;
		c->end.put++;
		CHECK(disk_client_next(c, &r));
	}
	c->end.put = c->end.taken;
	disk_client_leave(c);
}

TEST(HDSK0003, "a request outside of the disk or its block, or of no kind is refused; others have an address")
{
	struct disk_client *c = attach(5);
	uint32_t number = add(c);
	struct disk_place at;
	struct { struct disk_entry r; enum disk_status want; } cases[] = {
		{ { DISK_READ, 0, 0, 0, 0, 8 }, DISK_OK }, { { DISK_READ, 0, 0, 0, 0, 9 }, DISK_E_RANGE },
		{ { DISK_READ, 0, 0, 0, 512, 8 }, DISK_E_RANGE }, { { DISK_READ, 0, 0, 0, 3584, 1 }, DISK_OK },
		{ { DISK_READ, 0, 0, 0, 100, 1 }, DISK_E_BLOCK }, { { DISK_READ, 1, 0, 0, 0, 1 }, DISK_E_BLOCK },
		{ { DISK_READ, 0, 0, 0, 0xfffffe00, 1 }, DISK_E_RANGE },
		{ { DISK_READ, 0, 0, 0, 512, 0xffffffff }, DISK_E_RANGE },
		{ { DISK_READ, 0, SECTORS - 1, 0, 0, 1 }, DISK_OK },
		{ { DISK_READ, 0, SECTORS - 1, 0, 0, 2 }, DISK_E_RANGE },
		{ { DISK_READ, 0, SECTORS, 0, 0, 1 }, DISK_E_RANGE },
		{ { DISK_WRITE, 0, ~0ul, 0, 0, 2 }, DISK_E_RANGE }, { { DISK_WRITE, 0, 0, 0, 0, 0 }, DISK_E_RANGE },
		{ { 3, 0, 0, 0, 0, 1 }, DISK_E_BLOCK }, { { 0xffffffff, 0, 0, 0, 0, 1 }, DISK_E_BLOCK },
		{ { DISK_FLUSH, 77, ~0ul, 0, 77, ~0u }, DISK_OK },
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].r.block == 0)
			cases[i].r.block = number;
		CHECK(disk_client_check(c, &cases[i].r, &at) == cases[i].want);
	}
	CHECK(disk_client_check(c, &cases[3].r, &at) == DISK_OK && at.physical == 2ul * PHYSICAL + 3584);
	c->disk.read_only = true;
	cases[0].r.kind = DISK_WRITE;
	CHECK(disk_client_check(c, &cases[0].r, &at) == DISK_E_READ_ONLY);
	disk_client_leave(c);
	CHECK(open_blocks == 0);
}

TEST(HDSK0004, "blocks of a client that leaves, or has ended, are kept until no request is under way")
{
	struct disk_client *c = attach(5);
	enum disk_status status;

	add(c);
	c->end.taken = 2;
	ended = 5;
	disk_client_drop_ended();
	CHECK(open_blocks == 2 && c->task == 5 && c->leaving && disk_client_is_leaving());
	CHECK(!disk_client_attach(sharer(5), 1, &whole, &status) && status == DISK_E_FULL && open_blocks == 2);
	c->end.put = c->end.taken;
	disk_client_leave(c);
	CHECK(!disk_client_is_leaving());
	CHECK(open_blocks == 0 && !disk_client_of(5));
	ended = 0;
}

TEST(HDSK0005, "places for clients are limited; a block that is too small for the rings, or none, is refused")
{
	enum disk_status status;

	CHECK(!disk_client_attach(sharer(1), 0, &whole, &status) && status == DISK_E_BLOCK);
	CHECK(!disk_client_attach(sharer(1), 9, &whole, &status) && status == DISK_E_BLOCK && open_blocks == 0);
	for (L4_Word_t task = 1; task <= DISK_CLIENTS; task++)
		attach(task);
	CHECK(!disk_client_attach(sharer(DISK_CLIENTS + 1), 1, &whole, &status) && status == DISK_E_FULL);
	ended = 3;
	CHECK(disk_client_attach(sharer(DISK_CLIENTS + 1), 1, &whole, &status) && !disk_client_of(3));
	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		disk_client_leave(&disk_clients[i]);
	CHECK(open_blocks == 0);
	ended = 0;
}

TEST(HDSK0006, "a waiting thread is answered when there is more than it has taken, or the client is cut off")
{
	struct disk_client *c = attach(5);
	L4_ThreadId_t t = { .raw = 0x123 };

	c->waiter = t;
	c->waiter_taken = 0;
	c->end.taken = 1;
	CHECK(disk_client_to_wake(c).raw == 0 && c->waiter.raw == t.raw);
	disk_client_answer(c, 7, DISK_OK);
	CHECK(c->rings->answers.index == 1 && c->rings->answers.entry[0].tag == 7);
	CHECK(disk_client_to_wake(c).raw == t.raw && disk_client_to_wake(c).raw == 0);
	c->waiter = t;
	c->waiter_taken = 1;
	CHECK(disk_client_to_wake(c).raw == 0);
	c->end.broken = true;
	CHECK(disk_client_to_wake(c).raw == t.raw);
	disk_client_leave(c);
}

TEST(HDSK0007, "an index behind the last one cuts the client off, however many requests are at the device")
{
	struct disk_client *c = attach(5);
	struct disk_entry r;

	for (c->end.put = c->end.taken; ring_held(&c->end) <= DISK_RING; c->end.put--)
		for (uint32_t back = 1; back <= DISK_RING; back++) {
			c->rings->requests.index = c->end.taken - back;
			CHECK(!disk_client_next(c, &r) && c->end.broken);
			c->end.broken = false;
		}
	c->end.put = c->end.taken;
	disk_client_leave(c);
}

TEST(HDSK0008, "whatever a client writes, what the device gets is in disk and block, and a ring full at most")
{
	CHECK(!play_random(play_disk, PLAYS));
}

TEST(HDSK0009, "a section has its place beside tasks that take all, also when its task is another one")
{
	enum { NAMED = 100 };
	enum disk_status status;
	unsigned taken = 0;

	places_know(2);
	for (L4_Word_t task = 1; task <= DISK_CLIENTS; task++)
		taken += disk_client_attach(sharer(task), 1, &whole, &status) != 0;
	CHECK(taken == DISK_CLIENTS - 1 && status == DISK_E_FULL);
	for (L4_Word_t task = NAMED; task < NAMED + 3; task++) {
		ended = task - 1;
		CHECK(!disk_client_attach(sharer(DISK_CLIENTS), 1, &whole, &status));
		CHECK(disk_client_attach((struct holder){ task, 2 }, 1, &whole, &status) && status == DISK_OK);
	}
	for (unsigned i = 0; i < DISK_CLIENTS; i++)
		disk_client_leave(&disk_clients[i]);
	CHECK(open_blocks == 0);
	ended = 0;
	places_know(0);
}

static enum disk_status read_of(const struct disk_client *c, uint32_t block)
{
	struct disk_entry r = { DISK_READ, block, 0, 0, 0, 1 };
	struct disk_place at;

	return disk_client_check(c, &r, &at);
}

TEST(HDSK0010, "the number of a block names none of a later connection, nor of a driver that starts later")
{
	struct disk_client *c;
	uint32_t first, second;

	disk_client_begin(1000);
	c = attach(5);
	first = add(c);
	CHECK(read_of(c, first) == DISK_OK && read_of(c, 0) == DISK_E_BLOCK);
	c = attach(5);
	second = add(c);
	CHECK(read_of(c, first) == DISK_E_BLOCK && read_of(c, second) == DISK_OK);
	disk_client_begin(2000);
	c = attach(5);
	add(c);
	CHECK(read_of(c, first) == DISK_E_BLOCK && read_of(c, second) == DISK_E_BLOCK);
	disk_client_leave(c);
	CHECK(open_blocks == 0);
}

TEST(HDSK0012, "of a disk that was unplugged no request is executed, until its client attaches again")
{
	struct disk_client *c = attach(5);
	uint32_t number = add(c);
	struct disk_place at = { 1, 1 };

	disk_client_unplug();
	CHECK(read_of(c, number) == DISK_E_GONE && disk_client_of(0) && !disk_client_of(0)->gone);
	CHECK(disk_client_check(c, &(struct disk_entry){ .kind = DISK_FLUSH }, &at) == DISK_E_GONE);
	CHECK(at.sector == 0);
	c = attach(5);
	CHECK(read_of(c, add(c)) == DISK_OK);
	disk_client_leave(c);
}

TEST(HDSK0011, "a client with a part of the disk reaches each sector of it, and none before or behind it")
{
	const struct disk_limits part = { 100, 50, 1, false };
	enum disk_status status;
	struct disk_client *c = disk_client_attach(sharer(5), 1, &part, &status);
	uint32_t number = add(c);
	struct disk_place at;

	for (uint64_t sector = 0; sector < SECTORS; sector++)
		for (enum disk_kind kind = DISK_READ; kind <= DISK_WRITE; kind++) {
			struct disk_entry r = { kind, number, sector, 0, 0, 1 };

			status = disk_client_check(c, &r, &at);
			CHECK(sector < 50 ? status == DISK_OK && at.sector == 100 + sector
					  : status == DISK_E_RANGE && at.sector == 0);
		}
	for (uint64_t back = 1; back <= 101; back++)
		CHECK(disk_client_check(c, &(struct disk_entry){ DISK_WRITE, number, 0 - back, 0, 0, 1 }, &at)
		      == DISK_E_RANGE);
	CHECK(disk_client_check(c, &(struct disk_entry){ DISK_WRITE, number, 49, 0, 0, 2 }, &at) == DISK_E_RANGE);
	CHECK(disk_client_check(c, &(struct disk_entry){ DISK_WRITE, number, 42, 0, 0, 8 }, &at) == DISK_OK);
	disk_client_leave(c);
}
