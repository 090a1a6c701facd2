/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * twin.h - a root server that prints the results of random system calls, for tests/core/twin/run: with the
 * fast path of Ipc and without it every line must be the same.
 *
 * A script is a seed, made of its number and that of its set (set=N, 0 without it). Its workers are threads
 * of three spaces, at a few priorities; each does so many operations, chosen by numbers of its own alone, and
 * notes all that it can see afterwards: registers, message registers in memory, control registers. When no
 * worker can continue, the thread of the lowest priority sends to the director, of the highest, which pushes
 * one of them: cancels, resumes, renames, redirects.
 *
 * Every other script is a quiet one: a server and a few clients that do little but call, send and wait. Only
 * there the next thread is often determined, so that the fast path may switch to it.
 *
 * Now and then a worker touches a page or unmaps it, raises an exception, or an interrupt for the driver,
 * which is in a space of its own (events.c).
 *
 * Nothing depends on time: slices and timeouts either end at once or do not end during a script.
 */
#ifndef TWIN_H
#define TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <l4/types.h>
#include <l4/kip.h>
#include <l4/thread.h>
#include <l4/message.h>
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <l4/kdebug.h>
#include <l4/arch.h>

#include "places.h"

typedef L4_Word_t word;

#include "twin_arch.h"

enum {
	WORKERS = 10, SERVERS = 4, SPACES = 3, STACK_BYTES = 4096,
	OPERATIONS = 40, SERVER_OPERATIONS = 250,	/* of one worker */
	QUIET_CLIENTS = 5,
	WINDOW_PAGES = 8, PAGE = 4096,			/* at SHARED in all spaces but the director's */
	SCRIPTS = 100, PUSHES = 60, QUIET_PUSHES = 200,	/* of one script */
};

/* Load all of r, call target, store all of it. */
void raw_call(struct regs *r, word target);

/* An undefined instruction of TRAP_BYTES, and back. */
void raw_trap(void);

/* A thread begins here, with function and argument at its SP. */
void raw_entry(void);

struct worker {
	volatile L4_ThreadId_t id;	/* global, of now */
	word local, stale;		/* local id; an id that the number had before */
	uint64_t seed;
	word last;			/* the last sender to it */
	bool owes;			/* has sent alone, and waits next */
	unsigned space, operation;
	unsigned called;		/* the server that it chose last */
};

extern struct worker worker[WORKERS];
extern unsigned quiet;			/* the script: only worker 0 and a few from SERVERS on do anything; so
					   many of 16 messages are sent without a wait. 0: not quiet */
extern bool redirected[SPACES];
extern char stack[WORKERS + SPACES + 1][STACK_BYTES];
extern L4_ThreadId_t director;

void worker_run(word number) __attribute__((noreturn));

/* A space's own thread that calls ExchangeRegisters for the director: MR1 thread, MR2 control. */
void helper_run(word unused) __attribute__((noreturn));

/* ---- events ---- */

/* What the director maps into the window. */
extern volatile word window[WINDOW_PAGES][PAGE / sizeof(word)];

/* Something that the worker's space allows: a fault, an unmap, an interrupt, a call without an effect. */
void random_event(unsigned me);

/* The thread that gets the interrupts; how: which of its waits are open. */
void driver_run(word how) __attribute__((noreturn));
bool driver_listens(L4_ThreadId_t driver);

/*
 * arch: an interrupt of TWIN_LINE; what it needs at the beginning, and what its driver does at each; the end
 * of QEMU, where a program can. line_has: the director has a page of the device at that address.
 */
void line_raise(void), line_take(void), line_quiet(void), emulator_end(void);
bool line_has(word address);

/* ---- numbers ---- */

/* Of 64 bits on each machine; those of draw as far as a word has room. */
word draw(uint64_t *seed);
static inline word draw_below(uint64_t *seed, word n) { return draw(seed) % n; }
uint64_t mix(uint64_t hash, uint64_t value);

/* ---- records ---- */

enum { FIELDS = 8 };
void record(unsigned who, unsigned operation, const char *what, const word *fields, unsigned n);
void records_print(unsigned script);	/* and forget them */
void print_line(const char *text);

#endif
