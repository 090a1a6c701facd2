/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interface.h - the cards as interfaces of lwIP, in the order of their numbers; their addresses: those that
 * the description of the system gives, and all that there are; and by which one a packet leaves.
 */
#ifndef NET_INTERFACE_H
#define NET_INTERFACE_H

#include <lwip/netif.h>
#include <pecan/sockets.h>

extern struct netif *interfaces[NET_CARDS];
extern unsigned interface_count;

#define INTERFACE_FOREACH(i)	for (struct netif **i = interfaces; i < interfaces + interface_count; i++)

/*
 * Read the arguments: address=[enN:]A.B.C.D/BITS, in place of DHCP, or address=[enN:]A:B::C, beside those of
 * routers; router=[enN:]ADDRESS and dns=[enN:]ADDRESS of either. Without enN: of en0. Returns what is wrong,
 * or NULL. What they say of an interface that is there already is done.
 */
const char *interface_configure(int argc, char **argv);

/* How many interfaces the arguments name, with en0. */
unsigned interface_named(void);

/* Call it before the first one is added: what is done with each that is. */
void interface_when_added(void (*what)(struct netif *n));

/* Add the next one, and begin to get its addresses. Returns what is wrong, or NULL. */
const char *interface_add(struct netif *n);

/* The answer to SOCKETS_PART. */
enum sockets_part_kind interface_part(unsigned number, L4_Word_t index, struct socket_address *a);

/* ---- route.c ---- */

/* Call it before the first interface is added: from then on netif_default is the one that the rule says. */
void route_begin(void);

/* The first one that is up and has an address and a router; without such: an address; without: that is up. */
void route_choose(void);

/* The function output_ip6 of each interface. */
err_t route_output6(struct netif *n, struct pbuf *p, const ip6_addr_t *to);

#endif
