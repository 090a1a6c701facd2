/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.c - see card.h.
 */
#include <lwip/etharp.h>
#include <lwip/sys.h>
#include <netif/ethernet.h>
#include <pecan/names.h>
#include <pecan/system.h>
#include <proto/link_client.h>
#include <servers/net/interface/address.h>
#include <servers/net/interface/interface.h>
#include <servers/net/interface/timers.h>
#include <string.h>

#include "card_buffers.h"

enum { PUSH_AFTER = 32, MISSED_MS = 5000 };

bool card_is_full, card_has_ended;
static bool sleeping;		/* so the drivers of all cards know: they send a message for what comes */

static const char *const names[] = { LINK_NAME, LINK_NAME "1", LINK_NAME "2", LINK_NAME "3" };
_Static_assert(sizeof names / sizeof *names == CARDS, "each card has a name");

static struct card cards[CARDS];
static const struct card_users *users;

/* Those that are interfaces. */
#define CARD_FOREACH(c)	for (struct card *c = cards; c < cards + interface_count; c++)

/* lwIP has put the index of the interface by which it came into each packet of a card. */
unsigned card_free_buffers(uint8_t interface)
{
	CARD_FOREACH(c)
		if (netif_get_index(&c->netif) == interface)
			return c->free_receives + c->receives_at_driver;
	return RECEIVES;
}

/* ---- sending ---- */

static void take_sent(struct card *c)
{
	struct link_entry e;

	while (c->is_attached && ring_take(&c->link.send, &c->link.rings->sent, &e))
		if (e.tag < ALL_SENDS && c->send_at_driver[e.tag])
			card_free_sending(c, e.tag);
}

/* Not inline, as take_part. */
static __attribute__((noinline)) void put_open(struct card *c)
{
	unsigned i = c->offload.buffer;

	card_put_send(c, i, offload_close(&c->offload));
}

static void close_packet(struct card *c)
{
	if (c->offload.packet)
		put_open(c);
}

static void awake(void)
{
	if (!sleeping)
		return;
	sleeping = false;
	CARD_FOREACH(c)
		if (c->is_attached)
			ring_awake(&c->link.rings->client_sleeps);
}

/* The answer in the message registers stays there. */
static bool ring_driver(const struct card *c)
{
	L4_MsgTag_t answer = L4_MsgTag();
	bool lives = link_ring_bell(c->link.driver);

	L4_Set_MsgTag(answer);
	return lives;
}

static void push(struct card *c)
{
	if (!c->is_attached || !c->has_news)
		return;
	close_packet(c);
	c->has_news = false;
	c->given = 0;
	awake();
	if (!ring_sleeps(&c->link.rings->driver_sleeps) || ring_driver(c))
		return;
	c->is_attached = false;
	card_has_ended = true;
}

void card_push(void)
{
	CARD_FOREACH(c)
		if (c->has_news)
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

/* If there is none the packet goes alone, in a small one. */
static bool find_large(struct card *c, unsigned *i)
{
	if (c->free_larges == 0)
		take_sent(c);
	if (c->free_larges == 0)
		return false;
	*i = SENDS + (unsigned)__builtin_ctz(c->free_larges);
	c->free_larges &= c->free_larges - 1;
	return true;
}

/* These return false if there is no buffer. */
static bool send_large(struct card *c, const struct pbuf *p)
{
	unsigned i;

	if (!offload_begins(&c->offload, p) || !find_large(c, &i))
		return false;
	pbuf_copy_partial(p, card_at(c, card_send_offset(i)) + LINK_HEADER, p->tot_len, 0);
	offload_open(&c->offload, card_at(c, card_send_offset(i)), i, p);
	c->has_news = true;
	return true;
}

/* header: bytes before it. */
static inline __attribute__((always_inline)) bool send_small(struct card *c, const struct pbuf *p,
							     unsigned header)
{
	unsigned i;
	char *frame;

	if (!find_send(c, &i))
		return false;
	frame = card_at(c, card_send_offset(i)) + header;
	if (p->len == p->tot_len)
		memcpy(frame, p->payload, p->len);
	else
		pbuf_copy_partial(p, frame, p->tot_len, 0);
	timers_sending(frame, p->tot_len);
	if (header)
		offload_header(&c->offload, frame - header, header + p->tot_len);
	card_put_send(c, i, header + p->tot_len);
	return true;
}

/* With offloads: behind the packet before it, if that is of the same connection. Not inline, as take_part. */
static __attribute__((noinline)) bool send_offloaded(struct card *c, const struct pbuf *p)
{
	if (!offload_add(&c->offload, p)) {
		close_packet(c);
		return send_large(c, p) || send_small(c, p, LINK_HEADER);
	}
	if (c->offload.full)
		close_packet(c);
	return true;
}

static bool send_packet(struct card *c, const struct pbuf *p)
{
	return c->offload.can ? send_offloaded(c, p) : send_small(c, p, 0);
}

static err_t transmit(struct netif *n, struct pbuf *p)
{
	struct card *c = n->state;

	if (!c->is_attached || !netif_is_link_up(n)) {
		c->counts.dropped++;
		return ERR_OK;
	}
	if (p->tot_len > LINK_FRAME || !send_packet(c, p)) {
		c->counts.dropped++;
		card_is_full |= c->is_attached;
		return ERR_MEM;
	}
	c->counts.sent++;
	c->counts.sent_bytes += p->tot_len;
	return ERR_OK;
}

/* ---- receiving ---- */

/* So many bytes of a buffer, behind `header` bytes. */
static struct pbuf *pbuf_of(struct card *c, unsigned i, unsigned header, unsigned bytes)
{
	struct pbuf_custom *p = &c->receive[i].pbuf;
	char *from = card_at(c, card_receive_offset(i)) + header;

	p->custom_free_function = card_on_free;
	return pbuf_alloced_custom(PBUF_RAW, (u16_t)bytes, PBUF_REF, p, from, (u16_t)bytes);
}

static struct pbuf *take_frame(struct card *c, unsigned i, unsigned bytes)
{
	if (bytes == 0 || bytes > LINK_FRAME) {
		card_on_free(&c->receive[i].pbuf.pbuf);
		return NULL;
	}
	return pbuf_of(c, i, LINK_HEADER, card_fill_up(card_at(c, card_receive_offset(i)) + LINK_HEADER, bytes));
}

/* All buffers of a packet have come. NULL: it is damaged. */
static struct pbuf *merge(struct card *c)
{
	const struct offload *o = &c->offload;
	struct pbuf *p = NULL;

	for (unsigned n = o->parts; n-- > 0;) {
		unsigned i = o->part[n].buffer, header = n == 0 ? LINK_HEADER : 0;
		unsigned bytes = o->part[n].bytes - header;
		struct pbuf *q;

		if (o->damaged) {
			card_on_free(&c->receive[i].pbuf.pbuf);
			continue;
		}
		if (o->parts == 1)
			bytes = card_fill_up(card_at(c, card_receive_offset(i)) + header, bytes);
		q = pbuf_of(c, i, header, bytes);
		if (p)
			pbuf_cat(q, p);
		p = q;
	}
	return p;
}

/* Not inline: what it costs is that of cards with offloads alone. NULL: more is to come, or it is damaged. */
static __attribute__((noinline)) struct pbuf *take_part(struct card *c, unsigned i, unsigned bytes)
{
	struct offload *o = &c->offload;
	struct pbuf *p;

	if (!offload_take(o, card_at(c, card_receive_offset(i)), (uint16_t)i, bytes))
		return NULL;
	p = merge(c);
	offload_done(o);
	return p;
}

static void deliver(struct card *c, struct pbuf *p)
{
	bool part;
	err_t e;

	c->counts.received++;
	c->counts.received_bytes += p->tot_len;
	if (address_is_forged(&c->netif, p->payload, p->len)) {
		pbuf_free(p);
		return;
	}
	part = timers_received(p->payload, p->len);
	e = c->offload.can ? offload_input(&c->offload, &c->netif, p, !part) : c->netif.input(p, &c->netif);
	if (e != ERR_OK)
		pbuf_free(p);
}

/* One entry of the driver. */
static void take_one(struct card *c, struct link_entry e)
{
	struct receive *r = &c->receive[e.tag % RECEIVES];
	struct pbuf *p;

	if (e.tag >= RECEIVES || !r->at_driver)
		return;
	r->at_driver = false;
	c->receives_at_driver--;
	p = c->offload.can ? take_part(c, e.tag, e.bytes) : take_frame(c, e.tag, e.bytes);
	if (p)
		deliver(c, p);
}

static bool has_changed(const struct card *c)
{
	return __atomic_load_n(&c->link.rings->changes, __ATOMIC_RELAXED) != c->changes;
}

/* What was lost without a link, or with the driver before (fresh), is sent again. */
static void look_at_cable(struct card *c, bool fresh)
{
	struct link_info_out info;

	if (c->is_attached)
		c->changes = __atomic_load_n(&c->link.rings->changes, __ATOMIC_RELAXED);
	if (!c->is_attached || link_info(c->link.driver, &info) != LINK_OK)
		return;
	c->link.up = info.up != 0;
	fresh |= !netif_is_link_up(&c->netif);
	if (!c->link.up) {
		netif_set_link_down(&c->netif);
		return;
	}
	netif_set_link_up(&c->netif);
	if (fresh)
		users->when_lost(&c->netif);
}

/* Returns true if there was anything. */
static bool take_all(struct card *c)
{
	struct link_entry e;
	unsigned done = 0;

	while (c->is_attached && done < LINK_RING && ring_take(&c->link.receive, &c->link.rings->received, &e)) {
		take_one(c, e);
		if (++done % PUSH_AFTER == 0)
			card_give_receives(c);
	}
	return done > 0;
}

void card_receive(void)
{
	bool any = false;

	awake();
	CARD_FOREACH(c)
		any |= take_all(c);
	if (any)
		users->when_received();
	CARD_FOREACH(c) {
		c->is_attached = c->is_attached && !link_is_broken(&c->link);
		card_give_receives(c);
		if (c->is_attached && has_changed(c))
			look_at_cable(c, false);
	}
}

/* It looks in any case: a message of a driver that the server left waiting too long was lost. */
static bool sleep(struct card *c)
{
	if (!c->is_attached)
		return false;
	if (!sleeping)
		ring_sleep(&c->link.rings->client_sleeps);
	return ring_has_more(&c->link.receive, &c->link.rings->received.index) || has_changed(c);
}

bool card_sleep(void)
{
	bool more = false;

	CARD_FOREACH(c)
		more |= sleep(c);
	sleeping = true;
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

static bool has_block(struct card *c, L4_Word_t bytes)
{
	return link_init(&c->link, names[c - cards], bytes - sizeof(struct link_rings)) == ROOT_OK;
}

/* The server can do without a further card. Returns false. */
static bool refuse(struct card *c)
{
	if (c == cards)
		net_failed("there is no memory for packets");
	pecan_logf("the card of %s is not used: there is no memory for its packets", names[c - cards]);
	c->is_refused = true;
	return false;
}

/*
 * The buffers have memory from the first driver on: a machine without a card needs none. There are large ones
 * if that driver can divide what is in them, and there is memory.
 */
static bool has_buffers(struct card *c)
{
	struct link_info_out info;
	L4_ThreadId_t driver;
	unsigned larges;

	if (c->is_refused)
		return false;
	if (c->link.block.at)
		return true;
	if (pecan_lookup(names[c - cards], false, &driver) != NAMES_OK || link_info(driver, &info) != LINK_OK)
		return false;
	begin_cards((unsigned)(c - cards) + 1);
	larges = info.offloads & SEGMENTS ? LARGES : 0;
	for (; !has_block(c, card_send_offset(SENDS + larges)); larges = 0)
		if (larges == 0)
			return refuse(c);
	c->link.wants = LINK_SUMS | LINK_MERGES | (larges ? SEGMENTS : 0);
	c->free_larges = (1u << larges) - 1;
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
	card_begin_rings(c);
	look_at_cable(c, true);
	push(c);
}

void card_look(void)
{
	card_has_ended = false;
	awake();		/* as the rings of a new driver are at first */
	for (struct card *c = cards; c < cards + CARDS; c++)
		look(c);
}

const char *card_driver(unsigned number) { return names[number]; }

bool card_lacks_driver(unsigned number)
{
	return !cards[number].is_attached && !cards[number].is_refused;
}

bool card_pass_time(void)
{
	bool waits = false;

	CARD_FOREACH(c) {
		bool missed = !c->is_attached && netif_is_link_up(&c->netif);

		if (missed && !c->is_missed)
			c->missed_since = sys_now();
		c->is_missed = missed;
		if (missed && sys_now() - c->missed_since >= MISSED_MS)
			netif_set_link_down(&c->netif);
		waits |= missed;
	}
	return waits;
}

struct card_view card_view(unsigned number)
{
	const struct card *c = &cards[number];

	return (struct card_view){
		!c->is_attached ? CARD_ABSENT : c->link.up ? CARD_UP : CARD_NO_CABLE, c->link.mac, &c->counts,
		&c->offload,
	};
}

void card_init(const struct card_users *u)
{
	users = u;
	route_begin();
	begin_cards(interface_named());
}
