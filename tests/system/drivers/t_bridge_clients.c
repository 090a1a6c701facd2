/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_bridge_clients.c - see t_bridge_clients.h.
 */
#include <string.h>
#include "t_bridge_clients.h"

#define HAS_MAC		((uint64_t)1 << 5)
#define HAS_STATUS	((uint64_t)1 << 16)

struct vdev br_card;
struct link br_link[CLIENTS];

const unsigned br_tasks[CLIENTS] = { CLIENT_TASK, OTHER_TASK };

int br_named_card(void)
{
	return virtio_net_main(2, (char *[]){ "virtio-net", "card", NULL });
}

int br_plain_bridge(void)
{
	return bridge_main(2, (char *[]){ "bridge", "card", NULL });
}

int br_of_addresses(void)
{
	return bridge_main(4, (char *[]){ "bridge", "card", "task9=02:99:99:99:99:99", "task5=02:11:22:33:44:55",
					  NULL });
}

void br_start_card(void)
{
	static const uint8_t own[] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56, LINK_UP, 0 };

	vdev_add(&br_card, VIRTIO_NETWORK, HAS_MAC | HAS_STATUS);
	memcpy(br_card.own, own, sizeof own);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, br_named_card);
	machine_wait(20000000);
}

struct link_entry br_entry(unsigned n, unsigned bytes)
{
	return (struct link_entry){ (uint32_t)(sizeof(struct link_rings) + n * BUFFER), (uint16_t)bytes,
				    (uint16_t)n };
}

char *br_buffer(unsigned who, unsigned n)
{
	return (char *)br_link[who].block.at + br_entry(n, 0).offset;
}

bool br_attach(unsigned who)
{
	bool fresh;

	machine.task[br_tasks[who]].section = SECTION + who;
	machine_be(br_tasks[who]);
	return link_init(&br_link[who], LINK_NAME, BUFFERS * BUFFER) == ROOT_OK
	       && link_connect(&br_link[who], &fresh) && fresh;
}

bool br_begin(void)
{
	br_start_card();
	machine_start(BRIDGE_TASK, br_plain_bridge);
	machine_wait(1000000);
	return br_attach(0) && br_attach(1);
}

void br_bell(unsigned who)
{
	machine_be(br_tasks[who]);
	link_ring_bell(br_link[who].driver);
	machine_wait(1000);
}

void br_give(unsigned who, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		link_ask(&br_link[who].receive, &br_link[who].rings->receive, br_entry(GIVEN + i, 0));
	br_bell(who);
}

void br_put_mac(char *at, uint64_t mac)
{
	for (unsigned i = 0; i < MAC_BYTES; i++)
		at[i] = (char)(mac >> 8 * (MAC_BYTES - 1 - i));
}

void br_put_ip(char *at, uint32_t ip)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (char)(ip >> 8 * (3 - i));
}

void br_fill(char *frame, uint64_t to, uint64_t from, char byte)
{
	static const unsigned char head[] = { 0x08, 0x00, 0x45 };

	memset(frame, 0, FRAME);
	br_put_mac(frame, to);
	br_put_mac(frame + MAC_FROM, from);
	memcpy(frame + TYPE, head, sizeof head);
	br_put_ip(frame + IP_FROM, 0x0a000000 | (uint32_t)(from >> 32));
	frame[MARK] = byte;
}

void br_send(unsigned who, uint64_t to, uint64_t from, char byte)
{
	struct link_entry e;

	while (ring_take(&br_link[who].send, &br_link[who].rings->sent, &e))
		;
	br_fill(br_buffer(who, 0), to, from, byte);
	link_ask(&br_link[who].send, &br_link[who].rings->send, br_entry(0, FRAME));
	br_bell(who);
}

int br_got(unsigned who)
{
	struct link_entry e;

	if (!ring_take(&br_link[who].receive, &br_link[who].rings->received, &e))
		return -1;
	return e.bytes == FRAME ? br_buffer(who, e.tag)[LINK_HEADER + MARK] : -2;
}

int br_out(void)
{
	struct vdev_chain c;
	int byte;

	if (!vdev_take(&br_card, SEND, &c))
		return -1;
	byte = ((char *)c.part[1].at)[MARK];
	vdev_return(&br_card, SEND, c.head, 0);
	return byte;
}

bool br_comes(uint64_t to, char byte)
{
	struct vdev_chain c;

	if (!vdev_take(&br_card, RECEIVE, &c))
		return false;
	br_fill((char *)c.part[0].at + LINK_HEADER, to, OUTSIDE, byte);
	vdev_return(&br_card, RECEIVE, c.head, LINK_HEADER + FRAME);
	machine_wait(1000);
	return true;
}

struct link_info_out br_info(unsigned who)
{
	struct link_info_out out = { 0 };

	machine_be(br_tasks[who]);
	link_info(br_link[who].driver, &out);
	return out;
}
