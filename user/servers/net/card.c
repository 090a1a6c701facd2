/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.c - see card.h.
 *
 *   C1  a receive buffer is free (on the stack of free ones), at the driver, or that of one pbuf
 *   C2  a send buffer is free or at the driver
 * A driver that ends has none any more: when the next one is attached, all buffers at it are free again. A
 * packet that it had may have been sent long ago, as it reports them late, so none is given to the next one;
 * TCP sends again what was lost. What a driver returns is believed only if it is at it.
 */
#include <lwip/etharp.h>
#include <lwip/stats.h>
#include <netif/ethernet.h>
#include <pecan/names.h>
#include <proto/link_client.h>
#include <string.h>

#include "card.h"
#include "interface.h"
#include "socket.h"
#include "timers.h"

enum {
	RECEIVES = 512, SENDS = 128, BUFFER = 1536, AT_DRIVER = LINK_RING, PUSH_AFTER = 32, MANY = AT_DRIVER / 2,
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
	bool send_at_driver[SENDS];	/* of the send buffers */
	bool is_attached, has_news;	/* for the driver */
	uint32_t changes;		/* of the driver's LINK_INFO, up to the last look at it */
};

bool card_is_full;

static const char *const names[] = { LINK_NAME, LINK_NAME "1", LINK_NAME "2", LINK_NAME "3" };
_Static_assert(sizeof names / sizeof *names == CARDS, "each card has a name");

static struct card cards[CARDS];

/* Those that are interfaces. */
#define CARD_FOREACH(c)	for (struct card *c = cards; c < cards + interface_count; c++)

/* ---- buffers ---- */

static uint32_t receive_offset(unsigned i)
{
	return RINGS_BYTES + i * BUFFER;
}

static uint32_t send_offset(unsigned i)
{
	return RINGS_BYTES + (RECEIVES + i) * BUFFER;
}

static char *at(const struct card *c, uint32_t offset)
{
	return (char *)c->link.block.at + offset;
}

/* lwIP has put the index of the interface by which it came into each packet of a card. */
unsigned net_free_buffers(uint8_t interface)
{
	CARD_FOREACH(c)
		if (netif_get_index(&c->netif) == interface)
			return c->free_receives + c->receives_at_driver;
	return RECEIVES;
}

/* Let the driver have as many as a ring has. It looks for them when it receives; not if it has none left. */
static void give_receives(struct card *c)
{
	while (c->is_attached && c->free_receives > 0 && c->receives_at_driver < AT_DRIVER) {
		unsigned i = c->free_receive[--c->free_receives];

		c->receive[i].at_driver = true;
		c->receives_at_driver++;
		link_ask(&c->link.receive, &c->link.rings->receive,
			 (struct link_entry){ receive_offset(i), LINK_BUFFER, (uint16_t)i });
		c->has_news |= ++c->given >= MANY;
	}
}

/* lwIP is done with a packet. */
static void on_free(struct pbuf *p)
{
	struct receive *r = (struct receive *)(void *)p;
	struct card *c = r->card;

	c->free_receive[c->free_receives++] = (uint16_t)(r - c->receive);
}

static void put_send(struct card *c, unsigned i, unsigned bytes)
{
	c->send_at_driver[i] = true;
	link_ask(&c->link.send, &c->link.rings->send,
		 (struct link_entry){ send_offset(i), (uint16_t)bytes, (uint16_t)i });
	c->has_news = true;
}

static void free_sending(struct card *c, unsigned i)
{
	c->send_at_driver[i] = false;
	c->free_send[c->free_sends++] = (uint16_t)i;
}

/* Another driver. */
static void begin_rings(struct card *c)
{
	for (unsigned i = 0; i < SENDS; i++)
		if (c->send_at_driver[i])
			free_sending(c, i);
	for (unsigned i = 0; i < RECEIVES; i++)
		if (c->receive[i].at_driver) {
			c->receive[i].at_driver = false;
			c->free_receive[c->free_receives++] = (uint16_t)i;
		}
	c->receives_at_driver = 0;
	give_receives(c);
}

/* ---- sending ---- */

static void take_sent(struct card *c)
{
	struct link_entry e;

	while (c->is_attached && ring_take(&c->link.send, &c->link.rings->sent, &e))
		if (e.tag < SENDS && c->send_at_driver[e.tag])
			free_sending(c, e.tag);
}

static void push(struct card *c)
{
	if (!c->is_attached || !c->has_news)
		return;
	c->has_news = false;
	c->given = 0;
	if (ring_sleeps(&c->link.rings->driver_sleeps) && !link_ring_bell(c->link.driver))
		c->is_attached = false;		/* it has ended */
}

void card_push(void)
{
	CARD_FOREACH(c)
		push(c);
}

/* A free one; the driver gives some back when it works. */
static bool find_send(struct card *c, unsigned *i)
{
	if (c->free_sends == 0)
		take_sent(c);
	if (c->free_sends == 0) {
		push(c);
		take_sent(c);
	}
	if (c->free_sends == 0)
		return false;
	*i = c->free_send[--c->free_sends];
	return true;
}

static err_t transmit(struct netif *n, struct pbuf *p)
{
	struct card *c = n->state;
	unsigned i;

	if (!c->is_attached || !netif_is_link_up(n)) {
		c->counts.dropped++;
		return ERR_OK;
	}
	if (p->tot_len > LINK_FRAME || !find_send(c, &i)) {
		c->counts.dropped++;
		card_is_full = c->is_attached;
		return ERR_MEM;
	}
	pbuf_copy_partial(p, at(c, send_offset(i)), p->tot_len, 0);
	timers_sending(at(c, send_offset(i)), p->tot_len);
	put_send(c, i, p->tot_len);
	c->counts.sent++;
	c->counts.sent_bytes += p->tot_len;
	return ERR_OK;
}

/* ---- receiving ---- */

/* One entry of the driver. */
static void take_one(struct card *c, struct link_entry e)
{
	struct receive *r = &c->receive[e.tag % RECEIVES];
	char *frame = at(c, receive_offset(e.tag % RECEIVES)) + LINK_HEADER;
	struct pbuf *p;

	if (e.tag >= RECEIVES || !r->at_driver)
		return;
	r->at_driver = false;
	c->receives_at_driver--;
	if (e.bytes == 0 || e.bytes > LINK_FRAME) {
		on_free(&r->pbuf.pbuf);
		return;
	}
	c->counts.received++;
	c->counts.received_bytes += e.bytes;
	if (sock_is_forged(&c->netif, frame, e.bytes)) {
		on_free(&r->pbuf.pbuf);
		return;
	}
	timers_received(frame, e.bytes);
	r->pbuf.custom_free_function = on_free;
	e.bytes = (uint16_t)net_fill_up(frame, e.bytes);
	p = pbuf_alloced_custom(PBUF_RAW, e.bytes, PBUF_REF, &r->pbuf, frame, LINK_FRAME);
	if (c->netif.input(p, &c->netif) != ERR_OK)
		pbuf_free(p);
}

static bool has_changed(const struct card *c)
{
	return c->is_attached && __atomic_load_n(&c->link.rings->changes, __ATOMIC_RELAXED) != c->changes;
}

static void look_at_cable(struct card *c)
{
	struct link_info_out info;

	if (c->is_attached)
		c->changes = __atomic_load_n(&c->link.rings->changes, __ATOMIC_RELAXED);
	if (!c->is_attached || link_info(c->link.driver, &info) != LINK_OK)
		return;
	c->link.up = info.up != 0;
	if (c->link.up)
		netif_set_link_up(&c->netif);
	else
		netif_set_link_down(&c->netif);
}

/* Returns true if there was anything. */
static bool take_all(struct card *c)
{
	struct link_entry e;
	unsigned done = 0;

	while (c->is_attached && done < LINK_RING && ring_take(&c->link.receive, &c->link.rings->received, &e)) {
		take_one(c, e);
		if (++done % PUSH_AFTER == 0)
			give_receives(c);
	}
	return done > 0;
}

void card_receive(void)
{
	bool any = false;

	CARD_FOREACH(c)
		any |= take_all(c);
	if (any)
		window_acknowledge();
	CARD_FOREACH(c) {
		c->is_attached = c->is_attached && !link_is_broken(&c->link);
		give_receives(c);
		if (has_changed(c))
			look_at_cable(c);
	}
}

static bool sleep(struct card *c, bool sleeps)
{
	if (!c->is_attached)
		return false;
	if (!sleeps) {
		ring_awake(&c->link.rings->client_sleeps);
		return false;
	}
	ring_sleep(&c->link.rings->client_sleeps);
	return ring_has_more(&c->link.receive, &c->link.rings->received.index) || has_changed(c);
}

bool card_sleep(bool sleeps)
{
	bool more = false;

	CARD_FOREACH(c)
		more |= sleep(c, sleeps);
	return more;
}

/* ---- the driver, the interface ---- */

bool card_is_driver(L4_ThreadId_t from)
{
	CARD_FOREACH(c)
		if (c->is_attached && L4_IsThreadEqual(from, c->link.driver))
			return true;
	return false;
}

/* And the link-local address, which is made of it. */
static void set_mac(struct card *c)
{
	u8_t mac[ETH_HWADDR_LEN];

	for (unsigned i = 0; i < ETH_HWADDR_LEN; i++)
		mac[i] = (u8_t)(c->link.mac >> 8 * (ETH_HWADDR_LEN - 1 - i));
	if (memcmp(c->netif.hwaddr, mac, sizeof mac) == 0)
		return;
	memcpy(c->netif.hwaddr, mac, sizeof mac);
	netif_ip6_addr_set_state(&c->netif, 0, IP6_ADDR_INVALID);
	netif_create_ip6_linklocal_address(&c->netif, 1);
}

static err_t begin_netif(struct netif *n)
{
	n->name[0] = 'e';
	n->name[1] = 'n';
	n->hwaddr_len = ETH_HWADDR_LEN;
	n->mtu = LINK_FRAME - SIZEOF_ETH_HDR;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP
		   | NETIF_FLAG_MLD6;
	n->output = etharp_output;
	n->output_ip6 = route_output6;
	n->linkoutput = transmit;
	netif_set_hostname(n, "pecan");
	return ERR_OK;
}

static void begin_card(struct card *c)
{
	const char *wrong;

	for (unsigned i = 0; i < RECEIVES; i++) {
		c->receive[i].card = c;
		c->free_receive[c->free_receives++] = (uint16_t)i;
	}
	for (unsigned i = 0; i < SENDS; i++)
		c->free_send[c->free_sends++] = (uint16_t)i;
	netif_add(&c->netif, NULL, NULL, NULL, c, begin_netif, ethernet_input);
	netif_set_up(&c->netif);
	wrong = interface_add(&c->netif);
	if (wrong)
		net_failed(wrong);
}

/* Up to so many. */
static void begin_cards(unsigned count)
{
	while (interface_count < count)
		begin_card(&cards[interface_count]);
}

/* The buffers have memory from the first driver on: a machine without a card needs none. */
static bool has_buffers(struct card *c)
{
	L4_Word_t bytes = receive_offset(RECEIVES + SENDS) - sizeof(struct link_rings);
	L4_ThreadId_t driver;

	if (c->link.block.at)
		return true;
	if (pecan_lookup(names[c - cards], false, &driver) != NAMES_OK)
		return false;
	begin_cards((unsigned)(c - cards) + 1);
	if (link_init(&c->link, names[c - cards], bytes) != ROOT_OK)
		net_failed("there is no memory for packets");
	return true;
}

static void look(struct card *c)
{
	bool fresh = false;

	c->is_attached = has_buffers(c) && link_connect(&c->link, &fresh);
	if (!fresh)
		return;
	set_mac(c);
	c->counts.restarts = c->link.restarts - 1;
	begin_rings(c);
	stream_send_again(&c->netif);
	push(c);
	look_at_cable(c);
}

void card_look(void)
{
	for (struct card *c = cards; c < cards + CARDS; c++)
		look(c);
}

const char *card_driver(unsigned number) { return names[number]; }

struct card_view card_view(unsigned number)
{
	const struct card *c = &cards[number];

	return (struct card_view){
		!c->is_attached ? CARD_ABSENT : c->link.up ? CARD_UP : CARD_NO_CABLE, c->link.mac, &c->counts,
	};
}

void card_init(void)
{
	route_begin();
	begin_cards(interface_named());
}
