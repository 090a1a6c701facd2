/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_bridge.c - the bridge, at a card of virtio-net, with clients that keep the rules or do not.
 */
#include <string.h>
#include <servers/bridge/card.h>
#include "t_bridge_clients.h"

enum { STATUS_AT = 4, THIRD_TASK = OTHER_TASK + 1 };

TEST(bridge_addresses, "each client has a local address of its own, by its section, and sees the cable")
{
	CHECK(br_begin() && br_link[0].up && br_link[1].up);
	CHECK(br_link[0].mac != br_link[1].mac && br_link[0].mac != CARD_MAC && br_link[1].mac != CARD_MAC);
	for (unsigned i = 0; i < CLIENTS; i++) {
		CHECK((br_link[i].mac >> 40 & 3) == 2 && (br_link[i].mac & 0xffffffff) == (CARD_MAC & 0xffffffff));
		CHECK(br_link[i].mac == (CARD_MAC ^ (uint64_t)(SECTION + i) << 42));
	}
}

TEST(bridge_given, "a program has the address that the bridge is given for it")
{
	br_start_card();
	machine_start(BRIDGE_TASK, br_of_addresses);
	machine_wait(1000000);
	CHECK(br_attach(0) && br_attach(1) && br_link[0].mac == GIVEN_MAC && br_link[1].mac != GIVEN_MAC);
	br_send(0, OUTSIDE, GIVEN_MAC, 'g');
	CHECK(br_out() == 'g');
}

TEST(bridge_out, "a frame to the outside goes there only, each once and unchanged")
{
	CHECK(br_begin());
	br_give(0, 8);
	br_give(1, 8);
	br_send(0, OUTSIDE, br_link[0].mac, 'a');
	CHECK(br_out() == 'a' && br_out() == -1 && br_got(1) == -1 && br_got(0) == -1);
	br_send(1, OUTSIDE, br_link[1].mac, 'b');
	CHECK(br_out() == 'b' && br_out() == -1 && br_got(0) == -1 && br_got(1) == -1);
	CHECK(br_info(0).sent == 1 && br_info(0).dropped == 0 && br_info(0).refused == 0);
}

TEST(bridge_between, "a frame to another client goes to it and not to the card; a broadcast to both")
{
	CHECK(br_begin());
	br_give(0, 8);
	br_give(1, 8);
	br_send(0, br_link[1].mac, br_link[0].mac, 'a');
	CHECK(br_got(1) == 'a' && br_got(1) == -1 && br_got(0) == -1 && br_out() == -1);
	br_send(1, BROADCAST, br_link[1].mac, 'b');
	CHECK(br_got(0) == 'b' && br_got(0) == -1 && br_got(1) == -1 && br_out() == 'b' && br_out() == -1);
	br_send(1, br_link[1].mac, br_link[1].mac, 'c');
	CHECK(br_got(0) == -1 && br_got(1) == -1 && br_out() == -1);
	CHECK(br_info(0).received == 1 && br_info(1).received == 1 && br_info(1).sent == 2);
}

TEST(bridge_in, "a frame from outside goes to the client with its address, a broadcast to all")
{
	CHECK(br_begin());
	br_give(0, 8);
	br_give(1, 8);
	CHECK(br_comes(br_link[1].mac, 'a') && br_got(1) == 'a' && br_got(0) == -1);
	CHECK(br_comes(br_link[0].mac, 'b') && br_got(0) == 'b' && br_got(1) == -1);
	CHECK(br_comes(BROADCAST, 'c') && br_got(0) == 'c' && br_got(1) == 'c');
	CHECK(br_comes(CARD_MAC, 'd') && br_comes(OUTSIDE, 'e') && br_got(0) == -1 && br_got(1) == -1);
	CHECK(br_out() == -1);
}

TEST(bridge_many, "frames come without end, as each buffer goes back to the driver")
{
	CHECK(br_begin());
	for (unsigned i = 0; i < 3 * LINK_RING; i++) {
		br_give(1, 1);
		CHECK(br_comes(br_link[1].mac, 'm') && br_got(1) == 'm' && br_got(1) == -1);
	}
	CHECK(br_info(1).received == 3 * LINK_RING && br_info(1).dropped == 0);
}

TEST(bridge_spoofed, "a frame with another address than the sender's, or none, is counted and goes nowhere")
{
	static const uint64_t wrong[] = { CARD_MAC, OUTSIDE, BROADCAST, 0 };

	CHECK(br_begin());
	br_give(1, 8);
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
		br_send(0, i % 2 ? BROADCAST : OUTSIDE, wrong[i], 's');
	br_send(0, BROADCAST, br_link[1].mac, 's');
	br_send(0, br_link[1].mac, CARD_MAC, 's');
	br_fill(br_buffer(0, 0), BROADCAST, br_link[0].mac, 's');
	link_ask(&br_link[0].send, &br_link[0].rings->send, br_entry(0, PAYLOAD - 1));
	br_bell(0);
	CHECK(br_out() == -1 && br_got(1) == -1 && br_info(0).refused == sizeof wrong / sizeof *wrong + 3);
	CHECK(br_info(0).sent == 0 && br_info(1).refused == 0);
	br_send(0, BROADCAST, br_link[0].mac, 'g');
	CHECK(br_out() == 'g' && br_got(1) == 'g');
}

TEST(bridge_slow, "a client without buffers loses its own frames, and is served when it has some again")
{
	CHECK(br_begin());
	br_give(1, 2);
	for (unsigned i = 0; i < 10; i++)
		CHECK(br_comes(BROADCAST, 'x'));
	CHECK(br_got(1) == 'x' && br_got(1) == 'x' && br_got(1) == -1 && br_got(0) == -1);
	CHECK(br_info(0).dropped == 10 && br_info(1).dropped == 8);
	br_give(0, 1);
	br_send(1, br_link[0].mac, br_link[1].mac, 'y');
	CHECK(br_got(0) == 'y');
}

TEST(bridge_full, "a client that sends more than the card takes loses its own frames; the others' go out")
{
	unsigned sent = 0;

	CHECK(br_begin());
	for (unsigned round = 0; round < 8; round++) {		/* the card takes none meanwhile */
		for (unsigned i = 0; i < 32; i++) {
			br_fill(br_buffer(0, i), OUTSIDE, br_link[0].mac, 'a');
			link_ask(&br_link[0].send, &br_link[0].rings->send, br_entry(i, FRAME));
		}
		br_bell(0);
	}
	CHECK(br_link[0].rings->sent.index - br_link[0].send.taken == 256);
	br_send(1, OUTSIDE, br_link[1].mac, 'b');
	for (int byte = br_out(); byte != -1; byte = br_out())
		sent += byte == 'a' ? 1 : byte == 'b' ? 100 : 10000;
	CHECK(sent == 32 + 100 && br_info(0).dropped == 256 - 32 && br_info(1).dropped == 0);
	br_send(0, OUTSIDE, br_link[0].mac, 'c');	/* by it the driver is to look at what was sent */
	br_send(0, OUTSIDE, br_link[0].mac, 'd');
	CHECK(br_out() == 'd' && br_info(0).dropped <= 256 - 32 + 1);
}

TEST(bridge_broken, "a client with an index that cannot be true loses its port, and may attach itself anew")
{
	CHECK(br_begin());
	br_give(1, 8);
	br_link[0].rings->send.index = LINK_RING + 1;
	br_bell(0);
	CHECK(blocks_open() == 2);		/* of the other client, and the bridge's at the driver */
	br_send(1, BROADCAST, br_link[1].mac, 'a');
	CHECK(br_out() == 'a' && br_got(1) == -1);
	CHECK(br_attach(0));
	br_give(0, 8);
	br_link[0].rings->receive.index += LINK_RING + 1;
	CHECK(br_comes(BROADCAST, 'b') && br_got(1) == 'b' && br_got(0) == -1);
	CHECK(br_attach(0));
	br_give(0, 8);
	CHECK(br_comes(BROADCAST, 'c') && br_got(0) == 'c' && br_got(1) == 'c');
}

TEST(bridge_outside_block, "a frame or buffer outside of the client's block comes back unused")
{
	struct link_entry e;

	CHECK(br_begin());
	link_ask(&br_link[0].send, &br_link[0].rings->send, (struct link_entry){ 0xfffffff0, FRAME, 1 });
	link_ask(&br_link[0].send, &br_link[0].rings->send, (struct link_entry){ 4096, LINK_FRAME + 1, 2 });
	link_ask(&br_link[0].receive, &br_link[0].rings->receive, (struct link_entry){ 0xfffffff0, 0, 3 });
	br_bell(0);
	CHECK(br_link[0].rings->sent.index - br_link[0].send.taken == 2 && br_out() == -1);
	CHECK(br_comes(BROADCAST, 'a') && ring_take(&br_link[0].receive, &br_link[0].rings->received, &e));
	CHECK(e.bytes == 0 && br_info(0).received == 0);
}

TEST(bridge_ended, "the port of a client that has ended is free, and its next task has the same address")
{
	uint64_t mac;

	CHECK(br_begin());
	mac = br_link[0].mac;
	br_give(1, 8);
	machine.task[CLIENT_TASK].ended = true;
	machine_be(OTHER_TASK);
	machine_notice(BRIDGE_TASK);
	CHECK(blocks_open() == 2 && br_comes(BROADCAST, 'a') && br_got(1) == 'a');
	machine.task[CLIENT_TASK].ended = false;
	CHECK(br_attach(0) && br_link[0].mac == mac);
	br_give(0, 8);
	CHECK(br_comes(mac, 'b') && br_got(0) == 'b');
}

/* The driver ends without a notice, as a client sends; the next one is used. */
static void check_next_driver(void)
{
	machine_kill(DRIVER_TASK);
	machine_notice(PCI_TASK);
	br_send(0, OUTSIDE, br_link[0].mac, 'b');
	machine_start(DRIVER_TASK, br_named_card);
	machine_wait(1000000);
	CHECK(br_comes(BROADCAST, 'c') && br_got(0) == 'c');
}

TEST(bridge_driver, "a driver that takes no message has ended: the next one is used without a notice")
{
	CHECK(br_begin());
	br_give(0, 8);
	CHECK(br_comes(BROADCAST, 'a') && br_got(0) == 'a');
	check_next_driver();
}

TEST(bridge_driver_full, "so has one that takes none while it has all of a client's buffers")
{
	CHECK(br_begin());
	br_give(0, 8);
	for (unsigned i = 0; i < SENDS_OF_PORT; i++)
		br_send(0, OUTSIDE, br_link[0].mac, 'a');
	check_next_driver();
}

TEST(bridge_sections, "refused are a second task of a section, one without a section, and offloads")
{
	struct link_info_out out;

	CHECK(br_begin());
	machine.task[THIRD_TASK].ended = false;
	machine.task[THIRD_TASK].section = SECTION;
	machine_be(THIRD_TASK);
	CHECK(link_attach(br_link[0].driver, br_link[0].block.block, 0) == LINK_E_BUSY);
	machine.task[THIRD_TASK].section = 0;
	CHECK(link_attach(br_link[0].driver, br_link[0].block.block, 0) == LINK_E_BUSY);
	CHECK(link_info(br_link[0].driver, &out) == LINK_OK && out.received == 0);
	CHECK(out.offloads == 0 && link_attach(br_link[0].driver, 0, LINK_SUMS) == LINK_E_OFFLOADS);
	br_give(0, 8);
	CHECK(br_comes(br_link[0].mac, 'a') && br_got(0) == 'a');
}

TEST(bridge_cable, "all clients learn that the cable has gone, and that it has come")
{
	CHECK(br_begin());
	for (unsigned up = 0; up <= LINK_UP; up++) {
		br_card.own[STATUS_AT + 2] = (uint8_t)up;
		vdev_changed(&br_card);
		machine_wait(1000);
		for (unsigned i = 0; i < CLIENTS; i++)
			CHECK(br_link[i].rings->changes == up + 1 && br_info(i).up == up);
	}
}

/* A client that says that it sleeps, and does not wait. */
static void be_deaf(void *unused)
{
	struct link *l = &br_link[0];
	bool fresh;

	(void)unused;
	if (link_init(l, LINK_NAME, BUFFERS * BUFFER) != ROOT_OK || !link_connect(l, &fresh))
		return;
	for (unsigned i = GIVEN; i < BUFFERS; i++)
		link_ask(&l->receive, &l->rings->receive, br_entry(i, 0));
	ring_sleep(&l->rings->client_sleeps);
	machine_wait(1000000000);
}

TEST(bridge_deaf, "a client that says that it sleeps and does not wait delays no other one")
{
	uint64_t before;

	br_start_card();
	machine_start(BRIDGE_TASK, br_plain_bridge);
	machine_wait(1000000);
	machine.task[CLIENT_TASK].section = SECTION;
	machine_thread(CLIENT_TASK, 1, be_deaf, NULL);
	machine_wait(1000);
	CHECK(br_attach(1));
	br_give(1, BUFFERS - GIVEN);
	before = kernel_now();
	for (unsigned i = 0; i < 20; i++) {
		br_send(1, br_link[0].mac, br_link[1].mac, 'a');
		CHECK(br_comes(br_link[1].mac, 'b') && br_got(1) == 'b');
	}
	CHECK(kernel_now() - before <= 20 * 2 * 1000 && br_info(0).received == 20);
	machine_wait(10000000);			/* now it gets no more bells by the time */
	before = kernel_now();
	br_send(1, br_link[0].mac, br_link[1].mac, 'c');
	CHECK(br_info(0).received == 21 && kernel_now() - before <= 1000);
}

static bool woken;

/* A client that sleeps by its rings for 3 ms before it waits. */
static void wait_late(void *unused)
{
	struct link *l = &br_link[0];
	L4_ThreadId_t from;
	bool fresh;

	(void)unused;
	if (link_init(l, LINK_NAME, BUFFERS * BUFFER) != ROOT_OK || !link_connect(l, &fresh))
		return;
	link_ask(&l->receive, &l->rings->receive, br_entry(GIVEN, 0));
	ring_sleep(&l->rings->client_sleeps);
	machine_wait(3000);
	woken = L4_IpcSucceeded(L4_Wait(&from)) && L4_IsThreadEqual(from, l->driver);
}

TEST(bridge_late, "a client that begins to wait after the first bell gets another one")
{
	br_start_card();
	machine_start(BRIDGE_TASK, br_plain_bridge);
	machine_wait(1000000);
	machine.task[CLIENT_TASK].section = SECTION;
	machine_thread(CLIENT_TASK, 1, wait_late, NULL);
	machine_wait(500);
	CHECK(br_comes(BROADCAST, 'a') && !woken);
	machine_wait(20000);
	CHECK(woken && br_got(0) == 'a');
}

static int bridge_of_nothing(void)
{
	return bridge_main(1, (char *[]){ "bridge", NULL });
}

static int bridge_of_group(void)
{
	return bridge_main(3, (char *[]){ "bridge", "card", "task5=03:11:22:33:44:55", NULL });
}

TEST(bridge_arguments, "without the name of a driver, or with an address that is none, it ends and says so")
{
	machine_start(BRIDGE_TASK, bridge_of_nothing);
	machine_wait(1000);
	CHECK(machine_failed(BRIDGE_TASK, "its argument is the name of the card's driver"));
	machine_start(BRIDGE_TASK, bridge_of_group);
	machine_wait(1000);
	CHECK(machine_failed(BRIDGE_TASK, "task5=03:11:22:33:44:55 is not PROGRAM=XX:XX:XX:XX:XX:XX"));
}

TEST(bridge_no_driver, "without a driver the bridge has no name; when one comes it has")
{
	machine.task[CLIENT_TASK].section = SECTION;
	machine_start(BRIDGE_TASK, br_plain_bridge);
	machine_wait(1000000);
	CHECK(L4_IsNilThread(machine_server(LINK_NAME)) && !machine.task[BRIDGE_TASK].ended);
	br_start_card();
	machine_wait(1000000);
	CHECK(br_attach(0));
	br_send(0, OUTSIDE, br_link[0].mac, 'a');
	CHECK(br_out() == 'a');
}
