/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_bridge.c - the bridge, at a card of virtio-net, with clients that keep the rules or do not.
 */
#include <string.h>
#include <pecan/link.h>
#include <proto/link_client.h>
#include <servers/bridge/card.h>
#include "machine.h"
#include "vdev.h"

enum { RECEIVE, SEND, BRIDGE_TASK = SECOND_DRIVER, BUFFERS = 64, BUFFER = 2048, CLIENTS = 2, STATUS_AT = 4,
       LINK_UP = 1, FRAME = 60, GIVEN = 8, SECTION = 3, THIRD_TASK = OTHER_TASK + 1,
       MAC_BYTES = 6, MAC_FROM = 6, PAYLOAD = 14 };

#define HAS_MAC		((uint64_t)1 << 5)
#define HAS_STATUS	((uint64_t)1 << 16)
#define CARD_MAC	0x525400123456ul
#define OUTSIDE		0x525500000002ul
#define BROADCAST	0xfffffffffffful
#define GIVEN_MAC	0x021122334455ul

static struct vdev dev;
static struct link link[CLIENTS];

static const unsigned tasks[CLIENTS] = { CLIENT_TASK, OTHER_TASK };

static int named_card(void)
{
	return virtio_net_main(2, (char *[]){ "virtio-net", "card", NULL });
}

static int plain_bridge(void)
{
	return bridge_main(2, (char *[]){ "bridge", "card", NULL });
}

static int bridge_of_addresses(void)
{
	return bridge_main(4, (char *[]){ "bridge", "card", "task9=02:99:99:99:99:99", "task5=02:11:22:33:44:55",
					  NULL });
}

static void start_card(void)
{
	static const uint8_t own[] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56, LINK_UP, 0 };

	vdev_add(&dev, VIRTIO_NETWORK, HAS_MAC | HAS_STATUS);
	memcpy(dev.own, own, sizeof own);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, named_card);
	machine_wait(20000000);
}

static struct link_entry entry(unsigned n, unsigned bytes)
{
	return (struct link_entry){ (uint32_t)(sizeof(struct link_rings) + n * BUFFER), (uint16_t)bytes,
				    (uint16_t)n };
}

static char *buffer(unsigned who, unsigned n)
{
	return (char *)link[who].block.at + entry(n, 0).offset;
}

static bool attach(unsigned who)
{
	bool fresh;

	machine.task[tasks[who]].section = SECTION + who;
	machine_be(tasks[who]);
	return link_init(&link[who], LINK_NAME, BUFFERS * BUFFER) == ROOT_OK
	       && link_connect(&link[who], &fresh) && fresh;
}

static bool begin(void)
{
	start_card();
	machine_start(BRIDGE_TASK, plain_bridge);
	machine_wait(1000000);
	return attach(0) && attach(1);
}

static void bell(unsigned who)
{
	machine_be(tasks[who]);
	link_ring_bell(link[who].driver);
	machine_wait(1000);
}

/* The client has so many empty buffers more, from number GIVEN on. */
static void give(unsigned who, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		link_ask(&link[who].receive, &link[who].rings->receive, entry(GIVEN + i, 0));
	bell(who);
}

static void put_mac(char *at, uint64_t mac)
{
	for (unsigned i = 0; i < MAC_BYTES; i++)
		at[i] = (char)(mac >> 8 * (MAC_BYTES - 1 - i));
}

static void fill(char *frame, uint64_t to, uint64_t from, char byte)
{
	memset(frame, byte, FRAME);
	put_mac(frame, to);
	put_mac(frame + MAC_FROM, from);
}

/* A frame whose first byte behind the addresses tells it from others. */
static void send(unsigned who, uint64_t to, uint64_t from, char byte)
{
	struct link_entry e;

	while (ring_take(&link[who].send, &link[who].rings->sent, &e))
		;
	fill(buffer(who, 0), to, from, byte);
	link_ask(&link[who].send, &link[who].rings->send, entry(0, FRAME));
	bell(who);
}

/* The byte of the next frame that the client has got; -1: none. */
static int got(unsigned who)
{
	struct link_entry e;

	if (!ring_take(&link[who].receive, &link[who].rings->received, &e))
		return -1;
	return e.bytes == FRAME ? buffer(who, e.tag)[LINK_HEADER + PAYLOAD] : -2;
}

/* The byte of the next frame that goes out by the card; -1: none. */
static int out(void)
{
	struct vdev_chain c;
	int byte;

	if (!vdev_take(&dev, SEND, &c))
		return -1;
	byte = ((char *)c.part[1].at)[PAYLOAD];
	vdev_return(&dev, SEND, c.head, 0);
	return byte;
}

/* A frame comes to the card. */
static bool comes(uint64_t to, char byte)
{
	struct vdev_chain c;

	if (!vdev_take(&dev, RECEIVE, &c))
		return false;
	fill((char *)c.part[0].at + LINK_HEADER, to, OUTSIDE, byte);
	vdev_return(&dev, RECEIVE, c.head, LINK_HEADER + FRAME);
	machine_wait(1000);
	return true;
}

static struct link_info_out info(unsigned who)
{
	struct link_info_out out = { 0 };

	machine_be(tasks[who]);
	link_info(link[who].driver, &out);
	return out;
}

TEST(bridge_addresses, "each client has a local address of its own, by its section, and sees the cable")
{
	CHECK(begin() && link[0].up && link[1].up);
	CHECK(link[0].mac != link[1].mac && link[0].mac != CARD_MAC && link[1].mac != CARD_MAC);
	for (unsigned i = 0; i < CLIENTS; i++) {
		CHECK((link[i].mac >> 40 & 3) == 2 && (link[i].mac & 0xffffffff) == (CARD_MAC & 0xffffffff));
		CHECK(link[i].mac == (CARD_MAC ^ (uint64_t)(SECTION + i) << 42));
	}
}

TEST(bridge_given, "a program has the address that the bridge is given for it")
{
	start_card();
	machine_start(BRIDGE_TASK, bridge_of_addresses);
	machine_wait(1000000);
	CHECK(attach(0) && attach(1) && link[0].mac == GIVEN_MAC && link[1].mac != GIVEN_MAC);
	send(0, OUTSIDE, GIVEN_MAC, 'g');
	CHECK(out() == 'g');
}

TEST(bridge_out, "a frame to the outside goes there only, each once and unchanged")
{
	CHECK(begin());
	give(0, 8);
	give(1, 8);
	send(0, OUTSIDE, link[0].mac, 'a');
	CHECK(out() == 'a' && out() == -1 && got(1) == -1 && got(0) == -1);
	send(1, OUTSIDE, link[1].mac, 'b');
	CHECK(out() == 'b' && out() == -1 && got(0) == -1 && got(1) == -1);
	CHECK(info(0).sent == 1 && info(0).dropped == 0 && info(0).refused == 0);
}

TEST(bridge_between, "a frame to another client goes to it and not to the card; a broadcast to both")
{
	CHECK(begin());
	give(0, 8);
	give(1, 8);
	send(0, link[1].mac, link[0].mac, 'a');
	CHECK(got(1) == 'a' && got(1) == -1 && got(0) == -1 && out() == -1);
	send(1, BROADCAST, link[1].mac, 'b');
	CHECK(got(0) == 'b' && got(0) == -1 && got(1) == -1 && out() == 'b' && out() == -1);
	send(1, link[1].mac, link[1].mac, 'c');
	CHECK(got(0) == -1 && got(1) == -1 && out() == -1);
	CHECK(info(0).received == 1 && info(1).received == 1 && info(1).sent == 2);
}

TEST(bridge_in, "a frame from outside goes to the client with its address, a broadcast to all")
{
	CHECK(begin());
	give(0, 8);
	give(1, 8);
	CHECK(comes(link[1].mac, 'a') && got(1) == 'a' && got(0) == -1);
	CHECK(comes(link[0].mac, 'b') && got(0) == 'b' && got(1) == -1);
	CHECK(comes(BROADCAST, 'c') && got(0) == 'c' && got(1) == 'c');
	CHECK(comes(CARD_MAC, 'd') && comes(OUTSIDE, 'e') && got(0) == -1 && got(1) == -1 && out() == -1);
}

TEST(bridge_many, "frames come without end, as each buffer goes back to the driver")
{
	CHECK(begin());
	for (unsigned i = 0; i < 3 * LINK_RING; i++) {
		give(1, 1);
		CHECK(comes(link[1].mac, 'm') && got(1) == 'm' && got(1) == -1);
	}
	CHECK(info(1).received == 3 * LINK_RING && info(1).dropped == 0);
}

TEST(bridge_spoofed, "a frame with another address than the sender's, or none, is counted and goes nowhere")
{
	static const uint64_t wrong[] = { CARD_MAC, OUTSIDE, BROADCAST, 0 };

	CHECK(begin());
	give(1, 8);
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
		send(0, i % 2 ? BROADCAST : OUTSIDE, wrong[i], 's');
	send(0, BROADCAST, link[1].mac, 's');
	send(0, link[1].mac, CARD_MAC, 's');
	fill(buffer(0, 0), BROADCAST, link[0].mac, 's');
	link_ask(&link[0].send, &link[0].rings->send, entry(0, PAYLOAD - 1));
	bell(0);
	CHECK(out() == -1 && got(1) == -1 && info(0).refused == sizeof wrong / sizeof *wrong + 3);
	CHECK(info(0).sent == 0 && info(1).refused == 0);
	send(0, BROADCAST, link[0].mac, 'g');
	CHECK(out() == 'g' && got(1) == 'g');
}

TEST(bridge_slow, "a client without buffers loses its own frames, and is served when it has some again")
{
	CHECK(begin());
	give(1, 2);
	for (unsigned i = 0; i < 10; i++)
		CHECK(comes(BROADCAST, 'x'));
	CHECK(got(1) == 'x' && got(1) == 'x' && got(1) == -1 && got(0) == -1);
	CHECK(info(0).dropped == 10 && info(1).dropped == 8);
	give(0, 1);
	send(1, link[0].mac, link[1].mac, 'y');
	CHECK(got(0) == 'y');
}

TEST(bridge_full, "a client that sends more than the card takes loses its own frames; the others' go out")
{
	unsigned sent = 0;

	CHECK(begin());
	for (unsigned round = 0; round < 8; round++) {		/* the card takes none meanwhile */
		for (unsigned i = 0; i < 32; i++) {
			fill(buffer(0, i), OUTSIDE, link[0].mac, 'a');
			link_ask(&link[0].send, &link[0].rings->send, entry(i, FRAME));
		}
		bell(0);
	}
	CHECK(link[0].rings->sent.index - link[0].send.taken == 256);
	send(1, OUTSIDE, link[1].mac, 'b');
	for (int byte = out(); byte != -1; byte = out())
		sent += byte == 'a' ? 1 : byte == 'b' ? 100 : 10000;
	CHECK(sent == 32 + 100 && info(0).dropped == 256 - 32 && info(1).dropped == 0);
	send(0, OUTSIDE, link[0].mac, 'c');	/* by it the driver learns that it is to look at what was sent */
	send(0, OUTSIDE, link[0].mac, 'd');
	CHECK(out() == 'd' && info(0).dropped <= 256 - 32 + 1);
}

TEST(bridge_broken, "a client with an index that cannot be true loses its port, and may attach itself anew")
{
	CHECK(begin());
	give(1, 8);
	link[0].rings->send.index = LINK_RING + 1;
	bell(0);
	CHECK(blocks_open() == 2);		/* of the other client, and the bridge's at the driver */
	send(1, BROADCAST, link[1].mac, 'a');
	CHECK(out() == 'a' && got(1) == -1);
	CHECK(attach(0));
	give(0, 8);
	link[0].rings->receive.index += LINK_RING + 1;
	CHECK(comes(BROADCAST, 'b') && got(1) == 'b' && got(0) == -1);
	CHECK(attach(0));
	give(0, 8);
	CHECK(comes(BROADCAST, 'c') && got(0) == 'c' && got(1) == 'c');
}

TEST(bridge_outside_block, "a frame or buffer outside of the client's block comes back unused")
{
	struct link_entry e;

	CHECK(begin());
	link_ask(&link[0].send, &link[0].rings->send, (struct link_entry){ 0xfffffff0, FRAME, 1 });
	link_ask(&link[0].send, &link[0].rings->send, (struct link_entry){ 4096, LINK_FRAME + 1, 2 });
	link_ask(&link[0].receive, &link[0].rings->receive, (struct link_entry){ 0xfffffff0, 0, 3 });
	bell(0);
	CHECK(link[0].rings->sent.index - link[0].send.taken == 2 && out() == -1);
	CHECK(comes(BROADCAST, 'a') && ring_take(&link[0].receive, &link[0].rings->received, &e));
	CHECK(e.bytes == 0 && info(0).received == 0);
}

TEST(bridge_ended, "the port of a client that has ended is free, and its next task has the same address")
{
	uint64_t mac;

	CHECK(begin());
	mac = link[0].mac;
	give(1, 8);
	machine.task[CLIENT_TASK].ended = true;
	machine_be(OTHER_TASK);
	machine_notice(BRIDGE_TASK);
	CHECK(blocks_open() == 2 && comes(BROADCAST, 'a') && got(1) == 'a');
	machine.task[CLIENT_TASK].ended = false;
	CHECK(attach(0) && link[0].mac == mac);
	give(0, 8);
	CHECK(comes(mac, 'b') && got(0) == 'b');
}

/* The driver ends without a notice, as a client sends; the next one is used. */
static void check_next_driver(void)
{
	machine_kill(DRIVER_TASK);
	machine_notice(PCI_TASK);
	send(0, OUTSIDE, link[0].mac, 'b');
	machine_start(DRIVER_TASK, named_card);
	machine_wait(1000000);
	CHECK(comes(BROADCAST, 'c') && got(0) == 'c');
}

TEST(bridge_driver, "a driver that takes no message has ended: the next one is used without a notice")
{
	CHECK(begin());
	give(0, 8);
	CHECK(comes(BROADCAST, 'a') && got(0) == 'a');
	check_next_driver();
}

TEST(bridge_driver_full, "so has one that takes none while it has all of a client's buffers")
{
	CHECK(begin());
	give(0, 8);
	for (unsigned i = 0; i < SENDS_OF_PORT; i++)
		send(0, OUTSIDE, link[0].mac, 'a');
	check_next_driver();
}

TEST(bridge_sections, "refused are a second task of a section, one without a section, and offloads")
{
	struct link_info_out out;

	CHECK(begin());
	machine.task[THIRD_TASK].ended = false;
	machine.task[THIRD_TASK].section = SECTION;
	machine_be(THIRD_TASK);
	CHECK(link_attach(link[0].driver, link[0].block.block, 0) == LINK_E_BUSY);
	machine.task[THIRD_TASK].section = 0;
	CHECK(link_attach(link[0].driver, link[0].block.block, 0) == LINK_E_BUSY);
	CHECK(link_info(link[0].driver, &out) == LINK_OK && out.received == 0);
	CHECK(out.offloads == 0 && link_attach(link[0].driver, 0, LINK_SUMS) == LINK_E_OFFLOADS);
	give(0, 8);
	CHECK(comes(link[0].mac, 'a') && got(0) == 'a');
}

TEST(bridge_cable, "all clients learn that the cable has gone, and that it has come")
{
	CHECK(begin());
	for (unsigned up = 0; up <= LINK_UP; up++) {
		dev.own[STATUS_AT + 2] = (uint8_t)up;
		vdev_changed(&dev);
		machine_wait(1000);
		for (unsigned i = 0; i < CLIENTS; i++)
			CHECK(link[i].rings->changes == up + 1 && info(i).up == up);
	}
}

/* A client that says that it sleeps, and does not wait. */
static void be_deaf(void *unused)
{
	struct link *l = &link[0];
	bool fresh;

	(void)unused;
	if (link_init(l, LINK_NAME, BUFFERS * BUFFER) != ROOT_OK || !link_connect(l, &fresh))
		return;
	for (unsigned i = GIVEN; i < BUFFERS; i++)
		link_ask(&l->receive, &l->rings->receive, entry(i, 0));
	ring_sleep(&l->rings->client_sleeps);
	machine_wait(1000000000);
}

TEST(bridge_deaf, "a client that says that it sleeps and does not wait delays no other one")
{
	uint64_t before;

	start_card();
	machine_start(BRIDGE_TASK, plain_bridge);
	machine_wait(1000000);
	machine.task[CLIENT_TASK].section = SECTION;
	machine_thread(CLIENT_TASK, 1, be_deaf, NULL);
	machine_wait(1000);
	CHECK(attach(1));
	give(1, BUFFERS - GIVEN);
	before = kernel_now();
	for (unsigned i = 0; i < 20; i++) {
		send(1, link[0].mac, link[1].mac, 'a');
		CHECK(comes(link[1].mac, 'b') && got(1) == 'b');
	}
	CHECK(kernel_now() - before <= 20 * 2 * 1000 && info(0).received == 20);
	machine_wait(10000000);			/* now it gets no more bells by the time */
	before = kernel_now();
	send(1, link[0].mac, link[1].mac, 'c');
	CHECK(info(0).received == 21 && kernel_now() - before <= 1000);
}

static bool woken;

/* A client that sleeps by its rings for 3 ms before it waits. */
static void wait_late(void *unused)
{
	struct link *l = &link[0];
	L4_ThreadId_t from;
	bool fresh;

	(void)unused;
	if (link_init(l, LINK_NAME, BUFFERS * BUFFER) != ROOT_OK || !link_connect(l, &fresh))
		return;
	link_ask(&l->receive, &l->rings->receive, entry(GIVEN, 0));
	ring_sleep(&l->rings->client_sleeps);
	machine_wait(3000);
	woken = L4_IpcSucceeded(L4_Wait(&from)) && L4_IsThreadEqual(from, l->driver);
}

TEST(bridge_late, "a client that begins to wait after the first bell gets another one")
{
	start_card();
	machine_start(BRIDGE_TASK, plain_bridge);
	machine_wait(1000000);
	machine.task[CLIENT_TASK].section = SECTION;
	machine_thread(CLIENT_TASK, 1, wait_late, NULL);
	machine_wait(500);
	CHECK(comes(BROADCAST, 'a') && !woken);
	machine_wait(20000);
	CHECK(woken && got(0) == 'a');
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
	machine_start(BRIDGE_TASK, plain_bridge);
	machine_wait(1000000);
	CHECK(L4_IsNilThread(machine_server(LINK_NAME)) && !machine.task[BRIDGE_TASK].ended);
	start_card();
	machine_wait(1000000);
	CHECK(attach(0));
	send(0, OUTSIDE, link[0].mac, 'a');
	CHECK(out() == 'a');
}
