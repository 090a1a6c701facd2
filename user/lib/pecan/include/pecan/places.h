/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.h - places of a server's table: those of the tasks that the system description names, and those that
 * all share. No IPC in here.
 *
 * Each section that uses the server has some places of each table for its own; if it has `start`, they are
 * those of the task that root starts, otherwise those of all tasks of that program together. The others are
 * shared by all tasks. At least half of a table, rounded down, is shared: if there are more sections than the
 * other half has room for, the last ones have nothing for certain; those with `start` come first. So what is
 * reserved follows from the description alone, and is the same for a server that is started again.
 */
#ifndef PECAN_PLACES_H
#define PECAN_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include <l4/types.h>

enum { PLACES_SECTIONS = 64 };

/* A client: its task, and the number of its section, from 1; 0: its places are shared ones. */
struct holder { L4_Word_t task; unsigned section; };

struct places {
	unsigned total;			/* of the table */
	unsigned of_task;		/* a task has at most so many */
	unsigned of_section;		/* a section has so many for certain */
	unsigned taken, inside;		/* inside: of these, reserved ones */
	uint16_t of[PLACES_SECTIONS + 1];	/* taken by each section */
};

/*
 * The sections that use the server, in the order in which they get reserved places: bit n is section n + 1.
 * Before any place is taken; the same ones each time.
 */
void places_know(L4_Word_t sections);

/* So many places in total, none of them taken. */
static inline struct places places_of(unsigned total, unsigned of_task, unsigned of_section)
{
	return (struct places){ .total = total, .of_task = of_task, .of_section = of_section };
}

/* May a task of this section that has `own` places take another one? */
bool places_has(const struct places *p, unsigned section, unsigned own);

void places_take(struct places *p, unsigned section);
void places_give(struct places *p, unsigned section);

/* Has the section a shared place, so that there is one more when it gives one back? */
bool places_shares(const struct places *p, unsigned section);

#endif
