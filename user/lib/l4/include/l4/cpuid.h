/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpuid.h - the CPUID instruction, for drivers, on machines that have it.
 */
#ifndef L4_CPUID_H
#define L4_CPUID_H

#include <l4/types.h>
#include __L4_INC_ARCH(cpuid.h)

#endif
