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

/* Returns the sender's task, or 0 if it has ended. */
L4_Word_t client_task(const struct console_caller *c);

/* Returns the console's own task, which shows root's log. */
L4_Word_t client_own_task(void);

/* Returns true if the thread's task has ended. Asks root, which never waits for the console. */
bool client_has_ended(L4_ThreadId_t client);

/*
 * Places of the table of readers, and of that of writers; BACKGROUND: the most for tasks in the background.
 */
enum { CLIENT_PLACES = 64, CLIENT_OF_TASK = 4, CLIENT_BACKGROUND = 48, CLIENT_OF_SECTION = 1 };

/* Returns true if `who` may take a place of a table with `taken` used places; holder(i) has place i. */
bool client_has_place(struct holder who, unsigned taken, struct holder (*holder)(unsigned i));

/* ---- control.c ---- */

/* Returns the task in the foreground, whose reads are served; 0: none. */
L4_Word_t control_foreground(void);

/* Returns true if the task has the right to control the terminal, and a place in the chain. */
bool control_has_right(L4_Word_t task);

/* Call it when the task reads: it gets the terminal if it may control it and no other task does. */
void control_uses(L4_Word_t task);

/* Remove ended tasks from the chain. Calls reader_arrange if the task in the foreground changed. */
void control_refresh(void);

/* Call it when ^C was typed and no program reads: notifies the watcher nearest to the foreground. */
void control_interrupt(void);

/*
 * Call it when the attention key was typed: returns the terminal to the controlling task. Calls
 * reader_arrange, and sends CONSOLE_BUSY to the watchers of the tasks behind the controlling one.
 */
void control_recall(void);

/* Notify the controlling task of the attention key, now or when it watches next. */
void control_attention(void);

/* Returns true if text of this task is marked: the controlling task got the terminal by the attention key. */
bool control_marks(L4_Word_t task);

/* ---- reader.c ---- */

/* Call it when another task is in the foreground. */
void reader_arrange(void);

/* Keep a byte that came from a device for reader_continue. */
void reader_typed(unsigned char c);

/* Process typed input, as far as there are readers and room for the echo. */
void reader_continue(void);

/* Call it first. Finds the lines that were typed before this driver was restarted. */
void reader_init(void);

/* Erase the line being typed from the terminal; draw it again. */
void reader_hide(void);
void reader_show(void);

/* ---- writer.c ---- */

/* Continue writes that wait for room on the serial line, or for the next piece. */
void writer_continue(void);
bool writer_can_continue(void);

/* Show only the printable characters of waiting text, except that of the task in the foreground. */
void writer_plain(void);

#endif
