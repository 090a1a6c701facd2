/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.h - addresses of the protocol as lwIP has them. A link-local one is in the zone of the card that it
 * names.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <lwip/inet.h>
#include <lwip/netif.h>
#include <pecan/sockets.h>

struct socket_name address_name6(const ip6_addr_t *from, uint16_t port);
static inline struct socket_name address_name(const ip_addr_t *address, uint16_t port)
{
	if (IP_IS_V4(address))
		return (struct socket_name){ SOCKET_IPV4(lwip_ntohl(ip_2_ip4(address)->addr)), port };
	return address_name6(ip_2_ip6(address), port);
}

/* For lwIP. What is not link-local, and needs a zone all the same, is in that of the default card. */
ip_addr_t address_ip6(struct socket_address a);		/* if it is not of IPv4 */
static inline ip_addr_t address_ip(struct socket_address a)
{
	ip_addr_t ip;

	if (!socket_is_ipv4(a))
		return address_ip6(a);
	ip_addr_set_ip4_u32_val(ip, lwip_htonl((uint32_t)a.low));
	return ip;
}

/* Of a socket of this family: lwIP's type; what it is bound to; any address, with port 0; the loopback. */
u8_t address_type(enum sockets_family family);
ip_addr_t address_local(enum sockets_family family, struct socket_address a);
struct socket_name address_any(enum sockets_family family);
struct socket_address address_loopback(enum sockets_family family, struct socket_address any);

const ip_addr_t *address_source(struct socket_address to);	/* NULL: there is no way to it */
bool address_is_group(struct socket_address a);			/* a multicast address */
bool address_is_own(struct socket_address a);	/* any address, one of this machine, of the loopback */

/* Returns true if a frame that came by an interface is from an address of this machine or of the loopback. */
bool address_is_forged(const struct netif *by, const void *frame, unsigned bytes);

#endif
