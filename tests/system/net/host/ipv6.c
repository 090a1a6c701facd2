/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipv6.c - see net.h and ipv6.h: cases of IPv6: what routers and neighbors say, right and hostile, and the
 * families of sockets.
 */
#include <lwip/dns.h>
#include <lwip/nd6.h>
#include <lwip/netif.h>
#include <lwip/priv/nd6_priv.h>
#include <lwip/stats.h>
#include <servers/net/interface/interface.h>
#include <string.h>

#include "ipv6.h"

enum { IP_AT = 14, MANY = 300, SMALL_PATH = 100, PART = 512, ADDRESSES = 200 };

static const struct socket_address loopback6 = SOCKET_LOOPBACK6, loopback4 = SOCKET_IPV4(INADDR_LOOPBACK);

/* ---- what others send ---- */

void put_address(unsigned char *to, struct socket_address a)
{
	put32(to, (uint32_t)(a.high >> 32));
	put32(to + 4, (uint32_t)a.high);
	put32(to + 8, (uint32_t)(a.low >> 32));
	put32(to + 12, (uint32_t)a.low);
}

void fill6(unsigned char *f, unsigned next, struct socket_address from, struct socket_address to,
	   unsigned bytes)
{
	memcpy(f, card_mac, 6);
	put16(f + 12, 0x86dd);
	put32(f + IP_AT, 0x60000000);
	put16(f + IP_AT + 4, bytes);
	f[IP_AT + 6] = (unsigned char)next;
	f[IP_AT + 7] = 255;
	put_address(f + IP_AT + 8, from);
	put_address(f + IP_AT + 24, to);
	packet6_sum_up(f, BODY + bytes);
}

void arrives(unsigned char *f, unsigned next, struct socket_address from, struct socket_address to,
	     unsigned bytes)
{
	fill6(f, next, from, to, bytes);
	card_receives(f, BODY + bytes);
}

struct socket_address link_local(void)
{
	return (struct socket_address){ 0xfe80000000000000, own.low };
}

void advertise(struct socket_address from, uint32_t prefix, unsigned life)
{
	static const struct socket_address all = { 0xff02000000000000, 1 };
	unsigned char f[FRAME] = { 0 }, *m = f + BODY;

	m[0] = ADVERTISEMENT;
	put16(m + 6, life);
	m[16] = 3;
	m[17] = 4;
	m[18] = 64;
	m[19] = 0xc0;
	put32(m + 20, LIFE);
	put32(m + 24, LIFE);
	put32(m + 32, prefix);
	m[48] = 1;
	m[49] = 1;
	arrives(f, ICMP, from, all, 56);
}

void speak(unsigned kind, struct socket_address from, struct socket_address about)
{
	unsigned char f[FRAME] = { 0 }, *m = f + BODY;

	m[0] = (unsigned char)kind;
	m[4] = kind == ANSWERS ? 0x60 : 0;
	put_address(m + 8, about);
	m[24] = kind == ANSWERS ? 2 : 1;
	m[25] = 1;
	arrives(f, ICMP, from, link_local(), 32);
}

void wait_seconds(unsigned s)
{
	for (unsigned i = 0; i < s * 10; i++)
		pass_time(100);
}

/* ---- addresses ---- */

bool has_address(struct socket_address a, enum sockets_part_kind kind)
{
	struct socket_address found;
	enum sockets_part_kind k;

	for (L4_Word_t i = 0; (k = interface_part(0, i, &found)) != SOCKETS_PART_NONE; i++)
		if (socket_same_address(a, found) && k == kind)
			return true;
	return false;
}

void begin(void)
{
	wait_seconds(2);
	advertise(router, 0x20010db8, LIFE);
	wait_seconds(3);
}

bool ipv6_autoconfigured(void)
{
	bool waits;

	wait_seconds(3);			/* the link-local address is checked */
	advertise(router, 0x20010db8, LIFE);
	waits = has_address(own, SOCKETS_PART_TENTATIVE);
	wait_seconds(3);
	return waits && has_address(link_local(), SOCKETS_PART_PREFERRED)
	       && has_address(router, SOCKETS_PART_ROUTER)
	       && has_address(own, SOCKETS_PART_PREFERRED) && address_is_own(own);
}

/* ---- families ---- */

static bool listens(enum sockets_family family, struct socket_address at, struct sock **s)
{
	return sock_open(&owners[0], SOCKETS_TCP, family, s) == SOCKETS_OK
	       && sock_set(*s, SOCKETS_REUSE, 1) == SOCKETS_OK
	       && sock_bind(*s, (struct socket_name){ at, PORT }) == SOCKETS_OK
	       && stream_listen(*s, 4) == SOCKETS_OK;
}

/* Returns true if a connection to the address comes to s. */
static bool connects(struct sock *s, struct socket_address to)
{
	struct sock *a, *b;
	bool is_accepted;

	if (sock_open(&owners[1], SOCKETS_TCP, SOCKETS_BOTH, &a) != SOCKETS_OK
	    || sock_connect(a, (struct socket_name){ to, PORT }) != SOCKETS_E_IN_PROGRESS)
		return false;
	netif_poll_all();
	is_accepted = stream_accept(s, &b) == SOCKETS_OK;
	if (is_accepted)
		is_accepted = socket_same_address(b->peer.address, to) && send_all(a, 10) == SOCKETS_OK;
	sock_close(a, true);
	netif_poll_all();
	return is_accepted;
}

bool ipv6_families(void)
{
	struct socket_address any6 = { 0, 0 }, any4 = SOCKET_IPV4(0);
	struct sock *both, *six, *four, *s;

	if (!listens(SOCKETS_BOTH, any6, &both) || !connects(both, loopback6) || !connects(both, loopback4))
		return false;
	if (listens(SOCKETS_IPV6, any6, &s) || listens(SOCKETS_IPV4, any4, &s))
		return false;
	sock_close(both, false);
	return listens(SOCKETS_IPV6, any6, &six) && listens(SOCKETS_IPV4, any4, &four) && connects(six, loopback6)
	       && connects(four, loopback4) && !connects(six, loopback4) && !connects(four, loopback6)
	       && sock_open(&owners[1], SOCKETS_TCP, SOCKETS_IPV4, &s) == SOCKETS_OK
	       && sock_connect(s, (struct socket_name){ loopback6, PORT }) == SOCKETS_E_ADDRESS
	       && sock_set(s, SOCKETS_FAMILY, SOCKETS_IPV6) == SOCKETS_OK
	       && sock_connect(s, (struct socket_name){ loopback6, PORT }) == SOCKETS_E_IN_PROGRESS
	       && sock_set(s, SOCKETS_FAMILY, SOCKETS_BOTH) == SOCKETS_E_ARGUMENT;
}

/* A socket that is bound to an address of one family; a destination without a way. */
bool ipv6_no_way(void)
{
	struct socket_name six = { loopback6, PORT }, to = { far, PORT };
	struct sock *s, *other;

	wait_seconds(LIFE + 2);			/* there is no router, and no address of a prefix */
	return sock_open(&owners[0], SOCKETS_TCP, SOCKETS_BOTH, &s) == SOCKETS_OK
	       && sock_bind(s, (struct socket_name){ loopback4, 0 }) == SOCKETS_OK
	       && sock_connect(s, six) == SOCKETS_E_ADDRESS
	       && sock_open(&owners[0], SOCKETS_TCP, SOCKETS_BOTH, &other) == SOCKETS_OK
	       && sock_connect(other, to) == SOCKETS_E_UNREACHABLE
	       && sock_connect(other, six) == SOCKETS_E_IN_PROGRESS;
}

bool ipv6_echo_family(void)
{
	struct socket_name local, peer;
	struct sock *s;

	if (sock_open(&owners[0], SOCKETS_ECHO, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_set(s, SOCKETS_FAMILY, SOCKETS_IPV4) != SOCKETS_OK)
		return false;
	sock_names(s, &local, &peer);
	return socket_is_any(local.address) && socket_is_ipv4(local.address) && local.port == s->local.port;
}

/* Of two owners. */
bool ipv6_apart(void)
{
	struct socket_name any6 = { { 0, 0 }, PORT }, any4 = { SOCKET_IPV4(0), PORT };
	struct sock *six, *four, *both, *from;
	size_t n = 10, got;

	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_IPV6, &six) != SOCKETS_OK
	    || sock_bind(six, any6) != SOCKETS_OK
	    || sock_open(&owners[1], SOCKETS_UDP, SOCKETS_IPV4, &four) != SOCKETS_OK
	    || sock_bind(four, any4) != SOCKETS_OK
	    || sock_open(&owners[2], SOCKETS_UDP, SOCKETS_BOTH, &both) != SOCKETS_OK
	    || sock_bind(both, any6) != SOCKETS_E_IN_USE
	    || sock_open(&owners[2], SOCKETS_UDP, SOCKETS_BOTH, &from) != SOCKETS_OK)
		return false;
	if (sock_send(from, "0123456789", &n, (struct socket_name){ loopback6, PORT }) != SOCKETS_OK)
		return false;
	netif_poll_all();
	if (take_bytes(six, &got) != SOCKETS_OK || got != n || four->pieces)
		return false;
	if (sock_send(from, "0123456789", &n, (struct socket_name){ loopback4, PORT }) != SOCKETS_OK)
		return false;
	netif_poll_all();
	return take_bytes(four, &got) == SOCKETS_OK && got == n && six->pieces == 0;
}

bool ipv6_echo(void)
{
	char request[16] = { (char)128 };
	size_t n = sizeof request, got;
	struct sock *s, *other;

	return sock_open(&owners[0], SOCKETS_ECHO, SOCKETS_BOTH, &s) == SOCKETS_OK
	       && sock_open(&owners[1], SOCKETS_ECHO, SOCKETS_IPV6, &other) == SOCKETS_OK
	       && sock_send(s, request, &n, (struct socket_name){ loopback6, 0 }) == SOCKETS_OK
	       && (netif_poll_all(), netif_poll_all(), other->pieces == 0)
	       && take_bytes(s, &got) == SOCKETS_OK && got == n;
}

/* ---- hostile neighbors ---- */

static void send_part(uint32_t number)
{
	struct socket_address from = { 0xfe80000000000000, 2 };
	unsigned char f[FRAME] = { 0 };

	f[BODY] = 17;
	put16(f + BODY + 2, (number % 8 + 1) * PART | 1);	/* more follow */
	put32(f + BODY + 4, number / 8);
	arrives(f, FRAGMENT, from, link_local(), 8 + PART);
}

/* The router that was there first stays, and the address; what waits is bounded, and gone later. */
bool ipv6_floods(void)
{
	unsigned waiting, addresses = 0;
	struct socket_address a;

	begin();
	for (uint32_t i = 0; i < MANY; i++) {
		struct socket_address from = { 0xfe80000000000000, 0x1000 + i };

		advertise(from, 0x20020000 + i, LIFE);
		speak(SOLICITS, from, link_local());
		send_part(i);
	}
	waiting = card_waiting();
	for (L4_Word_t i = 0; interface_part(0, i, &a) != SOCKETS_PART_NONE; i++)
		addresses++;
	wait_seconds(20);
	return waiting <= IP_REASS_MAX_PBUFS && card_waiting() == 0 && has_address(own, SOCKETS_PART_PREFERRED)
	       && addresses <= LWIP_IPV6_NUM_ADDRESSES + LWIP_ND6_NUM_ROUTERS + DNS_MAX_SERVERS
	       && has_address(router, SOCKETS_PART_ROUTER);
}

bool is_known(struct socket_address a)
{
	ip_addr_t ip = address_ip(a);

	for (unsigned i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++)
		if (neighbor_cache[i].state != ND6_NO_ENTRY
		    && ip6_addr_cmp(&neighbor_cache[i].next_hop_address, ip_2_ip6(&ip)))
			return true;
	return false;
}

bool ipv6_absent(void)
{
	struct socket_name to = { { own.high, 0x100 }, PORT };
	struct socket_address known = { own.high, 0x77 };
	struct sock *s;
	size_t n = 1;

	begin();
	nd6_cleanup_netif(netif_default);
	begin();
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_send(s, "x", &n, (struct socket_name){ known, PORT }) != SOCKETS_OK)
		return false;
	speak(ANSWERS, known, known);
	for (unsigned i = 0; i < ADDRESSES; i++, to.address.low++)
		sock_send(s, "x", &n, to);
	return is_known(known) && is_known(router);
}

static const struct nd6_destination_cache_entry *destination(struct socket_address a)
{
	ip_addr_t ip = address_ip(a);

	for (unsigned i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++)
		if (ip6_addr_cmp(&destination_cache[i].destination_addr, ip_2_ip6(&ip)))
			return &destination_cache[i];
	return NULL;
}

void redirect(struct socket_address from, struct socket_address about, struct socket_address to)
{
	unsigned char f[FRAME] = { 0 }, *m = f + BODY;

	m[0] = 137;
	put_address(m + 8, to);
	put_address(m + 24, about);
	arrives(f, ICMP, from, link_local(), 40);
}

bool ipv6_lies(void)
{
	struct socket_address liar = { router.high, 0x66 }, other = { router.high, 2 };
	unsigned char f[FRAME] = { 0 }, *m = f + BODY;
	const struct nd6_destination_cache_entry *d;
	ip_addr_t before = address_ip(router), after = address_ip(other);
	struct sock *s;
	size_t n = 1;

	begin();
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_send(s, "x", &n, (struct socket_name){ far, PORT }) != SOCKETS_OK || !destination(far))
		return false;
	m[0] = 2;
	put32(m + 4, SMALL_PATH);
	put32(m + 8, 0x60000000);
	put_address(m + 8 + 24, far);
	arrives(f, ICMP, router, link_local(), 48);
	d = destination(far);
	if (d->pmtu != IP6_MIN_MTU_LENGTH)
		return false;
	redirect(liar, far, liar);
	if (!ip6_addr_cmp(&d->next_hop_addr, ip_2_ip6(&before)))
		return false;
	redirect(router, far, other);
	return ip6_addr_cmp(&d->next_hop_addr, ip_2_ip6(&after));
}

bool ipv6_silent_router(void)
{
	struct socket_name to = { far, PORT };
	unsigned long before;
	struct sock *s;
	size_t n = 1;

	begin();
	nd6_clear_destination_cache();
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK)
		return false;
	wait_seconds(60);			/* what is known of the router is old */
	before = card_sent;
	if (sock_send(s, "x", &n, to) != SOCKETS_OK)
		return false;
	wait_seconds(20);
	if (card_sent < before + 3)		/* the datagram, and questions */
		return false;
	before = card_sent;
	wait_seconds(60);
	return card_sent - before < 5 && has_address(router, SOCKETS_PART_ROUTER);
}

/* A part from `at` on, of the datagram with that number. */
static void send_datagram_part(uint32_t number, unsigned at, unsigned bytes, bool last)
{
	struct socket_address from = { 0xfe80000000000000, 2 };
	unsigned char f[FRAME] = { 0 };

	f[BODY] = 17;
	put16(f + BODY + 2, at | !last);
	put32(f + BODY + 4, number);
	if (at == 0) {
		put16(f + BODY + 8, PORT);
		put16(f + BODY + 10, PORT);
		put16(f + BODY + 12, 2 * PART + 100);
	}
	arrives(f, FRAGMENT, from, link_local(), 8 + bytes);
}

/* The checksum of all zeros but the ports and the lengths is what the first part lacks: it is put there. */
static bool arrives_whole(struct sock *s)
{
	unsigned char f[FRAME] = { 0 };
	struct socket_address from = { 0xfe80000000000000, 2 };
	unsigned sum;
	size_t got;

	put_address(f, from);
	put_address(f + 16, link_local());
	sum = packet_sum(f, 32, 17 + 2 * PART + 100);
	memset(f, 0, sizeof f);
	f[BODY] = 17;
	put16(f + BODY + 2, 1);
	put32(f + BODY + 4, 1);
	put16(f + BODY + 8, PORT);
	put16(f + BODY + 10, PORT);
	put16(f + BODY + 12, 2 * PART + 100);
	put16(f + BODY + 14, ~packet_sum(f + BODY + 8, 8, sum) & 0xffff);
	send_datagram_part(1, 2 * PART, 100, true);
	send_datagram_part(1, PART, PART, false);
	if (s->pieces)
		return false;
	arrives(f, FRAGMENT, from, link_local(), 8 + PART);
	return take_bytes(s, &got) == SOCKETS_OK && got == 2 * PART + 100 - 8;
}

bool ipv6_parts(void)
{
	enum { MOST = 1400, LAST = 65535 / MOST * MOST };
	struct sock *s;

	begin();
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_bind(s, (struct socket_name){ { 0, 0 }, PORT }) != SOCKETS_OK || !arrives_whole(s))
		return false;
	for (unsigned at = 0; at < LAST; at += MOST)
		send_datagram_part(2, at, MOST, false);
	send_datagram_part(2, LAST, 65535 - LAST, true);
	wait_seconds(20);
	return s->pieces == 0 && card_waiting() == 0;
}

static bool configure(const char *argument)
{
	return !interface_configure(2, (char *[]){ "net", (char *)argument, NULL });
}

bool ipv6_given(void)
{
	static const char *const wrong[] = {
		"", "address", "address=", "address=1.2.3.4", "address=1.2.3.4/33", "address=1.2.3.4/x",
		"address=fd00::1/48", "address=fe80::5", "router=1.2.3.4/8", "dns=host",
		"names=1.2.3.4", "address=fd00::1::2", "ad=1.2.3.4/8",
	};
	struct socket_address given = { 0xfd00000000000000, 5 }, names = { 0xfd00000000000000, 0x53 };
	struct sock *s;
	size_t n = 1;

	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (configure(wrong[i]))
			return false;
	wait_seconds(LIFE + 2);			/* what was advertised is gone */
	if (!configure("address=fd00::5") || !configure("router=fe80::99") || !configure("dns=fd00::53"))
		return false;
	wait_seconds(3);
	if (!has_address(given, SOCKETS_PART_PREFERRED) || !has_address(names, SOCKETS_PART_NAMES)
	    || !has_address((struct socket_address){ router.high, 0x99 }, SOCKETS_PART_ROUTER))
		return false;
	nd6_clear_destination_cache();
	return sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK
	       && sock_send(s, "x", &n, (struct socket_name){ far, PORT }) == SOCKETS_OK
	       && is_known((struct socket_address){ router.high, 0x99 }) && configure("dns=fe80::53")
	       && ip_route(IP6_ADDR_ANY, dns_getserver(1)) == interfaces[0];
}
