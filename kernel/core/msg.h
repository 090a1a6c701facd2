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
 * An untyped message of from's, which has this tag, to `to`, a user; its flags do not arrive. The registers
 * that it has not are left to arch_ipc_received.
 */
void msg_words(const struct thread *from, struct thread *to, l4_tag_t tag);

/* Copies the tag and the untyped words, and takes the first step of the typed items. */
enum msg_result msg_start(struct thread *from, struct thread *to);
enum msg_result msg_step(struct thread *from, struct thread *to);

/* The message registers of t, a user's, behind MRn that CPU registers carry: out of its UTCB. */
void msg_own_registers(struct thread *t, unsigned n);

/* The transfer of from's message ends in the middle: what it had begun in the spaces is given up. */
void msg_abort(struct thread *from);

#endif
