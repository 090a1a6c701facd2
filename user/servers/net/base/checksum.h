/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checksum.h - the checksum function of lwIP (LWIP_CHKSUM).
 */
#ifndef NET_CHECKSUM_H
#define NET_CHECKSUM_H

#include <stdint.h>

/*
 * Returns the sum of the 16-bit words in the byte order of memory, not inverted; an odd last byte is padded.
 */
uint16_t net_checksum(const void *data, int bytes);

#endif
