/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - checks all numbered invariants over the whole kernel, in linear time: for tests and debug
 * builds. They hold after every kernel entry, also between the steps of a long operation.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

/* Entries between two checks on real machines; 0: never. The host machine checks after each entry. */
#ifdef PECAN_DEBUG
enum { CHECK_PERIOD = PECAN_DEBUG };
#else
enum { CHECK_PERIOD = 0 };
#endif

struct thread;

/* Panics if an invariant is violated. self: the thread that the entry returned. */
void kernel_check(struct thread *self);

#endif
