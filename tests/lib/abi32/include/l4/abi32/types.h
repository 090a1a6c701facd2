/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/types.h - the order of bytes. Included by <l4/types.h> only.
 */
#ifndef L4_ABI32_TYPES_H
#define L4_ABI32_TYPES_H

#include <l4/order_little.h>

#endif
