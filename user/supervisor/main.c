/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the supervisor: reads the system description, hands the grants over to root, and decides which
 * tasks run (docs/decisions/supervisor.md).
 *
 * Root starts it before all other tasks, above all of them, and again when it has ended. It calls root and no
 * other thread; so it waits for nothing but the next event, or the time of the next check.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/memory.h>
#include <pecan/root.h>
#include <proto/root_client.h>
#include <proto/supervise.h>
#include <string.h>
#include "config.h"
#include "liveness.h"
#include "state.h"
#include "tasks.h"

static const char file[] = "init";

/*
 * Nothing is started without a description, and one that was wrong stays so. Of an earlier one are events. A
 * program of this name that a task has started has no right to any.
 */
static void stay(void)
{
	struct root_next_out event = { 0 };

	while (root_next(pecan_root(), event.event, event.start, event.task, 0, 0, 0, &event) == ROOT_OK)
		;
}

/* The system description in memory of its own; 0: there is none. */
static const char *read_description(L4_Word_t *size)
{
	struct root_file_out part;
	char *text;

	if (root_file(pecan_root(), 0, file, &part) != ROOT_OK) {
		say("the boot image has no system description, the file `init` (docs/user/system.md)");
		return 0;
	}
	*size = part.size;
	text = pecan_map(part.size + 1);
	if (!text) {
		say("the system description (init) has %lu bytes: that is too much for the supervisor", part.size);
		return 0;
	}
	for (L4_Word_t at = 0; at < *size; at += part.data_bytes) {
		if (root_file(pecan_root(), at, file, &part) != ROOT_OK || part.data_bytes == 0)
			return 0;
		memcpy(text + at, part.data, part.data_bytes);
	}
	return text;
}

static struct config *read_config(const char *text, L4_Word_t size)
{
	struct config *c = pecan_map(sizeof(*c));
	const char *wrong;
	struct place at;

	if (!c) {
		say("the supervisor has no memory for the system description");
		return 0;
	}
	wrong = config_parse(c, text, size, &at);
	if (!wrong)
		return c;
	say("system description (init), line %u, column %u: %s", at.line, at.column, wrong);
	return 0;
}

/* Returns false if there are no grants. *begins: the system does; false: it runs already. */
static bool take_over(bool *begins)
{
	L4_Word_t size = 0;
	const char *text = read_description(&size);
	struct config *c = text ? read_config(text, size) : 0;
	enum root_error e = ROOT_E_ABSENT;

	if (c)
		e = root_grants(pecan_root(), (L4_Word_t)&c->grants, sizeof(c->grants));
	if (e != ROOT_OK && e != ROOT_E_BUSY)
		return false;
	tasks_take(c);
	state_open(state_sum(0, text, size));
	pecan_unmap(c);
	pecan_unmap((void *)text);
	*begins = e == ROOT_OK;
	return true;
}

static L4_Time_t until(uint64_t us) { return us == 0 ? L4_Never : supervise_period(us); }

/* root_next, but it waits not longer than this. ROOT_EVENT_NONE: nothing has come. */
static void next(const struct root_next_out *done, bool again, struct root_next_out *event)
{
	uint64_t us = liveness_pause();
	L4_Word_t out[] = { done->event, done->start, done->task, again, (L4_Word_t)us, liveness_rest() };

	*event = (struct root_next_out){ 0 };
	L4_LoadMRs(1, 6, out);
	L4_Set_MsgTag(stub_tag(ROOT_NEXT, 6, 0));
	if (stub_is(L4_Call_Timeouts(pecan_root(), L4_Never, until(us)), 0, 4, 0)) {
		L4_StoreMRs(1, 4, out);
		*event = (struct root_next_out){ out[0], out[1], out[2], out[3] };
	}
}

int main(void)
{
	struct root_next_out event = { 0 };
	bool again = false, begins;

	if (!take_over(&begins)) {
		stay();
		return 1;
	}
	if (begins)
		tasks_begin();
	else
		tasks_resume();
	liveness_begin();
	for (;;) {
		tasks_start_due();
		next(&event, again, &event);
		if (event.event == ROOT_EVENT_SEEN) {
			liveness_seen(&event);
			event.event = ROOT_EVENT_NONE;
		}
		again = tasks_event(&event);
		liveness_run();
	}
}
