/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rights.h - see the generic header: a page that can be read can be executed (ppc32 1).
 */
#ifndef ARCH_RIGHTS_H
#define ARCH_RIGHTS_H

#include <x2/fpage.h>

static inline unsigned arch_rights(unsigned rights) { return rights ? rights | L4_R | L4_X : 0; }

#endif
