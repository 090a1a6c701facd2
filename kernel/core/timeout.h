/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeout.h - deadlines of blocked threads: an ordered set per CPU, kept lazily (T5). A message that comes in
 * time leaves the deadline where it is, and the next timeout of the thread, if it is later, finds it there:
 * so a thread that uses timeouts all the time enters the set once for each that has passed. O(log n).
 */
#ifndef CORE_TIMEOUT_H
#define CORE_TIMEOUT_H

#include <core/thread.h>

/*
 * Those that end at the same instant end in the order in which they were set: thread.until and the keys of the
 * set are the instant, in us, and behind it a count.
 */
enum { TIMEOUT_ORDER_BITS = 16 };

/* What t waits for ends at `until`, in us of the system clock; L4_FOREVER: it has no end. */
void timeout_set(struct thread *t, uint64_t until);

/* It has ended, or has no end. */
static inline void timeout_clear(struct thread *t)
{
	t->timed = false;
}

/* t is being deleted: its deadline leaves the set. */
COLD_CODE void timeout_forget(struct thread *t);

/* Take at most CFG_STEP deadlines that are not after now: those threads whose time has come become ready. */
void timeout_expire(struct cpu *cpu, uint64_t now);

/* The earliest deadline, or L4_FOREVER; what cpu.first_deadline must be (S8). */
uint64_t timeout_first(const struct cpu *cpu);

#endif
