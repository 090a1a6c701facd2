/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi32/utcb.h - where the calling thread's UTCB is.
 */
#ifndef L4_ABI32_UTCB_H
#define L4_ABI32_UTCB_H

#include <l4/types.h>

L4_Word_t *__L4_Utcb(void);

#endif
