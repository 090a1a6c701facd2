/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - the declarations that are specific to this machine.
 */
#ifndef L4_ARCH_H
#define L4_ARCH_H

#include <l4/types.h>
#include __L4_INC_ARCH(arch.h)

#endif
