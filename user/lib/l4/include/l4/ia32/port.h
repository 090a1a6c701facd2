/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/port.h - I/O ports, for drivers: those of x86.
 */
#ifndef L4_IA32_PORT_H
#define L4_IA32_PORT_H

#include <l4/x86/port.h>

#endif
