/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ia32/cpuid.h - the CPUID instruction, for drivers: those of x86.
 */
#ifndef L4_IA32_CPUID_H
#define L4_IA32_CPUID_H

#include <l4/x86/cpuid.h>

#endif
