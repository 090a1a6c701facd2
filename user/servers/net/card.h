/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.h - the network card as an interface of lwIP, by the rings that the server shares with the card's
 * driver (<pecan/link.h>). A received packet stays in its buffer of the rings until lwIP and the sockets have
 * freed it; a sent packet is copied into a buffer.
 */
#ifndef NET_CARD_H
#define NET_CARD_H

#include <lwip/netif.h>
#include <pecan/link.h>

extern struct netif card_netif;

struct card_counts { L4_Word_t received, received_bytes, sent, sent_bytes, dropped, restarts; };
extern struct card_counts card_counts;

extern bool card_is_full;	/* a packet to be sent has found no buffer; for the caller to clear */

/* It is netif_default from then on. */
void card_init(void);

/* Attach to the driver, if there is a new one. With the first one the server ends if memory is lacking. */
void card_look(void);

/* Update the state of the link. DHCP is restarted each time that a cable is connected. */
void card_look_at_cable(void);

/* Returns 0 without a driver, 1 without a cable, 2 if the link is up. */
unsigned card_state(void);
L4_Word64_t card_mac(void);

/* Returns true if `from` is the driver. */
bool card_is_driver(L4_ThreadId_t from);

/* Pass received packets to lwIP, and update the link if it has changed. Returns true if there were any. */
bool card_receive(void);

/* Wake up the driver if it sleeps and the rings have something for it. */
void card_push(void);

/* Call it before and after the server waits. Returns true if there is something to receive already. */
bool card_sleep(bool sleeps);

#endif
