/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile.h - crowd.c, pieces.c, hang.c, servers.c and waits.c: what main.c does not do itself.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <stdbool.h>

enum { ALL_WELL = 42, USAGE = 2 };

/* 20 threads that wait for rtc's ticks, one after the other. */
void crowd_tick(void) __attribute__((noreturn));

/* A client of rtc beside them. Returns ALL_WELL if it gets each tick that it waits for. */
int crowd_beside(void);

/* Send requests to rtc without end, and wait for no answer. */
void crowd_send(void) __attribute__((noreturn));

/* Take all memory that there is, and keep it. */
void crowd_take_memory(void);
void crowd_memory(void) __attribute__((noreturn));

/* Map all memory that the limit leaves, then use the stack. */
int crowd_stack(void);

/* End while four threads wait for random numbers. */
int crowd_random(void);

/* Take random numbers by four threads without end. */
void crowd_take(void) __attribute__((noreturn));

/* Returns ALL_WELL if the library has always as many random numbers as are wanted. */
int crowd_seed(void);

/* End after 300 ms. */
int crowd_nap(void);

/* End while 20 threads wait: for `program nap`, a name, a line, a tick, and to write to a pipe. */
int crowd_die(const char *program);

/* Start `program die` 40 times. Returns ALL_WELL if all of them end well. */
int crowd_many(const char *program);

/* Print how many instructions a request takes at console and name service. Returns ALL_WELL. */
int pieces(void);

/* Register 16 names, with this word in them. Returns ALL_WELL. */
int pieces_names(const char *first);

/* Start `program` 300 times. Returns ALL_WELL if each ends with USAGE, and no memory of root is lost. */
int crowd_repeat(const char *program);

/* Kill the name service three times. Returns ALL_WELL if what it asks of the next one at once is done. */
int servers_rename(void);

/* Take all memory, kill rtc, and take what that had. Does not return, if it can. */
int servers_starve(void);

/*
 * Take all task records that programs can get. Returns USAGE if a refusal has another reason. leaves: start
 * children until root refuses; returns how many, or -1.
 */
int servers_records(const char *program, bool leaves);

/*
 * Claim ports 0x2600 and above one by one, and print how many it got. Returns ALL_WELL if the task's limit
 * has refused the next one, and one that is given back is a place for another.
 */
int servers_claims(void);

/*
 * As the driver of the device that its section names: request each port of the machine by itself. Prints how
 * many of the device's region root gives, and how many others. ALL_WELL: all of the region, and no other.
 */
int servers_ports(void);

/* Wait for ever. */
int servers_rest(void);

/* A server that gets a notice while it does not wait; and its client, which ends. */
int servers_note(void);
int servers_forget(void);

/* Hang from now on: in a closed wait, in a loop, or by a worker, while the first thread serves. */
int hang(const char *how);

/*
 * Wait for the start of `program`, which fails, or for the end of one of two children, and be that child.
 * Returns ALL_WELL if root does not have the parent wait for a thread of lower priority.
 */
int waits(const char *what, const char *program);

#endif
