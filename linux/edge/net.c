/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net.c - see edge.h: a client of a card's driver, or of the bridge, by rings in a block that the two share
 * (<pecan/link.h>).
 *
 * A thread waits for a driver, attaches to it, and gets its messages; the server has the rings meanwhile:
 *
 *   AWAY    there is no driver yet, or none any more: the rings are the thread's
 *   HERE    there is one: they are the server's
 *   ENDED   it has ended: they are the server's still, until it calls edge_link_look
 *
 *   K1  a receive buffer is at the driver, or is being looked at
 *   K2  a send buffer is free, being filled, or at the driver
 * A driver that ends has none any more; frames that it had may be lost. What a driver returns is believed
 * only if it is at it.
 */
#include <pecan/link.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/thread.h>
#include <proto/link_client.h>
#include "edge_own.h"

enum { AWAY, HERE, ENDED };

enum {
	RECEIVES = LINK_RING, SENDS = LINK_RING, BUFFER = 1536, PAUSE_US = 50000, MAC_BYTES = 6,
	UNTOLD = RECEIVES / 2,		/* buffers given back without a bell: a driver without any would wait */
};

_Static_assert((int)EDGE_FRAME == (int)LINK_FRAME, "the size of a frame");

static struct link link;
static volatile int state;
static L4_ThreadId_t keeper;		/* the thread */
static bool receive_at_driver[RECEIVES], send_at_driver[SENDS];
static uint16_t free_send[SENDS];
static unsigned free_sends, untold;
static bool fresh, unsent;		/* another driver; frames without a bell */
static uint32_t changes;		/* of the driver's LINK_INFO, up to the last look at it */

static uint32_t offset(unsigned buffer) { return (uint32_t)sizeof(struct link_rings) + buffer * BUFFER; }
static char *at(unsigned buffer) { return (char *)link.block.at + offset(buffer); }

static void give_receive(unsigned i)
{
	receive_at_driver[i] = true;
	link_ask(&link.receive, &link.rings->receive, (struct link_entry){ offset(i), LINK_BUFFER, (uint16_t)i });
	untold++;
}

static void free_sending(unsigned i)
{
	send_at_driver[i] = false;
	free_send[free_sends++] = (uint16_t)i;
}

/* ---- the thread ---- */

static void begin_rings(void)
{
	free_sends = 0;
	for (unsigned i = SENDS; i-- > 0; )
		free_sending(i);
	for (unsigned i = 0; i < RECEIVES; i++)
		give_receive(i);
	changes = 0;
	fresh = unsent = true;
}

static bool has_block(void)
{
	if (link.rings)
		return true;
	if (link_init(&link, LINK_NAME, offset(RECEIVES + SENDS) - sizeof(struct link_rings)) == ROOT_OK)
		return true;
	printf("linux: no memory for the frames of eth0\n");
	return false;
}

/* Wait for a driver. Returns false if there will be none, or this task may not use it. */
static bool connect(void)
{
	struct link_info_out info;
	L4_ThreadId_t driver;
	enum names_error e;
	bool other = false;

	for (;; L4_Sleep(L4_TimePeriod(PAUSE_US))) {
		e = pecan_lookup(LINK_NAME, true, &driver);
		if (e == NAMES_E_UNPROVIDED)
			return false;
		if (e != NAMES_OK)
			continue;
		if (link_info(driver, &info) == LINK_REFUSED || !has_block())
			return false;
		if (link_connect(&link, &other) && other)
			return true;
	}
}

static void keep(void *unused)
{
	(void)unused;
	while (connect()) {
		begin_rings();
		state = HERE;
		do
			helper_raise(EDGE_IRQ_LINK);
		while (L4_IpcSucceeded(L4_Receive(link.driver)));	/* until it ends */
		state = ENDED;
		helper_raise(EDGE_IRQ_LINK);
		do
			L4_Receive(server);
		while (state == ENDED);
	}
}

/* ---- the server ---- */

int edge_link_start(void)
{
	enum root_error e;

	edge_begin();
	e = pecan_thread_start(keep, 0, DEVICE_PRIORITY, &keeper);
	edge_end();
	return e == ROOT_OK ? 0 : -1;
}

int edge_link_news(void)
{
	if (state != HERE)
		return state == ENDED;
	return fresh || __atomic_load_n(&link.rings->changes, __ATOMIC_RELAXED) != changes;
}

static void look_at_cable(void)
{
	uint32_t now = __atomic_load_n(&link.rings->changes, __ATOMIC_RELAXED);
	struct link_info_out info;

	fresh = false;
	if (now == changes)
		return;
	changes = now;
	edge_begin();
	if (link_info(link.driver, &info) == LINK_OK)
		link.up = info.up != 0;
	edge_end();
}

enum edge_link edge_link_look(unsigned char *mac)
{
	if (state == ENDED) {
		edge_begin();
		state = AWAY;
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(keeper);
		edge_end();
	}
	if (state != HERE)
		return EDGE_LINK_AWAY;
	look_at_cable();
	for (unsigned i = 0; i < MAC_BYTES; i++)
		mac[i] = (unsigned char)(link.mac >> 8 * (MAC_BYTES - 1 - i));
	return link.up ? EDGE_LINK_UP : EDGE_LINK_DOWN;
}

void edge_link_push(void)
{
	if (state != HERE || (!unsent && untold < UNTOLD))
		return;
	unsent = false;
	untold = 0;
	if (!ring_sleeps(&link.rings->driver_sleeps))
		return;
	edge_begin();
	link_ring_bell(link.driver);
	edge_end();
}

/* ---- receiving ---- */

const void *edge_link_frame(unsigned *bytes)
{
	struct link_entry e;

	while (state == HERE && ring_take(&link.receive, &link.rings->received, &e)) {
		if (e.tag >= RECEIVES || !receive_at_driver[e.tag])
			continue;
		if (e.bytes > 0 && e.bytes <= LINK_FRAME) {
			*bytes = e.bytes;
			return at(e.tag) + LINK_HEADER;
		}
		give_receive(e.tag);
	}
	return 0;
}

void edge_link_taken(const void *frame)
{
	give_receive((unsigned)((const char *)frame - at(0)) / BUFFER);
}

int edge_link_listen(int on)
{
	if (state != HERE)
		return 0;
	if (on) {
		ring_sleep(&link.rings->client_sleeps);
		if (!ring_has_more(&link.receive, &link.rings->received.index))
			return 0;
	}
	ring_awake(&link.rings->client_sleeps);
	return on;
}

/* ---- sending ---- */

static void take_sent(void)
{
	struct link_entry e;

	while (ring_take(&link.send, &link.rings->sent, &e))
		if (e.tag < SENDS && send_at_driver[e.tag])
			free_sending(e.tag);
}

void *edge_link_buffer(void)
{
	if (state != HERE)
		return 0;
	take_sent();			/* so the same few are used again and again */
	if (free_sends == 0) {		/* the driver gives some back when it works */
		unsent = true;
		edge_link_push();
		take_sent();
	}
	return free_sends > 0 ? at(RECEIVES + free_send[--free_sends]) : 0;
}

void edge_link_send(const void *frame, unsigned bytes)
{
	unsigned i = (unsigned)((const char *)frame - at(RECEIVES)) / BUFFER;

	send_at_driver[i] = true;
	link_ask(&link.send, &link.rings->send,
		 (struct link_entry){ offset(RECEIVES + i), (uint16_t)bytes, (uint16_t)i });
	unsent = true;
}
