/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * waiting.h - the table of backlog.c: the threads whose requests and faults wait for memory that is being
 * given back. No function sends a message.
 *
 * A task has at most WAITING_OF_TASK places, and WAITING_OF_SECTION are reserved for each section of the
 * system description (<pecan/places.h>): so no task's threads can take all of them.
 */
#ifndef ROOT_WAITING_H
#define ROOT_WAITING_H

#include <l4/types.h>
#include <stdbool.h>

enum { WAITING_MAX = 32, WAITING_OF_TASK = 8, WAITING_OF_SECTION = 1 };

struct waiting {
	L4_Word_t thread;		/* 0: the place is free */
	L4_Word_t task;
	unsigned section;		/* see task_section */
	unsigned priority;
	unsigned left;			/* refuse it after so many more objects have been given back */
	bool due;			/* one has been given back since it was kept, or served last */
};

/* Copy *k to a free place. Returns its number, or -1 if the task may have no more. */
int waiting_take(const struct waiting *k);

/* Call it when an object has been given back. */
void waiting_given(void);

/* Returns true if an entry is due. */
bool waiting_is_due(void);

/* Copy an entry that is due to *k, and free its place. Returns the place's number, or -1 if none is due. */
int waiting_due(struct waiting *k);

/* Free the place of a thread that does not wait any more; the places of a task that has ended. */
void waiting_drop(L4_Word_t thread);
void waiting_end(L4_Word_t task);

/* Returns the highest priority of the threads that wait, or 0 if none does. */
unsigned waiting_priority(void);

#endif
