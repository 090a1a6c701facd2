/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_link.c - the drivers of virtio network cards and of virtio's console.
 */
#include <string.h>
#include <pecan/link.h>
#include <proto/link_client.h>
#include "machine.h"
#include "station.h"
#include "vdev.h"

enum { RECEIVE, SEND, STATUS_AT = 4, LINK_UP = 1 };
#define HAS_MAC		((uint64_t)1 << 5)
#define HAS_STATUS	((uint64_t)1 << 16)
#define ADDRESS		0x525400123456ul

static struct vdev dev;

static void add_card(void)
{
	static const uint8_t own[] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56, LINK_UP, 0 };

	vdev_add(&dev, VIRTIO_NETWORK, HAS_MAC | HAS_STATUS | 1);
	memcpy(dev.own, own, sizeof own);
}

static void start(int (*program)(void))
{
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, program);
	machine_wait(20000000);
}

static bool begin(void)
{
	add_card();
	start(card_main);
	return station_attach(LINK_NAME);
}

TEST(net_info, "the client learns the card's address, whether it has a cable, and that this has changed")
{
	struct link_info_out out;

	CHECK(begin() && station.mac == ADDRESS && station.up);
	dev.own[STATUS_AT + 2] = 0;
	vdev_changed(&dev);
	machine_wait(1000);
	CHECK(station.rings->changes == 1 && link_info(station.driver, &out) == LINK_OK && out.up == 0);
	CHECK(out.mac == ADDRESS);
}

TEST(net_no_status, "a card that does not say whether it has a cable is taken as having one")
{
	vdev_add(&dev, VIRTIO_NETWORK, HAS_MAC);
	start(card_main);
	CHECK(station_attach(LINK_NAME) && station.up && station.mac == 0);
}

TEST(net_receive, "a packet comes into the client's buffer behind the header, with its own length")
{
	struct vdev_chain c;

	CHECK(begin());
	station_give(0, 0);
	CHECK(vdev_take(&dev, RECEIVE, &c) && c.parts == 1 && c.part[0].writes && c.part[0].bytes == LINK_BUFFER);
	CHECK((char *)c.part[0].at == station_buffer(0) && station_received() == -1);
	memset(c.part[0].at, 'p', LINK_HEADER + 60);
	vdev_return(&dev, RECEIVE, c.head, LINK_HEADER + 60);
	machine_wait(1000);
	CHECK(station_received() == 60 && station_buffer(0)[LINK_HEADER] == 'p' && station_received() == -1);
}

TEST(net_lengths, "a length that no packet has is none: what a device says beyond the buffer is dropped")
{
	static const uint32_t wrong[] = { 0, 1, LINK_HEADER, LINK_BUFFER + 1, 0x10000 + 60, 0xffffffff };
	struct link_info_out out;
	struct vdev_chain c;

	CHECK(begin());
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		station_give(i, 0);
		CHECK(vdev_take(&dev, RECEIVE, &c));
		vdev_return(&dev, RECEIVE, c.head, wrong[i]);
		machine_wait(1000);
		CHECK(station_received() == 0);
	}
	station_give(0, 0);
	CHECK(vdev_take(&dev, RECEIVE, &c));
	vdev_return(&dev, RECEIVE, c.head, LINK_BUFFER);
	machine_wait(1000);
	CHECK(station_received() == LINK_FRAME && link_info(station.driver, &out) == LINK_OK);
	CHECK(out.dropped == sizeof wrong / sizeof *wrong && out.received == 1);
}

TEST(net_send, "a packet goes out behind a header of zeros; its buffer comes back when the device is done")
{
	static const char zeros[LINK_HEADER];
	struct vdev_chain c;

	CHECK(begin());
	memset(station_buffer(1), 's', STATION_BUFFER);
	station_send(1, 60);
	CHECK(vdev_take(&dev, SEND, &c) && c.parts == 2 && !c.part[0].writes && !c.part[1].writes);
	CHECK(c.part[0].bytes == LINK_HEADER && memcmp(c.part[0].at, zeros, LINK_HEADER) == 0);
	CHECK(c.part[1].bytes == 60 && (char *)c.part[1].at == station_buffer(1) && station_sent() == -1);
	vdev_return(&dev, SEND, c.head, 0);
	station_bell();
	CHECK(station_sent() == 60);
}

TEST(net_send_bounds, "a packet that is not in the client's block, or too long, comes back and goes nowhere")
{
	struct vdev_chain c;

	CHECK(begin());
	station_send(0, LINK_FRAME + 1);
	CHECK(station_sent() == LINK_FRAME + 1);
	link_ask(&station.send, &station.rings->send, (struct link_entry){ 0xfffffff0, 60, 0 });
	station_bell();
	CHECK(station_sent() == 60 && !vdev_take(&dev, SEND, &c));
}

TEST(net_full, "more packets than the queue has places for go out when there is place again")
{
	struct vdev_chain c;
	unsigned out = 0;

	CHECK(begin());
	for (unsigned i = 0; i < LINK_RING; i++)
		link_ask(&station.send, &station.rings->send, station_entry(i % STATION_BUFFERS, 60));
	station_bell();
	while (vdev_take(&dev, SEND, &c)) {
		vdev_return(&dev, SEND, c.head, 0);
		out++;
	}
	CHECK(out == VIRTQ_MAX / 2);
	machine_wait(1000);
	while (vdev_take(&dev, SEND, &c))
		out++;
	CHECK(out == LINK_RING);
}

static bool breaks(unsigned queue, uint32_t head, int step)
{
	vdev_lie(&dev, queue, head, 60, step);
	machine_wait(1000);
	return machine_failed(DRIVER_TASK, "the network card has broken the rules of a queue");
}

TEST(net_lie_received, "a card that returns a buffer that it has not got ends the driver")
{
	CHECK(begin() && breaks(RECEIVE, 5, 1));
}

TEST(net_lie_sent, "a card that returns a packet beyond the queue ends the driver")
{
	CHECK(begin() && breaks(SEND, 0xffffffff, 1));
}

TEST(net_lie_index, "a card whose index jumps ends the driver")
{
	struct vdev_chain c;

	CHECK(begin());
	station_give(0, 0);
	CHECK(vdev_take(&dev, RECEIVE, &c) && breaks(RECEIVE, c.head, VIRTQ_MAX + 1));
}

TEST(net_gives_up, "a card that gives up ends the driver at its change of configuration")
{
	CHECK(begin());
	vdev_gives_up(&dev);
	machine_wait(1000);
	CHECK(machine_failed(DRIVER_TASK, "the network card cannot be used: it has given up"));
}

TEST(net_anew, "a driver that finds the card in any state uses it")
{
	struct vdev_chain c;

	add_card();
	vdev_scramble(&dev, 3);
	start(card_main);
	CHECK(station_attach(LINK_NAME));
	station_send(0, 60);
	CHECK(vdev_take(&dev, SEND, &c));
}

TEST(net_client_ends, "when the client has ended, the card is reset before its memory is given back")
{
	struct link_info_out out;
	struct vdev_chain c;
	unsigned resets;

	CHECK(begin());
	station_give(0, 0);
	CHECK(vdev_take(&dev, RECEIVE, &c) && blocks_open() == 1);
	resets = dev.resets;
	machine_be(OTHER_TASK);
	machine.task[CLIENT_TASK].ended = true;
	machine_notice(DRIVER_TASK);
	CHECK(blocks_open() == 0 && dev.resets == resets + 1 && !vdev_take(&dev, RECEIVE, &c));
	CHECK(link_info(machine_server(LINK_NAME), &out) == LINK_OK && station_attach(LINK_NAME));
	station_send(0, 60);
	CHECK(vdev_take(&dev, SEND, &c));
}

TEST(net_one_client, "a second task is refused while the first has the card; the same one begins anew")
{
	struct link_entry e = station_entry(0, 60);
	struct vdev_chain c;
	unsigned resets;

	CHECK(begin());
	machine_be(OTHER_TASK);
	CHECK(link_attach(station.driver, station.block.block, 0) == LINK_E_BUSY);
	machine_be(CLIENT_TASK);
	resets = dev.resets;
	CHECK(link_attach(station.driver, station.block.block, 0) == LINK_OK && dev.resets == resets + 1);
	memset(station.rings, 0, sizeof *station.rings);
	station.send = (struct ring_end){ 0 };
	link_ask(&station.send, &station.rings->send, e);
	station_bell();
	CHECK(vdev_take(&dev, SEND, &c));
}

TEST(net_cut_off, "a client with an index that cannot be true loses the card, and its memory is given back")
{
	CHECK(begin());
	station.rings->send.index = LINK_RING + 1;
	station_bell();
	CHECK(blocks_open() == 0);
	machine_be(OTHER_TASK);
	CHECK(station_attach(LINK_NAME));
}

TEST(net_stuck, "a card that does not end its reset for the next client ends the driver")
{
	CHECK(begin());
	dev.stuck = true;
	station.rings->send.index = LINK_RING + 1;
	station_bell();
	machine_wait(20000000);
	CHECK(machine_failed(DRIVER_TASK, "it does not end its reset"));
}

TEST(net_line, "a card without messages interrupts by its line, for packets and for changes")
{
	struct vdev_chain c;

	vdev_add_line(&dev, VIRTIO_NETWORK, HAS_STATUS);
	dev.own[STATUS_AT + 2] = LINK_UP;
	start(card_main);
	CHECK(station_attach(LINK_NAME) && station.up);
	station_give(0, 0);
	CHECK(vdev_take(&dev, RECEIVE, &c));
	vdev_return(&dev, RECEIVE, c.head, LINK_HEADER + 60);
	machine_wait(1000);
	CHECK(station_received() == 60 && station.rings->changes == 0);
	vdev_changed(&dev);
	machine_wait(1000);
	CHECK(station.rings->changes == 1);
}

TEST(net_bell, "a client that sleeps is woken up by a packet, and by a change")
{
	struct vdev_chain c;

	add_card();
	start(card_main);
	station_sleep(LINK_NAME);
	CHECK(!station_woken && vdev_take(&dev, RECEIVE, &c));
	vdev_return(&dev, RECEIVE, c.head, LINK_HEADER + 60);
	machine_wait(1000);
	CHECK(station_woken && station_received() == 60);
}

TEST(net_not_permitted, "a task that may not use the driver is refused")
{
	struct link_info_out out;

	add_card();
	start(card_main);
	machine.task[CLIENT_TASK].refused = true;
	station.driver = machine_first(DRIVER_TASK);
	CHECK(link_info(station.driver, &out) == LINK_REFUSED);
}

/* ---- the console ---- */

static bool begin_console(void)
{
	vdev_add(&dev, VIRTIO_CONSOLE, 0);
	start(virtio_console_main);
	return station_attach(LINK_HVC);
}

TEST(hvc_bytes, "a stream goes both ways without a header, in pieces of any size")
{
	struct vdev_chain c;

	CHECK(begin_console() && station.up && station.mac == 0);
	station_send(0, 3);
	CHECK(vdev_take(&dev, SEND, &c) && c.parts == 1 && c.part[0].bytes == 3);
	vdev_return(&dev, SEND, c.head, 0);
	machine_wait(1000);
	CHECK(station_sent() == 3);
	station_give(1, 100);
	CHECK(vdev_take(&dev, RECEIVE, &c) && c.part[0].bytes == 100);
	vdev_return(&dev, RECEIVE, c.head, 7);
	machine_wait(1000);
	CHECK(station_received() == 7);
}

TEST(hvc_lengths, "more bytes than the buffer has are dropped, whatever their number is")
{
	static const uint32_t wrong[] = { 0, 101, 0x10000, 0x10007, 0xffffffff };
	struct vdev_chain c;

	CHECK(begin_console());
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		station_give(1, 100);
		CHECK(vdev_take(&dev, RECEIVE, &c));
		vdev_return(&dev, RECEIVE, c.head, wrong[i]);
		machine_wait(1000);
		CHECK(station_received() == 0);
	}
}
