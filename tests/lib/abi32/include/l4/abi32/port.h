/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/port.h - I/O ports, for drivers.
 */
#ifndef L4_ABI32_PORT_H
#define L4_ABI32_PORT_H

#include <l4/types.h>

L4_Word8_t L4_PortIn8(L4_Word16_t port);
void L4_PortOut8(L4_Word16_t port, L4_Word8_t value);
void L4_PortOut16(L4_Word16_t port, L4_Word16_t value);
L4_Word32_t L4_PortIn32(L4_Word16_t port);
void L4_PortOut32(L4_Word16_t port, L4_Word32_t value);

#endif
