/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owner.h - which task has the terminal.
 *
 * The tasks form a chain. The first one controls the terminal: it has the right `terminal` and no parent. Of
 * several such tasks it is the one with the first place in root's order (ROOT_TASK_OF): tasks of the system
 * description are before those that have lost their parent, so a restarted shell gets the terminal. A task of
 * the chain with that right may make one of its children the next task, or remove the tasks behind itself.
 * The last task of the chain is in the foreground: only its reads are served. A task that has ended leaves
 * the chain together with all tasks behind it. The attention key makes the first task the last one.
 *
 * The record of a task (its parent, its place, whether it exists) is requested from root each time, by
 * `find`; no message of a client contains it.
 */
#ifndef CONSOLE_OWNER_H
#define CONSOLE_OWNER_H

#include <stdbool.h>

#include <x2/word.h>

enum { OWNERS = 8 };			/* shells within shells, and a program of the last one */

struct owner_task {
	l4_word_t parent;		/* 0: started by root, or it has ended */
	l4_word_t place;		/* in root's order; 0: no right `terminal` */
};

struct owner {
	bool (*find)(l4_word_t task, struct owner_task *t);	/* returns false if there is no such task */
	l4_word_t chain[OWNERS];
	unsigned depth;
	bool recalled;			/* by the attention key; no task was given the terminal since */
};

/* Remove ended tasks. Returns true if the chain changed. */
bool owner_prune(struct owner *o);

/* Returns the task in the foreground; 0: none. */
l4_word_t owner_foreground(const struct owner *o);

/* Returns true if the task is in the chain. */
bool owner_has(const struct owner *o, l4_word_t task);

/*
 * Call it when a task uses the terminal: it becomes the controlling one if it may. True: it is in the chain.
 */
bool owner_claim(struct owner *o, l4_word_t task);

/*
 * Make `to`, a child of the chain's task `from`, the next task; 0 or `from`: remove the tasks behind `from`.
 * Changes nothing if `to` is the next task already. Returns false if `to` is no child of `from`, or the chain
 * is full.
 */
bool owner_give(struct owner *o, l4_word_t from, l4_word_t to);

/* Return the terminal to the controlling task, because the attention key was typed. */
void owner_recall(struct owner *o);

/* Returns true if text of this task is marked: after owner_recall that of all but the controlling task. */
bool owner_marks(const struct owner *o, l4_word_t task);

#endif
