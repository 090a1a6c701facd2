/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - reports to the console, or by a worker and output.c to serial line and screen.
 */
#ifndef ROOT_LOG_H
#define ROOT_LOG_H

#include <stdbool.h>
#include <x2/word.h>

struct task;

/* Log one line of root's own, after "root: ". Characters for which the log has no room are counted. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Log one line of a program. It is dropped if the log is half full. */
void log_text(const struct task *t, const char *text, unsigned bytes);

/* The label of a worker's message that is a line of a report; 0: it is a result. */
enum { LOG_TEXT = 1 };

/* Send such a line to the message loop. For workers. */
void log_from_worker(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Log it: so many words in the message registers. */
void log_worker(l4_word_t words);

/* ---- for request_log.c ---- */

/* Call it when workers exist: has_text() is called when there is more text. */
void log_worked(void (*has_text)(void));

/* Returns the number of bytes there are; copies up to `room` of them, and forgets those. */
unsigned log_used(void);
unsigned log_take(char *to, unsigned room);

/* So many characters were lost; if some were, a line is added that says so. */
void log_lost(unsigned long characters);
void log_tell_lost(void);

/* A reader has the text, and no worker writes any more; or the other way round. */
void log_hand_over(bool yes);
bool log_is_handed_over(void);

/* Write the lines that wait for a worker in the calling thread, before the machine is turned off. */
void log_flush(void);

#endif
