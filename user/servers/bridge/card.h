/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.h - the card's driver, of which the bridge is the client: frames by rings in a block that the two
 * share (<pecan/link.h>).
 *
 *   C1  a receive buffer is at the driver, or is being looked at
 *   C2  a send buffer is free, being filled, or at the driver; each port has its own ones
 * A driver that ends has none any more. Frames that it had may be lost. What a driver returns is believed
 * only if it is at it.
 */
#ifndef BRIDGE_CARD_H
#define BRIDGE_CARD_H

#include <pecan/link.h>

enum { PORTS = 8, SENDS_OF_PORT = 32 };

/* Returns false if there is no memory. name: of the driver. */
bool card_init(const char *name);

/* Attach to the driver, if there is a new one. Returns true if there is one. */
bool card_look(void);

/* Returns true if `from` is the driver. */
bool card_is_driver(L4_ThreadId_t from);

/* The card's address, and true if it has a cable, as the last driver has it. */
uint64_t card_mac(void);
bool card_is_up(void);

/*
 * Passes each received frame to `take`. Returns true if there was any. A frame is valid during the call, and
 * no client can change it.
 */
bool card_receive(void (*take)(const char *frame, unsigned bytes));

/*
 * Get a buffer for a frame of this port; NULL if all of the port's are at the driver, or there is no driver.
 * Then send it, or give it back.
 */
char *card_buffer(unsigned port, unsigned *buffer);
void card_send(unsigned buffer, unsigned bytes);
void card_give_back(unsigned buffer);

/* Wake up the driver if it sleeps and the rings have something for it. Returns false if it has ended. */
bool card_push(void);

/* Call it before and after the bridge waits. */
void card_sleep(bool sleeps);

#endif
