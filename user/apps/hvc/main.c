/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - hvc: bytes between a program and the other side of a virtio console, or of a serial line by PCI.
 *
 *   hvc [serial]               sends its input, to the end of it
 *   hvc [serial] read          prints one line that comes
 *   hvc [serial] read BYTES    prints so many bytes that come
 *
 * The device is given buffers for what was asked for and no more, so what comes later stays with the other
 * side until the next program reads. A line is read byte by byte for this reason.
 *
 * When the driver is started again, what it has not reported as sent is sent again, so that nothing is
 * missing; bytes can come twice.
 */
#include <l4/ipc.h>
#include <pecan/link.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/stream.h>
#include <pecan/task.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES = 8, PIECE = 4096, WAIT_US = 100000, CONNECT_US = 10000, OPEN_WAITS = 100 };

static struct link port;
static uint32_t put, done;		/* pieces: given to the driver, returned by it; in their order */
static uint16_t bytes[PIECES];		/* of each: to be sent, or the room of a buffer */
static bool reading;

static uint32_t piece_offset(uint32_t n)
{
	return (uint32_t)sizeof(struct link_rings) + n % PIECES * PIECE;
}

static char *piece_at(uint32_t n)
{
	return (char *)port.block.at + piece_offset(n);
}

static int fail(const char *why)
{
	printf("hvc: %s\n", why);
	return 1;
}

/* ---- the driver ---- */

static void give(uint32_t n)
{
	struct link_entry e = { piece_offset(n), bytes[n % PIECES], (uint16_t)n };

	if (reading)
		link_ask(&port.receive, &port.rings->receive, e);
	else
		link_ask(&port.send, &port.rings->send, e);
}

static void push(void)
{
	if (ring_sleeps(&port.rings->driver_sleeps))
		link_ring_bell(port.driver);
}

/* Attach to the driver, if there is another one than before, and give it what is under way. */
static bool connect(void)
{
	bool fresh, is_there = link_connect(&port, &fresh);

	if (!fresh)
		return is_there;
	for (uint32_t n = done; n != put; n++)
		give(n);
	push();
	return true;
}

/* Is there a driver? Another program may have it for a while: then waits. */
static bool open(const char *name)
{
	L4_ThreadId_t driver;

	for (unsigned i = 0; pecan_lookup(name, false, &driver) != NAMES_OK; i++) {
		if (i == OPEN_WAITS)		/* none is about to be started again either */
			return false;
		L4_Sleep(L4_TimePeriod(CONNECT_US));
	}
	while (!connect())
		L4_Sleep(L4_TimePeriod(CONNECT_US));
	return true;
}

/* Wait until the driver has done something, or may be another one. */
static void wait(const struct ring_end *end, const struct link_ring *ring)
{
	L4_MsgTag_t tag = { .raw = 0 };

	ring_sleep(&port.rings->client_sleeps);
	if (!ring_has_more(end, &ring->index))
		tag = L4_Receive_Timeout(port.driver, L4_TimePeriod(WAIT_US));
	ring_awake(&port.rings->client_sleeps);
	if ((L4_IsNilThread(port.driver) || L4_IpcFailed(tag)) && !ring_has_more(end, &ring->index) && !connect())
		L4_Sleep(L4_TimePeriod(CONNECT_US));
}

/* The next piece that the driver has done with, in their order: what it says of its bytes. */
static uint16_t take(void)
{
	const struct link_ring *ring = reading ? &port.rings->received : &port.rings->sent;
	struct ring_end *end = reading ? &port.receive : &port.send;
	struct link_entry e = { 0, 0, 0 };

	while (!ring_take(end, ring, &e) && !end->broken)
		wait(end, ring);
	if (end->broken || e.tag != (uint16_t)done || e.bytes > bytes[done % PIECES]) {
		fail("the driver has broken the rules of the rings");
		pecan_exit(1);
	}
	return e.bytes;
}

/* ---- sending ---- */

static int send_all(void)
{
	long n;

	while ((n = pecan_read(piece_at(put), PIECE)) > 0) {
		bytes[put % PIECES] = (uint16_t)n;
		give(put++);
		push();
		for (; put - done == PIECES; done++)
			take();
	}
	for (; done != put; done++)
		take();
	return n == 0 ? 0 : 1;
}

/* ---- reading ---- */

static int read_bytes(unsigned long left)
{
	unsigned long room = 0;			/* of the buffers at the driver */

	while (left > 0) {
		uint16_t n;

		for (; put - done < PIECES && room < left; put++) {
			bytes[put % PIECES] = (uint16_t)(left - room < PIECE ? left - room : PIECE);
			room += bytes[put % PIECES];
			give(put);
		}
		push();
		n = take();
		if (!pecan_write(piece_at(done), n))
			return 1;
		room -= bytes[done % PIECES];
		left -= n;
		done++;
	}
	return 0;
}

static int read_line(void)
{
	char c;

	do {
		bytes[put % PIECES] = 1;
		give(put++);
		push();
		if (take() != 1)
			return fail("a byte is missing");
		c = *piece_at(done++);
		if (!pecan_write(&c, 1))
			return 1;
	} while (c != '\n');
	return 0;
}

int main(int argc, char **argv)
{
	bool serial = argc > 1 && strcmp(argv[1], LINK_SERIAL) == 0;
	const char *name = serial ? LINK_SERIAL : LINK_HVC;
	unsigned long count;

	argc -= serial;
	argv += serial;
	count = argc == 3 ? strtoul(argv[2], 0, 10) : 0;
	reading = argc > 1;
	if (argc > 3 || (reading && strcmp(argv[1], "read") != 0) || (argc == 3 && count == 0)) {
		printf("usage: hvc [serial], hvc [serial] read [BYTES]\n");
		return 2;
	}
	if (link_init(&port, name, PIECES * PIECE) != ROOT_OK)
		return fail("there is no memory for it");
	if (!open(name))
		return fail(serial ? "there is no serial line by PCI, or no driver for it"
				   : "there is no virtio console, or no driver for it");
	return !reading ? send_all() : count ? read_bytes(count) : read_line();
}
