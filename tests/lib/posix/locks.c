/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * locks.c - stands before px_unlock (the linker's --wrap): no thread of a test is interrupted, so a lock that
 * is not taken makes no other difference. A test can let another thread run at that point.
 */
#include "kernel.h"
#include "px.h"

void __real_px_unlock(int *lock);
void __wrap_px_unlock(int *lock);
void (*px_unlocked)(void);

void __wrap_px_unlock(int *lock)
{
	if (!*lock)
		kernel_stop("a lock is released that is not held");
	__real_px_unlock(lock);
	if (px_unlocked)
		px_unlocked();
}
