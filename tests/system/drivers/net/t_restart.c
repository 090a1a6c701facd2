/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_restart.c - the network server and drivers of its card that end at any time, and cards that write what no
 * card may: no buffer is lost by them.
 */
#include <string.h>
#include <pecan/endian.h>
#include <pecan/sockets.h>
#include <servers/net/card/card_buffers.h>
#include <servers/net/interface/interface.h>
#include <servers/net/card/offload.h>
#include <servers/net/socket/sock.h>
#include "../machine.h"
#include "peer.h"
#include "t_net.h"

enum { RECEIVE = 0, NET_TASK = SECOND_DRIVER, BUFFERS = 512, SECOND_MS = 1000, RESTARTS = 8, LIES = 40000,
       SENT = 60 };
enum { SUMS = 1 << 0, GUEST_SUMS = 1 << 1, HOST4 = 1 << 11, MERGED = 1 << 15,
       EVERY = SUMS | GUEST_SUMS | HOST4 | MERGED };

int net_main(int argc, char **argv);

static struct vdev dev;
static struct socket s;

static int server(void)
{
	return net_main(1, (char *[]){ "net", NULL });
}

static void begin(uint64_t features)
{
	peer.features = features;
	peer_add(&dev);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, card_main);
	machine_start(NET_TASK, server);
	machine_wait(30 * SECOND_US);
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK);
}

static bool returns(size_t bytes)
{
	static char sent[1400], got[1400];
	struct socket_name to = name(PEER, PEER_ECHO);

	return socket_send(&s, sent, bytes, &to) == (long)bytes
	       && (socket_until(&s, SOCKETS_IN, SECOND_MS) & SOCKETS_IN)
	       && socket_receive(&s, got, sizeof got, 0, NULL) == (long)bytes;
}

static void restart(void)
{
	machine_kill(DRIVER_TASK);
	machine_notice(NET_TASK);
	machine_notice(PCI_TASK);
	machine_start(DRIVER_TASK, card_main);
	machine_wait(SECOND_US);
}

static unsigned free_buffers(void)
{
	return card_free_buffers(netif_get_index(interfaces[0]));
}

/* All buffers but the last one of a packet. */
static void begin_packet(void)
{
	struct link_header h = { .buffers = le16(OFFLOAD_PARTS) };
	struct vdev_chain c;

	for (unsigned i = 0; i < OFFLOAD_PARTS - 1; i++) {
		CHECK(vdev_take(&dev, RECEIVE, &c));
		memcpy(c.part[0].at, &h, sizeof h);
		vdev_return(&dev, RECEIVE, c.head, LINK_BUFFER);
	}
	machine_wait(10000);
}

TEST(restart_parts, "the buffers of a packet of which not all have come are free again with the next driver")
{
	begin(EVERY);
	CHECK(returns(100) && free_buffers() == BUFFERS);
	for (unsigned i = 0; i < RESTARTS; i++) {
		begin_packet();
		CHECK(free_buffers() == BUFFERS - (OFFLOAD_PARTS - 1));
		restart();
		CHECK(free_buffers() == BUFFERS);
	}
	CHECK(returns(1000));
}

static uint32_t state = 1;

static unsigned below(unsigned n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

/* A header of IPv4, with a right checksum if it has no options. */
static void fill_ip(uint8_t *at)
{
	static const uint8_t ip[] = { 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 2, 2, 10, 0, 2, 15 };
	static const uint8_t protocols[] = { 17, 17, 6, 1 };
	uint32_t sum = 0;

	memcpy(at, ip, sizeof ip);
	at[0] = (uint8_t)(0x40 + (below(8) ? 5 : below(16)));
	at[2] = (uint8_t)below(24);
	at[3] = (uint8_t)below(256);
	at[6] = (uint8_t)(below(4) ? 0 : below(64));
	at[9] = protocols[below(4)];
	for (unsigned i = 0; i < sizeof ip; i += 2)
		sum += (unsigned)at[i] << 8 | at[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	at[10] = (uint8_t)(~sum >> 8);
	at[11] = (uint8_t)~sum;
}

/* What a card may write into a buffer: a header, and what may be a packet, or the rest of one. */
static void fill(uint8_t *at)
{
	struct link_header h = { .flags = (uint8_t)below(4), .kind = (uint8_t)below(6) };
	uint8_t *frame = at + LINK_HEADER, *ip = frame + 14;

	for (unsigned i = 0; i < LINK_BUFFER; i++)
		at[i] = (uint8_t)(below(4) ? 0 : below(256));
	h.buffers = le16((uint16_t)(below(8) ? below(6) : below(65536)));
	memcpy(at, &h, sizeof h);
	memcpy(frame, dev.own, 6);
	frame[12] = 8;
	frame[13] = below(16) ? 0 : 6;
	fill_ip(ip);
	if (below(2) == 0) {
		frame[12] = 0x86;
		frame[13] = 0xdd;
		ip[0] = 0x60;
		ip[4] = (uint8_t)below(20);
	}
}

static unsigned any_length(void)
{
	return below(50) == 0 ? below(70000) : below(3) ? below(LINK_BUFFER + 1) : below(200);
}

TEST(restart_lies, "a card that writes any header, packet and length loses no buffer")
{
	struct vdev_chain c;

	begin(EVERY);
	peer.silent = true;
	for (unsigned i = 0; i < LIES; i++) {
		if (vdev_take(&dev, RECEIVE, &c)) {
			fill(c.part[0].at);
			vdev_return(&dev, RECEIVE, c.head, any_length());
		}
		if (below(8) == 0)
			machine_wait(below(200) ? 1000 : SECOND_US);
	}
	peer.silent = false;
	machine_wait(100ul * SECOND_US);
	CHECK(free_buffers() >= BUFFERS - OFFLOAD_PARTS);
	restart();
	CHECK(free_buffers() == BUFFERS);
	CHECK(returns(1000));
}

TEST(restart_features, "with each next driver the checksums are left to the card if that computes them")
{
	static const uint64_t features[] = { SUMS, 0, GUEST_SUMS | MERGED, SUMS | HOST4, EVERY, 0, EVERY };

	begin(EVERY);
	CHECK(returns(100));
	for (unsigned i = 0; i < sizeof features / sizeof *features; i++) {
		dev.offered = VIRTIO_VERSION_1 | 1 << 5 | 1 << 16 | features[i];
		restart();
		CHECK(returns(100) && peer.sum_good && free_buffers() == BUFFERS);
		CHECK(peer.header.flags == (features[i] & SUMS ? LINK_SUM_LEFT : 0));
	}
}

TEST(restart_late, "a driver that was missed so long that its link was down sends each connection again once")
{
	struct socket_name to = name(PEER, 80);
	struct socket tcp;
	unsigned segments;

	begin(0);
	CHECK(returns(100) && socket_open(SOCKETS_TCP, SOCKETS_BOTH, &tcp) == SOCKETS_OK);
	peer.silent = true;
	CHECK(socket_connect(&tcp, to) == SOCKETS_E_IN_PROGRESS);
	machine_wait(1000);
	CHECK(peer.segments == 1);
	machine_kill(DRIVER_TASK);
	machine_notice(NET_TASK);
	machine_notice(PCI_TASK);
	machine_wait(6 * SECOND_US);
	CHECK(!netif_is_link_up(interfaces[0]));
	segments = peer.segments;
	machine_start(DRIVER_TASK, card_main);
	machine_wait(200000);
	CHECK(netif_is_link_up(interfaces[0]) && peer.segments == segments + 1);
}

TEST(restart_unnoticed, "a driver that takes no message has ended: the next one is used without a notice")
{
	begin(0);
	CHECK(returns(100));
	machine_kill(DRIVER_TASK);
	machine_notice(PCI_TASK);
	CHECK(!returns(100));
	machine_start(DRIVER_TASK, card_main);
	machine_wait(SECOND_US);
	CHECK(returns(100));
}

TEST(restart_answer, "a message to the driver, for free buffers, leaves the tag of an answer where it is")
{
	struct pbuf *p;

	begin(0);
	p = pbuf_alloc(PBUF_RAW, SENT, PBUF_RAM);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = SENT });
	for (unsigned i = 0; i <= SENDS; i++)
		interfaces[0]->linkoutput(interfaces[0], p);
	CHECK(L4_MsgTag().raw == SENT);
	pbuf_free(p);
}
