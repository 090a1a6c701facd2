/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kdb_host.c - the debugger's and the trace's edge on the host machine: input is a string, and tests add
 * events themselves.
 */
#include <core/arch.h>
#include <kdb/kdb.h>

bool kdb_arch_wait(void) { return false; }

uint64_t kdb_arch_now(void) { return arch_time_now() * 1000; }

void kdb_arch_trace(bool on) { (void)on; }
