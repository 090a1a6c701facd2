/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipv6.h - what the cases of IPv6 have in common: packets of others, by ipv6.c.
 */
#ifndef NET_TEST_IPV6_H
#define NET_TEST_IPV6_H

#include "net.h"

enum {
	PORT = 7000, BODY = 14 + 40, OPTIONS = 0, UDP = 17, ICMP = 58, FRAGMENT = 44, SOLICITS = 135,
	ANSWERS = 136, ADVERTISEMENT = 134, LIFE = 1800,
};

static const struct socket_address router = { 0xfe80000000000000, 1 }, far = { 0x2606000000000000, 5 },
	own = { 0x20010db800000000, 0x505400fffe123456 };

void put_address(unsigned char *to, struct socket_address a);

/* `bytes` bytes at BODY get their headers and their checksum; and come, from a neighbor to all, or to one. */
void fill6(unsigned char *f, unsigned next, struct socket_address from, struct socket_address to,
	   unsigned bytes);
void arrives(unsigned char *f, unsigned next, struct socket_address from, struct socket_address to,
	     unsigned bytes);
struct socket_address link_local(void);		/* of the card */

/* A router says that it is one, with a prefix. life 0: no more. */
void advertise(struct socket_address from, uint32_t prefix, unsigned life);

/* A neighbor asks for an address of ours, or tells its own. */
void speak(unsigned kind, struct socket_address from, struct socket_address about);
void redirect(struct socket_address from, struct socket_address about, struct socket_address to);

void wait_seconds(unsigned s);
void begin(void);				/* there is a router, and the addresses of its prefix */
bool has_address(struct socket_address a, enum sockets_part_kind kind);
bool is_known(struct socket_address a);		/* the neighbor has an entry */

#endif
