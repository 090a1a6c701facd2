/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.c - x86-64 has no rows of its own.
 */
#include "../../bench.h"

void bench_machine(void)
{
}
