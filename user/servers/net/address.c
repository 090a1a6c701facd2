/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.c - see socket.h: addresses of the protocol as lwIP has them.
 */
#include <lwip/ip.h>
#include <lwip/ip6.h>
#include <lwip/ip6_zone.h>
#include <lwip/netif.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip4.h>
#include <lwip/prot/ip6.h>

#include "socket.h"

static const struct socket_address any4 = SOCKET_IPV4(0), loopback4 = SOCKET_IPV4(INADDR_LOOPBACK),
	loopback6 = SOCKET_LOOPBACK6;

ip_addr_t sock_address6(struct socket_address a)
{
	ip_addr_t ip;

	IP_ADDR6(&ip, lwip_htonl((uint32_t)(a.high >> 32)), lwip_htonl((uint32_t)a.high),
		 lwip_htonl((uint32_t)(a.low >> 32)), lwip_htonl((uint32_t)a.low));
	ip6_addr_assign_zone(ip_2_ip6(&ip), IP6_UNKNOWN, netif_default);
	return ip;
}

u8_t sock_address_type(enum sockets_family family)
{
	static const u8_t types[] = { IPADDR_TYPE_ANY, IPADDR_TYPE_V4, IPADDR_TYPE_V6 };

	return types[family];
}

ip_addr_t sock_local_address(const struct sock *s, struct socket_address a)
{
	if (socket_is_any(a) && !socket_is_ipv4(a) && s->family == SOCKETS_BOTH)
		return *IP_ANY_TYPE;
	return sock_address(a);
}

struct socket_name sock_any(const struct sock *s)
{
	return s->family == SOCKETS_IPV4 ? (struct socket_name){ any4, 0 } : (struct socket_name){ 0 };
}

struct socket_address sock_loopback(const struct sock *s, struct socket_address a)
{
	return socket_is_ipv4(a) || s->family == SOCKETS_IPV4 ? loopback4 : loopback6;
}

/* One that is being checked, or is another host's, does not count. */
static bool has_ip6(struct netif *n, const ip6_addr_t *a)
{
	s8_t i = netif_get_ip6_addr_match(n, a);

	return i >= 0 && ip6_addr_isvalid(netif_ip6_addr_state(n, i));
}

bool sock_is_own(struct socket_address a)
{
	ip_addr_t ip = sock_address(a);
	struct netif *n;

	if (socket_is_any(a) || (IP_IS_V4(&ip) && ip4_addr_isloopback(ip_2_ip4(&ip))))
		return true;
	NETIF_FOREACH(n)
		if (IP_IS_V4(&ip) ? ip4_addr_cmp(netif_ip4_addr(n), ip_2_ip4(&ip))
				  : has_ip6(n, ip_2_ip6(&ip)))
			return true;
	return false;
}

/* lwIP takes such packets for those of programs of this machine. */
bool sock_is_forged(const void *frame, unsigned bytes)
{
	const struct eth_hdr *ethernet = frame;
	const void *packet = ethernet + 1;
	ip_addr_t from;
	struct socket_address a;

	if (ethernet->type == PP_HTONS(ETHTYPE_IP) && bytes >= SIZEOF_ETH_HDR + IP_HLEN)
		ip_addr_set_ip4_u32_val(from, ((const struct ip_hdr *)packet)->src.addr);
	else if (ethernet->type == PP_HTONS(ETHTYPE_IPV6) && bytes >= SIZEOF_ETH_HDR + IP6_HLEN)
		ip_addr_copy_from_ip6_packed(from, ((const struct ip6_hdr *)packet)->src);
	else
		return false;
	a = sock_name(&from, 0).address;
	return !socket_is_any(a) && sock_is_own(a);
}

/* A global address of IPv6 is not reached from a link-local one. */
const ip_addr_t *sock_source(struct socket_address to)
{
	ip_addr_t ip = sock_address(to);
	struct netif *n = ip_route(IP_IS_V4(&ip) ? IP4_ADDR_ANY : IP6_ADDR_ANY, &ip);
	const ip_addr_t *from = n ? ip_netif_get_local_ip(n, &ip) : NULL;

	if (from && IP_IS_V6(from) && ip6_addr_islinklocal(ip_2_ip6(from))
	    && !ip6_addr_has_scope(ip_2_ip6(&ip), IP6_UNKNOWN))
		return NULL;
	return from;
}
