/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * px.h - what the tests of user/lib/posix are made of: they enter it as musl does, by the number of a system
 * call and six words.
 */
#ifndef TESTS_POSIX_PX_H
#define TESTS_POSIX_PX_H

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include "harness.h"
#include "servers.h"

long __pecan_syscall(long n, const long *a);
long __pecan_syscall_point(long n, const long *a);

/* As musl has it: SYS_rt_sigaction takes it with the size of `mask`. */
struct action {
	union { void (*handler)(int); void (*action)(int, siginfo_t *, void *); };
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

/* As the library's own threads send signals, and wake those that wait for a futex. */
long px_signal_send(int thread, int signal);
long px_futex_wake(int *at, long threads);

/* Called by a thread of the library or of the test that has just released a lock, unless it is NULL. */
extern void (*px_unlocked)(void);

/* px(SYS_..., arguments): words or pointers. */
#define PX_WORD(x)	((long)(x))
#define PX_6(n, a, b, c, d, e, f, ...) \
	__pecan_syscall(n, (const long[6]){ PX_WORD(a), PX_WORD(b), PX_WORD(c), PX_WORD(d), PX_WORD(e), \
						    PX_WORD(f) })
#define px(...)		PX_6(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

#endif
