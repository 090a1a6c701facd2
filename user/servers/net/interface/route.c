/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.c - see interface.h: by which card a packet leaves. A packet with a card's address as its source
 * leaves by that card, as it would not be answered elsewhere; one for an address of this machine stays here.
 * Else it leaves by the card on whose link its destination is, of several by that with the longest mask, and
 * the first of these; else, and always to a group, by the default one.
 */
#include <lwip/ethip6.h>
#include <lwip/nd6.h>
#include <lwip/netif.h>
#include <lwip/priv/nd6_priv.h>

#include "given.h"
#include "interface.h"

/* ---- IPv4 ---- */

static bool is_on_link(const struct netif *n, const ip4_addr_t *to)
{
	return netif_is_link_up(n) && !ip4_addr_isany_val(*netif_ip4_addr(n))
	       && ip4_addr_netcmp(to, netif_ip4_addr(n), netif_ip4_netmask(n));
}

/* Returns true if the network of `n` is the smaller one. */
static bool is_nearer(const struct netif *n, const struct netif *than)
{
	return lwip_ntohl(netif_ip4_netmask(n)->addr) > lwip_ntohl(netif_ip4_netmask(than)->addr);
}

/* from may be NULL. Returns NULL for the loopback, and for the default card. */
struct netif *net_route4(const ip4_addr_t *from, const ip4_addr_t *to)
{
	struct netif *own = NULL, *on_link = NULL;

	if (interface_count == 1 && is_on_link(interfaces[0], to))
		return interfaces[0];		/* the most common case */
	if (ip4_addr_isloopback(to))
		return NULL;
	INTERFACE_FOREACH(i) {
		struct netif *n = *i;
		const ip4_addr_t *address = netif_ip4_addr(n);

		if (ip4_addr_isany_val(*address))
			continue;
		if (ip4_addr_cmp(to, address))
			return n;
		if (from && ip4_addr_cmp(from, address))
			own = n;
		if (is_on_link(n, to) && (!on_link || is_nearer(n, on_link)))
			on_link = n;
	}
	return own ? own : on_link;
}

/* How well packets to all other networks leave by it. */
static unsigned rank(const struct netif *n)
{
	if (!netif_is_link_up(n))
		return 0;
	if (ip4_addr_isany_val(*netif_ip4_addr(n)))
		return 1;
	return ip4_addr_isany_val(*netif_ip4_gw(n)) ? 2 : 3;
}

void route_choose(void)
{
	struct netif *best = interfaces[0];

	INTERFACE_FOREACH(i)
		if (rank(*i) > rank(best))
			best = *i;
	if (best == netif_default)
		return;
	netif_set_default(best);
	given_list_names();
}

static void on_change(struct netif *n, netif_nsc_reason_t reason, const netif_ext_callback_args_t *about)
{
	(void)n;
	(void)reason;
	(void)about;
	route_choose();
}

void route_begin(void)
{
	static netif_ext_callback_t callback;

	netif_add_ext_callback(&callback, on_change);
}

/* ---- IPv6 ---- */

/* Returns true if the card has address `to`. Sets *own if `from` is one, *on_link if `to` is on its link. */
static bool match6(struct netif *n, const ip6_addr_t *from, const ip6_addr_t *to, bool *own, bool *on_link)
{
	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
		const ip6_addr_t *address = netif_ip6_addr(n, i);

		if (!ip6_addr_isvalid(netif_ip6_addr_state(n, i)))
			continue;
		if (ip6_addr_cmp(to, address))
			return true;
		*own |= ip6_addr_cmp(from, address);
		*on_link |= netif_ip6_addr_isstatic(n, i) && ip6_addr_netcmp(to, address);
	}
	for (unsigned i = 0; i < LWIP_ND6_NUM_PREFIXES; i++)
		*on_link |= prefix_list[i].netif == n && ip6_addr_netcmp(&prefix_list[i].prefix, to);
	return false;
}

static bool has_router6(const struct netif *n)
{
	if (net_router((struct netif *)(uintptr_t)n, NULL))
		return true;
	for (unsigned i = 0; i < LWIP_ND6_NUM_ROUTERS; i++)
		if (default_router_list[i].neighbor_entry && default_router_list[i].neighbor_entry->netif == n)
			return true;
	return false;
}

/* Of addresses without a zone. */
struct netif *net_route6(const ip6_addr_t *from, const ip6_addr_t *to)
{
	struct netif *by_source = NULL, *by_link = NULL, *by_router = NULL;

	if (ip6_addr_isloopback(to))
		return NULL;
	INTERFACE_FOREACH(i) {
		bool own = false, on_link = false, up = netif_is_link_up(*i);

		if (match6(*i, from, to, &own, &on_link))
			return *i;
		if (own)
			by_source = *i;
		if (!by_link && up && on_link)
			by_link = *i;
		if (!by_router && up && has_router6(*i))
			by_router = *i;
	}
	if (by_source)
		return by_source;
	if (ip6_addr_ismulticast(to))
		return netif_default;
	return by_link ? by_link : by_router;
}

/* lwIP's cache of destinations does not know by which card they are reached: it has those of one card. */
err_t route_output6(struct netif *n, struct pbuf *p, const ip6_addr_t *to)
{
	static const struct netif *cached;

	if (cached != n)
		nd6_clear_destination_cache();
	cached = n;
	return ethip6_output(n, p, to);
}

/* In place of lwIP's limit: packets that wait for one neighbor. */
bool net_can_wait(const struct nd6_q_entry *first)
{
	unsigned n = 0;

	for (; first; first = first->next)
		n++;
	return n < NET_WAITING;
}
