/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - top: which tasks and threads use the processor; docs/user/debugging.md.
 *
 *   top                   a table each second, until ^C
 *   top TIMES [MS]        so many tables, one every MS milliseconds
 *
 * A share is the time used since the last table, in thousandths of the time that has passed. The kernel
 * charges the owner of a time slice, which a server that was called runs on too.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <l4/thread.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 256, ROWS = 18, MS = 1000, LONGEST_MS = 60000, NAME = 16, ID = 32, WHOLE = 1000 };

#define WORDS(record) (sizeof(record) / sizeof(L4_Word_t))

struct row { L4_Word_t id, space, used, since; };	/* since: used since the last table */

static struct row rows[THREADS], before[THREADS];
static unsigned count, count_before;
static L4_Word_t now, idle, passed, passed_idle;

static L4_Word_t used_before(L4_Word_t id)
{
	for (unsigned i = 0; i < count_before; i++)
		if (before[i].id == id)
			return before[i].used;
	return 0;
}

/* Returns how many threads the spaces have. */
static L4_Word_t threads_of_spaces(void)
{
	struct l4_inspect_space s;
	L4_Word_t sum = 0;

	for (L4_Word_t at = 0; pecan_inspect(L4_INSPECT_SPACE, 0, &at, &s, WORDS(s), NULL); )
		sum += s.threads;
	return sum;
}

/*
 * Read all threads, and nothing after the last one: unused numbers take many calls. Returns false, after a
 * message, if root refuses.
 */
static bool sample(void)
{
	struct l4_inspect_system s;
	struct l4_inspect_thread t;
	enum root_error e = ROOT_OK;
	L4_Word_t at = 0, left = threads_of_spaces();

	if (!pecan_inspect(L4_INSPECT_SYSTEM, 0, &at, &s, WORDS(s), &e)) {
		printf("top: %s\n", e == ROOT_OK ? "this kernel has no inspection" : pecan_error_text(e));
		return false;
	}
	passed = s.uptime - now;
	passed_idle = s.idle_time - idle;
	now = s.uptime;
	idle = s.idle_time;
	memcpy(before, rows, sizeof(rows));
	count_before = count;
	count = 0;
	for (at = 0; left > 0 && count < THREADS
	     && pecan_inspect(L4_INSPECT_THREAD, 0, &at, &t, WORDS(t), &e); ) {
		if (t.space == 0)
			continue;
		rows[count++] = (struct row){ t.id, t.space, t.time_used, t.time_used - used_before(t.id) };
		left--;
	}
	return true;
}

static bool before_in_table(const struct row *a, const struct row *b)
{
	return a->since != b->since ? a->since > b->since : a->used > b->used;
}

/* The threads with the largest shares first; of equal ones those that have used most since they began. */
static void sort(void)
{
	for (unsigned i = 1; i < count; i++)
		for (unsigned j = i; j > 0 && before_in_table(&rows[j], &rows[j - 1]); j--) {
			struct row r = rows[j];

			rows[j] = rows[j - 1];
			rows[j - 1] = r;
		}
}

static L4_Word_t of_space(L4_Word_t space)
{
	L4_Word_t sum = 0;

	for (unsigned i = 0; i < count; i++)
		if (rows[i].space == space)
			sum += rows[i].since;
	return sum;
}

/* " 12.3" percent of the time that has passed. */
static const char *share(char *text, L4_Word_t used)
{
	L4_Word_t part = passed == 0 ? 0 : used * WHOLE / passed;

	snprintf(text, ID, "%3lu.%lu", part / 10, part % 10);
	return text;
}

static void print_row(const struct row *r)
{
	static const char *const servers[] = { "?", "sigma0", "root" };
	struct pecan_task t = { 0 };
	char id[ID], task[ID] = "-", task_share[ID], own_share[ID];
	const char *name = "?";

	if (r->space < sizeof(servers) / sizeof(servers[0])) {
		name = servers[r->space];
	} else if (pecan_task_of((L4_ThreadId_t){ .raw = r->id }, &t) == ROOT_OK) {
		name = t.name;
		snprintf(task, sizeof(task), "%lu", t.task);
	}
	snprintf(id, sizeof(id), "%lu.%lu", L4_ThreadNo((L4_ThreadId_t){ .raw = r->id }),
		 L4_Version((L4_ThreadId_t){ .raw = r->id }));
	printf("%5s %-14s %6s %10s %6s %9lu.%03lu\n", task, name, share(task_share, of_space(r->space)), id,
	       share(own_share, r->since), r->used / 1000000, r->used / 1000 % 1000);
}

static void print(void)
{
	char text[ID];

	sort();
	printf("top: up %lu.%03lu s, %u threads, idle %s %%\n", now / 1000000, now / 1000 % 1000, count,
	       share(text, passed_idle));
	printf("%5s %-14s %6s %10s %6s %13s\n", "TASK", "PROGRAM", "TASK%", "THREAD", "OWN%", "SECONDS");
	for (unsigned i = 0; i < count && i < ROWS; i++)
		print_row(&rows[i]);
}

static bool number(const char *text, L4_Word_t largest, L4_Word_t *to)
{
	char *end;

	*to = strtoul(text, &end, 10);
	if (*text != 0 && *end == 0 && *to > 0 && *to <= largest)
		return true;
	printf("top: %s is no number from 1 to %lu\n", text, largest);
	return false;
}

int main(int argc, char **argv)
{
	L4_Word_t times = ~(L4_Word_t)0, ms = MS;

	if (argc > 3) {
		puts("top [TIMES [MS]]: which tasks and threads use the processor");
		return 1;
	}
	if ((argc > 1 && !number(argv[1], WHOLE, &times)) || (argc > 2 && !number(argv[2], LONGEST_MS, &ms)))
		return 1;
	if (!sample())
		return 1;
	for (L4_Word_t i = 0; i < times; i++) {
		L4_Sleep(L4_TimePeriod(ms * 1000));
		if (!sample())
			return 1;
		if (argc == 1)
			printf("\033[2J\033[H");
		print();
	}
	return 0;
}
