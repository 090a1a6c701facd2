/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * servers.c - name service and console are programs that can end. Without them the shell has neither input
 * nor output, so it starts others and reports that: the only programs that it starts by itself.
 *
 * A server that ends again within STEADY_US of its start, STARTS_MAX times one after the other, is given up.
 * Without a console there is nothing for the shell to do: it ends as well, with a line in root's log.
 */
#include <l4/schedule.h>
#include <pecan/console.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

enum { STARTS_MAX = 5, STEADY_US = 1000000, TEXT = 160 };

struct server {
	const char *program, *text;
	bool needed;			/* the shell cannot work without it */
	bool restarted;			/* and not reported yet */
	bool given_up;
	unsigned starts;		/* within STEADY_US of the one before */
	L4_Word_t task;			/* the last one that the shell started */
	L4_Word64_t started;
};

static struct server servers[] = {
	{ .program = "names", .text = "name service" },
	{ .program = CONSOLE_NAME, .text = "console driver", .needed = true },
};

/* Also true if root lists no tasks for this program: then it cannot know. */
static bool alive(const char *program)
{
	struct pecan_task t;
	bool listed = false;

	for (L4_Word_t p = 0; pecan_next_task(&p, &t); listed = true)
		if (strcmp(t.name, program) == 0 && t.ended == ROOT_ALIVE)
			return true;
	return !listed;
}

static void give_up(struct server *s, const char *why)
{
	char text[TEXT];

	s->given_up = true;
	snprintf(text, sizeof text, "the %s is not started again: %s", s->text, why);
	pecan_log(text);
	if (s->needed)
		pecan_exit(1);
}

static void start(struct server *s)
{
	L4_Word64_t now = L4_SystemClock().raw;
	enum root_error e;

	s->starts = now - s->started < STEADY_US ? s->starts + 1 : 1;
	if (s->starts > STARTS_MAX) {
		give_up(s, "it has ended too often right after its start");
		return;
	}
	s->started = now;
	e = pecan_spawn(s->program, NULL, 0, &s->task, NULL);
	if (e == ROOT_OK)
		s->restarted = true;
	else if (e != ROOT_E_POOL && e != ROOT_E_KMEM)
		give_up(s, pecan_error_text(e));
}

void servers_restore(void)
{
	static bool busy;

	if (__atomic_exchange_n(&busy, true, __ATOMIC_ACQUIRE))
		return;
	for (struct server *s = servers; s < servers + sizeof servers / sizeof servers[0]; s++)
		if (!s->given_up && !alive(s->program))
			start(s);
	__atomic_store_n(&busy, false, __ATOMIC_RELEASE);
}

void servers_report(void)
{
	for (struct server *s = servers; s < servers + sizeof servers / sizeof servers[0]; s++)
		if (s->restarted) {
			s->restarted = false;
			printf("shell: the %s had ended; task %lu is a new one\n", s->text, s->task);
		}
}
