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
#include <lwip/ethip6.h>
#include <lwip/stats.h>
#include <netif/ethernet.h>
#include <pecan/names.h>
#include <proto/link_client.h>
#include <string.h>

#include "card.h"
#include "socket.h"
#include "timers.h"

enum {
	RECEIVES = 512, SENDS = 128, BUFFER = 1536, AT_DRIVER = LINK_RING, PUSH_AFTER = 32, MANY = AT_DRIVER / 2,
	RINGS_BYTES = (sizeof(struct link_rings) + BUFFER - 1) / BUFFER * BUFFER,
};

struct receive { struct pbuf_custom pbuf; bool at_driver; };

struct netif card_netif;
struct card_counts card_counts;
bool card_is_full;

static struct link link;
static struct receive receive[RECEIVES];
static uint16_t free_receive[RECEIVES], free_send[SENDS];
static unsigned free_receives, free_sends, receives_at_driver;
static unsigned given;			/* to receive, since the driver was woken up or did not sleep */
static bool send_at_driver[SENDS];		/* of the send buffers */
static bool is_attached, has_news;	/* for the driver */
static uint32_t changes;		/* of the driver's LINK_INFO, up to the last look at it */

/* ---- buffers ---- */

static uint32_t receive_offset(unsigned i)
{
	return RINGS_BYTES + i * BUFFER;
}

static uint32_t send_offset(unsigned i)
{
	return RINGS_BYTES + (RECEIVES + i) * BUFFER;
}

static char *at(uint32_t offset)
{
	return (char *)link.block.at + offset;
}

unsigned net_free_buffers(void)
{
	return free_receives + receives_at_driver;
}

/* Let the driver have as many as a ring has. It looks for them when it receives; not if it has none left. */
static void give_receives(void)
{
	while (is_attached && free_receives > 0 && receives_at_driver < AT_DRIVER) {
		unsigned i = free_receive[--free_receives];

		receive[i].at_driver = true;
		receives_at_driver++;
		link_ask(&link.receive, &link.rings->receive,
			 (struct link_entry){ receive_offset(i), LINK_BUFFER, (uint16_t)i });
		has_news |= ++given >= MANY;
	}
}

/* lwIP is done with a packet. */
static void on_free(struct pbuf *p)
{
	struct receive *r = (struct receive *)(void *)p;

	free_receive[free_receives++] = (uint16_t)(r - receive);
}

static void put_send(unsigned i, unsigned bytes)
{
	send_at_driver[i] = true;
	link_ask(&link.send, &link.rings->send,
		 (struct link_entry){ send_offset(i), (uint16_t)bytes, (uint16_t)i });
	has_news = true;
}

static void free_sending(unsigned i)
{
	send_at_driver[i] = false;
	free_send[free_sends++] = (uint16_t)i;
}

/* Another driver. */
static void begin_rings(void)
{
	for (unsigned i = 0; i < SENDS; i++)
		if (send_at_driver[i])
			free_sending(i);
	for (unsigned i = 0; i < RECEIVES; i++)
		if (receive[i].at_driver) {
			receive[i].at_driver = false;
			free_receive[free_receives++] = (uint16_t)i;
		}
	receives_at_driver = 0;
	give_receives();
}

/* ---- sending ---- */

static void take_sent(void)
{
	struct link_entry e;

	while (is_attached && ring_take(&link.send, &link.rings->sent, &e))
		if (e.tag < SENDS && send_at_driver[e.tag])
			free_sending(e.tag);
}

/* A free one; the driver gives some back when it works. */
static bool find_send(unsigned *i)
{
	if (free_sends == 0)
		take_sent();
	if (free_sends == 0) {
		card_push();
		take_sent();
	}
	if (free_sends == 0)
		return false;
	*i = free_send[--free_sends];
	return true;
}

static err_t transmit(struct netif *n, struct pbuf *p)
{
	unsigned i;

	(void)n;
	if (!is_attached || p->tot_len > LINK_FRAME || !find_send(&i)) {
		card_counts.dropped++;
		card_is_full = is_attached;
		return is_attached ? ERR_MEM : ERR_OK;	/* without a driver it is as if the cable were cut */
	}
	pbuf_copy_partial(p, at(send_offset(i)), p->tot_len, 0);
	timers_sending(at(send_offset(i)), p->tot_len);
	put_send(i, p->tot_len);
	card_counts.sent++;
	card_counts.sent_bytes += p->tot_len;
	return ERR_OK;
}

void card_push(void)
{
	if (!is_attached || !has_news)
		return;
	has_news = false;
	given = 0;
	if (ring_sleeps(&link.rings->driver_sleeps) && !link_ring_bell(link.driver))
		is_attached = false;		/* it has ended */
}

/* ---- receiving ---- */

/* One entry of the driver. */
static void take_one(struct link_entry e)
{
	struct receive *r = &receive[e.tag % RECEIVES];
	char *frame = at(receive_offset(e.tag % RECEIVES)) + LINK_HEADER;
	struct pbuf *p;

	if (e.tag >= RECEIVES || !r->at_driver)
		return;
	r->at_driver = false;
	receives_at_driver--;
	if (e.bytes == 0 || e.bytes > LINK_FRAME) {
		on_free(&r->pbuf.pbuf);
		return;
	}
	card_counts.received++;
	card_counts.received_bytes += e.bytes;
	if (sock_is_forged(frame, e.bytes)) {
		on_free(&r->pbuf.pbuf);
		return;
	}
	timers_received(frame, e.bytes);
	r->pbuf.custom_free_function = on_free;
	e.bytes = (uint16_t)net_fill_up(frame, e.bytes);
	p = pbuf_alloced_custom(PBUF_RAW, e.bytes, PBUF_REF, &r->pbuf, frame, LINK_FRAME);
	if (card_netif.input(p, &card_netif) != ERR_OK)
		pbuf_free(p);
}

static bool has_changed(void)
{
	return is_attached && __atomic_load_n(&link.rings->changes, __ATOMIC_RELAXED) != changes;
}

bool card_receive(void)
{
	struct link_entry e;
	unsigned done = 0;

	while (is_attached && done < LINK_RING && ring_take(&link.receive, &link.rings->received, &e)) {
		take_one(e);
		if (++done % PUSH_AFTER == 0)
			give_receives();
	}
	if (done > 0)
		window_acknowledge();
	is_attached = is_attached && !link_is_broken(&link);
	give_receives();
	if (has_changed())
		card_look_at_cable();
	return done > 0;
}

bool card_sleep(bool sleeps)
{
	if (!is_attached)
		return false;
	if (!sleeps) {
		ring_awake(&link.rings->client_sleeps);
		return false;
	}
	ring_sleep(&link.rings->client_sleeps);
	return ring_has_more(&link.receive, &link.rings->received.index) || has_changed();
}

/* ---- the driver, the interface ---- */

bool card_is_driver(L4_ThreadId_t from)
{
	return is_attached && L4_IsThreadEqual(from, link.driver);
}

/* And the link-local address, which is made of it. */
static void set_mac(void)
{
	u8_t mac[ETH_HWADDR_LEN];

	for (unsigned i = 0; i < ETH_HWADDR_LEN; i++)
		mac[i] = (u8_t)(link.mac >> 8 * (ETH_HWADDR_LEN - 1 - i));
	if (memcmp(card_netif.hwaddr, mac, sizeof mac) == 0)
		return;
	memcpy(card_netif.hwaddr, mac, sizeof mac);
	netif_ip6_addr_set_state(&card_netif, 0, IP6_ADDR_INVALID);
	netif_create_ip6_linklocal_address(&card_netif, 1);
}

/* The buffers have memory from the first driver on: a machine without a card needs none. */
static bool has_buffers(void)
{
	L4_ThreadId_t driver;

	if (link.block.at)
		return true;
	if (pecan_lookup(LINK_NAME, false, &driver) != NAMES_OK)
		return false;
	if (link_init(&link, LINK_NAME, receive_offset(RECEIVES + SENDS) - sizeof(struct link_rings)) != ROOT_OK)
		net_failed("there is no memory for packets");
	return true;
}

void card_look(void)
{
	bool fresh = false;

	is_attached = has_buffers() && link_connect(&link, &fresh);
	if (!fresh)
		return;
	set_mac();
	card_counts.restarts = link.restarts - 1;
	begin_rings();
	stream_send_again();
	card_push();
	card_look_at_cable();
}

void card_look_at_cable(void)
{
	struct link_info_out info;

	if (is_attached)
		changes = __atomic_load_n(&link.rings->changes, __ATOMIC_RELAXED);
	if (!is_attached || link_info(link.driver, &info) != LINK_OK)
		return;
	link.up = info.up != 0;
	if (link.up)
		netif_set_link_up(&card_netif);
	else
		netif_set_link_down(&card_netif);
}

unsigned card_state(void)
{
	return !is_attached ? 0 : link.up ? 2 : 1;
}

L4_Word64_t card_mac(void)
{
	return link.mac;
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
	n->output_ip6 = ethip6_output;
	n->linkoutput = transmit;
	netif_set_hostname(n, "pecan");
	return ERR_OK;
}

void card_init(void)
{
	for (unsigned i = 0; i < RECEIVES; i++)
		free_receive[free_receives++] = (uint16_t)i;
	for (unsigned i = 0; i < SENDS; i++)
		free_send[free_sends++] = (uint16_t)i;
	netif_add(&card_netif, NULL, NULL, NULL, NULL, begin_netif, ethernet_input);
	netif_set_default(&card_netif);
	netif_set_up(&card_netif);
}
