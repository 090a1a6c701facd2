/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.c - job control: the task that has the terminal (owner.h), handing it over, waits for ^C.
 *
 * A request of a task that is not in the chain waits until the task is: a shell in the background
 * continues when it is brought to the foreground. Only programs with the right `terminal` may have requests
 * here, so no other program can take a place.
 */
#include <pecan/task.h>
#include <string.h>

#include "client.h"
#include "owner.h"

enum { CONTROLS = 16, CONTROLS_PER_TASK = 4 };

struct control {
	L4_ThreadId_t client;
	L4_Word_t task, to;
	bool watch;			/* for ^C; else it hands the terminal to `to` */
};

static bool find(l4_word_t task, struct owner_task *t)
{
	struct pecan_task found;

	if (pecan_task_by_number(task, &found) != ROOT_OK)
		return false;
	*t = (struct owner_task){ .parent = found.parent, .place = found.terminal };
	return true;
}

static struct owner owner = { .find = find };
static struct control controls[CONTROLS];	/* in the order in which they came */
static unsigned control_count;
static L4_Word_t attention_for;			/* the task is to be notified when it watches; 0: none */
static L4_Word_t keeper;			/* after the key: until this task takes the terminal itself */

static void remove_control(unsigned i)
{
	control_count--;
	memmove(&controls[i], &controls[i + 1], (control_count - i) * sizeof controls[0]);
}

L4_Word_t control_foreground(void) { return owner_foreground(&owner); }

/* After the attention key a request to hand it on may have been sent before the task knew of the key. */
static bool hand_on(const struct control *c)
{
	if (c->to != 0 && c->task == keeper)
		return true;
	if (c->task == keeper)
		keeper = 0;
	return owner_give(&owner, c->task, c->to);
}

/* Hand the terminal on for the first one that may; true if there was one. */
static bool serve_one(void)
{
	for (unsigned i = 0; i < control_count; i++) {
		struct control c = controls[i];

		if (c.watch || !owner_claim(&owner, c.task))
			continue;
		remove_control(i);
		answer_con_foreground(c.client, hand_on(&c) ? CONSOLE_OK : CONSOLE_REFUSED);
		return true;
	}
	return false;
}

void control_refresh(void)
{
	L4_Word_t before = control_foreground();

	owner_prune(&owner);
	for (unsigned i = 0; i < control_count; i++)
		owner_claim(&owner, controls[i].task);
	while (serve_one())
		;
	if (control_foreground() != before)
		reader_arrange();
}

void control_uses(L4_Word_t task)
{
	L4_Word_t before = control_foreground();

	owner_prune(&owner);
	if (owner_claim(&owner, task) && control_foreground() != before)
		reader_arrange();
}

/* Answer the first watcher of the task that still waits; false: there is none. */
static bool answer_watcher(L4_Word_t task, enum console_status status)
{
	for (unsigned i = 0; i < control_count; i++) {
		struct control c = controls[i];

		if (!c.watch || c.task != task)
			continue;
		remove_control(i);
		if (answer_con_watch(c.client, status))
			return true;
		i--;
	}
	return false;
}

void control_interrupt(void)
{
	for (unsigned n = owner.depth; n-- > 0; )
		if (answer_watcher(owner.chain[n], CONSOLE_OK))
			return;
}

void control_recall(void)
{
	for (unsigned n = 1; n < owner.depth; n++)
		while (answer_watcher(owner.chain[n], CONSOLE_BUSY))
			;
	owner_recall(&owner);
	reader_arrange();
}

void control_attention(void)
{
	attention_for = keeper = control_foreground();
	if (answer_watcher(attention_for, CONSOLE_ATTENTION))
		attention_for = 0;
}

bool control_marks(L4_Word_t task)
{
	return owner_marks(&owner, task) && task != client_own_task();
}

static void drop_ended(void)
{
	for (unsigned i = control_count; i-- > 0; )
		if (client_has_ended(controls[i].client))
			remove_control(i);
}

/* A client has one request at a time: a second one cancels the first. */
static void forget(L4_ThreadId_t client)
{
	for (unsigned i = control_count; i-- > 0; )
		if (L4_IsThreadEqual(controls[i].client, client))
			remove_control(i);
}

static bool has_place(L4_Word_t task)
{
	unsigned own = 0;

	for (unsigned i = 0; i < control_count; i++)
		own += controls[i].task == task;
	return own < CONTROLS_PER_TASK && control_count < CONTROLS;
}

static enum console_status add(const struct control *new)
{
	struct owner_task t;

	if (new->task == 0 || !find(new->task, &t) || t.place == 0)
		return CONSOLE_REFUSED;
	forget(new->client);
	if (!has_place(new->task))
		drop_ended();
	if (!has_place(new->task))
		return CONSOLE_BUSY;
	controls[control_count++] = *new;
	control_refresh();
	return CONSOLE_LATER;
}

enum console_status serve_con_watch(struct console_caller *c)
{
	struct control new = { .client = c->thread, .task = client_task(c), .watch = true };

	if (attention_for == 0 || attention_for != new.task)
		return add(&new);
	attention_for = 0;
	return CONSOLE_ATTENTION;
}

enum console_status serve_con_foreground(struct console_caller *c, const struct con_foreground_in *in)
{
	return add(&(struct control){ .client = c->thread, .task = client_task(c), .to = in->task });
}

bool control_has_right(L4_Word_t task)
{
	struct owner_task t;

	return owner_has(&owner, task) && find(task, &t) && t.place != 0;
}
