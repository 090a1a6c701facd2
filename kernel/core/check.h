/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - all numbered invariants, walked over the whole kernel. Linear in everything: for tests.
 * Holds after every kernel entry, also between the steps of a long operation; `self` is the thread
 * that the entry returned.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

/* On a machine: after every CHECK_PERIOD-th entry in debug builds, 0: never. The host checks after each. */
#ifdef PECAN_DEBUG
enum { CHECK_PERIOD = 61 };
#else
enum { CHECK_PERIOD = 0 };
#endif

struct thread;
void kernel_check(struct thread *self);

#endif
