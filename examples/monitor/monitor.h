/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * monitor.h - a child space with one thread, under the control of this program.
 *
 *   child.c   the space, its memory, its events
 *   stub.S    a page of code for what only the child's thread itself can do
 *   calls.c   answers to system calls of Linux
 *   main.c    a program of Debian, call by call; then a loop that is stopped
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdbool.h>
#include <l4/types.h>
#include <x2/arch.h>

enum { PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2, READ = 4, WRITE = 2, EXECUTE = 1 };

/* What the child has besides its program, above the addresses of programs for Linux as a user program. */
#define SYSTEM		0x7fc0000000ul
#define KIP		SYSTEM
#define STUB		(SYSTEM + 1 * PAGE)
#define STUB_DATA	(SYSTEM + 2 * PAGE)		/* vector state; at its end a stack */
#define STUB_SP		(SYSTEM + 3 * PAGE)
#define UTCBS		(SYSTEM + 16 * PAGE)

/* Registers by their numbers in the message of an exception, such as L4_EXC_RAX; r[0] is not used. */
struct registers { L4_Word_t r[L4_EXC_WORDS + 1]; };

/*
 * What the child's thread has done: a system call of Linux; it has reached an end of the stub; an exception;
 * a fault at an address where it has nothing, or not with that right; nothing in the time.
 */
enum event { EVENT_CALL, EVENT_STUB, EVENT_EXCEPTION, EVENT_FAULT, EVENT_TIME, EVENT_FAILED };

/* Make the space, without memory. Returns false, after a report, if root refuses. */
bool child_begin(void);
void child_end(void);

/*
 * The child has `bytes` of this program's memory at `own` there, which is not mapped before it is touched,
 * with these rights. The numbers are multiples of a page.
 */
void child_give(L4_Word_t at, char *own, L4_Word_t bytes, unsigned rights);

/* Returns where the child's `bytes` at that address are; 0 if it has not got all of them. */
char *child_memory(L4_Word_t at, L4_Word_t bytes);

/* Start the thread in the stub, which makes this thread its exception handler. The event is EVENT_STUB. */
enum event child_start(struct registers *r);

/*
 * Let the child run with these registers until the next event, but no longer than so many us (0: for ever).
 * Then *r is what it has; after EVENT_FAULT, r[L4_EXC_RIP] and the address in r[L4_EXC_RAX]; after EVENT_TIME
 * unchanged: it runs.
 */
enum event child_run(struct registers *r, unsigned us);

/* The same, for a child that runs: without registers. */
enum event child_wait(struct registers *r, unsigned us);

/* Stop the child, which runs: *r is all that it had. */
enum event child_stop(struct registers *r);

/* Let it execute SetTls; save its vector state to STUB_DATA, and load it from there. *r stays. */
bool child_set_tls(L4_Word_t address);
bool child_save_vectors(void);
bool child_load_vectors(void);

/* The vector state: 16 registers of 128 bits. */
unsigned char *child_vectors(void);

/* A loop in the stub that counts in RAX. */
L4_Word_t child_loop(void);

/* Answer the system call in *r. Returns false if the child wants to end; then *status is with what. */
bool call_answer(struct registers *r, int *status);

/* The child's memory for brk begins there. */
void call_begin(L4_Word_t heap, L4_Word_t bytes);

/* How many kinds of calls there were. */
unsigned call_kinds(void);

#endif
