/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * amd64/code.h - see <pecan/code.h>: the CPU sees what was written (SDM 3A, 11.6).
 */
#ifndef PECAN_AMD64_CODE_H
#define PECAN_AMD64_CODE_H

#include <l4/types.h>

static inline void pecan_code_written(const void *from, L4_Word_t bytes)
{
	(void)from;
	(void)bytes;
}

#endif
