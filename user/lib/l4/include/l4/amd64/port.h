/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/port.h - I/O ports, for drivers: those of x86.
 */
#ifndef L4_AMD64_PORT_H
#define L4_AMD64_PORT_H

#include <l4/x86/port.h>

#endif
