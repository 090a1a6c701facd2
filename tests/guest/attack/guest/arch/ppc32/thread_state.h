/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread_state.h - see arch/x86/thread_state.h: the UTCB pointer (r2), and a thread pointer in the UTCB.
 */
#ifndef ATTACK_THREAD_STATE_H
#define ATTACK_THREAD_STATE_H

#include <l4/pecan.h>
#include "machine.h"

struct thread_state { word pointer; };

static inline word thread_state_pointer(void)
{
	return ((const volatile word *)L4_MyLocalId().raw)[L4_TCR_THREAD_POINTER];
}

static inline void thread_state_take(struct thread_state *s)
{
	s->pointer = L4_MyLocalId().raw;
	CHECK(L4_SetTls(s));
}

static inline bool thread_state_is(const struct thread_state *s)
{
	return L4_MyLocalId().raw == s->pointer && thread_state_pointer() == (word)s;
}

#endif
