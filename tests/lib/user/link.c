/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - tests of what the driver of virtio network cards accepts from its client
 * (user/lib/pecan/exchange.c), and of the rings. Root is that of disk.c: every block can be opened,
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

static void begin(void)
{
	memset(&exchange, 0, sizeof(exchange));
	exchange.block = (struct pecan_dma){ .at = calloc(1, BYTES), .physical = PHYSICAL, .bytes = BYTES };
	exchange.rings = exchange.block.at;
	exchange_limits = (struct exchange_limits){ LINK_BUFFER, LINK_FRAME };
}

static void end(void)
{
	free(exchange.block.at);
	memset(&exchange, 0, sizeof(exchange));
}

TEST(HLNK0001, "a block that is too small for the rings, or none, is refused")
{
	L4_ThreadId_t t = { .raw = 0x123 };

	CHECK(exchange_attach(t, 0) == LINK_E_BLOCK && !exchange.rings);
	CHECK(exchange_attach(t, 9) == LINK_E_BLOCK && !exchange.rings);
	CHECK(exchange_attach(t, 1) == LINK_E_BLOCK && !exchange.rings);
}

TEST(HLNK0002, "entries come in their order, each once; given back they are in the other ring")
{
	struct link_entry e;
	uint64_t at;
	uint32_t given = 0, taken = 0;

	begin();
	for (unsigned i = 0; i < 3 * LINK_RING; i++) {
		CHECK(!exchange_next_receive(&e, &at));
		link_put(&exchange.rings->receive, &given, (struct link_entry){ 4096, 0, (uint16_t)i });
		CHECK(exchange_next_receive(&e, &at) && e.tag == i && at == PHYSICAL + 4096);
		exchange_received(e, 60 + i % 100);
		CHECK(link_ready(&exchange.rings->received, taken) == 1);
		e = link_take(&exchange.rings->received, &taken);
		CHECK(e.tag == i && e.bytes == 60 + i % 100 && e.offset == 4096 && exchange.receives == 0);
	}
	end();
}

TEST(HLNK0003, "an index that is too far ahead, or more at the device than a ring has, cuts the client off")
{
	struct link_entry e;
	uint64_t at;

	begin();
	exchange.rings->receive.index = LINK_RING + 1;
	CHECK(!exchange_next_receive(&e, &at) && exchange.broken && !exchange_next_send(&e, &at));
	end();
	begin();
	exchange.rings->send.index = LINK_RING;
	exchange.sends = 1;
	CHECK(!exchange_next_send(&e, &at) && exchange.broken);
	end();
	begin();
	exchange.rings->receive.index = (uint32_t)-1;
	CHECK(!exchange_next_receive(&e, &at) && exchange.broken);
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
		uint32_t index = 0, back = 0;
		struct link_entry e;
		uint64_t at;

		begin();
		link_put(receive ? &exchange.rings->receive : &exchange.rings->send, &index, cases[i].e);
		good = receive ? exchange_next_receive(&e, &at) : exchange_next_send(&e, &at);
		CHECK(good == cases[i].good && !exchange.broken);
		CHECK(!good || at == PHYSICAL + cases[i].e.offset);
		back = link_ready(receive ? &exchange.rings->received : &exchange.rings->sent, 0);
		CHECK(back == !good && (good || exchange.rings->received.entry[0].bytes == 0));
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
		uint32_t index = 0;
		uint64_t at;

		begin();
		exchange_limits = (struct exchange_limits){ 0, 65535 };
		link_put(&exchange.rings->receive, &index, e);
		CHECK(exchange_next_receive(&e, &at) == cases[i].good && !exchange.broken);
		CHECK(!cases[i].good || (at == PHYSICAL + cases[i].offset && exchange_room(&e) == cases[i].bytes));
		CHECK(link_ready(&exchange.rings->received, 0) == !cases[i].good);
		end();
	}
}

TEST(HLNK0005, "whatever a client writes, what the device gets is in its block, and a ring full at most")
{
	CHECK(!play_random(play_link, PLAYS));
}
