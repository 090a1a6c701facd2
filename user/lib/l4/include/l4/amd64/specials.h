/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/specials.h - functions that need machine instructions. Included by <l4/types.h>.
 */
#ifndef L4_AMD64_SPECIALS_H
#define L4_AMD64_SPECIALS_H

#include <l4/amd64/types.h>
#include <l4/x86/specials.h>

#endif
