/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.c - what only shells ask root and the name service for: lists of tasks, programs and names, the
 * kernel's records, power.
 */
#include <proto/names_server.h>
#include <proto/root_server.h>
#include <x2/call.h>
#include <x2/inspect.h>
#include "play.h"
#include "system.h"

enum { SIGMA0_SPACE = 1, ROOT_SPACE, SHELL_SPACE, CHILD_SPACE = 10, FOREIGN_THREAD = CHILD_THREAD - 1,
       FOREIGN_SPACE = 9 };

struct names_caller { int unused; };

struct power power = { .answer = ROOT_E_ABSENT };
unsigned heartbeats;
L4_Word_t small_bytes;
unsigned foreign_scheduler;

/* ---- lists ---- */

/* The task itself, then its children. */
enum root_error serve_root_tasks(struct root_caller *c, const struct root_tasks_in *in,
				 struct root_tasks_out *out)
{
	L4_Word_t n = in->position;

	(void)c;
	*out = (struct root_tasks_out){ .next = n + 1, .task = OWN_TASK, .parent = root.parent,
					.name = OWN_NAME, .first = kernel_thread(MAIN_THREAD), .threads = 3, .memory = 5000,
					.memory_limit = 1 << 20 };
	if (n == 0)
		return ROOT_OK;
	while (n <= root.children && !root_child(FIRST_CHILD + n - 1))
		n++;
	*out = (struct root_tasks_out){ .next = n <= root.children ? n + 1 : 0 };
	if (out->next) {
		const struct child *child = root_child(FIRST_CHILD + n - 1);

		out->task = child->task;
		out->parent = child->parent;
		out->small = small_bytes;
		out->end = child->ended ? child->how : ROOT_ALIVE;
		out->first = kernel_thread(CHILD_THREAD + child->task - FIRST_CHILD);
		memcpy(out->name, child->name, sizeof out->name);
	}
	return ROOT_OK;
}

enum root_error serve_root_programs(struct root_caller *c, const struct root_programs_in *in,
				    struct root_programs_out *out)
{
	const char *name = program_name((unsigned)in->position);

	(void)c;
	*out = (struct root_programs_out){ .next = name ? in->position + 1 : 0, .size = 1000 + in->position };
	strcpy(out->name, name ? name : "");
	return ROOT_OK;
}

/* One that is about to be unregistered has no task. */
enum names_error serve_names_list(struct names_caller *c, const struct names_list_in *in,
				  struct names_list_out *out)
{
	(void)c;
	*out = (struct names_list_out){ .next = in->position + 1, .task = in->position == 1 ? 0 : 4 };
	out->thread = kernel_thread(CONSOLE_THREAD);
	strcpy(out->name, in->position == 1 ? "half" : "console");
	if (in->position == 3)
		out->next = 0;
	return NAMES_OK;
}

/* ---- the kernel's records ---- */

/* The id of the n-th thread with a number of at least *start, which becomes that number. */
static bool next_thread(L4_Word_t *start, L4_Word_t *space)
{
	static const struct { unsigned thread, space; } fixed[] = {
		{ 3, 0 }, { 18, SIGMA0_SPACE }, { ROOT_THREAD, ROOT_SPACE },
		{ FOREIGN_THREAD, FOREIGN_SPACE },
	};

	for (unsigned i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (fixed[i].thread >= *start) {
			*start = fixed[i].thread;
			*space = fixed[i].space;
			return true;
		}
	for (unsigned n = 0; n < root.children; n++)
		if (root_child(FIRST_CHILD + n) && CHILD_THREAD + n >= *start) {
			*start = CHILD_THREAD + n;
			*space = CHILD_SPACE + n;
			return true;
		}
	*space = SHELL_SPACE;
	if (*start > MAIN_THREAD)
		return false;
	*start = MAIN_THREAD;
	return true;
}

static L4_Word_t thread_record(L4_Word_t start, struct l4_inspect_thread *t)
{
	L4_Word_t space;

	if (!next_thread(&start, &space))
		return 0;
	*t = (struct l4_inspect_thread){ .id = kernel_thread((unsigned)start).raw, .space = space,
					 .priority = 100, .state = start == MAIN_THREAD ? 77 : L4_SCHED_WAITING,
					 .halted = start == FOREIGN_THREAD, .time_used = 2345678,
					 .scheduler = kernel_thread(ROOT_THREAD).raw };
	if (start == FOREIGN_THREAD && foreign_scheduler)
		t->scheduler = kernel_thread(foreign_scheduler).raw;
	t->partner = start == ROOT_THREAD ? L4_anythread.raw
		   : start == 18 ? 0 : kernel_thread(ROOT_THREAD).raw;
	return start + 1;
}

/* The spaces of those threads. */
static L4_Word_t space_record(L4_Word_t start, struct l4_inspect_space *s)
{
	L4_Word_t space, best = 0, found = 0;

	for (L4_Word_t thread = 0; next_thread(&thread, &space); thread++)
		if (space && space >= start && (!best || space < best)) {
			best = space;
			found = thread;
		}
	*s = (struct l4_inspect_space){ .number = best, .thread = kernel_thread((unsigned)found).raw,
					.threads = 1, .kmem_used = 4096, .kmem_limit = 8192, .extents = 2, .pages = 3 };
	return best ? best + 1 : 0;
}

/* Two of each space: a page of root's, 2 MiB of sigma0's, which has all memory. */
static L4_Word_t mapping_record(L4_Word_t object, L4_Word_t start, struct l4_inspect_mapping *m)
{
	*m = (struct l4_inspect_mapping){ .base = 0x400000, .log2 = 12, .rights = 5, .pages = 1,
					  .parent_space = ROOT_SPACE, .parent_base = 0x1000, .children = 1 };
	if (object == ROOT_SPACE)
		m->parent_space = SIGMA0_SPACE;
	if (object == SIGMA0_SPACE)
		m->parent_space = 0;
	if (start <= 0x400000)
		return 0x400001;
	m->base = 0x800000;
	m->log2 = object == SIGMA0_SPACE ? 64 : 21;
	return start <= 0x800000 ? 0x800001 : 0;
}

static L4_Word_t irq_record(L4_Word_t start, struct l4_inspect_irq *i)
{
	*i = (struct l4_inspect_irq){ .number = start, .count = 9, .state = start & 3,
				      .handler = start == 2 ? 0 : kernel_thread(FOREIGN_THREAD).raw };
	return start < 4 ? start + 1 : 0;
}

enum root_error serve_root_inspect(struct root_caller *c, const struct root_inspect_in *in,
				   struct root_inspect_out *out)
{
	void *record = out->record;

	(void)c;
	switch (in->what) {
	case L4_INSPECT_SYSTEM:
		*(struct l4_inspect_system *)record =
			(struct l4_inspect_system){ .kmem_total = 1 << 20, .threads = 8 };
		out->next = 1;
		break;
	case L4_INSPECT_THREAD: out->next = thread_record(in->start, record); break;
	case L4_INSPECT_SPACE: out->next = space_record(in->start, record); break;
	case L4_INSPECT_MAPPING: out->next = mapping_record(in->object, in->start, record); break;
	case L4_INSPECT_IRQ: out->next = irq_record(in->start, record); break;
	case L4_INSPECT_PORTS:
		*(struct l4_inspect_mapping *)record = (struct l4_inspect_mapping){ .base = 0x60, .log2 = 3 };
		out->next = in->start == 0;
		break;
	default: kernel_stop("records that the shell does not ask for");
	}
	return ROOT_OK;
}

/* ---- the rest ---- */

enum root_error serve_root_power(struct root_caller *c, const struct root_power_in *in)
{
	(void)c;
	power.requests++;
	power.what = in->what;
	power.status = in->exit_status;
	return power.answer;
}

void serve_root_heartbeat(struct root_caller *c)
{
	(void)c;
	heartbeats++;
}

void serve_root_calls(struct root_caller *c)
{
	(void)c;
}
