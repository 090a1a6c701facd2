/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verdict.h - caches of root's answers about threads (root_may_use, root_may_send): the place of a thread in
 * one.
 */
#ifndef PROTO_VERDICT_H
#define PROTO_VERDICT_H

#include <l4/thread.h>
#include <proto/root.h>

enum { VERDICTS = 64 };

/* First threads of two tasks differ by a multiple of ROOT_TASK_THREADS: most have places of their own. */
static inline unsigned verdict_place(L4_ThreadId_t thread)
{
	L4_Word_t number = L4_ThreadNo(thread);

	return (unsigned)((number ^ number / ROOT_TASK_THREADS) % VERDICTS);
}

#endif
