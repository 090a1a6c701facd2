/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instructions.h - see machine.h.
 */
#include "../x86/instructions.h"

/* Runs with this RSP for ever, without a stack, and adds to *count. */
void keep_stack(word sp, volatile word *count) __attribute__((noreturn));
