/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show.h - output of the debugger. Each list ends early when a key is pressed.
 */
#ifndef KDB_SHOW_H
#define KDB_SHOW_H

#include <core/thread.h>

void show_threads(void);			/* a line for each thread */
void show_thread(l4_word_t number);		/* one thread: registers, queues, message */
void show_spaces(void);
void show_mappings(l4_word_t number);		/* those of a space: memory, then ports */
void show_queues(void);				/* ready queues, timeouts */
void show_irqs(void);
void show_memory(void);				/* the pool and the accounts */

/* Show `words` words of user memory of that space, from `address` on. */
void show_words(l4_word_t number, l4_word_t address, l4_word_t words);

#endif
