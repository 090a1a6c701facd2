/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - tests of what the driver of virtio network cards accepts from its client
 * (user/lib/pecan/server/exchange.c), and of the rings. Root is that of disk.c: every block can be opened,
 * and has 4 KiB of this program's memory; so the rings have a block of their own here.
 */
#include "harness.h"
#include "../rings/rings.h"
#include <pecan/exchange.h>
#include <pecan/server.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 65536, PHYSICAL = 0x100000, PLAYS = 2000 };

L4_Word_t pecan_client_task(L4_ThreadId_t client)
{
	return client.raw;
}

static struct exchange x;

static void begin(void)
{
	x = (struct exchange){ .limits = { LINK_BUFFER, LINK_FRAME } };
	x.block = (struct pecan_dma){ .at = calloc(1, BYTES), .physical = PHYSICAL, .bytes = BYTES };
	x.rings = x.block.at;
}

static void end(void)
{
	free(x.block.at);
	x = (struct exchange){ 0 };
}

TEST(HLNK0001, "a block that is too small for the rings, or none, is refused")
{
	L4_ThreadId_t t = { .raw = 0x123 };

	CHECK(exchange_attach(&x, t, 0) == LINK_E_BLOCK && !x.rings);
	CHECK(exchange_attach(&x, t, 9) == LINK_E_BLOCK && !x.rings);
	CHECK(exchange_attach(&x, t, 1) == LINK_E_BLOCK && !x.rings);
}

TEST(HLNK0002, "entries come in their order, each once; given back they are in the other ring")
{
	struct link_entry e;
	struct ring_end client = { 0 };

	begin();
	for (unsigned i = 0; i < 3 * LINK_RING; i++) {
		CHECK(!exchange_next_receive(&x, &e));
		CHECK(link_ask(&client, &x.rings->receive, (struct link_entry){ 4096, 0, (uint16_t)i }));
		CHECK(exchange_next_receive(&x, &e) && e.tag == i && exchange_physical(&x, &e) == PHYSICAL + 4096);
		exchange_received(&x, e, 60 + i % 100);
		CHECK(ring_take(&client, &x.rings->received, &e) && !ring_take(&client, &x.rings->received, &e));
		CHECK(e.tag == i && e.bytes == 60 + i % 100 && e.offset == 4096 && ring_held(&x.receive) == 0);
	}
	end();
}

TEST(HLNK0003, "an index that is too far ahead, or more at the device than a ring has, cuts the client off")
{
	struct link_entry e;

	begin();
	x.rings->receive.index = LINK_RING + 1;
	CHECK(!exchange_next_receive(&x, &e) && exchange_is_broken(&x) && !exchange_next_send(&x, &e));
	end();
	begin();
	x.rings->send.index = LINK_RING;
	x.send.put--;				/* one is at the device */
	CHECK(!exchange_next_send(&x, &e) && exchange_is_broken(&x));
	end();
	begin();
	x.rings->receive.index = (uint32_t)-1;
	CHECK(!exchange_next_receive(&x, &e) && exchange_is_broken(&x));
	end();
}

TEST(HLNK0004, "a buffer or packet that is not in the block, or has no size of a packet, comes back unused")
{
	struct { struct link_entry e; bool receive, good; } cases[] = {
		{ { 0, 0, 0 }, true, true }, { { BYTES - LINK_BUFFER, 0, 0 }, true, true },
		{ { BYTES - LINK_BUFFER + 1, 0, 0 }, true, false }, { { BYTES, 0, 0 }, true, false },
		{ { 0xffffffff, 0, 0 }, true, false }, { { BYTES - 60, 60, 0 }, false, true },
		{ { BYTES - 60, 61, 0 }, false, false }, { { 0, 0, 0 }, false, false },
		{ { 0, LINK_FRAME, 0 }, false, true }, { { 0, LINK_FRAME + 1, 0 }, false, false },
		{ { 0xffffffff, 1, 0 }, false, false },
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool receive = cases[i].receive, good;
		struct ring_end client = { 0 };
		uint32_t back;
		struct link_entry e;

		begin();
		link_ask(&client, receive ? &x.rings->receive : &x.rings->send, cases[i].e);
		good = receive ? exchange_next_receive(&x, &e) : exchange_next_send(&x, &e);
		CHECK(good == cases[i].good && !exchange_is_broken(&x));
		CHECK(!good || exchange_physical(&x, &e) == PHYSICAL + cases[i].e.offset);
		back = receive ? x.rings->received.index : x.rings->sent.index;
		CHECK(back == !good && (good || x.rings->received.entry[0].bytes == 0));
		end();
	}
}

TEST(HLNK0006, "where entries say how large buffers are, each has its own size, within the block and not 0")
{
	struct { uint32_t offset, bytes; bool good; } cases[] = {
		{ 0, 1, true }, { BYTES - 1, 1, true }, { BYTES - 1, 2, false }, { 1, 65535, true },
		{ 2, 65535, false }, { BYTES, 1, false }, { 0, 0, false },
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct link_entry e = { cases[i].offset, (uint16_t)cases[i].bytes, 0 };
		struct ring_end client = { 0 };

		begin();
		x.limits = (struct exchange_limits){ 0, 65535 };
		link_ask(&client, &x.rings->receive, e);
		CHECK(exchange_next_receive(&x, &e) == cases[i].good && !exchange_is_broken(&x));
		CHECK(!cases[i].good || exchange_physical(&x, &e) == PHYSICAL + cases[i].offset);
		CHECK(!cases[i].good || exchange_room(&x, &e) == cases[i].bytes);
		CHECK(x.rings->received.index == !cases[i].good);
		end();
	}
}

TEST(HLNK0005, "whatever a client writes, what the device gets is in its block, and a ring full at most")
{
	CHECK(!play_random(play_link, PLAYS));
}
