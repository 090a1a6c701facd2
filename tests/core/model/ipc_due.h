/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_due.h - the deadlines of the model, for ipc_spec.c only.
 */
#ifndef IPC_DUE_H
#define IPC_DUE_H

#include "ipc_spec.h"

/* The kernel knows this deadline of p from now on. */
void due_enter(struct party *p, uint32_t due);

/* The phase of p ends at `due`. A deadline that an earlier phase has left serves, if it is not later. */
void due_limit(struct party *p, uint32_t due);

/* Returns the thread whose deadline, of those that are over at this tick, was known first, or NO_THREAD. */
int due_first(uint32_t tick);

#endif
