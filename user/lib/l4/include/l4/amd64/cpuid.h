/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/cpuid.h - the CPUID instruction, for drivers: those of x86.
 */
#ifndef L4_AMD64_CPUID_H
#define L4_AMD64_CPUID_H

#include <l4/x86/cpuid.h>

#endif
