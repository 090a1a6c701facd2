/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the name service (user/proto/names.idl, docs/user/names.md).
 *
 * It trusts only the root task, which says what task a thread belongs to. Names of ended tasks are removed
 * when it matters: before an entry is shown or refuses a registration, and when the table is full, root is
 * asked whether its task is alive. So no notification of an end can be lost, and root does not wait for this
 * server. Answers have a zero send timeout.
 */
#include <l4/ipc.h>
#include <pecan/server.h>
#include <pecan/task.h>
#include <proto/names_server.h>
#include <string.h>
#include "table.h"

struct names_caller { L4_ThreadId_t thread; };

static struct table *table;

/* 0 if the thread is gone. */
static l4_word_t task_of(l4_word_t thread)
{
	L4_ThreadId_t id = { .raw = thread };
	struct pecan_task t;

	return pecan_task_of(id, &t) == ROOT_OK ? t.task : 0;
}

/* The task, and the section whose places it has. */
static struct holder holder_of(L4_ThreadId_t thread, l4_word_t task)
{
	return (struct holder){ task, pecan_client(thread).section };
}

/* The entry if its thread still lives; else it goes, and the result is 0. */
static struct name *living(struct name *n)
{
	if (!n || task_of(n->thread) == n->task)
		return n;
	n->task = 0;
	return 0;
}

_Static_assert((int)NAMES_MAX == (int)WAITS_MAX, "sweep goes through both at once");
_Static_assert(NAMES_MAX == NAMES_SWEEP * NAMES_SWEEPS, "so many requests look at all places");

/* One request waits for a part of the table only; those that follow look at the rest. */
static void sweep(void)
{
	static unsigned at;

	for (unsigned i = 0; i < NAMES_SWEEP; i++, at = (at + 1) % NAMES_MAX) {
		if (table->name[at].task != 0)
			living(&table->name[at]);
		if (table->wait[at].task != 0 && task_of(table->wait[at].thread) == 0)
			table->wait[at].task = 0;
	}
}

static void tell_waiting(const char *text, l4_word_t thread)
{
	struct names_lookup_out out = { { .raw = thread } };
	unsigned position = 0;
	L4_ThreadId_t to;

	while ((to.raw = table_take_waiting(table, text, &position)) != 0)
		answer_names_lookup(to, NAMES_OK, &out);
}

enum names_error serve_names_register(struct names_caller *c, const struct names_register_in *in)
{
	l4_word_t thread = L4_IsNilThread(in->thread) ? c->thread.raw : in->thread.raw;
	l4_word_t task = task_of(c->thread.raw), before;
	struct holder who;
	struct name *n;
	enum names_error e;
	bool gives_way;

	if (task == 0 || task_of(thread) != task)
		return NAMES_E_OWNER;
	n = living(table_find(table, in->name));
	gives_way = n && n->stand_in && n->task != task && !in->flags;
	if ((!n || gives_way) && !pecan_may_provide((L4_ThreadId_t){ .raw = thread }, in->name))
		return NAMES_E_OWNER;
	before = n ? n->task : 0;
	if (gives_way)
		n->task = 0;
	who = holder_of(c->thread, task);
	e = table_register(table, in->name, thread, who);
	if (e == NAMES_E_FULL) {
		sweep();
		e = table_register(table, in->name, thread, who);
	}
	if (e == NAMES_OK) {
		table_find(table, in->name)->stand_in = in->flags;
		tell_waiting(in->name, thread);
	} else if (gives_way) {
		n->task = before;
	}
	return e;
}

enum names_error serve_names_unregister(struct names_caller *c, const struct names_unregister_in *in)
{
	return table_unregister(table, in->name, task_of(c->thread.raw));
}

enum names_error serve_names_lookup(struct names_caller *c, const struct names_lookup_in *in,
				    struct names_lookup_out *out)
{
	struct name *n = living(table_find(table, in->name));
	struct holder who;
	enum names_error e;

	if (n) {
		out->thread.raw = n->thread;
		return NAMES_OK;
	}
	if ((in->flags & NAMES_WAIT) == 0)
		return NAMES_E_ABSENT;
	if (!pecan_may_provide(L4_nilthread, in->name))
		return NAMES_E_UNPROVIDED;
	who = holder_of(c->thread, task_of(c->thread.raw));
	e = table_wait(table, in->name, c->thread.raw, who);
	if (e == NAMES_E_FULL) {
		sweep();
		e = table_wait(table, in->name, c->thread.raw, who);
	}
	return e == NAMES_OK ? NAMES_LATER : e;
}

enum names_error serve_names_list(struct names_caller *c, const struct names_list_in *in,
				  struct names_list_out *out)
{
	l4_word_t position = in->position;
	struct name *n;
	unsigned ended = 0;

	(void)c;
	do {
		n = table_next(table, &position);
		if (!n)
			return NAMES_OK;
	} while (!living(n) && ++ended < NAMES_SWEEP);
	out->next = position;
	if (n->task == 0)
		return NAMES_OK;
	out->thread.raw = n->thread;
	out->task = n->task;
	memcpy(out->name, n->text, sizeof(out->name));
	return NAMES_OK;
}

bool permit_names(struct names_caller *c)
{
	return pecan_may_use(c->thread);
}

/*
 * The table of the name service that ran before, if there was one: names survive its end. It may have ended
 * because it was wrong: so names stay only with tasks that may provide them.
 */
static void find_table(void)
{
	static struct table new_table;
	size_t bytes = 0;

	table = pecan_keep(&bytes);
	if (!table || bytes < sizeof(*table))
		table = &new_table;
	table_restore(table);
	for (unsigned i = 0; i < NAMES_MAX; i++) {
		struct name *n = &table->name[i];
		L4_ThreadId_t thread = { .raw = n->thread };

		if (n->task != 0 && !pecan_may_provide(thread, n->text))
			n->task = 0;
		n->section = n->task != 0 ? pecan_client(thread).section : 0;
	}
}

int main(void)
{
	struct names_caller c;
	L4_MsgTag_t tag;

	find_table();
	tag = pecan_wait_alive(&c.thread);
	for (;;)
		tag = names_serve(tag, &c) ? pecan_reply_wait_alive(c.thread, &c.thread)
					   : pecan_wait_alive(&c.thread);
}
