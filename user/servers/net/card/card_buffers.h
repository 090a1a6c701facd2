/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card_buffers.h - for card.c: what the server has of a card, and the buffers of the rings that it shares
 * with the card's driver.
 *
 *   C1  a receive buffer is free (on the stack of free ones), at the driver, a part of a packet of which not
 *       all has come (offload.h), or that of one pbuf
 *   C2  a send buffer is free or at the driver, or, of the large ones, that of the open packet (offload.h)
 * A driver that ends has none any more: when the next one is attached, all buffers at it are free again. A
 * packet that it had may have been sent long ago, as it reports them late, so none is given to the next one;
 * TCP sends again what was lost. What a driver returns is believed only if it is at it.
 */
#ifndef NET_CARD_BUFFERS_H
#define NET_CARD_BUFFERS_H

#include <proto/link_client.h>
#include "card.h"

enum {
	RECEIVES = 512, SENDS = 128, BUFFER = 1536, AT_DRIVER = LINK_RING, MANY = AT_DRIVER / 2,
	LARGES = 16, LARGE = 65536,	/* more send buffers, if the driver divides packets into segments */
	ALL_SENDS = SENDS + LARGES, SEGMENTS = LINK_SEGMENTS4 | LINK_SEGMENTS6,
	RINGS_BYTES = (sizeof(struct link_rings) + BUFFER - 1) / BUFFER * BUFFER,
};

struct receive { struct pbuf_custom pbuf; struct card *card; bool at_driver; };

struct card {
	struct netif netif;
	struct card_counts counts;
	struct link link;
	struct receive receive[RECEIVES];
	uint16_t free_receive[RECEIVES], free_send[SENDS];
	unsigned free_receives, free_sends, receives_at_driver;
	unsigned given;			/* to receive, since the driver was woken up or did not sleep */
	unsigned free_larges;		/* a bit of each */
	bool send_at_driver[ALL_SENDS];	/* of the send buffers */
	struct offload offload;
	bool is_attached, has_news;	/* for the driver */
	bool is_refused;		/* there was no memory for its packets */
	bool is_missed;			/* up, but without a driver */
	uint32_t missed_since;
	uint32_t changes;		/* of the driver's LINK_INFO, up to the last look at it */
};

static inline uint32_t card_receive_offset(unsigned i)
{
	return RINGS_BYTES + i * BUFFER;
}

/* The large ones come last. */
static inline uint32_t card_send_offset(unsigned i)
{
	unsigned small = i < SENDS ? i : SENDS;

	return RINGS_BYTES + (RECEIVES + small) * BUFFER + (i - small) * LARGE;
}

static inline char *card_at(const struct card *c, uint32_t offset)
{
	return (char *)c->link.block.at + offset;
}

/* Let the driver have as many as a ring has. It looks for them when it receives; not if it has none left. */
void card_give_receives(struct card *c);

/* lwIP is done with a packet. */
void card_on_free(struct pbuf *p);

/* A send buffer with so many bytes goes to the driver. */
void card_put_send(struct card *c, unsigned i, unsigned bytes);
void card_free_sending(struct card *c, unsigned i);

/* There is another driver: all buffers are free, or at it. */
void card_begin_rings(struct card *c);

#endif
