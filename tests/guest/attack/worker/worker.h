/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.h - a client of one driver or server that checks all that it gets, while faults are injected into
 * that driver (tests/guest/attack/faults). Its state is a page that tests/guest/attack/faults finds in the
 * machine's memory and reads.
 */
#ifndef WORKER_H
#define WORKER_H

#include <l4/types.h>
#include <pecan/root.h>
#include <stdbool.h>
#include <stdint.h>

#define WORKER_MAGIC	((L4_Word_t)0x9ecab0f0e1d2c3b4)
#define FACTOR		((L4_Word_t)0x9e3779b97f4a7c15)	/* odd: words of different numbers differ */
enum { WORD = sizeof(L4_Word_t), HALF = 4 * WORD };		/* bytes; bits */

/* Words, in the order that tests/guest/attack/faults has them. */
struct state {
	L4_Word_t magic[2];		/* WORKER_MAGIC and its complement */
	L4_Word_t kind;			/* as its argument */
	L4_Word_t ticks;		/* of the watchdog */
	L4_Word_t rounds;		/* checked requests with the right result */
	L4_Word_t errors;		/* that failed with an error of the driver */
	L4_Word_t wrong;		/* whose result was found to be wrong */
	L4_Word_t late;			/* that were not answered in time */
	L4_Word_t complaints;		/* drivers ended for one of these */
	L4_Word_t task;			/* of the driver; 0: there is none */
	L4_Word_t memory;		/* checks of memory of its own that found another byte */
	L4_Word_t verified;		/* whole passes over the disk, see disk.c */
	L4_Word_t sum;			/* of what the disk has then */
	/* Written by tests/guest/attack/faults. */
	L4_Word_t pace;			/* us between two rounds; of the watchdog TICK_US at least */
	L4_Word_t patience;		/* ticks for which a request may take, 0: any */
	L4_Word_t complain;		/* another number than before: the driver is to be ended */
	L4_Word_t verify;		/* another number than before: verify, and do nothing more */
};

extern volatile struct state state;

/* A kind of work; program: the driver. */
struct work {
	const char *program;
	void (*begin)(void);		/* may be 0 */
	void (*round)(void);		/* says by one of the functions below what came of it */
};

extern const struct work disk_work, link_work, random_work, lines_work, names_work, bus_work, clock_work;
extern const struct work port_work, files_work, packets_work;

/* One request has the right result; failed with an error; has a wrong result, so the driver is ended. */
void work_right(void);
void work_error(void);
void work_wrong(void);

static inline void work_result(bool right)
{
	if (right)
		work_right();
	else
		work_wrong();
}

/* Word i of a piece of data that says this number in all its words, as tests/guest/attack/faults reads it. */
static inline L4_Word_t work_word(L4_Word_t number, unsigned i) { return number * FACTOR + i; }

/* A number below the limit, the same ones in each run. */
L4_Word_t work_random(L4_Word_t limit);

#endif
