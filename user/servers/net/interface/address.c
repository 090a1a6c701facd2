/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.c - see address.h.
 */
#include <lwip/ip.h>
#include <lwip/ip6.h>
#include <lwip/ip6_zone.h>
#include <lwip/netif.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip4.h>
#include <lwip/prot/ip6.h>

#include "address.h"
#include "interface.h"

static const struct socket_address any4 = SOCKET_IPV4(0), loopback4 = SOCKET_IPV4(INADDR_LOOPBACK),
	loopback6 = SOCKET_LOOPBACK6;

enum { CARD_SHIFT = 32, CARD_MASK = 0xffff };	/* of socket_address.high */

/* The zone of lwIP that a link-local address is in; one that no interface has, if there is no such card. */
static u8_t zone_of(struct socket_address a)
{
	unsigned number = a.high >> CARD_SHIFT & CARD_MASK;

	return number < interface_count ? netif_get_index(interfaces[number]) : UINT8_MAX;
}

static uint64_t half_of(const u32_t word[2])
{
	return (uint64_t)lwip_ntohl(word[0]) << 32 | lwip_ntohl(word[1]);
}

struct socket_name address_name6(const ip6_addr_t *from, uint16_t port)
{
	struct socket_address a = { half_of(from->addr), half_of(from->addr + 2) };

	if (!ip6_addr_islinklocal(from))
		return (struct socket_name){ a, port };
	a.high &= ~((uint64_t)CARD_MASK << CARD_SHIFT);
	for (unsigned i = 1; i < interface_count; i++)
		if (netif_get_index(interfaces[i]) == ip6_addr_zone(from))
			a.high |= (uint64_t)i << CARD_SHIFT;
	return (struct socket_name){ a, port };
}

static bool is_link_local(struct socket_address a)
{
	return a.high >> 54 == 0xfe80 >> 6;
}

ip_addr_t address_ip6(struct socket_address a)
{
	u8_t zone = zone_of(a);
	bool local = is_link_local(a);
	ip_addr_t ip;

	if (local)
		a.high &= ~((uint64_t)CARD_MASK << CARD_SHIFT);
	IP_ADDR6(&ip, lwip_htonl((uint32_t)(a.high >> 32)), lwip_htonl((uint32_t)a.high),
		 lwip_htonl((uint32_t)(a.low >> 32)), lwip_htonl((uint32_t)a.low));
	if (local)
		ip6_addr_set_zone(ip_2_ip6(&ip), zone);
	else
		ip6_addr_assign_zone(ip_2_ip6(&ip), IP6_UNKNOWN, netif_default);
	return ip;
}

u8_t address_type(enum sockets_family family)
{
	static const u8_t types[] = { IPADDR_TYPE_ANY, IPADDR_TYPE_V4, IPADDR_TYPE_V6 };

	return types[family];
}

ip_addr_t address_local(enum sockets_family family, struct socket_address a)
{
	if (socket_is_any(a) && !socket_is_ipv4(a) && family == SOCKETS_BOTH)
		return *IP_ANY_TYPE;
	return address_ip(a);
}

struct socket_name address_any(enum sockets_family family)
{
	return family == SOCKETS_IPV4 ? (struct socket_name){ any4, 0 } : (struct socket_name){ 0 };
}

struct socket_address address_loopback(enum sockets_family family, struct socket_address a)
{
	return socket_is_ipv4(a) || family == SOCKETS_IPV4 ? loopback4 : loopback6;
}

bool address_is_group(struct socket_address a)
{
	ip_addr_t ip = address_ip(a);

	return ip_addr_ismulticast(&ip);
}

/* One that is being checked, or is another host's, does not count. */
static bool has_ip6(struct netif *n, const ip6_addr_t *a)
{
	s8_t i = netif_get_ip6_addr_match(n, a);

	return i >= 0 && ip6_addr_isvalid(netif_ip6_addr_state(n, i));
}

/* Of a card, or the loopback. Not for any address, which is that of a card without one. */
static bool is_own4(ip4_addr_t a)
{
	INTERFACE_FOREACH(i)
		if (ip4_addr_cmp(netif_ip4_addr(*i), &a))
			return true;
	return ip4_addr_isloopback(&a);
}

/* Of a card, or the loopback. */
static bool is_own6(const ip6_addr_t *a)
{
	struct netif *n;

	NETIF_FOREACH(n)
		if (has_ip6(n, a))
			return true;
	return false;
}

bool address_is_own(struct socket_address a)
{
	ip_addr_t ip = address_ip(a);

	return socket_is_any(a) || (IP_IS_V4(&ip) ? is_own4(*ip_2_ip4(&ip)) : is_own6(ip_2_ip6(&ip)));
}

static bool is_forged6(const struct netif *by, const struct ip6_hdr *packet)
{
	ip6_addr_t from;

	ip6_addr_copy_from_packed(from, packet->src);
	ip6_addr_assign_zone(&from, IP6_UNICAST, by);
	return !ip6_addr_isany_val(from) && is_own6(&from);
}

/* lwIP takes such packets for those of programs of this machine. */
bool address_is_forged(const struct netif *by, const void *frame, unsigned bytes)
{
	const struct eth_hdr *ethernet = frame;
	const void *packet = ethernet + 1;

	if (ethernet->type == PP_HTONS(ETHTYPE_IP) && bytes >= SIZEOF_ETH_HDR + IP_HLEN) {
		ip4_addr_t from = { ((const struct ip_hdr *)packet)->src.addr };

		return !ip4_addr_isany_val(from) && is_own4(from);
	}
	return ethernet->type == PP_HTONS(ETHTYPE_IPV6) && bytes >= SIZEOF_ETH_HDR + IP6_HLEN
	       && is_forged6(by, packet);
}

/* A global address of IPv6 is not reached from a link-local one. */
const ip_addr_t *address_source(struct socket_address to)
{
	ip_addr_t ip = address_ip(to);
	struct netif *n = ip_route(IP_IS_V4(&ip) ? IP4_ADDR_ANY : IP6_ADDR_ANY, &ip);
	const ip_addr_t *from = n ? ip_netif_get_local_ip(n, &ip) : NULL;

	if (from && IP_IS_V6(from) && ip6_addr_islinklocal(ip_2_ip6(from))
	    && !ip6_addr_has_scope(ip_2_ip6(&ip), IP6_UNKNOWN))
		return NULL;
	return from;
}
