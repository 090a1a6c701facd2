/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interface.c - see interface.h.
 */
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/netif.h>
#include <lwip/priv/nd6_priv.h>
#include <stdlib.h>
#include <string.h>

#include "interface.h"
#include "socket.h"

enum { ADDRESS_BYTES = 64, BITS4 = 32, BITS6 = 64 };

static const char wrong[] = "the arguments are wrong";
static struct { ip4_addr_t own, mask, router; } static4;	/* own 0: not given */
static ip6_addr_t router6;
static bool has_router6;

/* The router of the description, before those that advertise themselves. */
const ip6_addr_t *net_router(struct netif *n, const ip6_addr_t *to)
{
	(void)to;
	return has_router6 && n == netif_default ? &router6 : NULL;
}

/* ---- arguments ---- */

/* Returns false if it is not ADDRESS, or ADDRESS/BITS; *bits is 0 then. */
static bool parse(const char *text, ip_addr_t *a, unsigned *bits)
{
	char address[ADDRESS_BYTES];
	size_t n = strcspn(text, "/");
	char *end = NULL;

	*bits = 0;
	if (n >= sizeof address)
		return false;
	memcpy(address, text, n);
	address[n] = 0;
	if (text[n] == '/') {
		*bits = (unsigned)strtoul(text + n + 1, &end, 10);
		if (*end || *bits == 0)
			return false;
	}
	return ipaddr_aton(address, a);
}

/* Returns what is wrong, or NULL. */
static const char *give_address(const ip_addr_t *a, unsigned bits)
{
	s8_t index;

	if (IP_IS_V4(a)) {
		if (bits == 0 || bits >= BITS4)
			return wrong;
		ip4_addr_set_u32(&static4.mask, lwip_htonl(~0u << (BITS4 - bits)));
		ip4_addr_copy(static4.own, *ip_2_ip4(a));
		return NULL;
	}
	if (ip6_addr_islinklocal(ip_2_ip6(a)))
		return "address=fe80:...: the link-local address is made of the card's";
	if ((bits && bits != BITS6) || netif_add_ip6_address(netif_default, ip_2_ip6(a), &index) != ERR_OK)
		return wrong;
	netif_ip6_addr_set_state(netif_default, index, IP6_ADDR_TENTATIVE);
	return NULL;
}

static void give_router(const ip_addr_t *a)
{
	if (IP_IS_V4(a)) {
		ip4_addr_copy(static4.router, *ip_2_ip4(a));
		return;
	}
	router6 = *ip_2_ip6(a);
	ip6_addr_assign_zone(&router6, IP6_UNICAST, netif_default);
	has_router6 = true;
}

static void give_names(const ip_addr_t *a)
{
	dns_setserver(!ip_addr_isany(dns_getserver(0)), a);
}

/* Returns what is wrong, or NULL. */
static const char *take(const char *argument)
{
	static const char *const names[] = { "address=", "router=", "dns=" };
	unsigned kind = 0, bits;
	ip_addr_t a;

	while (kind < 3 && strncmp(argument, names[kind], strlen(names[kind])) != 0)
		kind++;
	if (kind == 3 || !parse(argument + strlen(names[kind]), &a, &bits))
		return wrong;
	if (kind == 0)
		return give_address(&a, bits);
	if (kind == 1)
		give_router(&a);
	else
		give_names(&a);
	return bits == 0 ? NULL : wrong;
}

const char *interface_configure(int argc, char **argv)
{
	const char *what = NULL;

	netif_set_ip6_autoconfig_enabled(netif_default, 1);
	for (int i = 1; i < argc && !what; i++)
		what = take(argv[i]);
	if (what)
		return what;
	if (ip4_addr_isany_val(static4.own))
		return dhcp_start(netif_default) == ERR_OK ? NULL : "there is no memory for DHCP";
	netif_set_addr(netif_default, &static4.own, &static4.mask, &static4.router);
	return NULL;
}

/* ---- what there is ---- */

static enum sockets_part_kind kind_of(u8_t state)
{
	if (ip6_addr_istentative(state))
		return SOCKETS_PART_TENTATIVE;
	if (ip6_addr_isduplicated(state))
		return SOCKETS_PART_DUPLICATE;
	return ip6_addr_ispreferred(state) ? SOCKETS_PART_PREFERRED : SOCKETS_PART_DEPRECATED;
}

static const ip6_addr_t *router(unsigned i)
{
	const struct nd6_router_list_entry *e = &default_router_list[i];

	return e->neighbor_entry ? &e->neighbor_entry->next_hop_address : NULL;
}

static struct socket_address address_of(const ip6_addr_t *a)
{
	ip_addr_t ip;

	ip_addr_copy_from_ip6(ip, *a);
	return sock_name(&ip, 0).address;
}

enum sockets_part_kind interface_part(L4_Word_t index, struct socket_address *a)
{
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (!ip6_addr_isinvalid(netif_ip6_addr_state(netif_default, i)) && index-- == 0) {
			*a = address_of(netif_ip6_addr(netif_default, i));
			return kind_of(netif_ip6_addr_state(netif_default, i));
		}
	if (has_router6 && index-- == 0) {
		*a = address_of(&router6);
		return SOCKETS_PART_ROUTER;
	}
	for (unsigned i = 0; i < LWIP_ND6_NUM_ROUTERS; i++)
		if (router(i) && index-- == 0) {
			*a = address_of(router(i));
			return SOCKETS_PART_ROUTER;
		}
	for (u8_t i = 0; i < DNS_MAX_SERVERS; i++)
		if (!ip_addr_isany(dns_getserver(i)) && index-- == 0) {
			*a = sock_name(dns_getserver(i), 0).address;
			return SOCKETS_PART_NAMES;
		}
	return SOCKETS_PART_NONE;
}
