/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backlog.c - see backlog.h.
 */
#include <l4/ipc.h>
#include <root/root.h>
#include <root/task/task.h>
#include <x2/msg.h>
#include "backlog.h"
#include "job.h"
#include "waiting.h"

enum { WORDS = L4_MRS - 1 };

struct message { L4_MsgTag_t tag; l4_word_t word[WORDS]; };

static struct message messages[WAITING_MAX];	/* of the places of waiting.c */
static struct message noted;
static bool is_noted, is_short;
static unsigned left;			/* of the message that is being served */
static backlog_serve_fn *serve;

void backlog_boot(backlog_serve_fn *fn) { serve = fn; }

void backlog_note(L4_MsgTag_t tag, bool last)
{
	is_noted = !last && job_gives() > 0;
	if (!is_noted)
		return;
	noted.tag = tag;
	L4_StoreMRs(1, (int)L4_UntypedWords(tag), noted.word);
}

void backlog_short(void) { is_short = true; }

bool backlog_keep(const struct root_caller *c, bool refused)
{
	bool wanted = is_noted && (refused || is_short);
	struct task_thread *thread = &c->task->thread[c->thread];
	int place = -1;

	if (wanted)
		place = waiting_take(&(struct waiting){
			.thread = thread->id, .task = c->task->id, .section = task_section(c->task),
			.priority = thread->priority, .left = left > 0 ? left : job_gives(),
		});
	is_short = false;
	if (place < 0)
		return false;
	messages[place] = noted;
	thread->waits = WAITS_MEMORY;
	job_hurry();
	return true;
}

void backlog_given(void)
{
	waiting_given();
	job_hurry();
}

bool backlog_serve(void)
{
	struct waiting k;
	int place = waiting_due(&k);
	struct message *m = &messages[place < 0 ? 0 : place];

	if (place < 0)
		return false;
	left = k.left;
	L4_LoadMRs(1, (int)L4_UntypedWords(m->tag), m->word);
	if (serve(k.thread, m->tag, left == 0))
		L4_Reply(tid(k.thread));
	left = 0;
	return true;
}
