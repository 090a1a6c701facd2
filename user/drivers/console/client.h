/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - the programs that the console serves, with their waiting reads, writes, and waits for ^C.
 *
 * Every list is bounded, has each thread once and at most so many threads of a task, and every answer is
 * sent with a zero timeout, so no client can stop the driver or take the places of all others. A
 * reader that has ended is detected when something is typed, another reader comes, or its place is needed:
 * what was typed then goes to the next one.
 */
#ifndef CONSOLE_CLIENT_H
#define CONSOLE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include <l4/types.h>
#include <pecan/places.h>
#include <proto/console_server.h>

struct console_caller { L4_ThreadId_t thread; };

/* The sender's task; 0 if it has ended. */
L4_Word_t client_task(const struct console_caller *c);

/* The console's own task, which shows root's log. */
L4_Word_t client_own_task(void);

/* Returns true if the thread's task has ended. Asks root, which never waits for the console. */
bool client_has_ended(L4_ThreadId_t client);

/* Places of the table of readers, and of that of writers; those that tasks in the background get. */
enum { CLIENT_PLACES = 64, CLIENT_OF_TASK = 4, CLIENT_BACKGROUND = 48, CLIENT_OF_SECTION = 1 };

/* Is there a place for `who` in such a table, of which so many are taken? holder(i) has place i. */
bool client_has_place(struct holder who, unsigned taken, struct holder (*holder)(unsigned i));

/* ---- control.c ---- */

/* The task in the foreground, whose reads are served; 0: none. */
L4_Word_t control_foreground(void);

/* Returns true if the task has the right to control the terminal, and a place in the chain. */
bool control_has_right(L4_Word_t task);

/* The task reads: it gets the terminal if it may control it and no other task does. */
void control_uses(L4_Word_t task);

/* Remove ended tasks from the chain. Calls reader_arrange if the task in the foreground changed. */
void control_refresh(void);

/* ^C was typed while no program reads: the watcher nearest to the foreground gets it. */
void control_interrupt(void);

/*
 * The attention key was typed: the terminal goes back to the controlling task, whatever was handed on. Calls
 * reader_arrange. The watchers of the tasks behind it are sent CONSOLE_BUSY.
 */
void control_recall(void);

/* Notify the controlling task of it, now or when it watches next. */
void control_attention(void);

/* Is text of this task marked, since the controlling task has the terminal by the attention key? */
bool control_marks(L4_Word_t task);

/* ---- reader.c ---- */

/* Another task is in the foreground. */
void reader_arrange(void);

/* A byte came from a device: it waits for reader_continue. */
void reader_typed(unsigned char c);

/* Process typed input, as far as there are readers and room for the echo. */
void reader_continue(void);

/* Called first: finds the lines that were typed before this driver was started again. */
void reader_init(void);

/* Take the line being typed off the terminal, and put it back. */
void reader_hide(void);
void reader_show(void);

/* Continue writes that wait for room on the serial line, or for the next piece. */
void writer_continue(void);
bool writer_can_continue(void);

/* Of the text that waits only what is printable is shown, but for that of the task in the foreground. */
void writer_plain(void);

#endif
