/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - reports to the console, or by a worker and voice.c to serial line and screen.
 */
#ifndef ROOT_LOG_H
#define ROOT_LOG_H

#include <x2/word.h>
#include "order.h"

struct job;
struct task;

/* Log one line of root's own, after "root: ". Characters for which the log has no room are counted. */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Log one line of a program. It is dropped if the log is half full. */
void log_text(const struct task *t, const char *text, unsigned bytes);

/* Call it when t has ended: if t read the log, a worker writes its lines again. */
void log_reader_gone(const struct task *t);

/* Log the line of a worker's report: so many words in the message registers. */
void log_worker(l4_word_t words);

/* Call it when workers and system description exist: workers write lines that no program reads. */
void log_worked(void);

/* Write the lines that wait for a worker in the calling thread, before the machine is turned off. */
void log_flush(void);

/* A step of JOB_VOICE (job.h). */
enum step log_step(const struct job *j, struct order *o);

#endif
