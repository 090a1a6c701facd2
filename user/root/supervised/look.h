/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * look.h - what root sees of the threads of starts, for the supervisor. Each call takes a bounded time, and
 * says where the next one is to begin.
 */
#ifndef ROOT_LOOK_H
#define ROOT_LOOK_H

#include <proto/root.h>
#include "starts.h"

/*
 * Look at these starts. Sends notices again that were not received, and to threads that do not call servers
 * if no time was idle. Uses the message registers.
 */
void look_at_starts(const struct root_look_in *in, struct root_look_out *out);

/* The same for root_next. Returns false if all are well. */
bool look_finds(l4_word_t which, struct root_next_out *out);

/* Add up the CPU time of threads of t from in->thread on. */
void look_at_times(const struct task *t, const struct root_times_in *in, struct root_times_out *out);

#endif
