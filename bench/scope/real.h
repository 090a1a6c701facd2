/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * real.h - where a kernel executes code at physical addresses: option real=LOW:HIGH of the plugins, once for
 * each range (tools/machine, REAL_CODE).
 */
#ifndef SCOPE_REAL_H
#define SCOPE_REAL_H

#include <stdbool.h>
#include <stdint.h>

/* False if the value is wrong, or there are too many. */
bool real_add(const char *value);

bool real_has(uint64_t va);
bool real_any(void);			/* there is a range */

#endif
