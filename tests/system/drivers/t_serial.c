/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_serial.c - the driver of serial lines by PCI.
 */
#include <string.h>
#include <pecan/link.h>
#include <pecan/server.h>
#include <proto/link_client.h>
#include <proto/pci_client.h>
#include "machine.h"
#include "sdev.h"
#include "station.h"

enum { SENT_US = 1000000, START_US = 2000000, RTS = 2, LCR_8N1 = 3, REPORTS = 5,
       TURN = 64, TURN_US = 2000 };

static struct sdev dev;

static void start(void)
{
	machine_start(PCI_TASK, pci_main);
	machine_start(DRIVER_TASK, pci_serial_main);
	machine_wait(START_US);
}

static bool begin(void)
{
	sdev_add(&dev, 1);
	start();
	return station_attach(LINK_SERIAL);
}

/* The driver waits for nothing that the device has already: its line would interrupt again and again. */
static bool rests(void) { return !dev.raised; }

static void send(unsigned n, const char *text)
{
	memcpy(station_buffer(n), text, strlen(text));
	station_send(n, (unsigned)strlen(text));
	machine_wait(SENT_US);
}

/* What came into buffer n. */
static bool received(unsigned n, const char *text)
{
	return station_received() == (int)strlen(text) && memcmp(station_buffer(n), text, strlen(text)) == 0;
}

TEST(serial_send, "bytes are sent in their order, at most a FIFO at a time; then their buffer is free")
{
	static const char text[] = "more bytes than the FIFO of the device holds, several times as many";

	CHECK(begin() && station.up && station.mac == 0);
	send(0, text);
	CHECK(sdev_sent(&dev, text) && station_sent() == (int)strlen(text) && rests());
	send(1, "a");
	send(2, "bc");
	CHECK(sdev_sent(&dev, "abc") && station_sent() == 1 && station_sent() == 2 && station_sent() == -1);
	CHECK(machine_logged("the first of 1 serial lines at 00:03.0 is `serial`"));
}

TEST(serial_receive, "bytes that come are in the client's buffer, whether they or the buffer were first")
{
	CHECK(begin());
	station_give(0, 100);
	CHECK(station_received() == -1 && sdev_comes(&dev, "one") == 3);
	machine_wait(1000);
	CHECK(received(0, "one") && rests());
	CHECK(sdev_comes(&dev, "two") == 3 && rests());
	machine_wait(1000);
	CHECK(station_received() == -1);
	station_give(1, 100);
	CHECK(received(1, "two") && rests());
}

TEST(serial_waits, "what has no buffer stays in the device, and RTS is off; a small buffer takes a part")
{
	CHECK(begin());
	station_give(0, 2);
	CHECK(dev.line[0].mcr & RTS && sdev_comes(&dev, "abcdef") == 6);
	machine_wait(1000);
	CHECK(received(0, "ab") && station_received() == -1 && dev.line[0].count == 4);
	CHECK(!(dev.line[0].mcr & RTS) && rests());
	station_give(1, 1);
	CHECK(received(1, "c"));
	station_give(2, 100);
	CHECK(received(2, "def") && rests());
}

TEST(serial_rts, "RTS stays on from buffer to buffer, and goes off when the client has given no more")
{
	CHECK(begin());
	for (unsigned i = 0; i < 3; i++)
		link_ask(&station.receive, &station.rings->receive, station_entry(i, 100));
	station_bell();
	for (unsigned i = 0; i < 3; i++) {
		CHECK(dev.line[0].mcr & RTS && dev.rts_falls == 0 && sdev_comes(&dev, "next") == 4);
		machine_wait(1000);
		CHECK(received(i, "next"));
	}
	CHECK(!(dev.line[0].mcr & RTS) && dev.rts_falls == 1);
}

TEST(serial_lost, "bytes that came into a full FIFO are counted, and are lines of the log at 1, 2, 4 times")
{
	struct link_info_out out;

	CHECK(begin());
	for (unsigned i = 1; i <= REPORTS; i++) {
		CHECK(sdev_comes(&dev, "more than sixteen bytes") == SDEV_FIFO);
		station_give(0, 100);
		CHECK(received(0, "more than sixtee"));
		CHECK(link_info(station.driver, &out) == LINK_OK && out.dropped == i && out.received == i);
		CHECK(!!strstr(machine.log, "lost before they were read: 1 times") == (i >= 1));
		CHECK(!!strstr(machine.log, "lost before they were read: 2 times") == (i >= 2));
		CHECK(!!strstr(machine.log, "lost before they were read: 4 times") == (i >= 4));
	}
	CHECK(!strstr(machine.log, "read: 3 times") && !strstr(machine.log, "read: 5 times"));
}

TEST(serial_damaged, "damaged bytes come as the device has them, and are counted, also beside sending")
{
	static const uint8_t errors[] = { SDEV_PARITY, SDEV_FRAMING, SDEV_BREAK };
	struct link_info_out out;

	CHECK(begin());
	for (unsigned i = 0; i < sizeof errors; i++) {
		sdev_comes_damaged(&dev, 'x', errors[i]);
		send(1, "s");		/* it reads the status */
		sdev_comes(&dev, "y");
		station_give(0, 100);
		CHECK(received(0, "xy"));
		CHECK(link_info(station.driver, &out) == LINK_OK && out.dropped == i + 1);
	}
}

TEST(serial_full, "a device that is never ready to send delays its packet, and nothing else")
{
	struct link_info_out out;

	CHECK(begin());
	dev.full = true;
	send(0, "late");
	CHECK(station_sent() == -1 && rests() && dev.interrupts == 0);
	CHECK(link_info(station.driver, &out) == LINK_OK && sdev_comes(&dev, "in") == 2);
	station_give(1, 100);
	CHECK(received(1, "in") && sdev_sent(&dev, ""));
	dev.full = false;
	dev.line[0].empty_pending = true;
	sdev_update(&dev);
	machine_wait(SENT_US);
	CHECK(sdev_sent(&dev, "late") && station_sent() == 4 && rests());
}

/* Those of a turn have gone at a time, counted by *done, and requests are served, until all have. */
static bool goes_by_turns(const unsigned *done, unsigned all, unsigned turn)
{
	struct link_info_out out;

	for (unsigned before = 0; before < all; before += turn) {
		if (*done != (all - before < turn ? all : before + turn)
		    || link_info(station.driver, &out) != LINK_OK)
			return false;
		machine_wait(TURN_US);
	}
	machine_wait(SENT_US);
	return *done == all && rests();
}

TEST(serial_fast, "a device that is always ready gets 64 FIFOs in 2 ms, and requests are served beside")
{
	static const struct { unsigned packets, bytes, fifo; } loads[] = {
		{ 4, 2048, SDEV_FIFO }, { 200, 1, 1 },
	};

	CHECK(begin());
	dev.fast = true;
	for (unsigned i = 0; i < sizeof loads / sizeof loads[0]; i++) {
		dev.bytes = 0;
		for (unsigned k = 0; k < loads[i].packets; k++)
			link_ask(&station.send, &station.rings->send, station_entry(0, loads[i].bytes));
		station_bell();
		CHECK(goes_by_turns(&dev.bytes, loads[i].packets * loads[i].bytes, TURN * loads[i].fifo));
		for (unsigned k = 0; k < loads[i].packets; k++)
			CHECK(station_sent() == (int)loads[i].bytes);
	}
}

TEST(serial_babbles, "of a device that always has a byte, so many are taken as there are buffers for")
{
	CHECK(begin());
	dev.babbles = true;
	sdev_update(&dev);
	machine_wait(SENT_US);
	CHECK(dev.babbled == 0);
	for (unsigned i = 0; i < STATION_BUFFERS; i++)
		link_ask(&station.receive, &station.rings->receive, station_entry(i, 100));
	station_bell();
	machine_wait(SENT_US);
	for (unsigned i = 0; i < STATION_BUFFERS; i++)
		CHECK(station_received() == SDEV_FIFO);
	CHECK(station_received() == -1 && dev.babbled == STATION_BUFFERS * SDEV_FIFO && rests());
}

TEST(serial_babbles_long, "of a device that always has a byte 64 FIFOs are taken in 2 ms")
{
	enum { BUFFERS = 200 };

	CHECK(begin());
	dev.babbles = true;
	for (unsigned i = 0; i < BUFFERS; i++)
		link_ask(&station.receive, &station.rings->receive, station_entry(0, 100));
	station_bell();
	CHECK(goes_by_turns(&dev.babbled, BUFFERS * SDEV_FIFO, TURN * SDEV_FIFO));
}

TEST(serial_raises, "a device whose interrupt does not end is ended with its driver")
{
	enum { MOST = 2000 };
	unsigned n = 0;

	CHECK(begin());
	for (; n < MOST && !machine.task[DRIVER_TASK].ended; n++) {
		pci_raise(&dev.pci);
		machine_wait(100);
	}
	CHECK(n < MOST && machine_failed(DRIVER_TASK, "the serial line interrupts without a reason"));
}

TEST(serial_many, "many interrupts, each with a byte, end nothing")
{
	enum { MANY = 3000 };

	CHECK(begin());
	for (unsigned i = 0; i < MANY; i++) {
		station_give(0, 1);
		sdev_comes(&dev, "b");
		machine_wait(100);
		if (!received(0, "b"))
			break;
	}
	CHECK(!machine.task[DRIVER_TASK].ended && dev.interrupts == MANY);
}

TEST(serial_many_sent, "many interrupts, each for a FIFO of bytes to be sent, end nothing")
{
	enum { MANY = 1500 };

	CHECK(begin());
	for (unsigned i = 0; i < MANY; i++) {
		send(0, "a FIFO, and more.");
		if (!sdev_sent(&dev, "a FIFO, and more.") || station_sent() < 0)
			break;
	}
	CHECK(!machine.task[DRIVER_TASK].ended && dev.interrupts == MANY);
}

TEST(serial_rate, "the divisor is written if it is another one, not again while bytes may be on their way")
{
	CHECK(begin() && dev.rates == 1);
	machine_kill(DRIVER_TASK);
	machine_wait(START_US);
	machine_start(DRIVER_TASK, pci_serial_main);
	machine_wait(START_US);
	CHECK(station_attach(LINK_SERIAL) && dev.rates == 1);
}

TEST(serial_gone, "a device that answers no access any more ends the driver")
{
	CHECK(begin());
	dev.gone = true;
	station_give(0, 100);
	machine_wait(1000);
	CHECK(machine_failed(DRIVER_TASK, "the serial line has vanished"));
}

static bool is_refused(const char *why)
{
	start();
	return machine_failed(DRIVER_TASK, why);
}

TEST(serial_no_fifo, "a device without a FIFO is not used")
{
	sdev_add(&dev, 1);
	dev.no_fifo = true;
	CHECK(is_refused("the serial line cannot be used: it has no FIFO"));
}

TEST(serial_no_registers, "ports behind which there is no chip are not used")
{
	sdev_add(&dev, 1);
	dev.no_registers = true;
	CHECK(is_refused("it has no registers"));
}

TEST(serial_no_region, "a device with fewer ports than a chip has is not used, nor one without any")
{
	sdev_add(&dev, 1);
	dev.pci.bar_mask[0] = ~3u;
	CHECK(is_refused("it has not the ports that it should have"));
}

TEST(serial_low_ports, "a device that claims ports of the board gets them for no driver")
{
	sdev_add(&dev, 1);
	pci_ports_region(&dev.pci, 0, 0x3f8, 8);
	CHECK(is_refused("it has not the ports that it should have"));
	CHECK(!machine_given(DRIVER_TASK, ROOT_IO_PORTS, 0x3f8));
}

TEST(serial_no_gift, "a driver to which root gives no ports says so and ends")
{
	sdev_add(&dev, 1);
	machine.no_gift = true;
	CHECK(is_refused("it has not the ports that it should have"));
	CHECK(!(dev.pci.space[PCI_COMMAND] & PCI_COMMAND_IO));
}

TEST(serial_any_state, "a driver that finds lines in any state uses the first; the others do not interrupt")
{
	for (unsigned seed = 1; seed <= 4; seed++) {
		machine_wait(1000);
		if (seed == 1) {
			sdev_add(&dev, SDEV_LINES);
			sdev_scramble(&dev, seed);
			start();
		} else {
			machine_kill(DRIVER_TASK);
			sdev_scramble(&dev, seed);
			machine_wait(START_US);
			machine_start(DRIVER_TASK, pci_serial_main);
			machine_wait(START_US);
		}
		CHECK(station_attach(LINK_SERIAL));
		send(0, "out");
		CHECK(sdev_sent(&dev, "out") && rests());
		for (unsigned i = 1; i < SDEV_LINES; i++)
			CHECK(dev.line[i].ier == 0);
	}
	CHECK(machine_logged("the first of 4 serial lines at 00:03.0 is `serial`"));
}

TEST(serial_ports, "a driver gets the ports of its device and no other, as long as it runs")
{
	struct pci_ports_out out;
	L4_ThreadId_t pci;

	CHECK(begin());
	pci = machine_server(PCI_NAME);
	CHECK(machine_given(DRIVER_TASK, ROOT_IO_PORTS, SDEV_PORT));
	CHECK(dev.pci.space[PCI_COMMAND] & PCI_COMMAND_IO);
	CHECK(machine_given(DRIVER_TASK, ROOT_IO_PORTS, SDEV_PORT + 7));
	CHECK(!machine_given(DRIVER_TASK, ROOT_IO_PORTS, SDEV_PORT + 8));
	CHECK(!machine_given(DRIVER_TASK, ROOT_IO_PORTS, SDEV_PORT - 1));
	CHECK(pci_ports(pci, SDEV_PLACE, 0, &out) == PCI_E_NONE);
	machine_kill(DRIVER_TASK);
	machine_wait(START_US);
	CHECK(!machine_given(DRIVER_TASK, ROOT_IO_PORTS, SDEV_PORT));
	CHECK(!(dev.pci.space[PCI_COMMAND] & PCI_COMMAND_IO));
}

TEST(serial_kept, "what waits in the device when a driver begins is received")
{
	sdev_add(&dev, 1);
	dev.line[0].fifo_on = true;
	CHECK(sdev_comes(&dev, "kept") == 4);
	start();
	CHECK(station_attach(LINK_SERIAL));
	station_give(1, 100);
	CHECK(received(1, "kept"));
}

TEST(serial_client_ends, "what a client that has ended had not sent is not sent; the next one has the line")
{
	CHECK(begin());
	dev.full = true;
	send(0, "never");
	station_give(1, 100);
	machine_be(OTHER_TASK);
	machine.task[CLIENT_TASK].ended = true;
	machine_notice(DRIVER_TASK);
	dev.full = false;
	sdev_update(&dev);
	machine_wait(SENT_US);
	CHECK(dev.line[0].ier == 0 && sdev_sent(&dev, "") && station_attach(LINK_SERIAL));
	send(0, "next");
	CHECK(sdev_sent(&dev, "next"));
	station_give(1, 100);
	sdev_comes(&dev, "in");
	machine_wait(1000);
	CHECK(received(1, "in"));
}

TEST(serial_bounds, "a packet that is not in the client's block, or too long, comes back and is not sent")
{
	CHECK(begin());
	link_ask(&station.send, &station.rings->send, (struct link_entry){ 0xfffffff0, 60, 0 });
	link_ask(&station.send, &station.rings->send, (struct link_entry){ 0, 4097, 0 });
	link_ask(&station.receive, &station.rings->receive, (struct link_entry){ 0xfffffff0, 60, 0 });
	sdev_comes(&dev, "kept");
	station_bell();
	machine_wait(SENT_US);
	CHECK(station_sent() == 60 && station_sent() == 4097 && station_received() == 0 && sdev_sent(&dev, ""));
}
