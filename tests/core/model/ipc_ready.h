/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_ready.h - the choice of the next thread (docs/decisions/scheduling.md), for ipc_spec.c only.
 */
#ifndef IPC_READY_H
#define IPC_READY_H

#include "ipc_spec.h"

#define FOR_PARTIES(i) for (int i = 0; i < THREADS; i++)

static inline struct party *party(int t) { return &ipc_state.party[t]; }
static inline struct name name_of(int t) { return (struct name){ (uint8_t)t, party(t)->version }; }
static inline bool is(struct name n, int t) { return n.who == t && party(t)->version == n.version; }

/* The first of those that stand at t: foreign ones before local ones, each as they came; or NO_THREAD. */
int next_to_tell(int t);

bool runnable(int t);
bool in_ready(int t);
void enqueue(int t, bool front);
void dequeue(int t);

/* t, which does not run, may be able to. */
void wake(int t);

/* No thread runs: the first of the highest priority is next, on its own slice. */
void pick(void);

/* t, which runs, leaves the kernel. */
void leave(int t);

/* t, which runs, leaves the kernel; its message has made `other` ready. */
void leave_woken(int t, int other);

/* self has blocked in favour of t, which gets the running slice. */
void hand_over(int self, int t);

/* t, which runs, has taken a queued message; its sender, other, does not wait and is not ready yet. */
void stand_back(int t, int other);

#endif
