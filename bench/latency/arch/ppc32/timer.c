/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer.c - no timer: mac-io has none that counts instructions as the HPET does, and the kernel keeps the
 * decrementer. So there is only what `steps` computes (docs/latency.md).
 */
#include "../../latency.h"

void timer_init(void) { fail("this machine has no timer for programs"); }
void timer_measure(const struct operation *o) { (void)o; }
