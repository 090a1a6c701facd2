/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powerpc/code.h - see <pecan/code.h>: the instruction cache does not see what is written.
 */
#ifndef PECAN_POWERPC_CODE_H
#define PECAN_POWERPC_CODE_H

#include <l4/types.h>

static inline void pecan_code_written(const void *from, L4_Word_t bytes) { __L4_CodeWritten(from, bytes); }

#endif
