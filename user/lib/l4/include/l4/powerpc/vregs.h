/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/vregs.h - <l4/vregs.h>, for programs that include it by this name.
 */
#ifndef L4_POWERPC_VREGS_H
#define L4_POWERPC_VREGS_H

#include <l4/vregs.h>

#endif
