/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - the clients of the bridge, one of each section of the system description, and the frames between
 * them and the card.
 *
 * A frame is copied out of its sender's block before it is looked at, so that the sender cannot change it
 * after the check. A client gets a frame if it has given an empty buffer, or loses it: no frame waits for a
 * client.
 */
#ifndef BRIDGE_PORT_H
#define BRIDGE_PORT_H

#include <pecan/exchange.h>
#include <pecan/places.h>

#include "card.h"
#include "guard.h"

struct port {
	struct exchange x;		/* x.rings 0: the port is free */
	unsigned section;
	uint64_t mac;
	struct guard guard;
	bool news;			/* it has something to take, and has got no bell */
	unsigned tries;			/* bells that it did not receive, one after the other */
	L4_Word64_t received, sent, dropped, refused;	/* as in LINK_INFO */
};

extern struct port ports[PORTS];

/* Returns the port of the task; NULL if it has none. */
struct port *port_of_task(L4_Word_t task);

/* Returns the port that is in use with this Ethernet address; NULL if there is none. */
struct port *port_with_mac(uint64_t mac);

/*
 * Give a port to a client, in the place of one that its section has had. LINK_E_BUSY: another task of the
 * section has it, no port is free, or another one has the address.
 */
enum link_status port_attach(struct holder who, uint64_t mac, L4_ThreadId_t thread, L4_Word_t block);

/* Free the ports of tasks that have ended, or have broken the rules of the rings. */
void port_drop_ended(void);

/* A frame from the card. */
void port_take(const char *frame, unsigned bytes);

/* Forwards some frames of each client. Returns true if there was any. */
bool port_forward(void);

/*
 * Sends a bell to each client that has something to take and sleeps. Returns the number of ms after which it
 * is to be called again, for a client that did not receive; 0: it is not.
 */
unsigned port_ring(void);

/* LINK_INFO has changed, of all clients. */
void port_change(void);

/* Call it before and after the bridge waits. */
void port_sleep(bool sleeps);

#endif
