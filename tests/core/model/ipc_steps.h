/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_steps.h - how the steps of the IPC game are written.
 */
#ifndef IPC_STEPS_H
#define IPC_STEPS_H

#include "model.h"

enum ipc_step {
	IPC_END, IPC_CALL_IPC, IPC_PAGE, IPC_YIELD,			/* by the thread */
	IPC_EXCHANGE, IPC_CREATE, IPC_CREATE_STARTED, IPC_DELETE,	/* to the thread */
	IPC_RENAME, IPC_MOVE, IPC_PRIO, IPC_WATCH, IPC_TICK,
};

/* arguments of steps */
enum {
	S_STEP, S_WHO,
	S_TO, S_FROM, S_SPEAKER,	/* names, below */
	S_TIMES,			/* send << 4 | receive: TIME_ values */
	S_LABEL, S_WORDS,
	S_HOW = S_TO,			/* EXCHANGE: HOW_ bits; CREATE: the pager; WATCH: the redirector; PRIO */
};

/* Names: a kind, or a kind and a thread. */
enum {
	NAME_NIL, NAME_ANY, NAME_ANY_LOCAL,
	NAME_NOW = 0x10,	/* the global id that the thread has */
	NAME_OTHER = 0x20,	/* the one that it has not */
	NAME_HERE = 0x30,	/* the local id of its place */
	NAME_KIND = 0xf0,
};

enum { IPC_FAULTS = 25 };	/* enum ipc_fault */
enum { WAIT_FOREVER, WAIT_NOT, WAIT_1, WAIT_2, WAIT_POINT, WAITS };	/* ticks; the next one, by a time point */
enum { HOW_SEND = 1, HOW_RECEIVE = 2, HOW_HALT = 4, HOW_RESUME = 8 };

size_t ipc_key(uint8_t *out);
struct step ipc_random(void);
void ipc_say(struct step s, char *out, size_t size);
extern const char *const ipc_faults[IPC_FAULTS];

#endif
