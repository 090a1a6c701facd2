/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/arch.h - the machine has no I/O ports, and the kernel no control-transfer items (ppc32 8.4).
 */
#ifndef L4_POWERPC_ARCH_H
#define L4_POWERPC_ARCH_H

#include <l4/types.h>

#endif
