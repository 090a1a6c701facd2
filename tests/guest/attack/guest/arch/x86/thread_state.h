/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread_state.h - what a thread has beside its registers: the UTCB pointer, selectors, and a base of FS of
 * its own, which is the address of the state. Each machine has a header of this name.
 */
#ifndef ATTACK_THREAD_STATE_H
#define ATTACK_THREAD_STATE_H

#include "fs_base.h"

struct thread_state { word base, pointer, selectors, gs; };

static inline void thread_state_take(struct thread_state *s)
{
	fs_base_take(&s->base);
	s->pointer = gs_read();
	s->selectors = segments_read();
	s->gs = gs_selector();
}

static inline bool thread_state_is(const struct thread_state *s)
{
	return gs_read() == s->pointer && segments_read() == s->selectors && gs_selector() == s->gs
	    && fs_base_is(&s->base);
}

#endif
