/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - all numbered invariants, walked over the whole kernel. Linear in everything: for tests.
 * Holds after every kernel entry, also between the steps of a long operation; `self` is the thread
 * that the entry returned.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

struct thread;
void kernel_check(struct thread *self);

#endif
