/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.h - redirectors: which messages of confined tasks may pass.
 */
#ifndef ROOT_CONFINE_H
#define ROOT_CONFINE_H

#include <proto/root.h>
#include <x2/word.h>

struct task;

/*
 * Returns true if threads of `from` may send to `to`: it is not confined, or one of the two uses the other.
 */
bool confine_permits(const struct task *from, const struct task *to);

/*
 * Set the words of ORDER_SPACE (order.h) for the redirector that a confined t gets; if t is not confined,
 * SPACE_REDIRECTOR is anythread.
 */
enum root_error confine_begin(struct task *t, l4_word_t *word);

/* Free the redirector's record: its thread is deleted, or was not created. */
void confine_end(struct task *t);

/* The code of a redirector's thread. */
void confine_redirect(void);

/* Returns the task whose redirector has this global id, or 0. */
struct task *confine_task(l4_word_t redirector);

#endif
