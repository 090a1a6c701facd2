/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checksum.h - what lwIP uses for checksums (LWIP_CHKSUM).
 */
#ifndef NET_CHECKSUM_H
#define NET_CHECKSUM_H

#include <stdint.h>

/* The sum of the 16-bit words, not inverted, as they are in memory; a last byte has a zero behind it. */
uint16_t net_checksum(const void *data, int bytes);

#endif
