/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/types.h - the order of bytes. Included by <l4/types.h> only.
 */
#ifndef L4_POWERPC_TYPES_H
#define L4_POWERPC_TYPES_H

#include <l4/order_big.h>

#endif
