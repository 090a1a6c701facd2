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
#include <proto/console.h>

enum { REQUEST_WORDS = 63 };

/* A message as it came in. */
struct request {
	L4_ThreadId_t from;
	L4_Word_t task;			/* that `from` belongs to */
	L4_Word_t label;
	unsigned words;
	L4_Word_t word[REQUEST_WORDS];	/* MR1.. */
};

/* Answer with status and words; false if the client does not wait for it. */
bool client_answer(L4_ThreadId_t to, enum console_status status, const L4_Word_t *words, unsigned n);

/* Returns true if the thread's task has ended. Asks root, which never waits for the console. */
bool client_has_ended(L4_ThreadId_t client);

/* Answer CONSOLE_OK-like statuses with text: its length, then its bytes. */
bool client_answer_text(L4_ThreadId_t to, enum console_status status, const char *text, size_t len);

/* Requests; each answers now or keeps the request. */
void reader_line(const struct request *r);
void reader_key(const struct request *r);
void reader_history(const struct request *r);
void reader_waiting(const struct request *r);
void control_watch(const struct request *r);
void control_give(const struct request *r);
void writer_write(const struct request *r);

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

/* ---- reader.c ---- */

/* Another task is in the foreground. */
void reader_arrange(void);

/* A byte came from a device: it waits for reader_continue. */
void reader_typed(unsigned char c);

/* Process typed input, as far as there are readers and room for the echo. */
void reader_continue(void);
L4_Word_t reader_bytes(void);

/* Take the line being typed off the terminal, and put it back. */
void reader_hide(void);
void reader_show(void);

/* Continue writes that wait for room on the serial line. */
void writer_continue(void);

#endif
