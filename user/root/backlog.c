/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backlog.c - see backlog.h.
 */
#include <l4/ipc.h>
#include "backlog.h"
#include "job.h"

enum { KEPT_MAX = 32, WORDS = L4_MRS - 1 };

struct message { L4_MsgTag_t tag; l4_word_t word[WORDS]; };

struct kept {
	l4_word_t from;			/* 0: free */
	unsigned priority, left;	/* left: objects that it waits for */
	bool due;			/* one of them has been given back */
	struct message message;
};

static struct kept kept[KEPT_MAX];
static struct message noted;
static bool is_noted, is_short;
static unsigned left;			/* of the message that is being served */

void backlog_note(L4_MsgTag_t tag, bool last)
{
	is_noted = !last && job_gives() > 0;
	if (!is_noted)
		return;
	noted.tag = tag;
	L4_StoreMRs(1, (int)L4_UntypedWords(tag), noted.word);
}

void backlog_short(void) { is_short = true; }

unsigned backlog_priority(void)
{
	unsigned p = 0;

	for (unsigned i = 0; i < KEPT_MAX; i++)
		if (kept[i].from != 0 && kept[i].priority > p)
			p = kept[i].priority;
	return p;
}

static struct kept *free_place(void)
{
	for (unsigned i = 0; i < KEPT_MAX; i++)
		if (kept[i].from == 0)
			return &kept[i];
	return 0;
}

bool backlog_keep(const struct root_caller *c, bool refused)
{
	bool wanted = is_noted && (refused || is_short);
	struct task_thread *thread = &c->task->thread[c->thread];
	struct kept *k = wanted ? free_place() : 0;

	is_short = false;
	if (k == 0)
		return false;
	*k = (struct kept){ thread->id, thread->priority, left > 0 ? left : job_gives(), false, noted };
	thread->waits = WAITS_MEMORY;
	job_hurry();
	return true;
}

void backlog_given(void)
{
	for (unsigned i = 0; i < KEPT_MAX; i++)
		if (kept[i].from != 0) {
			kept[i].due = true;
			kept[i].left -= kept[i].left > 0;
		}
	job_hurry();
}

bool backlog_serve(void)
{
	struct kept *k = kept;
	l4_word_t from;

	while (k < kept + KEPT_MAX && (k->from == 0 || !k->due))
		k++;
	if (k == kept + KEPT_MAX)
		return false;
	from = k->from;
	k->from = 0;
	left = k->left;
	L4_LoadMRs(1, (int)L4_UntypedWords(k->message.tag), k->message.word);
	if (serve_client(from, k->message.tag, left == 0))
		L4_Reply(tid(from));
	left = 0;
	return true;
}

void backlog_drop(l4_word_t thread)
{
	for (unsigned i = 0; i < KEPT_MAX; i++)
		if (kept[i].from == thread)
			kept[i].from = 0;
}
