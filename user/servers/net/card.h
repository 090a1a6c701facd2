/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.h - the network card as an interface of lwIP, by the rings that the server shares with the card's
 * driver (<pecan/link.h>). A received packet stays in its buffer of the rings until lwIP and the sockets are
 * done with it; what is sent is copied into one.
 */
#ifndef NET_CARD_H
#define NET_CARD_H

#include <lwip/netif.h>
#include <pecan/link.h>

extern struct netif card_netif;

struct card_counts { L4_Word_t received, received_bytes, sent, sent_bytes, dropped, restarts; };
extern struct card_counts card_counts;

/* Returns false if there is no memory. */
bool card_init(void);

/* Attach to the driver, if there is another one than before. */
void card_look(void);

/* Is a cable there? DHCP begins anew with each. */
void card_look_at_cable(void);

/* 0: no driver; 1: no cable; 2: up. */
unsigned card_state(void);
L4_Word_t card_mac(void);

/* Is the message one of the driver? */
bool card_is_driver(L4_ThreadId_t from);

/* Give lwIP what was received, and look at the cable if it has changed. Returns true if anything was. */
bool card_receive(void);

/* Wake up the driver if it sleeps, and there is something for it. */
void card_push(void);

/* The server is about to wait, or has waited. Returns true if there is something to receive already. */
bool card_sleep(bool sleeps);

#endif
