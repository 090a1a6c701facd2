/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connects.c - see net.h: connections whose names were in use a moment ago, and those that come while others
 * are begun and not completed (user/servers/net/socket/numbers.c, half_open.c).
 */
#include <lwip/inet_chksum.h>
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <string.h>

#include "net.h"

enum {
	SERVICE = 7000, PEER_PORT = 40000, HEADERS = 40, CONNECTS = 100000, SAME_PORT = 200, STRANGER_BITS = 20,
	STRANGERS = 5000, ROUND_TRIP_MS = 300, COOKIE_MS = 64000, MORE_SYNS = 300, WINDOW = 5000, SCALE = 7,
	GUESSES = 20000, QUEUE = 2, CLIENTS = 6, AGAIN_MS = 4000,
	TCP_AT = 34,			/* of a frame */
};

static const struct socket_name loop = { SOCKET_IPV4(INADDR_LOOPBACK), SERVICE },
	any = { SOCKET_IPV4(0), SERVICE };

void peer_segment(const struct segment *g)
{
	u16_t size = (u16_t)(HEADERS + g->option_bytes + g->bytes);
	struct pbuf *p = pbuf_alloc(PBUF_RAW, size, PBUF_RAM);
	struct ip_hdr *ip = p->payload;
	struct tcp_hdr *h = (struct tcp_hdr *)(ip + 1);
	ip4_addr_t from = { lwip_htonl(g->from) };

	memset(ip, 0, size);
	if (g->options)
		memcpy(h + 1, g->options, g->option_bytes);
	*h = (struct tcp_hdr){ .src = lwip_htons(g->port), .dest = lwip_htons(g->to),
			       .wnd = lwip_htons(g->window), .seqno = lwip_htonl(g->number),
			       .ackno = lwip_htonl(g->acknowledges) };
	TCPH_HDRLEN_FLAGS_SET(h, (sizeof *h + g->option_bytes) / 4, g->flags);
	pbuf_remove_header(p, sizeof *ip);
	h->chksum = inet_chksum_pseudo(p, IP_PROTO_TCP, p->tot_len, &from, packet_address(CARD));
	pbuf_add_header(p, sizeof *ip);
	IPH_VHL_SET(ip, 4, sizeof *ip / 4);
	IPH_LEN_SET(ip, lwip_htons(size));
	IPH_TTL_SET(ip, 64);
	IPH_PROTO_SET(ip, IP_PROTO_TCP);
	ip->src.addr = from.addr;
	ip->dest.addr = packet_address(CARD)->addr;
	IPH_CHKSUM_SET(ip, inet_chksum(ip, sizeof *ip));
	ip_input(p, netif_default);
}

static struct sock *listen_at(struct owner *o, struct socket_name at, unsigned backlog)
{
	struct sock *s;

	answer_arp(PEER);
	return sock_open(o, SOCKETS_TCP, SOCKETS_BOTH, &s) == SOCKETS_OK
	       && sock_set(s, SOCKETS_REUSE, 1) == SOCKETS_OK && sock_bind(s, at) == SOCKETS_OK
	       && stream_listen(s, backlog) == SOCKETS_OK ? s : NULL;
}

/* ---- names that were in use ---- */

/*
 * A connection by the loopback whose server ends it first, so that its end is in TIME_WAIT. port: of the
 * client; 0: the one that it is given.
 */
static bool connect_once(struct sock *listener, uint16_t port)
{
	struct socket_name from = { any.address, port };
	struct sock *a, *b;
	size_t got;

	if (sock_open(&owners[1], SOCKETS_TCP, SOCKETS_BOTH, &a) != SOCKETS_OK
	    || (port && sock_bind(a, from) != SOCKETS_OK) || sock_connect(a, loop) != SOCKETS_E_IN_PROGRESS)
		return false;
	netif_poll_all();
	if (stream_accept(listener, &b) != SOCKETS_OK || send_all(a, 10) != SOCKETS_OK
	    || take_bytes(b, &got) != SOCKETS_OK)
		return false;
	sock_close(b, false);
	netif_poll_all();
	sock_close(a, false);
	netif_poll_all();
	return got == 10;
}

/* So many that each port is used several times. */
bool connects_often(void)
{
	struct sock *listener = listen_at(&owners[0], any, 1);
	bool is_well = listener != NULL;

	for (unsigned i = 0; i < CONNECTS && is_well; i++)
		is_well = connect_once(listener, 0);
	return is_well;
}

bool connects_same_port(void)
{
	struct sock *listener = listen_at(&owners[0], any, 1);
	bool is_well = listener != NULL;

	for (unsigned i = 0; i < SAME_PORT && is_well; i++)
		is_well = connect_once(listener, PEER_PORT);
	return is_well;
}

static struct tcp_pcb *pcb_of(struct tcp_pcb *list, uint32_t from, uint16_t port)
{
	while (list && (list->remote_port != port || ip_2_ip4(&list->remote_ip)->addr != lwip_htonl(from)))
		list = list->next;
	return list;
}

/* The peer opens a connection by the number of its SYN. Returns the socket; NULL: there is none. */
static struct sock *open_by(struct sock *listener, uint32_t number)
{
	struct segment g = { .from = PEER, .port = PEER_PORT, .to = SERVICE, .number = number, .flags = TCP_SYN,
			     .window = WINDOW };
	struct sock *s = NULL;
	struct tcp_pcb *pcb;

	peer_segment(&g);
	pcb = pcb_of(tcp_active_pcbs, PEER, PEER_PORT);
	if (!pcb)
		return NULL;
	g.number++;
	g.acknowledges = pcb->snd_nxt;
	g.flags = TCP_ACK;
	peer_segment(&g);
	return stream_accept(listener, &s) == SOCKETS_OK ? s : NULL;
}

/* This side ends a connection first, then the peer. Returns that side's end in TIME_WAIT. */
static struct tcp_pcb *end_here(struct sock *s)
{
	struct tcp_pcb *pcb = s->tcp;
	struct segment g = { .from = PEER, .port = PEER_PORT, .to = SERVICE, .number = pcb->rcv_nxt,
			     .flags = TCP_ACK | TCP_FIN, .window = WINDOW };

	sock_close(s, false);
	g.acknowledges = pcb->snd_nxt;
	peer_segment(&g);
	return pcb_of(tcp_tw_pcbs, PEER, PEER_PORT);
}

/*
 * A host opens a connection by the port of one that has just ended here: a SYN behind all that it has sent is
 * a new one (RFC 1122, 4.2.2.13), whose number here is behind all too; one before that is old.
 */
bool connects_peer_again(void)
{
	struct sock *listener = listen_at(&owners[0], any, 4), *s;
	uint32_t number = 0x7fffff00, own;
	struct tcp_pcb *old;

	for (unsigned i = 0; i < 50; i++) {
		s = listener ? open_by(listener, number) : NULL;
		old = s ? end_here(s) : NULL;
		if (!old)
			return false;
		if (i == 25 && (open_by(listener, old->rcv_nxt - 1) || !pcb_of(tcp_tw_pcbs, PEER, PEER_PORT)))
			return false;
		own = old->snd_nxt;
		number = old->rcv_nxt + below(2) * 1000;
		s = open_by(listener, number);
		if (!s || TCP_SEQ_LEQ(s->tcp->lastack, own) || pcb_of(tcp_tw_pcbs, PEER, PEER_PORT))
			return false;
		sock_close(s, true);
		number += below(1u << 31) * 2;
	}
	return true;
}

/* ---- connections that are begun and not completed ---- */

static struct segment syn_of(uint32_t from, uint16_t port)
{
	static const unsigned char options[] = { 2, 4, 5, 0xb4, 1, 3, 3, SCALE, 1, 1, 4, 2 };
	struct segment g = { .from = from, .port = port, .to = SERVICE, .number = net_random(), .flags = TCP_SYN,
			     .window = WINDOW, .options = options, .option_bytes = sizeof options };

	return g;
}

/* SYNs of hosts that do not answer, on the link and beyond. */
static void flood(unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct segment g = syn_of(0x0b000000 + below(1u << STRANGER_BITS), (uint16_t)(1 + below(60000)));

		peer_segment(&g);
	}
}

/* A SYN of the peer. Returns the number with which it is answered; 0: it is not. */
static uint32_t begin_one(struct segment *g, uint16_t port)
{
	const unsigned char *f;
	unsigned long before = card_sent;

	*g = syn_of(PEER, port);
	peer_segment(g);
	f = packet_last(0) + TCP_AT;
	g->acknowledges = get32(f + 4) + 1;
	g->option_bytes = 0;
	g->flags = TCP_ACK;
	g->number++;
	return card_sent != before && f[13] == (TCP_SYN | TCP_ACK) ? get32(f + 4) : 0;
}

/* Both ends have it: bytes of the peer, with its answer or behind it, and one of this side. */
static bool is_open(struct sock *listener, struct segment *g, unsigned bytes)
{
	size_t got, n = 1;
	struct sock *s;

	g->bytes = bytes;
	peer_segment(g);
	return stream_accept(listener, &s) == SOCKETS_OK && s->tcp->mss > TCP_MSS / 2
	       && s->tcp->snd_scale == SCALE && s->tcp->rcv_scale == TCP_RCV_SCALE && (s->tcp->flags & TF_SACK)
	       && (!bytes || (take_bytes(s, &got) == SOCKETS_OK && got == bytes))
	       && sock_send(s, "x", &n, any) == SOCKETS_OK && n == 1 && s->tcp->snd_nxt == g->acknowledges + 1
	       && (sock_close(s, true), true);
}

/* Half of the time the flood lasts for a round trip: what the server kept of the connection is gone. */
bool connects_flooded(void)
{
	struct sock *listener = listen_at(&owners[0], any, 1);
	struct segment g;

	for (unsigned i = 0; listener && i < 8; i++) {
		flood(MORE_SYNS);
		if (!begin_one(&g, (uint16_t)(PEER_PORT + i)))
			return false;
		flood(i % 2 ? STRANGERS : 0);
		pass_time(ROUND_TRIP_MS);
		if (!is_open(listener, &g, i % 4 < 2 ? 0 : 100))
			return false;
	}
	return listener != NULL;
}

/* Of strangers' SYNs few are kept, and no other connection, or one that ends, makes room for them. */
bool connects_flood_bounded(void)
{
	struct sock *listener = listen_at(&owners[0], any, 1), *s = listener ? open_by(listener, 1) : NULL;
	struct tcp_pcb *old = s ? end_here(s) : NULL;
	unsigned half = 0;

	flood(STRANGERS);
	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		half += pcb->state == SYN_RCVD;
	return old && half > 0 && half <= 64 && pcb_of(tcp_tw_pcbs, PEER, PEER_PORT) == old;
}

/* Numbers that were never sent, sent to another port or long ago, or with another number of the peer. */
bool connects_forged(void)
{
	struct sock *listener = listen_at(&owners[0], any, 1), *s;
	struct segment g, other;

	flood(MORE_SYNS);
	if (!listener || !begin_one(&g, PEER_PORT))
		return false;
	flood(MORE_SYNS);
	other = g;
	other.port++;
	peer_segment(&other);
	other = g;
	other.number++;
	peer_segment(&other);
	for (unsigned i = 0; i < GUESSES; i++) {
		other = g;
		other.acknowledges = net_random();
		peer_segment(&other);
	}
	pass_time(2 * COOKIE_MS);
	flood(MORE_SYNS);
	peer_segment(&g);
	return stream_accept(listener, &s) == SOCKETS_E_AGAIN && packet_last(0)[TCP_AT + 13] & TCP_RST;
}

/* More than are accepted at once are not reset: they come in turn, as the peer sends again. */
bool connects_full(void)
{
	struct sock *listener = listen_at(&owners[0], any, QUEUE);
	struct segment g[CLIENTS];
	unsigned open = 0;

	for (unsigned i = 0; i < CLIENTS; i++)
		if (!listener || !begin_one(&g[i], (uint16_t)(PEER_PORT + i)))
			return false;
	for (unsigned i = 0; i < CLIENTS; i++)
		peer_segment(&g[i]);
	for (unsigned i = 0; i < CLIENTS; i++) {
		struct sock *s;

		open += stream_accept(listener, &s) == SOCKETS_OK;
		pass_time(AGAIN_MS / CLIENTS);
		for (unsigned j = 0; j < CLIENTS; j++)
			peer_segment(&g[j]);
	}
	return open == CLIENTS;
}
