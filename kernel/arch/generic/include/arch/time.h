/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.h - arch_clock: arch_time_now (core/arch.h), inline where the machine can. Here it is a call.
 */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H

#include <x2/word.h>

uint64_t arch_time_now(void);

static inline uint64_t arch_clock(void) { return arch_time_now(); }

#endif
