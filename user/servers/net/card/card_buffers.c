/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card_buffers.c - see card_buffers.h.
 */
#include "card_buffers.h"

void card_give_receives(struct card *c)
{
	while (c->is_attached && c->free_receives > 0 && c->receives_at_driver < AT_DRIVER) {
		unsigned i = c->free_receive[--c->free_receives];

		c->receive[i].at_driver = true;
		c->receives_at_driver++;
		link_ask(&c->link.receive, &c->link.rings->receive,
			 (struct link_entry){ card_receive_offset(i), LINK_BUFFER, (uint16_t)i });
		c->has_news |= ++c->given >= MANY;
	}
}

void card_on_free(struct pbuf *p)
{
	struct receive *r = (struct receive *)(void *)p;
	struct card *c = r->card;

	c->free_receive[c->free_receives++] = (uint16_t)(r - c->receive);
}

void card_put_send(struct card *c, unsigned i, unsigned bytes)
{
	c->send_at_driver[i] = true;
	link_ask(&c->link.send, &c->link.rings->send,
		 (struct link_entry){ card_send_offset(i), (uint16_t)bytes, (uint16_t)i });
	c->has_news = true;
}

void card_free_sending(struct card *c, unsigned i)
{
	c->send_at_driver[i] = false;
	if (i < SENDS)
		c->free_send[c->free_sends++] = (uint16_t)i;
	else
		c->free_larges |= 1u << (i - SENDS);
}

/* What is open, and what has not come, is lost. */
static void begin_offload(struct card *c)
{
	struct offload *o = &c->offload;

	if (o->packet)
		card_free_sending(c, o->buffer);
	for (unsigned n = 0; n < o->parts; n++)
		card_on_free(&c->receive[o->part[n].buffer].pbuf.pbuf);
	offload_begin(o, &c->netif, c->link.offloads);
}

void card_begin_rings(struct card *c)
{
	begin_offload(c);
	for (unsigned i = 0; i < ALL_SENDS; i++)
		if (c->send_at_driver[i])
			card_free_sending(c, i);
	for (unsigned i = 0; i < RECEIVES; i++)
		if (c->receive[i].at_driver) {
			c->receive[i].at_driver = false;
			c->free_receive[c->free_receives++] = (uint16_t)i;
		}
	c->receives_at_driver = 0;
	card_give_receives(c);
}
