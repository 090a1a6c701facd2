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
	*t = (struct owner_task){ found.parent, found.terminal };
	return true;
}

static struct owner owner = { .find = find };
static struct control controls[CONTROLS];	/* in the order in which they came */
static unsigned control_count;

static void remove_control(unsigned i)
{
	control_count--;
	memmove(&controls[i], &controls[i + 1], (control_count - i) * sizeof controls[0]);
}

L4_Word_t control_foreground(void) { return owner_foreground(&owner); }

/* Hand the terminal on for the first one that may; true if there was one. */
static bool serve_one(void)
{
	for (unsigned i = 0; i < control_count; i++) {
		struct control c = controls[i];

		if (c.watch || !owner_claim(&owner, c.task))
			continue;
		remove_control(i);
		client_answer(c.client, owner_give(&owner, c.task, c.to) ? CONSOLE_OK : CONSOLE_REFUSED, NULL, 0);
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

void control_interrupt(void)
{
	for (unsigned n = owner.depth; n-- > 0; )
		for (unsigned i = 0; i < control_count; i++) {
			struct control c = controls[i];

			if (!c.watch || c.task != owner.chain[n])
				continue;
			remove_control(i);
			if (client_answer(c.client, CONSOLE_OK, NULL, 0))
				return;
			i--;
		}
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

static void add(const struct request *q, bool watch)
{
	struct owner_task t;

	if (!find(q->task, &t) || !t.right) {
		client_answer(q->from, CONSOLE_REFUSED, NULL, 0);
		return;
	}
	forget(q->from);
	if (!has_place(q->task))
		drop_ended();
	if (!has_place(q->task)) {
		client_answer(q->from, CONSOLE_BUSY, NULL, 0);
		return;
	}
	controls[control_count++] = (struct control){ q->from, q->task, q->word[0], watch };
	control_refresh();
}

void control_watch(const struct request *q) { add(q, true); }
void control_give(const struct request *q) { add(q, false); }

bool control_has_right(L4_Word_t task)
{
	struct owner_task t;

	return owner_has(&owner, task) && find(task, &t) && t.right;
}
