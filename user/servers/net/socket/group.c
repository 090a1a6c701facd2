/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * group.c - see sock.h: sockets of UDP in multicast groups. lwIP knows which groups the card is in; which
 * sockets a datagram is for is decided here, as lwIP would give it to one socket with that port, in the group
 * or not.
 */
#include <lwip/igmp.h>
#include <lwip/mld6.h>
#include <servers/net/interface/interface.h>

#include "sock.h"

static struct member { struct sock *s; struct socket_address group; } members[NET_GROUPS];
static struct places places = { NET_GROUPS, GROUPS_OF_ONE, GROUPS_OF_SECTION, 0, 0, { 0 } };

/* The place of a socket in a group; s NULL: a free one. NULL: there is none. */
static struct member *member_of(const struct sock *s, struct socket_address group)
{
	for (struct member *m = members; m < members + NET_GROUPS; m++)
		if (m->s == s && (!s || socket_same_address(m->group, group)))
			return m;
	return NULL;
}

static bool has_room(const struct owner *o)
{
	unsigned own = 0;

	for (const struct member *m = members; m < members + NET_GROUPS; m++)
		own += m->s && m->s->owner == o;
	return places_has(&places, o->section, own);
}

/* For all cards: lwIP puts in the zone of each one. */
static ip_addr_t without_zone(struct socket_address group)
{
	ip_addr_t ip = address_ip(group);

	if (IP_IS_V6(&ip))
		ip6_addr_clear_zone(ip_2_ip6(&ip));
	return ip;
}

static err_t join_card(struct netif *n, struct socket_address group)
{
	ip_addr_t ip = without_zone(group);

	return IP_IS_V4(&ip) ? igmp_joingroup_netif(n, ip_2_ip4(&ip)) : mld6_joingroup_netif(n, ip_2_ip6(&ip));
}

static void leave_card(struct netif *n, struct socket_address group)
{
	ip_addr_t ip = without_zone(group);

	if (IP_IS_V4(&ip))
		igmp_leavegroup_netif(n, ip_2_ip4(&ip));
	else
		mld6_leavegroup_netif(n, ip_2_ip6(&ip));
}

/* Of the first `count` cards. */
static void leave_cards(struct socket_address group, unsigned count)
{
	for (unsigned i = 0; i < count && !group_is_all_hosts(group); i++)
		leave_card(interfaces[i], group);
}

static err_t join_cards(struct socket_address group)
{
	err_t e = ERR_OK;

	for (unsigned i = 0; i < interface_count && !group_is_all_hosts(group); i++) {
		e = join_card(interfaces[i], group);
		if (e != ERR_OK) {
			leave_cards(group, i);
			break;
		}
	}
	return e;
}

static enum sockets_status join(struct sock *s, struct socket_address group)
{
	enum sockets_status e;

	if (member_of(s, group))
		return SOCKETS_E_IN_USE;
	if (!has_room(s->owner))
		return SOCKETS_E_LIMIT;
	e = sock_status(join_cards(group));
	if (e != SOCKETS_OK)
		return e;
	*member_of(NULL, group) = (struct member){ s, group };
	places_take(&places, s->owner->section);
	return SOCKETS_OK;
}

static void leave(struct member *m)
{
	places_give(&places, m->s->owner->section);
	m->s = NULL;
	leave_cards(m->group, interface_count);
}

enum sockets_status group_set(struct sock *s, struct socket_address group, bool joins)
{
	struct member *m;

	if (!s->kind->has_groups)
		return SOCKETS_E_KIND;
	if (!address_is_group(group) || !sock_reaches(s, group))
		return SOCKETS_E_ARGUMENT;
	if (joins)
		return join(s, group);
	m = member_of(s, group);
	if (!m)
		return SOCKETS_E_ADDRESS;
	leave(m);
	return SOCKETS_OK;
}

void group_leave_all(const struct sock *s)
{
	for (struct member *m = members; m < members + NET_GROUPS; m++)
		if (m->s == s)
			leave(m);
}

/* lwIP has room for all of them at each card. */
void group_join_all(struct netif *n)
{
	for (struct member *m = members; m < members + NET_GROUPS; m++)
		if (m->s && !group_is_all_hosts(m->group))
			join_card(n, m->group);
}

bool group_is_all_hosts(struct socket_address a)
{
	static const struct socket_address all4 = SOCKET_IPV4(0xe0000001), interface = { 0xff01ull << 48, 1 },
		all6 = { 0xff02ull << 48, 1 };

	return socket_same_address(a, all4) || socket_same_address(a, all6) || socket_same_address(a, interface);
}

struct sock *group_member(unsigned place, struct socket_address group)
{
	return socket_same_address(members[place].group, group) ? members[place].s : NULL;
}
