/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.h - the workers: threads of root's space that execute orders (job.h).
 */
#ifndef ROOT_WORKER_H
#define ROOT_WORKER_H

#include <x2/word.h>
#include "order.h"

/* Create a worker, whose two pages are at physical address `pages`. Returns false if the kernel refuses. */
bool worker_start(l4_word_t id, unsigned utcb, unsigned priority, l4_word_t pages);

/* Execute an order. Returns its result; *error is the kernel's error, if any. For workers. */
l4_word_t worker_execute(const struct order *o, uint8_t *scratch, l4_word_t *error);

#endif
