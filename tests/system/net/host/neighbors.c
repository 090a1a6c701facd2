/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * neighbors.c - see net.h and ipv6.h: hostile neighbors and routers of IPv6, each with a few packets.
 */
#include <lwip/ip6_frag.h>
#include <lwip/nd6.h>
#include <lwip/netif.h>
#include <lwip/priv/nd6_priv.h>
#include <lwip/stats.h>
#include <servers/net/interface/interface.h>
#include <string.h>

#include "ipv6.h"

/* The packet that waits for a neighbor is for another one by then, whose entry displaces the first. */
bool ipv6_displaced(void)
{
	struct socket_address first = { router.high, 0x21 }, second = { router.high, 0x22 };
	struct socket_name to = { far, PORT }, other = { { router.high, 0x100 }, PORT };
	unsigned long before;
	struct sock *s;
	size_t n = 1;

	nd6_cleanup_netif(netif_default);
	begin();
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_send(s, "x", &n, to) != SOCKETS_OK)
		return false;
	redirect(router, far, first);
	if (sock_send(s, "x", &n, to) != SOCKETS_OK || !is_known(first))
		return false;
	redirect(first, far, second);
	for (unsigned i = 2; i < LWIP_ND6_NUM_NEIGHBORS; i++, other.address.low++) {
		sock_send(s, "x", &n, other);
		speak(ANSWERS, other.address, other.address);
	}
	speak(ANSWERS, first, first);
	if (is_known(first) || !is_known(second))
		return false;
	before = card_sent;
	speak(ANSWERS, second, second);
	return card_sent == before + 1;
}

/* An answer that an address is in use, to all. */
static void claim(struct socket_address about)
{
	static const struct socket_address all = { 0xff02000000000000, 1 };
	unsigned char f[FRAME] = { 0 }, *m = f + BODY;

	m[0] = ANSWERS;
	m[4] = 0x20;
	put_address(m + 8, about);
	m[24] = 2;
	m[25] = 1;
	arrives(f, ICMP, about, all, 32);
}

/* Only while an address is being checked it can be claimed. */
bool ipv6_claimed(void)
{
	ip_addr_t ip = address_ip(own);
	s8_t index;
	bool stays;

	begin();
	claim(own);
	claim(link_local());
	stays = has_address(own, SOCKETS_PART_PREFERRED) && has_address(link_local(), SOCKETS_PART_PREFERRED);
	index = netif_get_ip6_addr_match(netif_default, ip_2_ip6(&ip));
	netif_ip6_addr_set_state(netif_default, index, IP6_ADDR_TENTATIVE);
	wait_seconds(1);
	claim(own);
	stays = stays && has_address(own, SOCKETS_PART_DUPLICATE);
	netif_ip6_addr_set_state(netif_default, 0, IP6_ADDR_PREFERRED);
	netif_ip6_addr_set_state(netif_default, index, IP6_ADDR_PREFERRED);
	return stays;
}

/* A host at the second card asks for its address, or answers, in the name of a neighbor of the first one. */
static void second_says(unsigned kind, struct socket_address neighbor)
{
	struct socket_address to = address_name(&interfaces[1]->ip6_addr[0], 0).address;
	unsigned char f[FRAME] = { 0 }, *m = f + BODY;

	to.high = link_local().high;
	m[0] = (unsigned char)kind;
	m[4] = kind == ANSWERS ? 0x60 : 0;
	put_address(m + 8, kind == ANSWERS ? neighbor : to);
	m[24] = kind == ANSWERS ? 2 : 1;
	m[25] = 1;
	m[31] = 0xee;
	fill6(f, ICMP, neighbor, to, 32);
	second_takes(f, BODY + 32);
}

static const struct nd6_neighbor_cache_entry *entry_of(struct socket_address a, const struct netif *n)
{
	ip_addr_t ip = address_ip(a);

	for (unsigned i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++)
		if (neighbor_cache[i].netif == n
		    && ip6_addr_cmp(&neighbor_cache[i].next_hop_address, ip_2_ip6(&ip)))
			return &neighbor_cache[i];
	return NULL;
}

static bool keeps_neighbor(void)
{
	struct socket_name to = { { own.high, 0x99 }, PORT };
	const struct nd6_neighbor_cache_entry *e;
	unsigned long before;
	struct sock *s;
	size_t n = 1;

	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_send(s, "x", &n, to) != SOCKETS_OK)
		return false;
	second_says(ANSWERS, to.address);
	e = entry_of(to.address, interfaces[0]);
	if (!e || e->state != ND6_INCOMPLETE || entry_of(to.address, interfaces[1]))
		return false;
	second_says(SOLICITS, to.address);
	before = card_sent;
	speak(ANSWERS, to.address, to.address);
	second_says(ANSWERS, to.address);
	return card_sent == before + 1 && e == entry_of(to.address, interfaces[0]) && e->state == ND6_REACHABLE
	       && e->lladdr[5] == 0 && sock_send(s, "x", &n, to) == SOCKETS_OK && card_sent == before + 2;
}

bool ipv6_other_card(void)
{
	nd6_cleanup_netif(netif_default);
	begin();
	return with_second(keeps_neighbor);
}

/* Only the first card has a router of IPv6, only the second one has one of IPv4. */
static bool group_by_default(void)
{
	struct socket_name to = { { 0xff0e000000000000, 0xfb }, PORT };
	struct netif *first = interfaces[0];
	unsigned long by_first = card_sent, by_second = second_sent;
	bool good;
	struct sock *s;
	size_t n = 1;

	netif_set_gw(first, IP4_ADDR_ANY4);
	good = netif_default == interfaces[1]
	       && sock_open(&owners[0], SOCKETS_UDP, SOCKETS_IPV6, &s) == SOCKETS_OK
	       && sock_send(s, "x", &n, to) == SOCKETS_OK && second_sent == by_second + 1
	       && card_sent == by_first;
	netif_set_gw(first, packet_address(PEER));
	return good && sock_send(s, "x", &n, to) == SOCKETS_OK && second_sent == by_second + 1
	       && card_sent == by_first + 1;
}

bool ipv6_group_card(void)
{
	begin();
	return with_second(group_by_default);
}

/* To the group of the card's address, from no address. */
static void arrives_from_none(unsigned char *f, unsigned next, unsigned bytes)
{
	static const struct socket_address group = { 0xff02000000000000, 0x00000001ff123456 };

	arrives(f, next, (struct socket_address){ 0, 0 }, group, bytes);
}

static void send_datagram(struct socket_address from)
{
	unsigned char f[FRAME] = { 0 };

	put16(f + BODY, PORT);
	put16(f + BODY + 2, PORT);
	put16(f + BODY + 4, 9);
	if (socket_is_any(from))
		arrives_from_none(f, UDP, 9);
	else
		arrives(f, UDP, from, link_local(), 9);
}

/* An answer to all requests of a socket of echo. */
static void send_echo(uint16_t number)
{
	unsigned char f[FRAME] = { 0 };

	f[BODY] = 129;
	put16(f + BODY + 4, number);
	arrives_from_none(f, ICMP, 9);
}

/* No number of them takes the room of a client. */
bool ipv6_from_none(void)
{
	struct sock *s, *echo;
	size_t got;

	begin();
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_bind(s, (struct socket_name){ { 0, 0 }, PORT }) != SOCKETS_OK
	    || sock_open(&owners[0], SOCKETS_ECHO, SOCKETS_BOTH, &echo) != SOCKETS_OK)
		return false;
	echo->raw->protocol = ICMP;			/* as after a request */
	for (unsigned i = 0; i < 1000; i++) {
		send_datagram((struct socket_address){ 0, 0 });
		send_echo(echo->local.port);
		take_bytes(s, &got);
		take_bytes(echo, &got);
	}
	send_datagram((struct socket_address){ router.high, 2 });
	return owners[0].held == 1 && take_bytes(s, &got) == SOCKETS_OK && got == 1;
}

/* A header of options, with one that is not known and asks for a report; or a part whose size is wrong. */
static unsigned reports(unsigned next, struct socket_address from, struct socket_address to)
{
	unsigned char f[FRAME] = { 0 };
	unsigned long before = card_sent;

	f[BODY] = UDP;
	f[BODY + 2] = next == OPTIONS ? 0x80 : 0;
	f[BODY + 3] = next == OPTIONS ? 4 : 1;
	if (socket_is_any(from))
		arrives_from_none(f, next, 8);
	else
		arrives(f, next, from, to, next == OPTIONS ? 8 : 9);
	return (unsigned)(card_sent - before);
}

static bool has_lost_packets(void)
{
	for (unsigned i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++)
		if (neighbor_cache[i].state == ND6_NO_ENTRY && neighbor_cache[i].q)
			return true;
	return false;
}

/* RFC 4443, 2.4 (e): what comes from no address, or to a group, is not reported, but for options. */
bool ipv6_reports(void)
{
	struct socket_address none = { 0, 0 }, peer = { router.high, 2 }, all = { 0xff02000000000000, 1 };
	struct sock *s;
	size_t n = 1;

	begin();
	nd6_cleanup_netif(netif_default);
	begin();
	speak(SOLICITS, peer, link_local());
	if (reports(OPTIONS, peer, link_local()) != 1 || reports(OPTIONS, peer, all) != 1
	    || reports(FRAGMENT, peer, link_local()) != 1 || reports(FRAGMENT, peer, all) != 0
	    || reports(OPTIONS, none, all) != 0)
		return false;
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_send(s, "x", &n, (struct socket_name){ far, PORT }) != SOCKETS_OK)
		return false;
	redirect(router, far, none);
	sock_send(s, "x", &n, (struct socket_name){ far, PORT });
	return !has_lost_packets();
}

/* As TCP sends a segment again whose size the path does not take any more. */
bool ipv6_sent_again(void)
{
	enum { FIRST = 100, MORE_BYTES = 3000, TIMES = 3, PARTS = 3 };
	struct pbuf *p = pbuf_alloc(PBUF_IP, FIRST, PBUF_RAM), *q = pbuf_alloc(PBUF_RAW, MORE_BYTES, PBUF_RAM);
	ip_addr_t peer = address_ip((struct socket_address){ router.high, 2 });
	unsigned long before;
	bool is_whole = true;

	begin();
	speak(SOLICITS, (struct socket_address){ router.high, 2 }, link_local());
	memset(p->payload, 0, FIRST);
	pbuf_cat(p, q);
	before = card_sent;
	for (unsigned i = 0; i < TIMES; i++)
		is_whole = is_whole && ip6_frag(p, netif_default, ip_2_ip6(&peer)) == ERR_OK && p->len == FIRST
			   && p->tot_len == FIRST + MORE_BYTES && q->len == MORE_BYTES;
	pbuf_free(p);
	return is_whole && card_sent == before + (unsigned long)TIMES * PARTS;
}

/* From a router of which no link address is known, with a time for which neighbors are reachable. */
static void advertise_times(uint32_t reachable)
{
	static const struct socket_address all = { 0xff02000000000000, 1 };
	unsigned char f[FRAME] = { 0 }, *m = f + BODY;

	m[0] = ADVERTISEMENT;
	put16(m + 6, LIFE);
	put32(m + 8, reachable);
	arrives(f, ICMP, router, all, 16);
}

/* RFC 4861, 6.2.1: it is an hour at most. */
bool ipv6_reachable(void)
{
	enum { HOUR_MS = 3600000 };
	uint32_t before = reachable_time, most, less;

	advertise_times(UINT32_MAX);
	most = reachable_time;
	advertise_times(before);
	less = reachable_time;
	return most == HOUR_MS && less == before;
}

/* A router that has never answered is asked again when it is used again. */
bool ipv6_asked_again(void)
{
	struct socket_name to = { far, PORT };
	unsigned long before;
	struct sock *s;
	size_t n = 1;

	begin();
	nd6_cleanup_netif(netif_default);
	advertise_times(0);
	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || sock_send(s, "x", &n, to) != SOCKETS_OK)
		return false;
	wait_seconds(20);
	before = card_sent;
	wait_seconds(20);
	if (card_sent > before + 1 || sock_send(s, "x", &n, to) != SOCKETS_OK)	/* one: of DHCP */
		return false;
	before = card_sent;
	wait_seconds(20);
	return card_sent >= before + LWIP_ND6_MAX_MULTICAST_SOLICIT
	       && card_sent <= before + LWIP_ND6_MAX_MULTICAST_SOLICIT + 1;
}

/* An address that is being checked is not one of this machine yet. */
bool ipv6_own(void)
{
	struct socket_address tentative = { 0xfd00000000000000, 9 };
	ip_addr_t ip = address_ip(tentative);
	bool before, after;
	s8_t index;

	begin();
	netif_ip6_addr_set_state(netif_default, LWIP_IPV6_NUM_ADDRESSES - 1, IP6_ADDR_INVALID);
	if (netif_add_ip6_address(netif_default, ip_2_ip6(&ip), &index) != ERR_OK)
		return false;
	before = address_is_own(tentative);
	netif_ip6_addr_set_state(netif_default, index, IP6_ADDR_PREFERRED);
	after = address_is_own(tentative) && address_is_own(own)
		&& address_is_own((struct socket_address){ 0, 1 });
	netif_ip6_addr_set_state(netif_default, index, IP6_ADDR_INVALID);
	return !before && after;
}

static bool is_forged(struct socket_address from)
{
	unsigned char f[FRAME] = { 0 };

	put16(f + 12, 0x86dd);
	put_address(f + 14 + 8, from);
	return address_is_forged(netif_default, f, BODY);
}

/* While an address is checked, packets from no address, and from that one, are right. */
bool ipv6_forged(void)
{
	unsigned char arp[FRAME] = { [12] = 8, [13] = 6 };

	begin();
	return is_forged((struct socket_address){ 0, 1 }) && is_forged(own) && is_forged(link_local())
	       && !is_forged((struct socket_address){ 0, 0 }) && !is_forged(router) && !is_forged(far)
	       && !address_is_forged(netif_default, arp, CARD_FRAME_LEAST);
}

/*
 * A header is missing behind the first one; the last byte of a header is the kind of an option. The sanitizer
 * sees what is read behind the packet.
 */
bool ipv6_cut_off(void)
{
	static const unsigned char missing[] = { 60, 43 }, options[] = { OPTIONS, 60 };
	STAT_COUNTER before = lwip_stats.ip6.lenerr;
	unsigned char f[FRAME];

	begin();
	for (unsigned i = 0; i < sizeof missing; i++) {
		memcpy(f + BODY, (unsigned char[]){ missing[i], 0, 1, 4, 0, 0, 0, 0 }, 8);
		arrives(f, OPTIONS, router, own, 8);
		memcpy(f + BODY, (unsigned char[]){ 59, 0, 1, 3, 0, 0, 0, 1 }, 8);
		arrives(f, options[i], router, own, 8);
	}
	return lwip_stats.ip6.lenerr == before + sizeof missing;
}
