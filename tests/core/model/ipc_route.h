/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_route.h - the sender that a message names, and its receiver; for ipc_spec.c only.
 */
#ifndef IPC_ROUTE_H
#define IPC_ROUTE_H

#include "ipc_spec.h"

/* The thread that t means by n, or NO_THREAD (ipc_spec.c). */
int spec_resolve(int t, struct call_name n);

/* Makes the message of t to dest one of `speaker`, if t may speak for that thread. */
void spec_propagate(int t, struct call_name speaker, int dest);

/* Returns the thread that gets t's message to dest, or NO_THREAD if it may not leave. */
int spec_route(int t, int dest);

#endif
