/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mac.h - Ethernet addresses, as numbers whose highest of 48 bits are the first byte, and the addresses of
 * ports: one for each section of the system description, given to the bridge or made of the card's.
 */
#ifndef BRIDGE_MAC_H
#define BRIDGE_MAC_H

#include <stdbool.h>
#include <stdint.h>

enum { MAC_BYTES = 6, MAC_TO = 0, MAC_FROM = 6, MAC_HEADER = 14 };	/* in a frame; bytes of its header */

#define MAC_GROUP	((uint64_t)1 << 40)	/* broadcast, multicast */
#define MAC_LOCAL	((uint64_t)1 << 41)	/* not assigned by a maker */

/* The address at this place of a frame. */
uint64_t mac_at(const char *place);

/*
 * Returns the address of a section, number 1 to 64, at a card: locally administered, another one for each
 * section, and not the card's own.
 */
uint64_t mac_of_section(uint64_t card, unsigned section);

/* Read NAME=XX:XX:XX:XX:XX:XX. Returns false if it is none, or the address is 0 or that of a group. */
bool mac_given(const char *text, unsigned *name_bytes, uint64_t *mac);

#endif
