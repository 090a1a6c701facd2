/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the name service (<proto/names.h>, docs/user/names.md).
 *
 * It trusts only the root task, which says what task a thread belongs to. Names of ended tasks are removed
 * when it matters: before an entry is shown or refuses a registration, and when the table is full, root is
 * asked whether its task is alive. So no notification of an end can be lost, and root does not wait for this
 * server. Answers have a zero send timeout.
 */
#include <l4/ipc.h>
#include <pecan/task.h>
#include <x2/msg.h>
#include <string.h>
#include "table.h"

struct request {
	L4_ThreadId_t from;
	l4_word_t label, task;		/* task: of the sender */
	unsigned words;
	l4_word_t word[1 + NAMES_NAME_WORDS];
};

struct answer { l4_word_t label; unsigned words; bool none; l4_word_t word[3 + NAMES_NAME_WORDS]; };

static struct table table;

/* 0 if the thread is gone. */
static l4_word_t task_of(l4_word_t thread)
{
	L4_ThreadId_t id = { .raw = thread };
	struct pecan_task t;

	return pecan_task_of(id, &t) == ROOT_OK ? t.task : 0;
}

/* A name that a program of the boot image has belongs to that program: no other task can pass for it. */
static bool is_anothers(const char *text, l4_word_t thread)
{
	struct pecan_program p;
	struct pecan_task t;

	for (L4_Word_t at = 0; pecan_next_program(&at, &p); )
		if (strcmp(p.name, text) == 0)
			return pecan_task_of((L4_ThreadId_t){ .raw = thread }, &t) != ROOT_OK
			    || strcmp(t.name, text) != 0;
	return false;
}

/* The entry if its thread still lives; else it goes, and the result is 0. */
static struct name *living(struct name *n)
{
	if (n == 0 || task_of(n->thread) == n->task)
		return n;
	n->task = 0;
	return 0;
}

static void sweep(void)
{
	struct name *n;

	for (l4_word_t i = 0; (n = table_next(&table, &i)) != 0; )
		living(n);
	for (unsigned i = 0; i < WAITS_MAX; i++)
		if (table.wait[i].task != 0 && task_of(table.wait[i].thread) == 0)
			table.wait[i].task = 0;
}

/* The name that begins at word i; false if it is not there whole, empty, or too long. */
static bool name_at(const struct request *q, unsigned i, char text[NAMES_NAME_BYTES])
{
	if (q->words < i + NAMES_NAME_WORDS)
		return false;
	memcpy(text, &q->word[i], NAMES_NAME_BYTES);
	return text[0] != 0 && text[NAMES_NAME_BYTES - 1] == 0;
}

static void tell_waiting(const char *text, l4_word_t thread)
{
	L4_ThreadId_t to;

	while ((to.raw = table_take_waiting(&table, text)) != 0) {
		L4_LoadMR(0, l4_tag(NAMES_OK, 1, 0).raw);
		L4_LoadMR(1, thread);
		L4_Reply(to);
	}
}

static void serve_register(const struct request *q, struct answer *a)
{
	l4_word_t thread = q->word[0] != 0 ? q->word[0] : q->from.raw;
	char text[NAMES_NAME_BYTES];

	a->label = NAMES_E_REQUEST;
	if (!name_at(q, 1, text))
		return;
	a->label = NAMES_E_OWNER;
	if (task_of(thread) != q->task)
		return;
	if (living(table_find(&table, text)) == 0 && is_anothers(text, thread))
		return;
	a->label = table_register(&table, text, thread, q->task);
	if (a->label == NAMES_E_FULL) {
		sweep();
		a->label = table_register(&table, text, thread, q->task);
	}
	if (a->label == NAMES_OK)
		tell_waiting(text, thread);
}

static void serve_unregister(const struct request *q, struct answer *a)
{
	char text[NAMES_NAME_BYTES];

	a->label = name_at(q, 0, text) ? table_unregister(&table, text, q->task) : NAMES_E_REQUEST;
}

static void serve_lookup(const struct request *q, struct answer *a)
{
	char text[NAMES_NAME_BYTES];
	struct name *n;

	a->label = NAMES_E_REQUEST;
	if (!name_at(q, 1, text))
		return;
	n = living(table_find(&table, text));
	if (n != 0) {
		a->label = NAMES_OK;
		a->words = 1;
		a->word[0] = n->thread;
		return;
	}
	a->label = NAMES_E_ABSENT;
	if ((q->word[0] & NAMES_WAIT) == 0)
		return;
	a->label = table_wait(&table, text, q->from.raw, q->task);
	if (a->label == NAMES_E_FULL) {
		sweep();
		a->label = table_wait(&table, text, q->from.raw, q->task);
	}
	a->none = a->label == NAMES_OK;
}

static void serve_list(const struct request *q, struct answer *a)
{
	l4_word_t position = q->word[0];
	struct name *n;

	a->words = 1;
	if (q->words < 1) {
		a->label = NAMES_E_REQUEST;
		return;
	}
	do {
		n = table_next(&table, &position);
		if (n == 0)
			return;
	} while (living(n) == 0);
	a->words = 3 + NAMES_NAME_WORDS;
	a->word[0] = position;
	a->word[1] = n->thread;
	a->word[2] = n->task;
	memcpy(&a->word[3], n->text, NAMES_NAME_BYTES);
}

static void serve(const struct request *q, struct answer *a)
{
	switch (q->label) {
	case NAMES_REGISTER:
		serve_register(q, a);
		break;
	case NAMES_UNREGISTER:
		serve_unregister(q, a);
		break;
	case NAMES_LOOKUP:
		serve_lookup(q, a);
		break;
	case NAMES_LIST:
		serve_list(q, a);
		break;
	default:
		a->label = NAMES_E_REQUEST;
	}
	if (a->label != NAMES_OK)
		a->words = 0;
}

/* Take the message in before anything else uses the message registers. */
static void read_request(struct request *q, L4_ThreadId_t from, L4_MsgTag_t tag)
{
	*q = (struct request){ .from = from, .label = L4_Label(tag) };
	q->words = (unsigned)L4_UntypedWords(tag);
	if (q->words > 1 + NAMES_NAME_WORDS)
		q->words = 1 + NAMES_NAME_WORDS;
	if (q->words > 0)
		L4_StoreMRs(1, (int)q->words, q->word);
	q->task = task_of(from.raw);
}

int main(void)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		struct answer a = { .label = NAMES_OK };
		struct request q;

		if (L4_IpcSucceeded(tag))
			read_request(&q, from, tag);
		if (L4_IpcFailed(tag) || q.task == 0) {
			tag = L4_Wait(&from);
			continue;
		}
		serve(&q, &a);
		if (a.none) {
			tag = L4_Wait(&from);
			continue;
		}
		L4_LoadMR(0, l4_tag(a.label, a.words, 0).raw);
		if (a.words > 0)
			L4_LoadMRs(1, (int)a.words, a.word);
		tag = L4_ReplyWait(from, &from);
	}
}
