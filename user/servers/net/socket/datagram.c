/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * datagram.c - see sock.h: sockets of UDP and of ICMP echo. Those of echo send requests and get the answers
 * to them, as messages from their ICMP header on; the server puts in their identifier, the socket's port, and
 * the checksum.
 */
#include <lwip/icmp.h>
#include <lwip/icmp6.h>
#include <lwip/inet_chksum.h>
#include <lwip/ip.h>
#include <servers/net/interface/interface.h>
#include <string.h>

#include "numbers.h"
#include "sock.h"

enum { PORT_TRIES = 64, UDP_MOST = 65507, MOST_UNREAD = 32 };

/* ---- what lwIP reports ---- */

static bool is_from_peer(const struct sock *s, const struct socket_name *from)
{
	return s->state != SOCK_CONNECTED
	       || (socket_same_address(s->peer.address, from->address)
		   && (s->kind == &datagram_echo || s->peer.port == from->port));
}

/* With several cards: the peer's datagrams come by the card that leads to it, if the socket has no name. */
static bool is_by_its_card(const struct sock *s)
{
	ip_addr_t peer;

	if (interface_count < 2 || s->state != SOCK_CONNECTED || !ip_addr_isany(&s->ip->local_ip)
	    || address_is_own(s->peer.address))
		return true;
	peer = address_ip(s->peer.address);
	return ip_route(IP_IS_V4(&peer) ? IP4_ADDR_ANY : IP6_ADDR_ANY, &peer) == ip_current_input_netif();
}

/* What comes from no address of IPv6 cannot be answered, and would count as a copy (sock.h). */
static void take(struct sock *s, struct pbuf *p, const struct socket_name *from)
{
	bool from_none = socket_is_any(from->address) && !socket_is_ipv4(from->address);

	if (s->shut_in || from_none || s->pieces >= MOST_UNREAD || !is_from_peer(s, from) || !is_by_its_card(s)
	    || !sock_put(s, p, from, false))
		pbuf_free(p);
}

/*
 * Returns true if s is bound to this port, and to any address of the group's family or to the group. It may
 * have joined before it had its family and its name.
 */
static bool hears(const struct sock *s, const struct socket_name *to)
{
	const ip_addr_t *ip = &s->udp->local_ip;
	struct socket_address local = address_name(ip, 0).address;

	if (s->udp->local_port != to->port)
		return false;
	return socket_is_any(local) ? IP_IS_ANY_TYPE_VAL(*ip) || !IP_IS_V4(ip) == !socket_is_ipv4(to->address)
				    : socket_same_address(local, to->address);
}

/* In one piece. lwIP's pbuf_clone asserts that no last part of the datagram is empty. */
static struct pbuf *copy_of(const struct pbuf *p)
{
	struct pbuf *copy = pbuf_alloc(PBUF_RAW, p->tot_len, PBUF_RAM);

	if (copy)
		pbuf_copy_partial(p, copy->payload, p->tot_len, 0);
	return copy;
}

/* A copy for each member. */
static void take_for_group(struct pbuf *p, const struct socket_name *from, struct socket_name to)
{
	for (unsigned i = 0; i < NET_GROUPS; i++) {
		struct sock *s = group_member(i, to.address);
		struct pbuf *copy = s && hears(s, &to) ? copy_of(p) : NULL;

		if (copy)
			take(s, copy, from);
	}
	pbuf_free(p);
}

static void on_datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	struct socket_name name = address_name(from, port), to;

	if (ip_addr_ismulticast(ip_current_dest_addr())) {
		to = address_name(ip_current_dest_addr(), pcb->local_port);
		if (!group_is_all_hosts(to.address)) {
			take_for_group(p, &name, to);
			return;
		}
	}
	take(arg, p, &name);
}

/* All ICMP messages come here; 1: it is an answer to this socket. */
static u8_t on_icmp(void *arg, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *from)
{
	struct sock *s = arg;
	u16_t head = ip_current_header_tot_len();
	struct icmp_echo_hdr echo;
	struct socket_name name;

	(void)pcb;
	if (pbuf_copy_partial(p, &echo, sizeof echo, head) != sizeof echo
	    || echo.type != (IP_IS_V6(from) ? ICMP6_TYPE_EREP : ICMP_ER) || lwip_ntohs(echo.id) != s->local.port)
		return 0;
	pbuf_remove_header(p, head);
	name = address_name(from, 0);
	take(s, p, &name);
	return 1;
}

/* ---- names ---- */

static enum sockets_status bind_to(struct sock *s, struct socket_name at)
{
	ip_addr_t address = address_local(s->family, at.address);

	if (sock_is_taken(s, at))
		return SOCKETS_E_IN_USE;
	if (s->kind == &datagram_udp)
		return sock_status(udp_bind(s->udp, &address, at.port));
	s->local = at;
	return sock_status(raw_bind(s->raw, &address));
}

static enum sockets_status datagram_bind(struct sock *s, struct socket_name at)
{
	enum sockets_status e = SOCKETS_E_IN_USE;

	if (s->kind == &datagram_udp && s->udp->local_port != 0)
		return SOCKETS_E_ARGUMENT;
	if (at.port != 0)
		return bind_to(s, at);
	for (unsigned i = 0; i < PORT_TRIES && e == SOCKETS_E_IN_USE; i++) {
		at.port = numbers_random_port();
		e = bind_to(s, at);
	}
	return e;
}

static enum sockets_status bind_any(struct sock *s)
{
	return s->kind == &datagram_echo || s->udp->local_port != 0 ? SOCKETS_OK
								    : datagram_bind(s, address_any(s->family));
}

static bool is_none(struct socket_name n)
{
	return socket_is_any(n.address) && n.port == 0;
}

static enum sockets_status datagram_connect(struct sock *s, struct socket_name to)
{
	bool off = is_none(to);

	if (!off && to.port == 0 && s->kind == &datagram_udp)
		return SOCKETS_E_ARGUMENT;
	if (!off && !address_source(to.address))
		return SOCKETS_E_UNREACHABLE;
	s->peer = to;
	s->state = off ? SOCK_NEW : SOCK_CONNECTED;
	return off ? SOCKETS_OK : bind_any(s);
}

static struct socket_name udp_local(const struct sock *s)
{
	struct socket_name local = address_name(&s->udp->local_ip, s->udp->local_port);
	const ip_addr_t *from;

	if (s->state != SOCK_CONNECTED || !socket_is_any(local.address))
		return local;
	from = address_source(s->peer.address);
	if (from)
		local.address = address_name(from, 0).address;
	return local;
}

/* ---- the pcb of a socket ---- */

static void set_options(struct sock *s)
{
	const struct options *o = &s->options;

	s->ip->ttl = (u8_t)o->ttl;
	s->ip->tos = (u8_t)o->tos;
	s->ip->so_options = (u8_t)((o->reuse ? SOF_REUSEADDR : 0) | SOF_BROADCAST);
}

static void udp_set_options(struct sock *s)
{
	set_options(s);
	udp_set_multicast_ttl(s->udp, (u8_t)s->options.group_ttl);
	s->udp->flags &= (u8_t)~UDP_FLAGS_MULTICAST_LOOP;
	s->udp->flags |= s->options.group_loop ? UDP_FLAGS_MULTICAST_LOOP : 0;
}

static void echo_set_options(struct sock *s)
{
	set_options(s);
	raw_set_multicast_ttl(s->raw, (u8_t)s->options.group_ttl);
}

static enum sockets_status udp_open(struct sock *s)
{
	s->udp = udp_new_ip_type(address_type(s->family));
	if (!s->udp)
		return SOCKETS_E_LIMIT;
	udp_recv(s->udp, on_datagram, s);
	udp_set_options(s);
	return SOCKETS_OK;
}

static enum sockets_status echo_open(struct sock *s)
{
	enum sockets_status e;

	s->raw = raw_new_ip_type(address_type(s->family), IP_PROTO_ICMP);
	if (!s->raw)
		return SOCKETS_E_LIMIT;
	raw_recv(s->raw, on_icmp, s);
	echo_set_options(s);
	e = datagram_bind(s, address_any(s->family));
	if (e != SOCKETS_OK)
		raw_remove(s->raw);
	return e;
}

static void udp_close(struct sock *s, bool abort)
{
	(void)abort;
	group_leave_all(s);
	udp_remove(s->udp);
	sock_free(s);
}

static void echo_close(struct sock *s, bool abort)
{
	(void)abort;
	raw_remove(s->raw);
	sock_free(s);
}

/* ---- datagrams ---- */

/*
 * The identifier of the socket, and the checksum, which lwIP makes of IPv6. Returns false for what is no echo
 * request.
 */
static bool make_request(struct sock *s, struct pbuf *p, bool ipv6)
{
	struct icmp_echo_hdr *echo = p->payload;

	if (p->len < sizeof *echo || echo->type != (ipv6 ? ICMP6_TYPE_EREQ : ICMP_ECHO) || echo->code != 0)
		return false;
	s->raw->protocol = ipv6 ? IP6_NEXTH_ICMP6 : IP_PROTO_ICMP;	/* of the answers too */
	s->raw->chksum_reqd = ipv6;
	s->raw->chksum_offset = offsetof(struct icmp_echo_hdr, chksum);
	echo->id = lwip_htons(s->local.port);
	echo->chksum = 0;
	if (!ipv6)
		echo->chksum = inet_chksum_pbuf(p);
	return true;
}

/* A group of a link is one at the card of the socket's name, if it has one. */
static void choose_zone(ip_addr_t *to, const ip_addr_t *from)
{
	struct netif *n;

	if (interface_count < 2 || !IP_IS_V6(to) || !ip6_addr_ismulticast(ip_2_ip6(to)) || ip_addr_isany(from)
	    || ip_addr_ismulticast(from))
		return;
	n = ip_route(IP6_ADDR_ANY, from);
	ip6_addr_clear_zone(ip_2_ip6(to));
	ip6_addr_assign_zone(ip_2_ip6(to), IP6_MULTICAST, n ? n : netif_default);
}

/* From one card's address to that of another one: `from` is not the address of the card that has `to`. */
static bool stays_here(const ip_addr_t *from, const ip_addr_t *address, const struct socket_name *to)
{
	return interface_count > 1 && !ip_addr_isany(from) && !ip_addr_ismulticast(from)
	       && !ip_addr_ismulticast(address) && address_is_own(to->address)
	       && address_is_own(address_name(from, 0).address);
}

static enum sockets_status transmit(struct sock *s, struct pbuf *p, const struct socket_name *to)
{
	ip_addr_t address = address_ip(to->address);
	const ip_addr_t *from = &s->ip->local_ip;
	struct netif *route;

	if (IP_IS_V4(from) != IP_IS_V4(&address))
		from = IP_IS_V4(&address) ? IP4_ADDR_ANY : IP6_ADDR_ANY;
	choose_zone(&address, from);
	route = ip_route(from, &address);
	if (!route)
		return SOCKETS_E_UNREACHABLE;
	if (!s->options.broadcast && ip_addr_isbroadcast(&address, route))
		return SOCKETS_E_BROADCAST;
	if (s->kind == &datagram_udp)
		return sock_status(stays_here(from, &address, to)
				   ? udp_sendto_if_src(s->udp, p, &address, to->port, route, from)
				   : udp_sendto_if(s->udp, p, &address, to->port, route));
	if (!make_request(s, p, IP_IS_V6(&address)))
		return SOCKETS_E_ARGUMENT;
	return sock_status(raw_sendto(s->raw, p, &address));
}

static enum sockets_status datagram_send(struct sock *s, const void *from, size_t *bytes,
					 struct socket_name *to)
{
	enum sockets_status e;
	struct pbuf *p;

	if (is_none(*to)) {
		if (s->state != SOCK_CONNECTED)
			return SOCKETS_E_NOT_CONNECTED;
		*to = s->peer;
	}
	if (s->shut_out)
		return SOCKETS_E_CLOSED;
	if (*bytes > UDP_MOST)
		return SOCKETS_E_LARGE;
	if (socket_is_any(to->address))
		to->address = address_loopback(s->family, to->address);
	if (!sock_reaches(s, to->address))
		return SOCKETS_E_ADDRESS;
	e = bind_any(s);
	if (e != SOCKETS_OK)
		return e;
	p = pbuf_alloc(s->kind == &datagram_udp ? PBUF_TRANSPORT : PBUF_IP, (u16_t)*bytes, PBUF_RAM);
	if (!p)
		return SOCKETS_E_LIMIT;
	memcpy(p->payload, from, *bytes);
	e = transmit(s, p, to);
	pbuf_free(p);
	return e;
}

static enum sockets_status datagram_receive(struct sock *s, struct reception *r)
{
	struct piece *first = sock_piece(s, 0);

	if (s->pieces == 0)
		return s->shut_in ? SOCKETS_OK : SOCKETS_E_AGAIN;
	r->from = first->from;
	r->whole = first->p->tot_len;
	r->got = r->whole < r->bytes ? r->whole : r->bytes;
	if (r->got <= first->p->len)
		memcpy(r->to, first->p->payload, r->got);
	else
		pbuf_copy_partial(first->p, r->to, (u16_t)r->got, 0);
	if (!r->peek)
		sock_drop_piece(s);
	return SOCKETS_OK;
}

static void datagram_take(struct sock *s, size_t got)
{
	(void)got;
	sock_drop_piece(s);
}

static enum sockets_status datagram_shutdown(struct sock *s, unsigned directions)
{
	s->shut_in |= (directions & SOCKETS_SHUT_IN) != 0;
	s->shut_out |= (directions & SOCKETS_SHUT_OUT) != 0;
	sock_changes++;
	return sock_is_connected(s) ? SOCKETS_OK : SOCKETS_E_NOT_CONNECTED;
}

static unsigned datagram_events(const struct sock *s)
{
	return SOCKETS_OUT | (s->pieces || s->shut_in ? SOCKETS_IN : 0);
}

static size_t datagram_available(struct sock *s)
{
	return s->pieces ? sock_piece(s, 0)->p->tot_len : 0;
}

const struct sock_kind datagram_udp = {
	.number = SOCKETS_UDP, .is_datagrams = true, .has_groups = true, .room = TCP_WND, .open = udp_open,
	.close = udp_close, .bind = datagram_bind, .connect = datagram_connect, .shutdown = datagram_shutdown,
	.set_options = udp_set_options, .send = datagram_send, .receive = datagram_receive,
	.take = datagram_take, .events = datagram_events, .available = datagram_available, .local = udp_local,
};

const struct sock_kind datagram_echo = {
	.number = SOCKETS_ECHO, .is_datagrams = true, .is_named = true, .room = TCP_WND, .open = echo_open,
	.close = echo_close, .bind = datagram_bind, .connect = datagram_connect, .shutdown = datagram_shutdown,
	.set_options = echo_set_options, .send = datagram_send, .receive = datagram_receive,
	.take = datagram_take, .events = datagram_events, .available = datagram_available,
};
