/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kdebug.h - the console conventions of kernel debuggers. Pecan answers them with `kdb=on` on the
 * kernel's command line; otherwise each is breakpoint exception 3.
 */
#ifndef L4_KDEBUG_H
#define L4_KDEBUG_H

#include <l4/types.h>
#include __L4_INC_ARCH(kdebug.h)

#endif
