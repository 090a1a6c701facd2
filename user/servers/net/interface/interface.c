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

#include "address.h"
#include "given.h"
#include "interface.h"

enum { ADDRESS_BYTES = 64, BITS4 = 32, BITS6 = 64 };

static const char wrong[] = "the arguments are wrong";

struct netif *interfaces[NET_CARDS];
unsigned interface_count;
static unsigned named = 1;
static void (*when_added)(struct netif *n);

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

/* Takes `enN:` off. Returns the number of the card; NET_CARDS: there is none. */
static unsigned parse_card(const char **text)
{
	unsigned number;

	if (strncmp(*text, "en", 2) != 0)
		return 0;
	number = (unsigned)((*text)[2] - '0');
	if (number >= NET_CARDS || (*text)[3] != ':')
		return NET_CARDS;
	*text += 4;
	if (named <= number)
		named = number + 1;
	return number;
}

/* Returns what is wrong, or NULL. */
static const char *give_address(struct given *g, const ip_addr_t *a, unsigned bits)
{
	if (IP_IS_V4(a)) {
		if (bits == 0 || bits >= BITS4)
			return wrong;
		ip4_addr_set_u32(&g->mask, lwip_htonl(~0u << (BITS4 - bits)));
		ip4_addr_copy(g->own, *ip_2_ip4(a));
		return NULL;
	}
	if (ip6_addr_islinklocal(ip_2_ip6(a)))
		return "address=fe80:...: the link-local address is made of the card's";
	if ((bits && bits != BITS6) || g->addresses6 == GIVEN6)
		return wrong;
	g->address6[g->addresses6++] = *ip_2_ip6(a);
	return NULL;
}

static void give_router(struct given *g, const ip_addr_t *a)
{
	if (IP_IS_V4(a)) {
		ip4_addr_copy(g->router, *ip_2_ip4(a));
		return;
	}
	g->router6 = *ip_2_ip6(a);
	g->has_router6 = true;
}

static void give_names(struct given *g, const ip_addr_t *a)
{
	g->names[!ip_addr_isany(&g->names[0])] = *a;
	given_list_names();
}

/* Returns what is wrong, or NULL. */
static const char *take(const char *argument)
{
	static const char *const names[] = { "address=", "router=", "dns=" };
	unsigned kind = 0, bits, card;
	ip_addr_t a;

	while (kind < 3 && strncmp(argument, names[kind], strlen(names[kind])) != 0)
		kind++;
	if (kind == 3)
		return wrong;
	argument += strlen(names[kind]);
	card = parse_card(&argument);
	if (card == NET_CARDS || !parse(argument, &a, &bits))
		return wrong;
	if (kind == 0)
		return give_address(&given[card], &a, bits);
	if (kind == 1)
		give_router(&given[card], &a);
	else
		give_names(&given[card], &a);
	return bits == 0 ? NULL : wrong;
}

/* ---- what a card is given ---- */

/* Returns what is wrong, or NULL. */
static const char *give6(struct netif *n, struct given *g)
{
	s8_t index;

	ip6_addr_assign_zone(&g->router6, IP6_UNICAST, n);
	for (; g->added6 < g->addresses6; g->added6++) {
		if (netif_add_ip6_address(n, &g->address6[g->added6], &index) != ERR_OK)
			return wrong;
		netif_ip6_addr_set_state(n, index, IP6_ADDR_TENTATIVE);
	}
	return NULL;
}

/* A link-local one of the arguments is at this card. */
static void place_names(struct netif *n, struct given *g)
{
	for (unsigned i = 0; i < NAME_SERVERS; i++)
		if (IP_IS_V6(&g->names[i]))
			ip6_addr_assign_zone(ip_2_ip6(&g->names[i]), IP6_UNICAST, n);
	given_list_names();
}

static const char *give(struct netif *n, struct given *g)
{
	const char *what = give6(n, g);

	place_names(n, g);
	if (what)
		return what;
	if (!ip4_addr_isany_val(g->own))
		netif_set_addr(n, &g->own, &g->mask, &g->router);
	else if (!netif_dhcp_data(n) && dhcp_start(n) != ERR_OK)
		return "there is no memory for DHCP";
	return NULL;
}

const char *interface_configure(int argc, char **argv)
{
	const char *what = NULL;

	for (int i = 1; i < argc && !what; i++)
		what = take(argv[i]);
	for (unsigned i = 0; i < interface_count && !what; i++)
		what = give(interfaces[i], &given[i]);
	return what;
}

unsigned interface_named(void)
{
	return named;
}

void interface_when_added(void (*what)(struct netif *n))
{
	when_added = what;
}

const char *interface_add(struct netif *n)
{
	interfaces[interface_count++] = n;
	route_choose();
	netif_set_ip6_autoconfig_enabled(n, 1);
	when_added(n);
	return give(n, &given[interface_count - 1]);
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

/* One that advertises itself by this card. */
static const ip6_addr_t *router(const struct netif *n, unsigned i)
{
	const struct nd6_neighbor_cache_entry *e = default_router_list[i].neighbor_entry;

	return e && e->netif == n ? &e->next_hop_address : NULL;
}

static struct socket_address address_of(const ip6_addr_t *a)
{
	ip_addr_t ip;

	ip_addr_copy_from_ip6(ip, *a);
	return address_name(&ip, 0).address;
}

enum sockets_part_kind interface_part(unsigned number, L4_Word_t index, struct socket_address *a)
{
	const struct given *g = &given[number];
	struct netif *n = interfaces[number];

	for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (!ip6_addr_isinvalid(netif_ip6_addr_state(n, i)) && index-- == 0) {
			*a = address_of(netif_ip6_addr(n, i));
			return kind_of(netif_ip6_addr_state(n, i));
		}
	if (g->has_router6 && index-- == 0) {
		*a = address_of(&g->router6);
		return SOCKETS_PART_ROUTER;
	}
	for (unsigned i = 0; i < LWIP_ND6_NUM_ROUTERS; i++)
		if (router(n, i) && index-- == 0) {
			*a = address_of(router(n, i));
			return SOCKETS_PART_ROUTER;
		}
	for (unsigned i = 0; i < NAME_SERVERS; i++)
		if (!ip_addr_isany(&g->names[i]) && index-- == 0) {
			*a = address_name(&g->names[i], 0).address;
			return SOCKETS_PART_NAMES;
		}
	return SOCKETS_PART_NONE;
}
