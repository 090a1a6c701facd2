/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.h - what the tests of Ipc share (ipc/ and others).
 */
#ifndef GUEST_IPC_H
#define GUEST_IPC_H

#include "machine.h"

/* One Ipc of a worker, with a message of its own. */
struct job {
	L4_ThreadId_t to, from;
	word timeouts, label, u, first;
	struct received got;
};
void run_job(void *job);

/* Receive now: from one thread, or from any with zero timeout. */
struct received receive_now(L4_ThreadId_t from, word timeout);
struct received wait_now(void);

/* A worker that answers each call with its message, the first word of which is one more. */
void echo(void *unused);

/* ErrorCode of a send, 0 if it succeeded; the second sends an empty message. */
word send_error(L4_ThreadId_t to, L4_Time_t timeout);
word empty_send_error(L4_ThreadId_t to, L4_Time_t timeout);

#endif
