/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/vregs.h - <l4/vregs.h>, for programs that include it by this name.
 */
#ifndef L4_AMD64_VREGS_H
#define L4_AMD64_VREGS_H

#include <l4/vregs.h>

#endif
