/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * descriptor.h - finds what the driver can use in what a USB device says of a configuration (USB 2.0, 9.6): a
 * keyboard with the boot protocol (HID 1.11, 4), a disk with the bulk-only transport (Mass Storage Bulk-Only
 * 1.0, 4).
 */
#ifndef XHCI_DESCRIPTOR_H
#define XHCI_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DESCRIPTOR_HEAD = 9, DESCRIPTOR_TOTAL = 2 };	/* bytes of a configuration's own; where its length is */

/* endpoint: its number, 1 to 15; packet: bytes, 8 to 64; interval: as the descriptor has it. */
struct descriptor_keyboard { uint8_t configuration, interface, endpoint, packet, interval; };

/* in, out: the numbers of its endpoints, 1 to 15, and bytes of their packets, any number. */
struct descriptor_disk { uint8_t configuration, interface, in, out; uint16_t in_packet, out_packet; };

/* Return false if there is none in these bytes, or the descriptors break the rules before it. */
bool descriptor_find_keyboard(const uint8_t *text, size_t bytes, struct descriptor_keyboard *k);
bool descriptor_find_disk(const uint8_t *text, size_t bytes, struct descriptor_disk *s);

#endif
