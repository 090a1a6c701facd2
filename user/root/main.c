/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the root task's message loop: one message, one answer, never waiting for a client.
 */
#include <l4/ipc.h>
#include <proto/grants.h>
#include <proto/root_server.h>
#include <root/job/backlog.h>
#include <root/job/job.h>
#include <root/supervised/watch.h>
#include <root/report/log.h>
#include <root/task/confine.h>
#include <root/task/share.h>
#include <root/task/task.h>
#include <x2/arch.h>
#include <x2/msg.h>
#include "boot.h"
#include "fault.h"
#include "main.h"
#include "root.h"

struct root root;

void _exit(int status);

/* Root has no caller: it never returns. */
void _exit(int status)
{
	report("internal error: root's main returned %d", status);
	log_flush();
	for (;;)
		L4_Sleep(L4_Never);
}

bool allow_root(struct root_caller *c, L4_Word_t right)
{
	const struct task *t = c->task;

	return (t->rights & right) != 0 || (right == ROOT_RIGHT_OTHERS && !t->program->confined);
}

static bool serve_fault(const struct root_caller *c, l4_tag_t tag)
{
	unsigned words = l4_tag_untyped(tag);
	l4_word_t word[L4_EXC_WORDS] = { 0 };
	L4_MapItem_t answer;

	L4_StoreMRs(1, words < L4_EXC_WORDS ? (int)words : L4_EXC_WORDS, word);
	if (!fault_message(c, tag, word, &answer))
		return false;
	L4_LoadMR(0, l4_tag(0, 0, 2).raw);
	L4_LoadMRs(1, 2, answer.raw);
	return true;
}

/* Is the answer a refusal that may be none when more memory has been given back? */
static bool is_short_of_memory(const struct task *t)
{
	L4_MsgTag_t answer = { .raw = stub_word(0) };
	l4_word_t status = L4_Label(answer);

	return status == ROOT_E_POOL
	       || ((status == ROOT_E_MEMORY || status == ROOT_E_KMEM) && job_gives_of(t) > 0);
}

bool serve_client(l4_word_t from, L4_MsgTag_t tag, bool last)
{
	struct root_caller c = { .task = 0 };
	bool answer;

	c.task = task_of_thread(from, &c.thread);
	if (!c.task)
		return false;
	if (c.task->spare > 0)
		share_rise(c.task, L4_SystemClock().raw);
	if (c.task->thread[c.thread].waits != WAITS_NOT)
		task_waits_no_more(c.task, c.thread);
	backlog_note(tag, last);
	if (is_of_kernel(tag))
		return serve_fault(&c, (l4_tag_t){ tag.raw });
	answer = root_serve(tag, &c);
	return answer && !(is_short_of_memory(c.task) && backlog_keep(&c, true));
}

/* A message from a thread of root's space. */
static bool serve_own(l4_word_t from, L4_MsgTag_t tag)
{
	struct worker *w = job_worker(from);
	struct root_caller c = { .task = !w ? confine_task(L4_GlobalIdOf(tid(from)).raw) : 0 };

	return w ? job_message(w, tag) : c.task && root_serve(tag, &c);
}

/* Returns the thread that the message registers are for, or nilthread. A thread of no task gets no answer. */
static L4_ThreadId_t serve(L4_ThreadId_t from, L4_MsgTag_t tag)
{
	bool answer;

	if (L4_IpcFailed(tag))
		return L4_nilthread;
	answer = L4_IsLocalId(from) ? serve_own(from.raw, tag) : serve_client(from.raw, tag, false);
	return answer ? from : tid(job_addressee());
}

int main(void)
{
	L4_ThreadId_t from, to = L4_nilthread;
	L4_MsgTag_t tag;

	boot();
	for (;;) {
		tag = L4_ReplyWait_Timeout(to, watch_pause(), &from);	/* to nilthread: a wait */
		to = serve(from, tag);
		if (watch_is_due()) {
			if (!L4_IsNilThread(to))
				L4_Reply(to);
			to = L4_nilthread;
			watch_run();		/* uses the message registers */
		}
	}
}
