/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * given.c - see given.h.
 */
#include <lwip/dns.h>
#include <lwip/inet.h>

#include "given.h"
#include "interface.h"

_Static_assert(NET_CARDS * NAME_SERVERS == DNS_MAX_SERVERS, "lwIP has a place for each name server");

struct given given[NET_CARDS];

struct given *given_of(const struct netif *n)
{
	for (unsigned i = 0; i < interface_count; i++)
		if (interfaces[i] == n)
			return &given[i];
	return NULL;
}

/* The router of the description, before those that advertise themselves. */
const ip6_addr_t *net_router(struct netif *n, const ip6_addr_t *to)
{
	const struct given *g = given_of(n);

	(void)to;
	return g && g->has_router6 ? &g->router6 : NULL;
}

/* ---- name servers ---- */

/* Those of a card, from place n on. Returns the next place. */
static u8_t list_names_of(const struct given *g, u8_t n)
{
	for (unsigned i = 0; i < NAME_SERVERS; i++)
		if (!ip_addr_isany(&g->names[i]))
			dns_setserver(n++, &g->names[i]);
	return n;
}

void given_list_names(void)
{
	const struct given *first = given_of(netif_default);
	u8_t n = first ? list_names_of(first, 0) : 0;

	for (unsigned i = 0; i < NET_CARDS; i++)
		if (&given[i] != first)
			n = list_names_of(&given[i], n);
	while (n < DNS_MAX_SERVERS)
		dns_setserver(n++, NULL);
}

/* DHCP or a router of this card names one. */
void net_name_server(struct netif *n, unsigned place, const ip_addr_t *a)
{
	struct given *g = given_of(n);

	if (!g || place >= NAME_SERVERS)
		return;
	g->names[place] = *a;
	given_list_names();
}

/* A router does so no more. */
void net_no_name_server(struct netif *n, const ip_addr_t *a)
{
	struct given *g = given_of(n);

	for (unsigned i = 0; g && i < NAME_SERVERS; i++)
		if (ip_addr_cmp(&g->names[i], a))
			ip_addr_set_any(false, &g->names[i]);
	given_list_names();
}

static struct ip_addr first4(const struct given *g)
{
	return IP_IS_V4(&g->names[0]) ? g->names[0] : (ip_addr_t)IPADDR4_INIT(0);
}

/* The place for one that a router names: behind that of DHCP. */
unsigned net_name_servers(struct netif *n)
{
	const struct given *g = given_of(n);
	ip_addr_t first = g ? first4(g) : (ip_addr_t)IPADDR4_INIT(0);

	return !ip_addr_isany(&first);
}

L4_Word_t given_name_server(unsigned number)
{
	ip_addr_t first = first4(&given[number]);

	return lwip_ntohl(ip_2_ip4(&first)->addr);
}
