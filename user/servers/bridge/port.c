/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.c - see port.h.
 */
#include <pecan/task.h>
#include <string.h>

#include "mac.h"
#include "port.h"

enum {
	BATCH = 32,			/* frames of a client, before those of the next one */
	FIRST_BELL_US = 100,		/* a client can be between its last read of the rings and its wait */
	TRIES = 12,			/* 1 ms, 2 ms, ...: 4 s together */
};

struct port ports[PORTS];

/* ---- clients ---- */

struct port *port_of_task(L4_Word_t task)
{
	for (struct port *p = ports; p < ports + PORTS; p++)
		if (p->x.rings && p->x.task == task)
			return p;
	return NULL;
}

struct port *port_with_mac(uint64_t mac)
{
	for (struct port *p = ports; p < ports + PORTS; p++)
		if (p->x.rings && p->mac == mac)
			return p;
	return NULL;
}

void port_drop_ended(void)
{
	struct pecan_task t;

	for (struct port *p = ports; p < ports + PORTS; p++)
		if (p->x.rings && (exchange_is_broken(&p->x) || pecan_task_by_number(p->x.task, &t) == ROOT_E_TASK))
			exchange_leave(&p->x);
}

/* The port that the section has had, or else one that no section has, or at last any that is free. */
static struct port *find(unsigned section)
{
	struct port *found = NULL;

	for (struct port *p = ports; p < ports + PORTS; p++) {
		if (p->section == section)
			return p;
		if (!p->x.rings && (!found || found->section != 0))
			found = p;
	}
	return found;
}

enum link_status port_attach(struct holder who, uint64_t mac, L4_ThreadId_t thread, L4_Word_t block)
{
	struct port *p, *same;

	port_drop_ended();
	p = who.section == 0 ? NULL : find(who.section);
	same = port_with_mac(mac);
	if (!p || (p->x.rings && p->x.task != who.task) || (same && same != p))
		return LINK_E_BUSY;
	exchange_leave(&p->x);
	*p = (struct port){
		.x.limits = { LINK_BUFFER, LINK_FRAME }, .section = who.section, .mac = mac,
	};
	return exchange_attach(&p->x, thread, block);
}

/* ---- frames ---- */

static void deliver(struct port *p, const char *frame, unsigned bytes)
{
	struct link_entry e;

	if (!exchange_next_receive(&p->x, &e)) {
		p->dropped++;
		return;
	}
	memcpy(exchange_at(&p->x, &e) + LINK_HEADER, frame, bytes);
	exchange_received(&p->x, e, bytes);
	p->received++;
	p->news = true;
}

/* To all clients but the sender, if that is one. */
static void deliver_all(const struct port *from, const char *frame, unsigned bytes)
{
	for (struct port *p = ports; p < ports + PORTS; p++)
		if (p->x.rings && p != from)
			deliver(p, frame, bytes);
}

void port_take(const char *frame, unsigned bytes)
{
	uint64_t to = mac_at(frame + MAC_TO);
	struct port *p = to & MAC_GROUP ? NULL : port_with_mac(to);

	guard_learn(frame, bytes);
	if (to & MAC_GROUP)
		deliver_all(NULL, frame, bytes);
	else if (p)
		deliver(p, frame, bytes);
}

/* Delivers a client's frame to other clients. Returns true if it is for the card, too. */
static bool forward(struct port *from, const char *frame, unsigned bytes)
{
	uint64_t to = mac_at(frame + MAC_TO);
	struct port *p;

	if (to & MAC_GROUP) {
		deliver_all(from, frame, bytes);
		return true;
	}
	p = port_with_mac(to);
	if (p && p != from)
		deliver(p, frame, bytes);
	return !p;
}

/* A frame in the client's block: copied to a buffer for the card, or, if none is free, for other clients. */
static void take_frame(struct port *from, struct link_entry e)
{
	static char beside[LINK_FRAME];
	unsigned buffer;
	char *for_card = card_buffer((unsigned)(from - ports), &buffer);
	char *frame = for_card ? for_card : beside;
	bool to_card = false;

	memcpy(frame, exchange_at(&from->x, &e), e.bytes);
	exchange_sent(&from->x, e);
	if (e.bytes < MAC_HEADER || mac_at(frame + MAC_FROM) != from->mac
	    || !guard_permits(from, frame, e.bytes)) {
		from->refused++;
	} else {
		to_card = forward(from, frame, e.bytes);
		from->sent++;
		from->dropped += to_card && !for_card;
	}
	if (to_card && for_card)
		card_send(buffer, e.bytes);
	else if (for_card)
		card_give_back(buffer);
}

bool port_forward(void)
{
	struct link_entry e;
	bool any = false;

	for (struct port *p = ports; p < ports + PORTS; p++) {
		for (unsigned n = 0; n < BATCH && exchange_next_send(&p->x, &e); n++) {
			take_frame(p, e);
			any = true;
		}
		if (exchange_is_broken(&p->x))
			exchange_leave(&p->x);
	}
	return any;
}

/* ---- bells ---- */

/* Returns true if it is to be tried again. */
static bool ring(struct port *p)
{
	bool ended;

	if (!ring_sleeps(&p->x.rings->client_sleeps)
	    || link_try_bell(p->x.thread, p->tries == 0 ? FIRST_BELL_US : 0, &ended)) {
		p->news = false;	/* one that does not sleep reads its rings before it does */
		p->tries = 0;
		return false;
	}
	if (ended)
		exchange_leave(&p->x);
	else if (p->tries < TRIES)
		p->tries++;
	return p->x.rings && p->tries < TRIES;
}

unsigned port_ring(void)
{
	unsigned least = 0, ms;

	for (struct port *p = ports; p < ports + PORTS; p++) {
		if (!p->x.rings || !p->news || !ring(p))
			continue;
		ms = 1u << (p->tries - 1);
		least = least == 0 || ms < least ? ms : least;
	}
	return least;
}

void port_change(void)
{
	for (struct port *p = ports; p < ports + PORTS; p++)
		if (p->x.rings) {
			__atomic_store_n(&p->x.rings->changes, p->x.rings->changes + 1, __ATOMIC_SEQ_CST);
			p->news = true;
		}
}

void port_sleep(bool sleeps)
{
	for (struct port *p = ports; p < ports + PORTS; p++) {
		if (!p->x.rings)
			continue;
		if (sleeps)
			ring_sleep(&p->x.rings->driver_sleeps);
		else
			ring_awake(&p->x.rings->driver_sleeps);
	}
}
