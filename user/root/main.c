/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the root task's message loop: one message, one answer, never waiting for a client.
 */
#include <l4/ipc.h>
#include "root.h"

enum { LABEL_BITS = 48 };

struct root root;

void _exit(int status);

/* Root has no caller: it never returns. */
void _exit(int status)
{
	report("internal error: root's main returned %d", status);
	for (;;)
		L4_Sleep(L4_Never);
}

/* Kernel messages have negative labels. Who is no thread of a task gets no answer. */
static void serve(l4_word_t from, l4_tag_t tag, struct answer *a)
{
	l4_word_t word[L4_MRS - 1] = { 0 };
	struct request q = { .label = l4_tag_label(tag), .words = l4_tag_untyped(tag), .word = word };

	L4_StoreMRs(1, (int)q.words, word);
	q.task = task_of_thread(from, &q.thread);
	if (q.task == 0)
		a->none = true;
	else if (q.label >> (LABEL_BITS - 1) != 0)
		fault_message(q.task, q.thread, tag, word, a);
	else
		request_serve(&q, a);
}

int main(void)
{
	static struct answer answer;	/* cleared for each message; not on the stack for its size */
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	boot();
	tag = L4_Wait_Timeout(supervise_pause(), &from);
	for (;;) {
		answer = (struct answer){ .none = L4_IpcFailed(tag) };
		if (!answer.none)
			serve(from.raw, (l4_tag_t){ tag.raw }, &answer);
		supervise_run();
		if (answer.none) {
			tag = L4_Wait_Timeout(supervise_pause(), &from);
			continue;
		}
		answer_load(&answer);
		tag = L4_ReplyWait_Timeout(from, supervise_pause(), &from);
	}
}
