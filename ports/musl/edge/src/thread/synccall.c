/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * synccall.c - what one thread does for all of them. Users, groups and limits belong to the program, not to a
 * thread (user/lib/posix), so the caller does it once, and no other thread is interrupted.
 */
#include "pthread_impl.h"

void __synccall(void (*function)(void *), void *context)
{
	function(context);
}
