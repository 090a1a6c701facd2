/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deliver.h - sending signals, and running their handlers.
 */
#ifndef POSIX_DELIVER_H
#define POSIX_DELIVER_H

#include <stdbool.h>
#include "call.h"

px_call px_kill, px_tkill, px_pause, px_sigsuspend, px_sigtimedwait;

/*
 * Call it after each system call: runs handlers. Returns true if the call was interrupted, and all of them
 * have SA_RESTART.
 */
bool px_deliver(bool interrupted);

/* arch/x86_64/thread.S: calls run(arg) on the stack that ends at top, a multiple of 16. */
void px_on_stack(void *top, void (*run)(void *), void *arg);

#endif
