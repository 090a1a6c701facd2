/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `net-test [PACKETS [SEED]]`: the sockets of the network server and lwIP, as a program of the host
 * with address and undefined behaviour sanitizers: connections that are made on purpose, then malformed
 * packets: of a generator that knows the state of the connections, mutated, and packets that the server
 * itself has sent, mutated. Between them programs open, use and close sockets at random. Each packet, or each
 * buffer of it, is in a block of memory of just its size. At the end all memory must be free again, and
 * connections and datagrams of IPv6 have come meanwhile.
 */
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/init.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <servers/net/client/client.h>
#include <servers/net/interface/interface.h>

#include "net.h"

enum {
	PACKETS = 1000000, OWNERS = 4, HANDLES = 16, BUFFERS = 512, BYTES = 20000, HEADERS_LEAST = 60, PARTS = 32,
	PER_CONNECTION6 = 100000, PER_DATAGRAM6 = 5000,	/* packets: so many are enough */
	QUIET_MS = 500, QUIET_ROUNDS = 4000,	/* longer than TIME_WAIT and what is closing last */
};

static uint64_t state;
static uint32_t clock_ms;
static unsigned buffers;		/* of received packets, in use */
static struct netif card;
static char data[BYTES];
static unsigned long accepted, received_bytes, groups_joined;
static unsigned long accepted6, datagrams6;	/* of IPv6, from the card */
static bool refuses;			/* the card: one frame of 64 */
static bool splits;			/* and it gives packets in several buffers */
unsigned long card_sent;

static struct program { struct owner owner; L4_Word_t handle[HANDLES]; } programs[OWNERS];

uint32_t sys_now(void) { return clock_ms; }

uint32_t net_random(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 32);
}

unsigned below(unsigned n)
{
	return net_random() % n;
}

unsigned card_free_buffers(uint8_t interface)
{
	return interface == netif_get_index(&card) ? BUFFERS - buffers : BUFFERS;
}

unsigned card_waiting(void) { return buffers; }

void *net_heap(void)
{
	static _Alignas(MEM_ALIGNMENT) char heap[NET_HEAP_BYTES];

	return heap;
}

void net_failed(const char *what)
{
	printf("net-test: lwIP: %s\n", what);
	fflush(stdout);
	abort();
}

/* ---- the card ---- */

static err_t transmit(struct netif *n, struct pbuf *p)
{
	unsigned char frame[FRAME];

	(void)n;
	if (p->tot_len > FRAME)
		net_failed("a packet is larger than the card takes");
	pbuf_copy_partial(p, frame, p->tot_len, 0);
	packet_seen(frame, p->tot_len);
	card_sent++;
	return !refuses || below(64) ? ERR_OK : ERR_MEM;
}

struct received { struct pbuf_custom pbuf; unsigned char *frame; };

static void on_free(struct pbuf *p)
{
	struct received *r = (struct received *)(void *)p;

	buffers--;
	free(r->frame);
	free(r);
}

/* In a block of just that size; a whole packet is filled up. */
static struct pbuf *buffer_of(const unsigned char *from, unsigned bytes, bool whole)
{
	struct received *r = calloc(1, sizeof *r);

	r->frame = calloc(1, whole && bytes < CARD_FRAME_LEAST ? CARD_FRAME_LEAST : bytes);
	memcpy(r->frame, from, bytes);
	if (whole)
		bytes = card_fill_up(r->frame, bytes);
	r->pbuf.custom_free_function = on_free;
	buffers++;
	return pbuf_alloced_custom(PBUF_RAW, (u16_t)bytes, PBUF_REF, &r->pbuf, r->frame, (u16_t)bytes);
}

/* Of a card with offloads: in up to PARTS buffers, of which the first one has HEADERS_LEAST bytes or more. */
static struct pbuf *buffers_of(const unsigned char *frame, unsigned bytes)
{
	unsigned at = HEADERS_LEAST + below(bytes - HEADERS_LEAST);
	struct pbuf *p = buffer_of(frame, at, false);

	for (unsigned n, parts = 2; at < bytes; at += n, parts++) {
		n = parts < PARTS ? 1 + below(bytes - at) : bytes - at;
		pbuf_cat(p, buffer_of(frame + at, n, false));
	}
	return p;
}

void card_receives(const unsigned char *frame, unsigned bytes)
{
	struct pbuf *p;

	if (buffers == BUFFERS || bytes == 0)
		return;
	if (splits && bytes > HEADERS_LEAST && buffers + PARTS <= BUFFERS && below(2))
		p = buffers_of(frame, bytes);
	else
		p = buffer_of(frame, bytes, true);
	if (card.input(p, &card) != ERR_OK)
		pbuf_free(p);
}

static err_t begin_card(struct netif *n)
{
	memcpy(n->hwaddr, card_mac, sizeof card_mac);
	n->hwaddr_len = sizeof card_mac;
	n->mtu = 1500;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP
		   | NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
	n->output = etharp_output;
	n->output_ip6 = route_output6;
	n->linkoutput = transmit;
	return ERR_OK;
}

/* ---- programs ---- */

static struct sock *pick(struct program *p, L4_Word_t **handle)
{
	*handle = &p->handle[below(HANDLES)];
	return sock_of(&p->owner, **handle);
}

/* The peer or the loopback, of either family. */
static struct socket_name any_peer(void)
{
	struct socket_name n = { SOCKET_IPV4(below(4) ? PEER : 0), (uint16_t)(FIRST_PORT + below(PORTS)) };

	if (below(2))
		n.address = (struct socket_address){ 0, below(2) };
	else if (below(2))
		n.address = (struct socket_address){ below(2) ? 0x20010db800000000 : 0xfe80000000000000,
						     1 + below(8) };
	return n;
}

static struct socket_address any_group(void)
{
	if (below(2))
		return (struct socket_address)SOCKET_IPV4(FIRST_GROUP + below(GROUPS));
	return (struct socket_address){ 0xff02ull << 48, 0x100 + below(GROUPS) };
}

static bool is_by_card6(struct socket_address from)
{
	return !socket_is_ipv4(from) && !socket_is_any(from) && !address_is_own(from);
}

static void open_one(struct program *p, L4_Word_t *handle)
{
	struct socket_name at = { { 0, below(2) ? SOCKET_MAPPED : 0 },
				  (uint16_t)(below(4) ? FIRST_PORT + below(PORTS) : 0) };
	struct sock *s;

	if (sock_open(&p->owner, (enum sockets_kind)below(3), (enum sockets_family)below(3), &s) != SOCKETS_OK)
		return;
	*handle = sock_handle(s);
	sock_set(s, (enum sockets_option)below(SOCKETS_GROUP_LOOP + 1), below(300));
	if (below(2))
		sock_set(s, SOCKETS_REUSE, 1);
	if (below(4))
		sock_bind(s, at);
	if (below(2))
		stream_listen(s, below(20));
	else if (below(2))
		sock_connect(s, any_peer());
}

static void accept_one(struct program *p, struct sock *s)
{
	struct sock *from;
	L4_Word_t *handle = &p->handle[below(HANDLES)];
	struct sock *before = sock_of(&p->owner, *handle);

	if (before == s || stream_accept(s, &from) != SOCKETS_OK)
		return;
	if (before)
		sock_close(before, below(2));
	*handle = sock_handle(from);
	accepted++;
	accepted6 += is_by_card6(from->peer.address);
}

static void use_one(struct program *p, struct sock *s)
{
	struct reception r = { .to = data, .bytes = below(BYTES), .peek = below(8) == 0 };
	size_t bytes = below(3) ? below(100) : below(BYTES);
	L4_Word_t value;

	switch (below(8)) {
	case 0: sock_connect(s, any_peer()); break;
	case 1: accept_one(p, s); break;
	case 2:
		data[0] = (char)(below(2) ? 8 : 128);	/* an echo request */
		data[1] = 0;
		sock_send(s, data, &bytes, any_peer());
		break;
	case 3:
	case 4:
	case 5:
		sock_receive(s, &r);
		received_bytes += r.got;
		datagrams6 += s->kind == &datagram_udp && r.got > 0 && is_by_card6(r.from.address);
		break;
	case 6: sock_get(s, (enum sockets_option)below(SOCKETS_GROUP_LOOP + 1), &value); break;
	default:
		groups_joined += group_set(s, any_group(), below(4)) == SOCKETS_OK;
		if (below(8) == 0)
			sock_shutdown(s, below(4));
		sock_events(s);
	}
}

static void act(void)
{
	struct program *p = &programs[below(OWNERS)];
	L4_Word_t *handle;
	struct sock *s = pick(p, &handle);

	if (!s)
		open_one(p, handle);
	else if (below(40) == 0)
		sock_close(s, below(4) == 0);
	else
		use_one(p, s);
	if (below(3000) == 0)
		sock_close_all(&p->owner, below(2));
}

static void on_host(const char *name, const ip_addr_t *address, void *arg)
{
	(void)name;
	(void)address;
	(void)arg;
}

void pass_time(unsigned ms)
{
	clock_ms += ms;
	netif_poll_all();
	sys_check_timeouts();
	sock_sweep();
}

static void look_up(void)
{
	char name[] = "host0.example";
	ip_addr_t address;

	name[4] = (char)('0' + below(10));
	dns_gethostbyname(name, &address, on_host, NULL);
}

/* ---- the run ---- */

static void play(unsigned long count)
{
	unsigned char frame[FRAME];

	for (unsigned long i = 0; i < count; i++) {
		unsigned bytes = packet_make(frame);

		card_receives(frame, bytes);
		if (below(4))
			window_acknowledge();
		if (below(2))
			act();
		if (below(8) == 0)
			pass_time(below(100) ? below(40) : below(20000));
		if (below(500) == 0)
			look_up();
		if (below(20000) == 0)
			dhcp_stop(&card), dhcp_start(&card);
		if (below(200) == 0)
			netif_set_addr(&card, packet_address(CARD), packet_address(MASK), packet_address(PEER));
	}
}

/* Everything is closed, and all that was closed has ended: what is not free is lost. */
static int check_end(void)
{
	unsigned used, pcbs = 0, members = 0;

	for (unsigned i = 0; i < OWNERS; i++)
		sock_close_all(&programs[i].owner, false);
	dhcp_stop(&card);
	dhcp_cleanup(&card);
	for (unsigned i = 0; i < QUIET_ROUNDS; i++)
		pass_time(QUIET_MS);
	netif_remove(&card);			/* with packets that wait for ARP */
	used = (unsigned)lwip_stats.mem.used;
	for (const struct tcp_pcb *t = tcp_active_pcbs; t; t = t->next)
		pcbs++;
	for (const struct tcp_pcb *t = tcp_tw_pcbs; t; t = t->next)
		pcbs++;
	for (unsigned i = 0; i < NET_GROUPS; i++)
		for (unsigned g = 0; g < GROUPS; g++)
			members += group_member(i, (struct socket_address)SOCKET_IPV4(FIRST_GROUP + g)) != NULL;
	if (buffers == 0 && used == 0 && members == 0 && pcbs == 0 && !tcp_listen_pcbs.pcbs && !tcp_bound_pcbs)
		return 0;
	printf("net-test: left over: %u buffers, %u bytes of the heap, %u connections\n", buffers, used, pcbs);
	return 1;
}

/* As main.c of the server does it. */
static void join(void)
{
	static client_gone *const gone[] = { host_forget_client, ring_forget_client, NULL };

	sock_join(&stream_kind);
	sock_join(&datagram_udp);
	sock_join(&datagram_echo);
	interface_when_added(group_join_all);
	client_when_gone(gone);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : PACKETS;
	unsigned failed;
	bool dead;
	int wrong;

	state = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	join();
	lwip_init();
	netif_add(&card, packet_address(CARD), packet_address(MASK), packet_address(PEER), NULL, begin_card,
		  ethernet_input);
	netif_set_up(&card);
	netif_create_ip6_linklocal_address(&card, 1);
	route_begin();
	interface_add(&card);
	net_name_server(&card, 0, (const ip_addr_t *)packet_address(PEER));
	failed = cases_run();
	refuses = splits = true;
	play(count);
	wrong = check_end();
	printf("%s - %lu malformed packets, %lu of them to connections, also in several buffers, lose no memory"
	       " and no bound\n", wrong ? "not ok" : "ok", count, packets_known);
	printf("note: %lu connections accepted, %lu bytes received, %lu groups joined\n",
	       accepted, received_bytes, groups_joined);
	dead = accepted6 < count / PER_CONNECTION6 || datagrams6 < count / PER_DATAGRAM6;
	printf("%s - meanwhile the card takes connections (%lu) and datagrams (%lu) of IPv6\n",
	       dead ? "not ok" : "ok", accepted6, datagrams6);
	failed += (unsigned)wrong + dead;
	printf("%u passed, %u failed\n", CASES + 2 - failed, failed);
	return failed != 0;
}
