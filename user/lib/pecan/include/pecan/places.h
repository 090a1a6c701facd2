/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.h - places of a server's table: reserved for the sections of the system description, and shared by
 * all. No function sends a message.
 *
 * Each section that uses the server has reserved places in each table; if it has `start`, for the task of
 * `start`, otherwise for all tasks of that program together. The other places are shared by all tasks.
 * At least half of a table, rounded down, is shared: if the other half is too small for all sections, the
 * last ones have no reserved places; those with `start` come first. So reserved places depend on the
 * description alone, and are the same after a restart of the server.
 */
#ifndef PECAN_PLACES_H
#define PECAN_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include <l4/types.h>

enum { PLACES_SECTIONS = 64 };

/* A client: its task, and the number of its section, from 1; 0: it has only shared places. */
struct holder { L4_Word_t task; unsigned section; };

struct places {
	unsigned total;			/* size of the table */
	unsigned of_task;		/* maximum for a task */
	unsigned of_section;		/* reserved for a section */
	unsigned taken, inside;		/* number of used places; of these, reserved ones */
	uint16_t of[PLACES_SECTIONS + 1];	/* taken by each section */
};

/*
 * Set the sections that use the server: bit n is section n + 1; lower ones get reserved places first. Call it
 * before any place is taken, and with the same set after a restart.
 */
void places_know(uint64_t sections);

/* Returns a record of `total` free places. */
static inline struct places places_of(unsigned total, unsigned of_task, unsigned of_section)
{
	return (struct places){ .total = total, .of_task = of_task, .of_section = of_section };
}

/* Returns true if a task of this section that has `own` places may take another one. */
bool places_has(const struct places *p, unsigned section, unsigned own);

void places_take(struct places *p, unsigned section);
void places_give(struct places *p, unsigned section);

/* Returns true if the section has a shared place, so that giving one back frees a shared one. */
bool places_shares(const struct places *p, unsigned section);

#endif
