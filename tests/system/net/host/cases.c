/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cases.c - see net.h: pairs of sockets that are connected by the loopback, in states that packets at random
 * do not reach.
 */
#include <lwip/etharp.h>
#include <lwip/icmp.h>
#include <lwip/inet_chksum.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/etharp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../../lib/harness/hang.h"
#include "net.h"

enum { FIRST = 5000, TIME_WAIT_S = 200, DATAGRAM = 65507 };

struct owner owners[CASE_OWNERS];
static char bytes_of[MORE];

bool open_pair_of(struct owner *o, struct sock **a, struct sock **b)
{
	static uint16_t port = FIRST;
	struct socket_name at = { SOCKET_IPV4(INADDR_LOOPBACK), ++port };
	struct sock *listener;
	bool is_open;

	if (sock_open(&owners[0], SOCKETS_TCP, SOCKETS_BOTH, &listener) != SOCKETS_OK
	    || sock_bind(listener, at) != SOCKETS_OK || stream_listen(listener, 1) != SOCKETS_OK
	    || sock_open(o, SOCKETS_TCP, SOCKETS_BOTH, a) != SOCKETS_OK
	    || sock_connect(*a, at) != SOCKETS_E_IN_PROGRESS)
		return false;
	netif_poll_all();
	is_open = stream_accept(listener, b) == SOCKETS_OK;
	sock_close(listener, false);
	return is_open;
}

static bool open_pair(struct sock **a, struct sock **b)
{
	return open_pair_of(&owners[1], a, b);
}

enum sockets_status send_all(struct sock *s, size_t bytes)
{
	enum sockets_status e = SOCKETS_OK;
	size_t n;

	for (; bytes > 0 && e == SOCKETS_OK; bytes -= n) {
		n = bytes;
		e = sock_send(s, bytes_of, &n, (struct socket_name){ 0 });
		netif_poll_all();
	}
	return e;
}

enum sockets_status take_bytes(struct sock *s, size_t *got)
{
	struct reception r = { .to = bytes_of, .bytes = sizeof bytes_of };
	enum sockets_status e = sock_receive(s, &r);

	*got = r.got;
	netif_poll_all();
	return e;
}

static bool arrives(struct sock *from, struct sock *to)
{
	size_t got;

	return send_all(from, 10) == SOCKETS_OK && take_bytes(to, &got) == SOCKETS_OK && got == 10;
}

static void wait_seconds(unsigned s)
{
	for (unsigned i = 0; i < s * 10; i++)
		pass_time(100);
}

/* A connection that ended by both sides, and is closed long after: its pcb is that of another one now. */
static bool late_close(void)
{
	struct sock *a, *b, *c, *d;
	size_t got;
	bool is_well = open_pair(&a, &b) && sock_shutdown(a, SOCKETS_SHUT_OUT) == SOCKETS_OK;

	netif_poll_all();
	sock_close(b, false);
	netif_poll_all();
	wait_seconds(TIME_WAIT_S);
	if (!is_well || !open_pair(&c, &d))
		return false;
	is_well = take_bytes(a, &got) == SOCKETS_OK && got == 0;
	sock_close(a, false);
	netif_poll_all();
	is_well = is_well && arrives(c, d) && arrives(d, c);
	sock_close(c, false);
	sock_close(d, false);
	return is_well;
}

/* The other side ends first: its end is the last thing, not an error. */
static bool orderly_end(void)
{
	struct sock *a, *b;
	size_t got;
	bool is_well = open_pair(&a, &b) && arrives(a, b) && sock_shutdown(b, SOCKETS_SHUT_OUT) == SOCKETS_OK;

	netif_poll_all();
	is_well = is_well && sock_shutdown(a, SOCKETS_SHUT_OUT) == SOCKETS_OK;
	netif_poll_all();
	return is_well && !(sock_events(a) & SOCKETS_ERROR) && take_bytes(a, &got) == SOCKETS_OK && got == 0;
}

/* Both send until both windows are closed. */
static bool closed_windows(void)
{
	struct sock *a, *b;
	bool is_well = open_pair(&a, &b);

	for (unsigned i = 0; i < 2; i++) {
		is_well = is_well && send_all(a, MORE) == SOCKETS_E_AGAIN && send_all(b, MORE) == SOCKETS_E_AGAIN;
		wait_seconds(60);
	}
	return is_well;
}

/* Two owners that take all that they can of their own datagrams; then a third one. */
static bool large_datagrams(void)
{
	static const struct socket_name at = { SOCKET_IPV4(INADDR_LOOPBACK), FIRST };
	bool is_well = true;

	for (unsigned o = 0; o < CASE_OWNERS; o++) {
		struct socket_name to = { at.address, (uint16_t)(at.port - o) };
		struct sock *s;
		size_t bytes, got;

		is_well = is_well && sock_open(&owners[o], SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK
			  && sock_bind(s, to) == SOCKETS_OK;
		for (bytes = o < 2 ? DATAGRAM : 0; is_well && bytes > 0; bytes /= 2)
			for (unsigned before = ~0u; before != s->pieces;) {
				before = s->pieces;
				sock_send(s, bytes_of, &bytes, to);
				netif_poll_all();
			}
		bytes = DATAGRAM;
		if (o == 2)
			is_well = is_well && sock_send(s, bytes_of, &bytes, to) == SOCKETS_OK
				  && (netif_poll_all(), take_bytes(s, &got) == SOCKETS_OK) && got == bytes;
	}
	return is_well;
}

/* Connections that are read by none, until the owner's share of the heap is used up. */
static bool ready_takes(void)
{
	struct sock *a, *b;
	size_t n = 0;

	if (!open_pair(&a, &b) || send_all(a, 44000) != SOCKETS_OK)	/* then a part of a window is left */
		return false;
	for (unsigned i = 0; i < SOCKETS_MOST / 2; i++) {
		if (!open_pair(&a, &b))
			return false;
		for (unsigned seconds = 0; seconds < 3; seconds++) {
			for (; sock_events(a) & SOCKETS_OUT; netif_poll_all()) {
				n = MORE;
				if (sock_send(a, bytes_of, &n, (struct socket_name){ 0 }) != SOCKETS_OK)
					return false;
			}
			wait_seconds(1);
		}
	}
	return n > 0;
}

/* Connections of one owner with as many segments of a byte as they take; then one of another owner. */
static bool small_segments(void)
{
	struct socket_name at = { SOCKET_IPV4(INADDR_LOOPBACK), FIRST };
	struct sock *a, *b, *other;

	for (unsigned i = 0; i < SOCKETS_MOST - 2; i++) {
		if (!open_pair(&a, &b) || sock_set(a, SOCKETS_NODELAY, 1) != SOCKETS_OK)
			return false;
		while (send_all(a, 1) == SOCKETS_OK)
			;
	}
	return sock_open(&owners[0], SOCKETS_TCP, SOCKETS_BOTH, &b) == SOCKETS_OK
	       && sock_bind(b, at) == SOCKETS_OK && stream_listen(b, 1) == SOCKETS_OK
	       && sock_open(&owners[2], SOCKETS_TCP, SOCKETS_BOTH, &other) == SOCKETS_OK
	       && sock_connect(other, at) == SOCKETS_E_IN_PROGRESS
	       && (netif_poll_all(), stream_accept(b, &a) == SOCKETS_OK)
	       && send_all(other, 10) == SOCKETS_OK;
}

static const struct socket_name any_name = { SOCKET_IPV4(0), FIRST },
	loop_name = { SOCKET_IPV4(INADDR_LOOPBACK), FIRST };

/* A socket that allows others at its name; *s also if that is refused. */
static enum sockets_status bind_shared(struct owner *o, enum sockets_kind kind, struct socket_name at,
				       struct sock **s)
{
	if (sock_open(o, kind, SOCKETS_BOTH, s) != SOCKETS_OK || sock_set(*s, SOCKETS_REUSE, 1) != SOCKETS_OK)
		return SOCKETS_E_LIMIT;
	return sock_bind(*s, at);
}

/* Not even with the option of both, and an address of its own. */
static bool one_listener(void)
{
	struct sock *s[2];

	return bind_shared(&owners[0], SOCKETS_TCP, any_name, &s[0]) == SOCKETS_OK
	       && bind_shared(&owners[0], SOCKETS_TCP, loop_name, &s[1]) == SOCKETS_OK
	       && stream_listen(s[0], 1) == SOCKETS_OK && stream_listen(s[1], 1) == SOCKETS_E_IN_USE;
}

/* A connection of owners 0 and 1; the listening socket, which stays open, shares its name. */
static bool open_shared(struct sock **a, struct sock **b)
{
	struct sock *listener;

	if (bind_shared(&owners[0], SOCKETS_TCP, any_name, &listener) != SOCKETS_OK
	    || stream_listen(listener, 1) != SOCKETS_OK
	    || sock_open(&owners[1], SOCKETS_TCP, SOCKETS_BOTH, a) != SOCKETS_OK
	    || sock_connect(*a, loop_name) != SOCKETS_E_IN_PROGRESS)
		return false;
	netif_poll_all();
	return stream_accept(listener, b) == SOCKETS_OK;
}

/* Nothing listens there: the next call has the error, and the one after it has none. */
static bool refused(void)
{
	struct sock *s;

	return sock_open(&owners[0], SOCKETS_TCP, SOCKETS_BOTH, &s) == SOCKETS_OK
	       && sock_connect(s, loop_name) == SOCKETS_E_IN_PROGRESS
	       && (netif_poll_all(), sock_connect(s, loop_name) == SOCKETS_E_NO_SERVICE)
	       && sock_connect(s, loop_name) == SOCKETS_E_KIND;
}

/* Another program gets no socket at the name of a connection, its own no second connection. */
static bool one_connection(void)
{
	struct socket_name local, peer;
	struct sock *a, *b, *s;

	if (!open_shared(&a, &b))
		return false;
	sock_names(b, &local, &peer);
	if (bind_shared(&owners[2], SOCKETS_TCP, local, &s) != SOCKETS_E_IN_USE
	    || bind_shared(&owners[0], SOCKETS_TCP, local, &s) != SOCKETS_OK
	    || sock_set(s, SOCKETS_REUSE, 0) != SOCKETS_OK || sock_connect(s, peer) != SOCKETS_E_IN_USE)
		return false;
	netif_poll_all();
	return arrives(a, b) && arrives(b, a);
}

/* Of what a program leaves: a connection with bytes to send, and one in TIME_WAIT. */
static bool bound_again(void)
{
	struct sock *a, *b, *c, *s;

	if (!open_shared(&a, &b) || send_all(b, MORE) != SOCKETS_E_AGAIN)
		return false;
	sock_close_all(&owners[0], false);
	netif_poll_all();
	if (!open_shared(&c, &b))
		return false;
	sock_close_all(&owners[0], false);
	netif_poll_all();
	sock_close(c, false);
	netif_poll_all();
	return bind_shared(&owners[2], SOCKETS_TCP, any_name, &s) == SOCKETS_OK
	       && stream_listen(s, 1) == SOCKETS_OK;
}

static bool one_receiver(void)
{
	struct sock *s, *other, *own;
	size_t n = 10, got;

	return bind_shared(&owners[0], SOCKETS_UDP, any_name, &s) == SOCKETS_OK
	       && bind_shared(&owners[2], SOCKETS_UDP, loop_name, &other) == SOCKETS_E_IN_USE
	       && sock_send(other, bytes_of, &n, loop_name) == SOCKETS_OK
	       && (netif_poll_all(), take_bytes(s, &got) == SOCKETS_OK) && got == 10
	       && bind_shared(&owners[0], SOCKETS_UDP, loop_name, &own) == SOCKETS_OK;
}

/* The answer has the identifier of the request's socket. */
static bool one_identifier(void)
{
	struct socket_name own, peer, other = { SOCKET_IPV4(0), FIRST };
	char request[16] = { ICMP_ECHO };
	size_t n = sizeof request, got;
	struct sock *s, *x;

	if (sock_open(&owners[0], SOCKETS_ECHO, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_open(&owners[2], SOCKETS_ECHO, SOCKETS_BOTH, &x) != SOCKETS_OK)
		return false;
	sock_names(s, &own, &peer);
	return sock_bind(x, own) == SOCKETS_E_IN_USE && sock_bind(x, other) == SOCKETS_OK
	       && sock_bind(s, other) == SOCKETS_E_IN_USE
	       && sock_send(s, request, &n, (struct socket_name){ SOCKET_IPV4(INADDR_LOOPBACK), 0 }) == SOCKETS_OK
	       && (netif_poll_all(), netif_poll_all(), take_bytes(s, &got) == SOCKETS_OK) && got == n;
}

/* Of each kind as many as the table has, by as many programs as that takes. */
static bool all_of_kind(void)
{
	static struct owner crowd[SOCKETS / SOCKETS_MOST];
	static const enum sockets_kind kinds[] = { SOCKETS_TCP, SOCKETS_UDP, SOCKETS_ECHO };
	bool is_well = true;

	for (unsigned k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		for (unsigned i = 0; i < SOCKETS; i++) {
			struct sock *s;

			is_well = is_well && sock_open(&crowd[i / SOCKETS_MOST], kinds[k], SOCKETS_BOTH, &s) == SOCKETS_OK
				  && (kinds[k] != SOCKETS_TCP || stream_listen(s, 1) == SOCKETS_OK);
		}
		for (unsigned o = 0; o < SOCKETS / SOCKETS_MOST; o++)
			sock_close_all(&crowd[o], false);
	}
	return is_well;
}

/* ---- ARP ---- */

void answer_arp(uint32_t address)
{
	struct pbuf *p = pbuf_alloc(PBUF_RAW, CARD_FRAME_LEAST, PBUF_RAM);
	struct eth_hdr *frame = p->payload;
	struct etharp_hdr *arp = (struct etharp_hdr *)(frame + 1);
	ip4_addr_t own = { lwip_htonl(CARD) }, of = { lwip_htonl(address) };

	memset(frame, 0, CARD_FRAME_LEAST);
	memcpy(&frame->dest, card_mac, sizeof card_mac);
	frame->type = PP_HTONS(ETHTYPE_ARP);
	arp->hwtype = PP_HTONS(1);
	arp->proto = PP_HTONS(ETHTYPE_IP);
	arp->hwlen = sizeof card_mac;
	arp->protolen = sizeof own;
	arp->opcode = PP_HTONS(ARP_REPLY);
	memcpy(&arp->sipaddr, &of, sizeof of);
	memcpy(&arp->dipaddr, &own, sizeof own);
	netif_default->input(p, netif_default);
}

static bool is_resolved(uint32_t address)
{
	ip4_addr_t of = { lwip_htonl(address) };
	const ip4_addr_t *found;
	struct eth_addr *to;

	return etharp_find_addr(netif_default, &of, &to, &found) >= 0;
}

/* Datagrams to many addresses of the network, absent and present: the gateway, PEER, stays known. */
static bool many_addresses(void)
{
	struct socket_name to = { SOCKET_IPV4(PEER + 100), FIRST };
	bool is_well;
	struct sock *s;
	size_t n = 1;

	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK)
		return false;
	answer_arp(PEER);
	answer_arp(PEER + 2);
	wait_seconds(2);			/* so they are the oldest */
	for (unsigned i = 0; i < 2 * ARP_TABLE_SIZE; i++, to.address.low++)
		sock_send(s, bytes_of, &n, to);
	is_well = is_resolved(PEER) && is_resolved(PEER + 2);
	for (unsigned i = 0; i < 2 * ARP_TABLE_SIZE; i++)
		answer_arp(PEER + 100 + i);
	is_well = is_well && is_resolved(PEER) && is_resolved((uint32_t)to.address.low - 1);
	etharp_cleanup_netif(netif_default);
	return is_well;
}

/* ---- segments of a peer ---- */

void peer_sends(struct tcp_pcb *t, uint32_t ahead, uint32_t ack, uint16_t window, uint16_t bytes)
{
	enum { HEADERS = sizeof(struct ip_hdr) + sizeof(struct tcp_hdr) };
	uint16_t size = (uint16_t)(HEADERS + bytes);
	struct pbuf *p = pbuf_alloc(PBUF_RAW, size, PBUF_RAM);
	struct ip_hdr *ip = p->payload;
	struct tcp_hdr *h = (struct tcp_hdr *)(ip + 1);

	memset(ip, 0, size);
	*h = (struct tcp_hdr){ .src = lwip_htons(t->remote_port), .dest = lwip_htons(t->local_port),
			       .seqno = lwip_htonl(t->rcv_nxt + ahead), .ackno = lwip_htonl(ack),
			       .wnd = lwip_htons(window) };
	TCPH_HDRLEN_FLAGS_SET(h, sizeof *h / 4, TCP_ACK);
	pbuf_remove_header(p, sizeof *ip);
	h->chksum = ip_chksum_pseudo(p, IP_PROTO_TCP, p->tot_len, &t->remote_ip, &t->local_ip);
	pbuf_add_header(p, sizeof *ip);
	IPH_VHL_SET(ip, 4, sizeof *ip / 4);
	IPH_LEN_SET(ip, lwip_htons(size));
	IPH_TTL_SET(ip, 64);
	IPH_PROTO_SET(ip, IP_PROTO_TCP);
	ip->src.addr = ip_2_ip4(&t->remote_ip)->addr;
	ip->dest.addr = ip_2_ip4(&t->local_ip)->addr;
	IPH_CHKSUM_SET(ip, inet_chksum(ip, sizeof *ip));
	ip_input(p, ip_route(&t->local_ip, &t->local_ip));
}

/*
 * A segment that the peer sends again, as it was lost, closes the window; one with a later number came first.
 * More bytes are sent only when the window is open again.
 */
static bool window_of_old_segment(void)
{
	size_t n = 2 * TCP_MSS;
	struct sock *a, *b;
	struct tcp_pcb *t;
	bool waits;

	if (!open_pair(&a, &b))
		return false;
	t = a->tcp;
	t->snd_scale = 0;
	peer_sends(t, 1000, t->lastack, TCP_MSS, 0);
	if (sock_send(a, bytes_of, &n, (struct socket_name){ 0 }) != SOCKETS_OK || n != 2 * TCP_MSS
	    || t->snd_nxt - t->lastack != TCP_MSS)
		return false;
	peer_sends(t, 0, t->snd_nxt, 0, 1);
	waits = t->snd_nxt == t->lastack;
	peer_sends(t, 0, t->snd_nxt, TCP_MSS, 0);
	return waits && t->snd_nxt - t->lastack == TCP_MSS;
}

/* The number of the segment that was sent last; it waits in the loopback. */
static uint32_t last_number(void)
{
	const struct ip_hdr *ip = netif_get_by_index(1)->loop_last->payload;

	return lwip_ntohl(((const struct tcp_hdr *)(ip + 1))->seqno);
}

/*
 * The byte of a probe is beyond a closed window. What acknowledges the peer's bytes then has the number
 * before it: a peer may take no notice of a segment whose number is not in its window.
 */
static bool number_behind_probe(void)
{
	size_t n = TCP_MSS;
	struct sock *a, *b;
	struct tcp_pcb *t;
	bool is_probed;

	if (!open_pair(&a, &b))
		return false;
	t = a->tcp;
	peer_sends(t, 1, t->lastack, 0, 0);
	if (sock_send(a, bytes_of, &n, (struct socket_name){ 0 }) != SOCKETS_OK
	    || tcp_zero_window_probe(t) != ERR_OK)
		return false;
	is_probed = t->snd_nxt == t->lastack + 1;
	peer_sends(t, 0, t->lastack, 0, 1);
	tcp_ack_now(t);
	tcp_output(t);
	return is_probed && last_number() == t->lastack;
}

static const struct { const char *name; bool (*run)(void); } cases[CASES] = {
	{ "a socket that is closed long after its connection has ended touches no other one", late_close },
	{ "an end that both sides have sent is no error", orderly_end },
	{ "a connection of the loopback with both windows closed is silent", closed_windows },
	{ "datagrams of 64 KiB that no program takes leave room for those of others", large_datagrams },
	{ "a connection that is ready for bytes takes some", ready_takes },
	{ "segments of a byte that are not acknowledged leave some for another program", small_segments },
	{ "a port has one listening socket", one_listener },
	{ "a client that attaches again has the look-ups that it had before", hosts_attached_again },
	{ "a connection is not taken over by a second one with the same peers", one_connection },
	{ "the next call has the error of a connection that is refused, and once", refused },
	{ "a port whose program has ended is bound again, with the connections that it left", bound_again },
	{ "datagrams come to the program that has bound the port", one_receiver },
	{ "an identifier of echo has one socket", one_identifier },
	{ "of each kind there are as many sockets as the table has", all_of_kind },
	{ "many addresses do not displace that of the gateway", many_addresses },
	{ "a segment sent again closes the window", window_of_old_segment },
	{ "what acknowledges behind the probe of a closed window is in the window", number_behind_probe },
	{ "100,000 connections by the loopback, one after the other, do not fail", connects_often },
	{ "a connection by the port of the one before it, which has just ended, does not fail",
	  connects_same_port },
	{ "a host opens a connection by the port of one that has just ended here", connects_peer_again },
	{ "a connection comes while hosts that do not answer begin 5,000 others", connects_flooded },
	{ "of those few are kept, in place of no connection that has ended", connects_flood_bounded },
	{ "a connection is made by no number that was not sent to its peer within a minute", connects_forged },
	{ "connections beyond those that wait to be accepted come later", connects_full },
	{ "the first eight packets to a neighbor wait until it answers, in their order", cold_first },
	{ "the same by IPv6", cold_first6 },
	{ "packets that wait for absent neighbors take no place of those for another one", cold_beside_absent },
	{ "a window grows to 1 MiB with what its client takes, and all of it is kept", windows_grow },
	{ "a peer that knows no scale has the first window", windows_not_scaled },
	{ "a client whose windows are all full leaves others their share", windows_share },
	{ "of what comes out of order little is kept, nothing beyond the window", windows_hostile },
	{ "while a window grows each second segment is acknowledged", windows_young },
	{ "a burst is acknowledged once, at each 16th segment at the latest; one segment late", windows_burst },
	{ "a segment out of order is acknowledged at once, with what came before it", windows_gap },
	{ "a window opens late if little of it is in use, else at once", windows_open_late },
	{ "ten segments are sent before the first acknowledgement", windows_first_sent },
	{ "each lost segment that a partial acknowledgement shows is sent at once", windows_recovery },
	{ "small segments in large pbufs that no program takes leave half of the heap", heap_of_segments },
	{ "segments of the loopback that come out of order are not kept in the heap", heap_out_of_order },
	{ "a client that attaches again and again has its share of the heap once", heap_attached_again },
	{ "what clients that have ended leave to be sent has a quarter of the heap", heap_of_ended },
	{ "last bytes of a client that has ended are delivered beside one that attaches again", heap_last_bytes },
	{ "elements of a pool have no bytes before they are taken; freed ones are taken again", heap_pool },
	{ "the handle of a closed socket is refused when another one has its place", clients_stale_handle },
	{ "the handle that a former server gave is refused by one that starts later", clients_former_server },
	{ "a part of a client's block is within it, also if offset and size overflow", clients_block_part },
	{ "a client with a section has 8 sockets beside clients that take all", clients_reserved },
	{ "a client with a section has 8 sockets, also if a former one left as many", clients_left_sockets },
	{ "a connection that is closed is news for those that wait, before the peer answers", clients_close },
	{ "a client with a section looks a name up beside clients that take all", hosts_reserved },
	{ "an advertised prefix gives an address, after no other host has claimed it", ipv6_autoconfigured },
	{ "a socket of both families has the connections of both; of one family only those", ipv6_families },
	{ "two sockets of one port, of IPv4 and of IPv6, each get their own datagrams", ipv6_apart },
	{ "an echo of IPv6 is answered, and the answer comes to the socket of its identifier", ipv6_echo },
	{ "neighbors, routers, prefixes and parts of datagrams that flood in take no more than their tables",
	  ipv6_floods },
	{ "a neighbor's address is kept when a program sends to many that are absent", ipv6_absent },
	{ "a report of a small path leaves 1280 bytes; one that redirects counts from the router only",
	  ipv6_lies },
	{ "a router that does not answer any more is not asked for ever", ipv6_silent_router },
	{ "a datagram is put together of its parts, in any order; one that is too large is not", ipv6_parts },
	{ "a packet that waits is sent to a neighbor that takes the place of the one it waited for",
	  ipv6_displaced },
	{ "a neighbor claims an address that is being checked, not one in use", ipv6_claimed },
	{ "a host at one card changes nothing about a neighbor at another one", ipv6_other_card },
	{ "two cards: what is sent to a group of all networks leaves by the default one of IPv4",
	  ipv6_group_card },
	{ "datagrams and echoes from no address take no room of a client", ipv6_from_none },
	{ "no error is sent to no address, or of what came to a group; no packet waits for no neighbor",
	  ipv6_reports },
	{ "a packet is as it was after its parts are sent", ipv6_sent_again },
	{ "a router says for how long neighbors are reachable, up to an hour", ipv6_reachable },
	{ "a router that has never answered is asked again when it is used", ipv6_asked_again },
	{ "an address that is being checked is not one of this machine", ipv6_own },
	{ "a packet by the card is from no address in use here", ipv6_forged },
	{ "nothing behind a packet is read that ends within its headers of IPv6", ipv6_cut_off },
	{ "a connection to the other family than the socket's address, or without a way, fails at once",
	  ipv6_no_way },
	{ "a socket of echo that becomes one of IPv4 has a name of IPv4", ipv6_echo_family },
	{ "two cards: the default is the first that has a cable and a router", cards_default },
	{ "two cards: a packet leaves by that of its source, else by that of its link", cards_route },
	{ "two cards: of two links with its destination a packet leaves by the smaller one", cards_nearest },
	{ "two cards: none takes what is for the other or passes it on", cards_apart },
	{ "two cards: a broadcast by one comes to no socket with the other's address", cards_broadcast },
	{ "two cards: a connected socket takes what comes by its peer's card", cards_connected },
	{ "two cards: a datagram from one's address reaches the other's", cards_between },
	{ "two cards: what is sent to a group of IPv6 leaves by the card of its source", cards_group_name },
	{ "two cards: a packet is from no address of either", cards_forged },
	{ "two cards: a link-local address has its card", cards_scope },
	{ "two cards: both are in a group, also a card that comes later", cards_groups },
	{ "two cards: the name servers of both are in use, those of the default card first", cards_names },
	{ "two cards: with a new driver only the connections of its card are sent again", cards_again },
	{ "an answer of a name server that is cut off counts for nothing: the whole one comes by TCP",
	  truncated_large },
	{ "a name server that refuses the connection for it ends the look-up with an error", truncated_refused },
	{ "the same if it ends the connection before it has given all", truncated_ended },
	{ "it has ten seconds for the whole answer, and is asked once", truncated_silent },
	{ "if the connection is refused the next name server is asked", truncated_next },
	{ "of a cut-off answer the first question and the first segment may be lost", truncated_lost },
	{ "arguments give addresses, a router and name servers; what is wrong is an error", ipv6_given },
};

unsigned cases_run(void)
{
	unsigned failed = 0;

	for (unsigned i = 0; i < CASES; i++) {
		bool is_well;

		alarm(HANG_SECONDS);
		is_well = cases[i].run();
		alarm(0);
		for (unsigned o = 0; o < CASE_OWNERS; o++)
			sock_close_all(&owners[o], false);
		wait_seconds(2);
		printf("%s - %s\n", is_well ? "ok" : "not ok", cases[i].name);
		fflush(stdout);
		failed += !is_well;
	}
	return failed;
}
