/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_e1000e.c - the driver of network cards with Intel's 82574L.
 */
#include <string.h>
#include <proto/link_client.h>
#include "edev.h"
#include "machine.h"
#include "station.h"
#include "vdev.h"

enum { CARD_BUFFERS = 56, CARD_PACKETS = 256, LONGEST = 1522, OTHER_PLACE = 0x20, DEADLINE = 20000000 };
#define ADDRESS		0x525400123456ul

int e1000e_main(int argc, char **argv);

static struct edev card;

static int driver_main(void) { return e1000e_main(1, (char *[]){ "e1000e", NULL }); }

static void start(enum edev_interrupts kind)
{
	edev_add(&card, kind, ADDRESS);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, driver_main);
	machine_wait(DEADLINE);
}

static bool begin(void)
{
	start(EDEV_TABLE);
	return station_attach(LINK_NAME);
}

static struct link_info_out info(void)
{
	struct link_info_out out;

	return link_info(station.driver, &out) == LINK_OK ? out : (struct link_info_out){ .dropped = ~0u };
}

/* A packet has come, and all is done. */
static bool comes(char byte, unsigned bytes)
{
	bool came = edev_comes(&card, byte, bytes);

	machine_wait(1000);
	return came;
}

/* The packets that the card can send now. */
static unsigned send_all(void)
{
	unsigned n = 0, bytes;

	for (; edev_next(&card, &bytes); n++)
		edev_sent(&card);
	machine_wait(1000);
	return n;
}

TEST(e1000e_info, "the client learns the card's address, whether it has a cable, and that this has changed")
{
	CHECK(begin() && station.mac == ADDRESS && station.up);
	edev_link(&card, false);
	machine_wait(1000);
	CHECK(station.rings->changes == 1 && info().up == 0 && info().mac == ADDRESS);
	edev_link(&card, true);
	machine_wait(1000);
	CHECK(station.rings->changes == 2 && info().up == 1);
}

TEST(e1000e_receive, "a packet is copied into the client's buffer behind the header, with its own length")
{
	CHECK(begin());
	station_give(0, 0);
	CHECK(station_received() == -1 && comes('p', 60) && station_received() == 60);
	CHECK(station_buffer(0)[LINK_HEADER] == 'p' && station_buffer(0)[LINK_HEADER + 59] == 'p');
	CHECK(station_buffer(0)[LINK_HEADER + 60] == 0 && station_received() == -1 && info().received == 1);
}

TEST(e1000e_longest, "no packet is written beyond the client's buffer: one that is longer is dropped")
{
	static const char nothing[STATION_BUFFER - LINK_BUFFER];

	CHECK(begin());
	station_give(0, 0);
	CHECK(comes('v', LINK_FRAME + 4) && comes('v', LONGEST) && comes('v', LINK_FRAME + 1));
	CHECK(station_received() == -1 && station_buffer(0)[LINK_HEADER] == 0);
	CHECK(comes('f', LINK_FRAME) && station_received() == LINK_FRAME);
	CHECK(station_buffer(0)[LINK_BUFFER - 1] == 'f');
	CHECK(memcmp(station_buffer(0) + LINK_BUFFER, nothing, sizeof nothing) == 0);
	CHECK(info().dropped == 3 && info().received == 1);
}

TEST(e1000e_no_buffer, "packets wait in the card's buffers, in order, until the client gives one of its own")
{
	unsigned taken = 0;

	CHECK(begin());
	while (comes((char)('a' + taken), 60))
		taken++;
	CHECK(taken == CARD_BUFFERS - 1);
	for (unsigned i = 0; i < taken; i++) {
		station_give(i % STATION_BUFFERS, 0);
		CHECK(station_received() == 60);
		CHECK(station_buffer(i % STATION_BUFFERS)[LINK_HEADER] == (char)('a' + i));
	}
	station_give(0, 0);
	CHECK(station_received() == -1 && comes('z', 61) && station_received() == 61 && info().dropped == 0);
}

TEST(e1000e_around, "each buffer and each place for a packet is used again and again")
{
	unsigned bytes;

	CHECK(begin());
	for (unsigned i = 0; i < 3 * CARD_PACKETS; i++) {
		station_give(0, 0);
		CHECK(comes((char)i, 60 + i % 1000) && station_received() == (int)(60 + i % 1000));
		CHECK(station_buffer(0)[LINK_HEADER] == (char)i);
		station_send(1, 60 + i);
		CHECK(edev_next(&card, &bytes) == station_buffer(1) && bytes == 60 + i);
		CHECK(send_all() == 1);
		station_bell();
		CHECK(station_sent() == (int)bytes);
	}
}

TEST(e1000e_send, "a packet is sent from the client's memory; its buffer comes back when the card is done")
{
	unsigned bytes;

	CHECK(begin());
	station_send(1, 60);
	CHECK(edev_next(&card, &bytes) == station_buffer(1) && bytes == 60 && station_sent() == -1);
	CHECK(send_all() == 1);
	station_bell();
	CHECK(station_sent() == 60 && info().sent == 1);
}

TEST(e1000e_send_bounds, "a packet outside of the block, too long or too short goes nowhere, and comes back")
{
	unsigned bytes;

	CHECK(begin());
	station_send(0, LINK_FRAME + 1);
	CHECK(station_sent() == LINK_FRAME + 1);
	link_ask(&station.send, &station.rings->send, (struct link_entry){ 0xfffffff0, 60, 0 });
	station_bell();
	CHECK(station_sent() == 60);
	station_send(0, 16);
	CHECK(station_sent() == 16 && !edev_next(&card, &bytes) && info().sent == 0);
	station_send(0, 17);
	CHECK(edev_next(&card, &bytes) && bytes == 17);
}

TEST(e1000e_full, "more packets than the card has places for go out when there is place again")
{
	unsigned bytes;

	CHECK(begin());
	for (unsigned i = 0; i < LINK_RING; i++)
		link_ask(&station.send, &station.rings->send, station_entry(i % STATION_BUFFERS, 60));
	station_bell();
	for (unsigned i = 0; i < CARD_PACKETS - 1; i++) {
		CHECK(edev_next(&card, &bytes));
		edev_sent(&card);
	}
	CHECK(!edev_next(&card, &bytes));
	machine_wait(1000);
	CHECK(send_all() == 1);
}

TEST(e1000e_quiet, "one interrupt for what comes before the driver waits again, none for what was sent")
{
	CHECK(begin());
	for (unsigned i = 0; i < STATION_BUFFERS; i++)
		station_give(i, 0);
	card.interrupts = 0;
	for (unsigned i = 0; i < STATION_BUFFERS; i++)
		CHECK(edev_comes(&card, 'p', 60));
	CHECK(card.interrupts == 1);
	machine_wait(1000);
	CHECK(station_received() == 60 && card.interrupts == 1);
	station_send(0, 60);
	CHECK(send_all() == 1 && card.interrupts == 1);
}

TEST(e1000e_lies, "what is no packet, or has errors, is dropped, whatever the card says")
{
	static const struct { unsigned bytes; uint8_t status, errors; } lies[] = {
		{ 0, EDEV_DONE | EDEV_WHOLE, 0 }, { LINK_FRAME + 1, EDEV_DONE | EDEV_WHOLE, 0 },
		{ 0xffff, EDEV_DONE | EDEV_WHOLE, 0 }, { 60, EDEV_DONE, 0 }, { 60, EDEV_DONE | EDEV_WHOLE, 1 },
		{ 60, EDEV_DONE | EDEV_WHOLE, 0x80 }, { 0xffff, 0xff, 0xff },
	};

	CHECK(begin());
	station_give(0, 0);
	for (unsigned i = 0; i < sizeof lies / sizeof *lies; i++) {
		edev_lie_received(&card, 0, lies[i].bytes, lies[i].status, lies[i].errors);
		machine_wait(1000);
		CHECK(station_received() == -1 && info().dropped == i + 1);
	}
	edev_lie_received(&card, 0, 60, EDEV_DONE | EDEV_WHOLE, 0x60);	/* wrong checksums: the client's affair */
	machine_wait(1000);
	CHECK(station_received() == 60);
}

TEST(e1000e_lie_order, "the driver looks at the next buffer only, and at packets that it has given the card")
{
	unsigned bytes;

	CHECK(begin());
	station_give(0, 0);
	edev_lie_received(&card, 1, 60, EDEV_DONE | EDEV_WHOLE, 0);
	for (unsigned i = 0; i < CARD_PACKETS; i++)
		edev_lie_sent(&card, i);
	machine_wait(1000);
	CHECK(station_received() == -1 && station_sent() == -1);
	station_send(1, 60);
	CHECK(station_sent() == -1 && edev_next(&card, &bytes) && send_all() == 1);
	station_bell();
	CHECK(station_sent() == 60 && station_sent() == -1);
}

TEST(e1000e_anew, "a driver that finds the card in any state uses it")
{
	unsigned bytes;

	edev_add(&card, EDEV_TABLE, ADDRESS);
	edev_scramble(&card, 3);
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, driver_main);
	machine_wait(DEADLINE);
	CHECK(station_attach(LINK_NAME) && station.mac == ADDRESS);
	station_send(0, 60);
	CHECK(edev_next(&card, &bytes));
	station_give(1, 0);
	CHECK(comes('p', 60) && station_received() == 60);
}

TEST(e1000e_client_ends, "when the client has ended, the card is reset before its memory is given back")
{
	struct link_info_out out;
	unsigned resets, bytes;

	CHECK(begin());
	station_send(0, 60);
	CHECK(edev_next(&card, &bytes) && blocks_open() == 1);
	resets = card.resets;
	machine_be(OTHER_TASK);
	machine.task[CLIENT_TASK].ended = true;
	machine_notice(DRIVER_TASK);
	machine_wait(DEADLINE);
	CHECK(blocks_open() == 0 && card.resets == resets + 1 && !edev_next(&card, &bytes));
	CHECK(link_info(machine_server(LINK_NAME), &out) == LINK_OK && station_attach(LINK_NAME));
	station_send(0, 60);
	CHECK(edev_next(&card, &bytes));
}

TEST(e1000e_cut_off, "a client with an index that cannot be true loses the card, and has its memory back")
{
	CHECK(begin());
	station.rings->send.index = LINK_RING + 1;
	station_bell();
	machine_wait(DEADLINE);
	CHECK(blocks_open() == 0);
	machine_be(OTHER_TASK);
	CHECK(station_attach(LINK_NAME));
}

static bool breaks_for_the_next(const char *why)
{
	station.rings->send.index = LINK_RING + 1;
	station_bell();
	machine_wait(DEADLINE);
	return machine_failed(DRIVER_TASK, why);
}

TEST(e1000e_stuck, "a card that does not end its reset for the next client ends the driver")
{
	CHECK(begin());
	card.stuck = true;
	CHECK(breaks_for_the_next("the e1000e network card cannot be used: it does not end its reset"));
}

TEST(e1000e_busy, "a card that does not end its accesses to memory is not reset")
{
	CHECK(begin());
	card.busy = true;
	CHECK(breaks_for_the_next("it does not end its accesses to memory"));
}

TEST(e1000e_gone, "a card that is not there any more ends the driver")
{
	CHECK(begin());
	card.gone = true;
	station_send(0, 60);
	CHECK(breaks_for_the_next("it does not end its accesses to memory"));
}

static void by_one_interrupt(enum edev_interrupts kind)
{
	start(kind);
	CHECK(station_attach(LINK_NAME) && station.up);
	for (unsigned i = 0; i < 3; i++) {
		station_give(0, 0);
		CHECK(comes('p', 60) && station_received() == 60 && station.rings->changes == i);
		CHECK(!edev_holds_line(&card));
		edev_link(&card, i % 2);
		machine_wait(1000);
		CHECK(station.rings->changes == i + 1 && !edev_holds_line(&card));
	}
	for (unsigned i = 0; i < LINK_RING; i++)
		link_ask(&station.send, &station.rings->send, station_entry(i % STATION_BUFFERS, 60));
	station_bell();
	CHECK(send_all() == CARD_PACKETS - 1 && send_all() == 1);
}

TEST(e1000e_line, "a card without messages interrupts by its line, and the driver ends it")
{
	by_one_interrupt(EDEV_LINE);
}

TEST(e1000e_message, "a card with one message has it for packets and for changes")
{
	by_one_interrupt(EDEV_MESSAGE);
}

TEST(e1000e_bell, "a client that sleeps is woken up by a packet")
{
	start(EDEV_TABLE);
	station_sleep(LINK_NAME);
	CHECK(!station_woken && comes('p', 60));
	CHECK(station_woken && station_received() == 60);
}

TEST(e1000e_none, "without the card the driver waits, and does not end")
{
	L4_ThreadId_t none;

	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, driver_main);
	machine_wait(DEADLINE);
	CHECK(!machine.task[DRIVER_TASK].ended && !strstr(machine.log, "cannot be used"));
	none = machine_server(LINK_NAME);
	CHECK(L4_IsNilThread(none));
}

TEST(e1000e_second, "the driver of a second card says that there is one already, and waits")
{
	static struct vdev other;
	L4_ThreadId_t server;

	vdev_add(&other, VIRTIO_NETWORK, 0);
	other.pci.place = OTHER_PLACE;
	edev_add(&card, EDEV_TABLE, ADDRESS);
	machine_start(PCI_TASK, pci_main);
	machine_start(SECOND_DRIVER, card_main);
	machine_wait(DEADLINE);
	machine_start(DRIVER_TASK, driver_main);
	machine_wait(DEADLINE);
	CHECK(machine_logged("the e1000e network card is not used: another driver is `link`"));
	server = machine_first(SECOND_DRIVER);
	CHECK(L4_IsThreadEqual(machine_server(LINK_NAME), server) && !machine.task[DRIVER_TASK].ended);
}
