/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard.h - the addresses of the network layer that a port may send with. Its Ethernet address is checked
 * before.
 *
 * IPv4: a port has the address that a DHCP server beyond the card has acknowledged for it, and up to
 * GUARD_OWN that it is the first to use: none that another port has, none that a host beyond the card has
 * shown by ARP or a DHCP server there has named. Such a host takes an address back that a port was only the
 * first to use.
 * IPv6: those whose last 64 bits are made of the port's Ethernet address.
 */
#ifndef BRIDGE_GUARD_H
#define BRIDGE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

enum { GUARD_OWN = 4 };

struct port;
struct guard { uint32_t own[GUARD_OWN]; unsigned count; uint32_t given; };	/* given: by DHCP, or 0 */

/*
 * Returns true if a frame of the port, with its Ethernet address, claims no other address: as sender of ARP
 * and neighbor discovery and as source of IP; and is none of a router (advertisement, redirection) or DHCP
 * server, nor of another protocol than ARP, IP and those for experiments. The frame, with its Ethernet
 * header, is the caller's copy.
 */
bool guard_permits(struct port *p, const char *frame, unsigned bytes);

/* A frame has come by the card. */
void guard_learn(const char *frame, unsigned bytes);

#endif
