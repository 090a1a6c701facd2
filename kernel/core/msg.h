/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msg.h - moving one message from a sender to a receiver, both known to fit (api 5.5).
 */
#ifndef CORE_MSG_H
#define CORE_MSG_H

#include <core/thread.h>

enum msg_result {
	MSG_DONE,
	MSG_MORE,	/* call msg_step: typed items, a bounded piece at a time */
	MSG_OVERFLOW,	/* both sides: error 4; what came before stays transferred */
	MSG_FAULT,	/* a page of a string is not there: from->rest->str says which */
	MSG_NO_MEM,	/* the receiver's account is exhausted: overflow, or a halted faulter */
};

/*
 * Copy the untyped message of `from`, which has this tag, to `to`, which is in a user's Ipc. Of the tag's
 * flags only `flags` arrive. arch_ipc_received sets the registers that the message does not have.
 */
void msg_words(const struct thread *from, struct thread *to, l4_tag_t tag, l4_word_t flags);

/* Copies the tag and the untyped words, and takes the first step of the typed items. */
enum msg_result msg_start(struct thread *from, struct thread *to);
enum msg_result msg_step(struct thread *from, struct thread *to);

/* The message registers of t, a user's, behind MRn that CPU registers carry: out of its UTCB. */
void msg_own_registers(struct thread *t, unsigned n);

/* The transfer of from's message ends in the middle: what it had begun in the spaces is given up. */
void msg_abort(struct thread *from);

#endif
