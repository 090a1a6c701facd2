/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * given.h - what the arguments give each card, and its name servers, also those of DHCP and of routers. lwIP
 * calls what given.c has for routers and name servers (lwipopts.h).
 */
#ifndef NET_GIVEN_H
#define NET_GIVEN_H

#include <lwip/netif.h>
#include <pecan/sockets.h>

enum { NAME_SERVERS = 2, GIVEN6 = LWIP_IPV6_NUM_ADDRESSES - 1 };	/* of each card */

extern struct given {
	ip4_addr_t own, mask, router;		/* own 0: not given */
	ip6_addr_t address6[GIVEN6], router6;
	unsigned addresses6, added6;		/* added6: of these so many are the interface's */
	bool has_router6;
	ip_addr_t names[NAME_SERVERS];		/* any: none */
} given[NET_CARDS];

struct given *given_of(const struct netif *n);	/* NULL: it is no card */

/*
 * Give lwIP the name servers of all cards, those of the default one first: it tries one after the other, up
 * to the first empty place.
 */
void given_list_names(void);

/* The first one of a card, of IPv4, in host byte order; 0: none. */
L4_Word_t given_name_server(unsigned number);

#endif
