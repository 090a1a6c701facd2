/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - in place of libl4's: the ports of the machine of machine.h.
 */
#ifndef L4_AMD64_PORT_H
#define L4_AMD64_PORT_H

#include <l4/types.h>

L4_Word8_t L4_PortIn8(L4_Word16_t port);
L4_Word32_t L4_PortIn32(L4_Word16_t port);
void L4_PortOut8(L4_Word16_t port, L4_Word8_t value);
void L4_PortOut16(L4_Word16_t port, L4_Word16_t value);
void L4_PortOut32(L4_Word16_t port, L4_Word32_t value);

#endif
