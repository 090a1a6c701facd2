/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/inspect.h - Pecan's inspection call. Part of <l4/pecan.h>.
 */
#ifndef L4_ABI32_INSPECT_H
#define L4_ABI32_INSPECT_H

#include <l4/abi32/syscalls.h>

L4_Word_t __L4_InspectBy(__L4_Link_t link, L4_Word_t what, L4_Word_t object, L4_Word_t start);

#endif
