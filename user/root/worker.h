/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.h - the workers: threads of root's space that execute orders (job.h).
 */
#ifndef ROOT_WORKER_H
#define ROOT_WORKER_H

#include <x2/word.h>
#include "order.h"

/* Labels of a worker's messages: WORKER_TEXT is a line of a report, 0 a result. */
enum { WORKER_TEXT = 1 };

/* Create a worker, whose two pages are at physical address `pages`. Returns false if the kernel refuses. */
bool worker_start(l4_word_t id, unsigned utcb, unsigned priority, l4_word_t pages);

/* Execute an order. Returns its result; *error is the kernel's error, if any. For workers. */
l4_word_t worker_execute(const struct order *o, uint8_t *scratch, l4_word_t *error);

/* Send a line of a report to the message loop. For workers. */
void worker_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
