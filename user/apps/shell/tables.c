/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tables.c - ps, mem, maps, irq.
 *
 * Threads, spaces, mappings and interrupts come from the kernel's inspection, relayed by root; what
 * program a thread belongs to, and how much memory a task may use, comes from root. The records are
 * read one after the other while the system runs, so a table is no snapshot.
 */
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <stdio.h>
#include <string.h>
#include <x2/call.h>

#include "shell.h"

#define WORDS(record) (sizeof(record) / sizeof(L4_Word_t))

static const char *const states[] = {
	[L4_SCHED_ERROR] = "error", [L4_SCHED_DEAD] = "dead", [L4_SCHED_INACTIVE] = "inactive",
	[L4_SCHED_RUNNING] = "ready", [L4_SCHED_PENDING_SEND] = "sending", [L4_SCHED_SENDING] = "sending",
	[L4_SCHED_WAITING] = "waiting", [L4_SCHED_RECEIVING] = "receiving",
};

static L4_ThreadId_t thread_of(L4_Word_t raw) { return (L4_ThreadId_t){ .raw = raw }; }
static L4_Word_t kib(L4_Word_t bytes) { return (bytes + 1023) / 1024; }

/* pecan_inspect until ^C. */
static bool next_record(enum l4_inspect what, L4_Word_t object, L4_Word_t *start, void *record,
			unsigned words, enum root_error *error)
{
	*error = ROOT_OK;
	return !jobs_interrupted() && pecan_inspect(what, object, start, record, words, error);
}

static void why(const char *command, enum root_error e)
{
	if (e != ROOT_OK)
		shell_refused(command, e);
}

static const char *task_text(char *text, L4_Word_t task)
{
	if (task)
		snprintf(text, ID_TEXT, "%lu", task);
	else
		strcpy(text, "-");
	return text;
}

static bool listed_task(L4_Word_t task, struct pecan_task *found)
{
	struct pecan_task t;

	for (L4_Word_t p = 0; pecan_next_task(&p, &t); )
		if (t.task == task) {
			*found = t;
			return true;
		}
	return false;
}

static bool any_small(void)
{
	struct pecan_task t;

	for (L4_Word_t p = 0; pecan_next_task(&p, &t); )
		if (t.small)
			return true;
	return false;
}

/* The column SMALL: the size of the small space that the task has now. */
static const char *small_text(char *text, L4_Word_t task)
{
	struct pecan_task t = { .small = 0 };

	if (task && listed_task(task, &t) && t.small)
		snprintf(text, ID_TEXT, "%4luM ", t.small >> 20);
	else
		snprintf(text, ID_TEXT, "%5s ", "-");
	return text;
}

static void ps_row(const struct l4_inspect_thread *t, bool smalls)
{
	char id[ID_TEXT], partner[ID_TEXT], number[ID_TEXT], name[NAME_TEXT], small[ID_TEXT];
	const char *state = t->state < sizeof states / sizeof states[0] ? states[t->state] : "?";
	L4_Word_t task;

	id_text(id, thread_of(t->id));
	id_text(partner, thread_of(t->partner));
	id_program(name, thread_of(t->id), &task);
	printf("%5s %10s %5lu %s%-14s %-9s %4lu %9lu.%03lu  %s\n", task_text(number, task), id, t->space,
	       smalls ? small_text(small, task) : "", name, t->halted ? "halted" : state, t->priority,
	       t->time_used / 1000000, t->time_used / 1000 % 1000, partner);
}

void table_ps(int argc, char **argv)
{
	struct l4_inspect_thread t;
	enum root_error e = ROOT_OK;
	bool smalls = any_small();

	(void)argc;
	(void)argv;
	printf("%5s %10s %5s %s%-14s %-9s %4s %13s  %s\n", "TASK", "THREAD", "SPACE", smalls ? "SMALL " : "",
	       "PROGRAM", "STATE", "PRIO", "SECONDS", "PARTNER");
	for (L4_Word_t at = 0; next_record(L4_INSPECT_THREAD, 0, &at, &t, WORDS(t), &e); )
		if (t.space)
			ps_row(&t, smalls);
	why("ps", e);
}

static void mem_physical(void)
{
	struct pecan_memory m;
	struct l4_inspect_system s;
	L4_Word_t at = 0;
	enum root_error e = pecan_memory(&m);

	if (e != ROOT_OK) {
		shell_refused("mem", e);
		return;
	}
	printf("%-10s %10s %10s %10s\n", "KiB", "TOTAL", "USED", "FREE");
	printf("%-10s %10lu %10lu %10lu\n", "memory", kib(m.total), kib(m.total - m.free), kib(m.free));
	if (!pecan_inspect(L4_INSPECT_SYSTEM, 0, &at, &s, WORDS(s), &e)) {
		why("mem", e);
		return;
	}
	printf("%-10s %10lu %10lu %10lu\n", "kernel", kib(s.kmem_total), kib(s.kmem_used),
	       kib(s.kmem_total - s.kmem_used));
	printf("kernel image: %lu KiB text, %lu KiB data; %lu threads, %lu spaces, %lu mappings\n",
	       kib(s.kernel_text), kib(s.kernel_data), s.threads, s.spaces, s.mappings);
	printf("of the free memory %lu KiB are kept for programs that run\n", kib(m.kept));
	printf("of the free memory %lu KiB have copies of blocks of the disk\n", kib(m.cached));
}

static void mem_row(const struct l4_inspect_space *s)
{
	char name[NAME_TEXT], number[ID_TEXT], used[ID_TEXT] = "-", limit[ID_TEXT] = "-";
	struct pecan_task t;
	L4_Word_t task;

	id_program(name, thread_of(s->thread), &task);
	if (task && listed_task(task, &t)) {
		snprintf(used, sizeof used, "%lu", kib(t.memory));
		snprintf(limit, sizeof limit, "%lu", kib(t.memory_limit));
	}
	printf("%5lu %4s %-14s %7lu %7lu %7s %7s %7lu %7lu %5lu\n", s->number, task_text(number, task), name,
	       kib(s->kmem_used), kib(s->kmem_limit), used, limit, s->threads, s->extents, s->pages);
}

void table_mem(int argc, char **argv)
{
	struct l4_inspect_space s;
	enum root_error e = ROOT_OK;

	(void)argc;
	(void)argv;
	mem_physical();
	printf("%5s %4s %-14s %7s %7s %7s %7s %7s %7s %5s\n", "SPACE", "TASK", "PROGRAM", "KERNEL", "LIMIT",
	       "MEMORY", "LIMIT", "THREADS", "EXTENTS", "PAGES");
	for (L4_Word_t at = 0; next_record(L4_INSPECT_SPACE, 0, &at, &s, WORDS(s), &e); )
		mem_row(&s);
	why("mem", e);
}

static const char *rights_text(L4_Word_t rights)
{
	static const char *const text[] = { "---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx" };

	return text[rights & 7];
}

/* Which program is space `number`? Asked again only when the number changes. */
static void space_name(L4_Word_t number, char *name)
{
	static L4_Word_t cached;
	static char cached_name[NAME_TEXT];
	struct l4_inspect_space s;
	L4_Word_t at = number, task;

	if (number == 0) {
		strcpy(name, "-");
		return;
	}
	if (number != cached) {
		strcpy(cached_name, "?");
		if (pecan_inspect(L4_INSPECT_SPACE, 0, &at, &s, WORDS(s), NULL) && s.number == number)
			id_program(cached_name, thread_of(s.thread), &task);
		cached = number;
	}
	strcpy(name, cached_name);
}

/* 2^log2 bytes: 4K, 2M, 1G, ... */
static const char *size_text(char *text, L4_Word_t log2)
{
	static const char units[] = "KMGTPE";

	if (log2 < 10 || log2 > 63)
		snprintf(text, ID_TEXT, "2^%lu", log2);
	else
		snprintf(text, ID_TEXT, "%lu%c", 1ul << log2 % 10, units[log2 / 10 - 1]);
	return text;
}

static void maps_row(const struct l4_inspect_mapping *m)
{
	char name[NAME_TEXT], size[ID_TEXT];

	space_name(m->parent_space, name);
	printf("%14lx %5s %s %7lu %5lu %-14s %14lx %8lu\n", m->base, size_text(size, m->log2),
	       rights_text(m->rights), m->pages, m->parent_space, name, m->parent_base, m->children);
}

static void maps_ports(L4_Word_t space)
{
	struct l4_inspect_mapping m;
	char name[NAME_TEXT];
	enum root_error e;

	for (L4_Word_t at = 0; next_record(L4_INSPECT_PORTS, space, &at, &m, WORDS(m), &e); ) {
		space_name(m.parent_space, name);
		printf("ports %04lx to %04lx from space %lu, %s\n", m.base,
		       m.base + ((L4_Word_t)1 << m.log2) - 1, m.parent_space, name);
	}
}

/* What the space `to` has directly from the space `from`: one line, if there is anything. */
static void maps_given(L4_Word_t from, const struct l4_inspect_space *to)
{
	struct l4_inspect_mapping m;
	L4_Word_t extents = 0, pages = 0;
	char name[NAME_TEXT];
	enum root_error e;

	for (L4_Word_t at = 0; next_record(L4_INSPECT_MAPPING, to->number, &at, &m, WORDS(m), &e); )
		if (m.parent_space == from) {
			extents++;
			pages += m.pages;
		}
	if (extents == 0)
		return;
	space_name(to->number, name);
	printf("mapped to space %lu, %s: %lu pages in %lu extents\n", to->number, name, pages, extents);
}

static void maps_children(L4_Word_t space)
{
	struct l4_inspect_space s;
	enum root_error e;

	for (L4_Word_t at = 0; next_record(L4_INSPECT_SPACE, 0, &at, &s, WORDS(s), &e); )
		maps_given(space, &s);
}

void table_maps(int argc, char **argv)
{
	struct pecan_task t;
	struct l4_inspect_mapping m;
	enum root_error e = ROOT_OK;
	L4_Word_t space;

	if (argc < 2) {
		puts("maps: name a task, as in maps shell; ps shows them");
		return;
	}
	if (!id_task("maps", argv[1], &t))
		return;
	space = id_space_of(t.first);
	if (space == 0) {
		printf("maps: the kernel has no space of %s any more, or has no inspection\n", t.name);
		return;
	}
	printf("space %lu, %s\n", space, t.name);
	printf("%14s %5s %s %7s %5s %-14s %14s %8s\n", "BASE", "SIZE", "RWX", "PAGES", "FROM", "PROGRAM",
	       "AT", "CHILDREN");
	for (L4_Word_t at = 0; next_record(L4_INSPECT_MAPPING, space, &at, &m, WORDS(m), &e); )
		maps_row(&m);
	why("maps", e);
	maps_ports(space);
	maps_children(space);
}

void table_irq(int argc, char **argv)
{
	static const char *const text[] = { "detached", "armed", "message waiting", "not acknowledged" };
	struct l4_inspect_irq i;
	char id[ID_TEXT], name[NAME_TEXT];
	enum root_error e = ROOT_OK;
	L4_Word_t task;

	(void)argc;
	(void)argv;
	printf("%4s %10s %-14s %10s  %s\n", "IRQ", "THREAD", "PROGRAM", "COUNT", "STATE");
	for (L4_Word_t at = 0; next_record(L4_INSPECT_IRQ, 0, &at, &i, WORDS(i), &e); ) {
		if (i.handler == 0)
			continue;
		id_text(id, thread_of(i.handler));
		id_program(name, thread_of(i.handler), &task);
		printf("%4lu %10s %-14s %10lu  %s\n", i.number, id, name, i.count, text[i.state & 3]);
	}
	why("irq", e);
}
