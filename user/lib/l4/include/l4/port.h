/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - I/O ports, for drivers, on machines that have them.
 */
#ifndef L4_PORT_H
#define L4_PORT_H

#include <l4/types.h>
#include __L4_INC_ARCH(port.h)

#endif
