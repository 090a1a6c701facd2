/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cards.c - cases with two cards: by which one a packet leaves, and what each takes. The second one, which is
 * there during a case only, sends packets without asking for its neighbors.
 */
#include <limits.h>
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/igmp.h>
#include <lwip/inet_chksum.h>
#include <lwip/mld6.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip4.h>
#include <lwip/prot/udp.h>
#include <netif/ethernet.h>
#include <servers/net/interface/given.h>
#include <servers/net/interface/interface.h>
#include <string.h>

#include "net.h"

enum { PORT = 4711, BYTES = SIZEOF_ETH_HDR + IP_HLEN + UDP_HLEN + 4 };

#define SECOND		0x0a080002u	/* 10.8.0.2 */
#define NEIGHBOR	0x0a080001u
#define FAR		0x0b000001u	/* on no link */

static const unsigned char second_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x57 };
static struct netif second;
unsigned long second_sent;
static ip_addr_t second_from;		/* the source of its last packet */

/* ---- the second card ---- */

static err_t output4(struct netif *n, struct pbuf *p, const ip4_addr_t *to)
{
	const struct ip_hdr *ip = p->payload;

	(void)n;
	(void)to;
	second_sent++;
	ip_addr_set_ip4_u32_val(second_from, ip->src.addr);
	return ERR_OK;
}

static err_t output6(struct netif *n, struct pbuf *p, const ip6_addr_t *to)
{
	const struct ip6_hdr *ip = p->payload;

	(void)n;
	(void)to;
	second_sent++;
	ip_addr_copy_from_ip6_packed(second_from, ip->src);
	return ERR_OK;
}

static err_t linkoutput(struct netif *n, struct pbuf *p)
{
	(void)n;
	(void)p;
	return ERR_OK;
}

static err_t begin_second(struct netif *n)
{
	memcpy(n->hwaddr, second_mac, sizeof second_mac);
	n->hwaddr_len = sizeof second_mac;
	n->mtu = 1500;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP
		   | NETIF_FLAG_IGMP | NETIF_FLAG_MLD6;
	n->output = output4;
	n->output_ip6 = output6;
	n->linkoutput = linkoutput;
	return ERR_OK;
}

static void add_second(void)
{
	netif_add(&second, NULL, NULL, NULL, NULL, begin_second, ethernet_input);
	netif_set_up(&second);
	netif_create_ip6_linklocal_address(&second, 1);
	netif_ip6_addr_set_state(&second, 0, IP6_ADDR_PREFERRED);
	interface_add(&second);
	dhcp_stop(&second);
	netif_set_addr(&second, packet_address(SECOND), packet_address(MASK), packet_address(NEIGHBOR));
}

static void remove_second(void)
{
	sock_close_all(&owners[0], true);
	netif_poll_all();
	dhcp_cleanup(&second);
	interface_count = 1;
	route_choose();
	netif_remove(&second);
}

bool with_second(bool (*what)(void))
{
	bool good;

	add_second();
	good = what();
	remove_second();
	return good;
}

void second_takes(const unsigned char *frame, unsigned bytes)
{
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)bytes, PBUF_RAM);

	pbuf_take(p, frame, (u16_t)bytes);
	if (second.input(p, &second) != ERR_OK)
		pbuf_free(p);
}

/* A datagram comes by the second card. */
static void second_receives(uint32_t from, uint32_t to)
{
	unsigned char frame[FRAME] = { 0 };
	struct ip_hdr *ip = (struct ip_hdr *)(void *)(frame + SIZEOF_ETH_HDR);
	struct udp_hdr *udp = (struct udp_hdr *)(void *)(frame + SIZEOF_ETH_HDR + IP_HLEN);

	memcpy(frame, second_mac, sizeof second_mac);
	put16(frame + 12, ETHTYPE_IP);
	IPH_VHL_SET(ip, 4, IP_HLEN / 4);
	IPH_LEN_SET(ip, lwip_htons(BYTES - SIZEOF_ETH_HDR));
	IPH_TTL_SET(ip, 64);
	IPH_PROTO_SET(ip, IP_PROTO_UDP);
	put32((unsigned char *)&ip->src, from);
	put32((unsigned char *)&ip->dest, to);
	IPH_CHKSUM_SET(ip, inet_chksum(ip, IP_HLEN));
	udp->src = udp->dest = lwip_htons(PORT);
	udp->len = lwip_htons(UDP_HLEN + 4);
	second_takes(frame, BYTES);
}

/* ---- sockets ---- */

static struct socket_name name4(uint32_t address)
{
	return (struct socket_name){ SOCKET_IPV4(address), PORT };
}

static bool open_udp(uint32_t at, struct sock **s)
{
	return sock_open(&owners[0], SOCKETS_UDP, SOCKETS_IPV4, s) == SOCKETS_OK
	       && sock_bind(*s, name4(at)) == SOCKETS_OK;
}

/* Returns true if a datagram leaves by the second card, from this address of it, and not by the first one. */
static bool leaves_by_second(struct sock *s, struct socket_name to, const ip_addr_t *from)
{
	unsigned long before = second_sent, first = card_sent;
	size_t n = 1;

	return sock_send(s, "x", &n, to) == SOCKETS_OK && second_sent == before + 1 && card_sent == first
	       && ip_addr_cmp_zoneless(&second_from, from);
}

/* Its router is the peer, whose address is known then. */
static bool leaves_by_first(struct sock *s, struct socket_name to)
{
	unsigned long before = second_sent, first;
	size_t n = 1;

	answer_arp(PEER);
	first = card_sent;
	return sock_send(s, "x", &n, to) == SOCKETS_OK && second_sent == before && card_sent > first;
}

/* ---- cases ---- */

static bool default_moves(void)
{
	struct netif *first = interfaces[0];
	const ip_addr_t *own = netif_ip_addr4(&second);
	bool good;
	struct sock *s;

	if (!open_udp(0, &s))
		return false;
	good = netif_default == first && leaves_by_first(s, name4(FAR));
	netif_set_link_down(first);
	good = good && netif_default == &second && leaves_by_second(s, name4(FAR), own);
	netif_set_link_up(first);
	good = good && netif_default == first && leaves_by_first(s, name4(FAR));
	netif_set_gw(first, IP4_ADDR_ANY4);
	good = good && netif_default == &second && leaves_by_second(s, name4(FAR), own);
	netif_set_link_down(&second);
	good = good && netif_default == first;
	netif_set_gw(first, packet_address(PEER));
	return good;
}

bool cards_default(void) { return with_second(default_moves); }

static bool by_link_and_source(void)
{
	const ip_addr_t *own = netif_ip_addr4(&second);
	struct sock *any, *bound;

	if (!open_udp(0, &any) || !leaves_by_second(any, name4(NEIGHBOR), own)
	    || !leaves_by_first(any, name4(PEER)))
		return false;
	sock_close(any, true);
	return open_udp(SECOND, &bound) && leaves_by_second(bound, name4(FAR), own)
	       && leaves_by_second(bound, name4(PEER), own);
}

bool cards_route(void) { return with_second(by_link_and_source); }

/* The first card's network has that of the second one in it. */
static bool by_nearest(void)
{
	struct netif *first = interfaces[0];
	ip4_addr_t mask = *netif_ip4_netmask(first);
	struct sock *s;
	bool good;

	netif_set_netmask(first, packet_address(0xff000000));
	good = open_udp(0, &s) && leaves_by_second(s, name4(NEIGHBOR), netif_ip_addr4(&second));
	netif_set_netmask(first, &mask);
	return good;
}

bool cards_nearest(void) { return with_second(by_nearest); }

/* The peer's address, but by the other card. */
static bool connected_hears_one(void)
{
	struct sock *s;

	if (!open_udp(0, &s) || sock_connect(s, name4(PEER)) != SOCKETS_OK)
		return false;
	second_receives(PEER, SECOND);
	if (s->pieces != 0 || sock_connect(s, name4(NEIGHBOR)) != SOCKETS_OK)
		return false;
	second_receives(NEIGHBOR, SECOND);
	return s->pieces == 1;
}

bool cards_connected(void) { return with_second(connected_hears_one); }

static bool reaches_the_other(void)
{
	struct sock *s, *other;
	size_t n = 1;

	if (!open_udp(SECOND, &s) || !open_udp(CARD, &other) || sock_send(s, "x", &n, name4(CARD)) != SOCKETS_OK)
		return false;
	netif_poll_all();
	return other->pieces == 1;
}

bool cards_between(void) { return with_second(reaches_the_other); }

static bool group_by_name(void)
{
	struct socket_name to = { { 0xff02ull << 48, 0xfb }, PORT };
	struct socket_name own = address_name(&second.ip6_addr[0], PORT);
	struct sock *s;

	return sock_open(&owners[0], SOCKETS_UDP, SOCKETS_IPV6, &s) == SOCKETS_OK
	       && sock_bind(s, own) == SOCKETS_OK && leaves_by_second(s, to, &second.ip6_addr[0]);
}

bool cards_group_name(void) { return with_second(group_by_name); }

/* Strong hosts (RFC 1122, 3.3.4.2): a card takes what is for its own addresses. */
static bool each_takes_its_own(void)
{
	unsigned long before = second_sent, first = card_sent;
	struct sock *s;

	if (!open_udp(0, &s))
		return false;
	second_receives(NEIGHBOR, SECOND);
	if (s->pieces != 1)
		return false;
	second_receives(NEIGHBOR, CARD);
	second_receives(NEIGHBOR, PEER);
	second_receives(NEIGHBOR, CARD | ~MASK);
	return s->pieces == 1 && second_sent == before && card_sent == first;
}

bool cards_apart(void) { return with_second(each_takes_its_own); }

/* Returns how many of two broadcasts by the second card come to a socket with this name. */
static unsigned broadcasts_to(uint32_t address)
{
	struct sock *s;
	unsigned n;

	if (!open_udp(address, &s))
		return UINT_MAX;
	second_receives(NEIGHBOR, UINT32_MAX);
	second_receives(NEIGHBOR, SECOND | ~MASK);
	n = s->pieces;
	sock_close(s, true);
	return n;
}

/* The networks of both may have the same numbers. */
static bool broadcast_by_one(void)
{
	struct netif *first = interfaces[0];
	bool good = broadcasts_to(SECOND) == 2 && broadcasts_to(0) == 2 && broadcasts_to(CARD) == 0
		    && broadcasts_to(INADDR_LOOPBACK) == 0;

	netif_set_ipaddr(first, packet_address(SECOND + 1));
	good = good && broadcasts_to(SECOND + 1) == 0;
	netif_set_ipaddr(first, packet_address(CARD));
	return good;
}

bool cards_broadcast(void) { return with_second(broadcast_by_one); }

static bool each_is_forged(void)
{
	unsigned char frame[CARD_FRAME_LEAST] = { 0 };
	struct ip6_hdr *ip = (struct ip6_hdr *)(void *)(frame + SIZEOF_ETH_HDR);

	put16(frame + 12, ETHTYPE_IP);
	put32(frame + SIZEOF_ETH_HDR + 12, SECOND);
	if (!address_is_forged(&second, frame, sizeof frame)
	    || !address_is_forged(interfaces[0], frame, sizeof frame))
		return false;
	put32(frame + SIZEOF_ETH_HDR + 12, NEIGHBOR);
	if (address_is_forged(&second, frame, sizeof frame))
		return false;
	put16(frame + 12, ETHTYPE_IPV6);
	ip6_addr_copy_to_packed(ip->src, *netif_ip6_addr(&second, 0));
	return address_is_forged(&second, frame, sizeof frame);
}

bool cards_forged(void) { return with_second(each_is_forged); }

static bool scopes_are_apart(void)
{
	struct socket_name to = { { 0xfe80000000000000, 0x99 }, PORT };
	struct socket_name own = address_name(&second.ip6_addr[0], 0);
	struct sock *s;
	size_t n = 1;

	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_IPV6, &s) != SOCKETS_OK
	    || own.address.high != 0xfe80000100000000 || !address_is_own(own.address))
		return false;
	if (!leaves_by_first(s, to))
		return false;
	to.address.high |= 1ull << 32;
	if (!leaves_by_second(s, to, &second.ip6_addr[0]))
		return false;
	to.address.high += 1ull << 32;
	return sock_send(s, "x", &n, to) == SOCKETS_E_UNREACHABLE;
}

bool cards_scope(void) { return with_second(scopes_are_apart); }

/* One socket has joined before the second card came, one does later. */
bool cards_groups(void)
{
	struct socket_address before = SOCKET_IPV4(FIRST_GROUP), later = { 0xff02ull << 48, 0x200 };
	ip_addr_t ip4 = address_ip(before), ip6;
	struct sock *s;
	bool good;

	if (sock_open(&owners[0], SOCKETS_UDP, SOCKETS_BOTH, &s) != SOCKETS_OK
	    || group_set(s, before, true) != SOCKETS_OK)
		return false;
	add_second();
	good = igmp_lookfor_group(&second, ip_2_ip4(&ip4)) && group_set(s, later, true) == SOCKETS_OK;
	ip6 = address_ip(later);
	ip6_addr_set_zone(ip_2_ip6(&ip6), netif_get_index(&second));
	good = good && mld6_lookfor_group(&second, ip_2_ip6(&ip6));
	sock_close(s, true);
	good = good && !igmp_lookfor_group(&second, ip_2_ip4(&ip4))
	       && !mld6_lookfor_group(&second, ip_2_ip6(&ip6));
	remove_second();
	return good;
}

static bool names_of_both(void)
{
	ip_addr_t a = *netif_ip_gw4(&second);
	struct socket_address found;

	net_name_server(&second, 0, &a);
	if (!ip_addr_cmp(dns_getserver(1), &a) || ip_addr_isany(dns_getserver(0)) || !given_name_server(1))
		return false;
	for (L4_Word_t i = 0; interface_part(0, i, &found) != SOCKETS_PART_NONE; i++)
		if (socket_same_address(found, (struct socket_address)SOCKET_IPV4(NEIGHBOR)))
			return false;
	netif_set_link_down(interfaces[0]);
	if (!ip_addr_cmp(dns_getserver(0), &a) || ip_addr_isany(dns_getserver(1)))
		return false;
	netif_set_link_up(interfaces[0]);
	net_no_name_server(&second, &a);
	return ip_addr_isany(dns_getserver(1)) && !given_name_server(1);
}

bool cards_names(void) { return with_second(names_of_both); }

/* A connection by the second card: its SYN is not answered. */
static bool only_its_own_again(void)
{
	unsigned long before;
	struct sock *s;

	if (sock_open(&owners[0], SOCKETS_TCP, SOCKETS_IPV4, &s) != SOCKETS_OK
	    || sock_connect(s, name4(NEIGHBOR)) != SOCKETS_E_IN_PROGRESS)
		return false;
	before = second_sent;
	recovery_send_again(interfaces[0]);
	if (second_sent != before)
		return false;
	recovery_send_again(&second);
	return second_sent == before + 1;
}

bool cards_again(void) { return with_second(only_its_own_again); }
