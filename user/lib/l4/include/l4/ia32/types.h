/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/types.h - the order of bytes. Included by <l4/types.h> only.
 */
#ifndef L4_IA32_TYPES_H
#define L4_IA32_TYPES_H

#include <l4/order_little.h>

#endif
