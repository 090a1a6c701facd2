/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request_log.c - the requests about the log, and where its text goes: to a reader (the console driver), by
 * ROOT_LOG_READ. Without one a worker writes it to serial line and screen (output.c), above the section that
 * may read the log. So root never waits. A reader gets its first text when the worker has written its last.
 */
#include <proto/root_server.h>
#include <root/job/job.h>
#include <root/report/log.h>
#include <root/task/task.h>
#include <string.h>
#include "request_log.h"
#include "root.h"

static const struct task *reader;
static l4_word_t waiting;		/* the reader's thread while it waits */

static void answer_reader(void)
{
	struct root_log_read_out out;
	struct task_thread *waiter = task_waiter(waiting, WAITS_NEWS);

	log_tell_lost();
	if (log_used() == 0 || !waiter)
		return;
	waiter->waits = WAITS_NOT;
	out.text_bytes = log_take(out.text, sizeof(out.text));
	answer_root_log_read(tid(waiting), ROOT_OK, &out);
	waiting = 0;
}

/* A worker writes up to so many bytes; 0: it says how many were lost. */
static l4_word_t say(unsigned most)
{
	struct order o = { .kind = ORDER_SAY, .words = ORDER_WORDS };

	o.word[0] = log_take((char *)&o.word[1], most);
	return order(&o)->value;
}

/* The job, while there is text and no reader gets it. A reader may come, and go, while a worker writes. */
static void say_all(struct task *none, const void *nothing)
{
	(void)none;
	(void)nothing;
	for (;;) {
		if (reader && !log_is_handed_over()) {
			log_lost(say(0));
			log_hand_over(reader);
		} else if (log_is_handed_over() || log_used() == 0) {
			break;
		} else {
			say((ORDER_WORDS - 1) * sizeof(l4_word_t));
		}
	}
	if (log_is_handed_over())
		answer_reader();
}

static void speak(void) { job_own(JOB_LOG, say_all, root.log_priority); }

static void has_text(void)
{
	if (log_is_handed_over())
		answer_reader();
	else
		speak();
}

void request_log_boot(void)
{
	log_worked(has_text);
}

enum root_error serve_root_log_write(struct root_caller *c, const struct root_log_write_in *in)
{
	log_text(c->task, in->text, (unsigned)strlen(in->text));
	return ROOT_OK;
}

enum root_error serve_root_log_read(struct root_caller *c, struct root_log_read_out *out)
{
	if (reader && reader != c->task)
		return ROOT_E_BUSY;
	reader = c->task;
	if (log_is_handed_over())
		log_tell_lost();
	if (log_is_handed_over() && log_used() > 0) {
		out->text_bytes = log_take(out->text, sizeof(out->text));
		return ROOT_OK;
	}
	waiting = c->task->thread[c->thread].id;
	c->task->thread[c->thread].waits = WAITS_NEWS;
	if (!log_is_handed_over())
		speak();
	return ROOT_LATER;
}

void request_log_end(struct task *t)
{
	if (reader != t)
		return;
	reader = 0;
	waiting = 0;
	log_hand_over(false);
	speak();
	pause_job();
}
