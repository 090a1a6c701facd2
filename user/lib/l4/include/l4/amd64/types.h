/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/types.h - the order of bytes. Included by <l4/types.h> only.
 */
#ifndef L4_AMD64_TYPES_H
#define L4_AMD64_TYPES_H

#include <l4/order_little.h>

/* Where the 32-bit thread ids are, for programs that include them by this name. */
#define L4_COMPAT_H_LOCATION	__L4_INC_ARCH(compat.h)

#endif
