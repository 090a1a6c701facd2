/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/tls.h - Pecan's call SetTls. Part of <l4/pecan.h>.
 */
#ifndef L4_ABI32_TLS_H
#define L4_ABI32_TLS_H

#include <l4/abi32/syscalls.h>

L4_Word_t __L4_SetTlsBy(__L4_Link_t link, L4_Word_t address);

#endif
