/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.h - the network cards as interfaces of lwIP, by the rings that the server shares with each card's
 * driver (<pecan/link.h>). A received packet stays in its buffer of the rings until lwIP and the sockets have
 * freed it; a sent packet is copied into a buffer.
 */
#ifndef NET_CARD_H
#define NET_CARD_H

#include <lwip/netif.h>
#include <pecan/link.h>
#include <string.h>

#include "offload.h"

enum { CARDS = NET_CARDS };

struct card_counts { L4_Word_t received, received_bytes, sent, sent_bytes, dropped, restarts; };

/* Of a card that is shown: as `link` of SOCKETS_INTERFACE. */
enum card_state { CARD_ABSENT, CARD_NO_CABLE, CARD_UP };
struct card_view {
	enum card_state state;
	L4_Word64_t mac;
	const struct card_counts *counts;
	const struct offload *offload;
};

extern bool card_is_full;	/* a packet to be sent has found no buffer; for the caller to clear */
extern bool card_has_ended;	/* a driver has, as a message to it shows; until card_look */

/* What is done when packets have come, together; and when packets that leave by an interface were lost. */
struct card_users {
	void (*when_received)(void);
	void (*when_lost)(const struct netif *by);
};

/* Call it when the arguments are known. A card is an interface from its first driver on, or one before it. */
void card_init(const struct card_users *u);

/*
 * Attach to new drivers. With the first one of a card memory is needed: if it is lacking the server ends, or,
 * if it is a further card, does not use it, and says so.
 */
void card_look(void);

/*
 * Call it at each tick. A card that has had no driver for some seconds counts as one without a cable, so that
 * the default can move to another card; a restart takes less. Returns true if the next tick is needed for it.
 */
bool card_pass_time(void);

/* Free buffers for packets to receive of the card with this index of lwIP; of no card: as many as one has. */
unsigned card_free_buffers(uint8_t interface);

/* number: below CARDS. */
const char *card_driver(unsigned number);		/* the name of its driver */
bool card_lacks_driver(unsigned number);		/* and one would be used */
struct card_view card_view(unsigned number);

/* Returns true if `from` is the driver of a card. */
bool card_is_driver(L4_ThreadId_t from);

/* Pass received packets to lwIP, and update the links that have changed. */
void card_receive(void);

/* Wake up the drivers that sleep and for which the rings have something. */
void card_push(void);

/*
 * Call it before the server waits: from then on each driver wakes it up for what it receives, up to the next
 * card_receive, or card_push of something. Returns true if there is something to receive already.
 */
bool card_sleep(void);

/*
 * Virtual cards deliver packets below Ethernet's minimum, and lwIP reads ARP packets without a check of their
 * length: short packets are padded with zeros.
 */
enum { CARD_FRAME_LEAST = 60 };

static inline unsigned card_fill_up(void *frame, unsigned bytes)
{
	if (bytes >= CARD_FRAME_LEAST)
		return bytes;
	memset((char *)frame + bytes, 0, CARD_FRAME_LEAST - bytes);
	return CARD_FRAME_LEAST;
}

#endif
