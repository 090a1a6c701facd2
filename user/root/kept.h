/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.h - the table of backlog.c: whose requests and faults wait for memory that is being given back. No IPC
 * in here.
 *
 * A task has at most a few places, and each section of the system description one for certain
 * (<pecan/places.h>): so no task's threads can take all of them.
 */
#ifndef ROOT_KEPT_H
#define ROOT_KEPT_H

#include <l4/types.h>
#include <stdbool.h>

enum { KEPT_MAX = 32, KEPT_OF_TASK = 8, KEPT_OF_SECTION = 1 };

struct kept {
	L4_Word_t thread;		/* 0: the place is free */
	L4_Word_t task;
	unsigned section;		/* see supervise_section */
	unsigned priority;
	unsigned left;			/* objects that it waits for */
	bool due;			/* one of them has been given back */
};

/* Copy *k to a place; its number, or -1: there is none for that task. */
int kept_take(const struct kept *k);

/* An object has been given back. */
void kept_given(void);

/* Free the place of one that is due, and copy it to *k; its number, or -1: none is due. */
int kept_due(struct kept *k);

/* The thread does not wait any more; the task has ended. */
void kept_drop(L4_Word_t thread);
void kept_end(L4_Word_t task);

/* The highest priority of those that wait, or 0. */
unsigned kept_priority(void);

#endif
