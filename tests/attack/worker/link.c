/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - work at the network card: packets that the other end sends back as they are. Each says its number
 * in all of its words. One that does not come back is sent again, as networks lose packets; one that comes
 * back with other bytes is wrong.
 */
#include <l4/ipc.h>
#include <pecan/link.h>
#include <string.h>

#include "worker.h"

enum {
	BUFFERS = 8, STEP = 2048, WORDS = 64, HEAD = 16, BYTES = HEAD + WORDS * 8, WAIT_US = 20000,
	CONNECT_US = 10000,
};

static struct link link;
static L4_Word_t number;

static uint32_t place(unsigned i) { return (uint32_t)sizeof(struct link_rings) + i * STEP; }
static char *at(unsigned i) { return (char *)link.block.at + place(i); }

static void give(unsigned i)
{
	link_put(&link.rings->receive, &link.given, (struct link_entry){ place(i), LINK_BUFFER, (uint16_t)i });
}

static L4_Word_t word_of(unsigned i) { return number * 0x9e3779b97f4a7c15ul + i; }

static void push(void)
{
	if (link_sleeps(&link.rings->driver_sleeps))
		link_ring_bell(link.driver);
}

/* The last place is that of the packet to be sent. */
static void send(void)
{
	static const unsigned char head[HEAD] = { 0x52, 0x55, 0, 0, 0, 2, 0x52, 0x54, 0, 0x12, 0x34, 0x56, 0x88,
						  0xb5 };
	char *to = at(BUFFERS);

	memcpy(to, head, HEAD);
	for (unsigned i = 0; i < WORDS; i++)
		memcpy(to + HEAD + i * 8, &(L4_Word_t){ word_of(i) }, 8);
	link_put(&link.rings->send, &link.sent, (struct link_entry){ place(BUFFERS), BYTES, BUFFERS });
	push();
}

enum reply { NONE, OLD, RIGHT, WRONG };

static enum reply judge(struct link_entry e)
{
	const char *from = at(e.tag) + LINK_HEADER;
	L4_Word_t word, first = 0;

	if (e.bytes == 0)
		return OLD;			/* the driver gives the buffer back */
	if (e.bytes != BYTES)
		return WRONG;
	for (unsigned i = 0; i < WORDS; i++) {
		memcpy(&word, from + HEAD + i * 8, 8);
		if (i == 0)
			first = word;
		if (word != first + i)
			return WRONG;
	}
	return first == word_of(0) ? RIGHT : OLD;
}

/* The next packet, if there is one. */
static enum reply receive(void)
{
	uint32_t ready = link_ready(&link.rings->received, link.taken);
	struct link_entry e;
	enum reply r;

	if (ready == 0)
		return NONE;
	if (ready > LINK_RING)
		return WRONG;
	e = link_take(&link.rings->received, &link.taken);
	if (e.tag >= BUFFERS || e.offset != place(e.tag))
		return WRONG;
	r = judge(e);
	give(e.tag);
	return r;
}

static void wait(void)
{
	link_set_sleeps(&link.rings->client_sleeps, true);
	if (link_ready(&link.rings->received, link.taken) == 0)
		L4_Receive_Timeout(link.driver, L4_TimePeriod(WAIT_US));
	link_set_sleeps(&link.rings->client_sleeps, false);
}

static void connect(void)
{
	bool fresh;

	while (!link_connect(&link, &fresh))
		L4_Sleep(L4_TimePeriod(CONNECT_US));
	for (unsigned i = 0; fresh && i < BUFFERS; i++)
		give(i);
}

/* Has the device read the last packet? Its place is not written before that. */
static bool is_sent(void)
{
	uint32_t ready = link_ready(&link.rings->sent, link.reaped);

	link.reaped += ready <= link.sent - link.reaped ? ready : 0;
	return link.reaped == link.sent;
}

/* A driver that passes no packet on is found by the watchdog, as this does not return. */
static void link_round(void)
{
	enum reply r = NONE;

	number++;
	do {
		connect();
		if (r == NONE && is_sent())
			send();
		if (r == NONE)
			wait();
		r = receive();
	} while (r != RIGHT && r != WRONG);
	if (r == RIGHT)
		work_right();
	else
		work_wrong();
}

static void link_begin(void)
{
	while (link_init(&link, LINK_NAME, (BUFFERS + 1) * STEP) != ROOT_OK)
		;
}

const struct work link_work = { "virtio-net", link_begin, link_round };
