/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - the trace as JSON in Chrome's trace event format, one object a line. A process is a space; "X" is
 * a time in which a thread runs, "i" an event of the thread, "M" a name. Times are in us.
 */
#include <l4/thread.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <stdio.h>
#include <string.h>
#include <x2/call.h>
#include "trace.h"

enum { THREADS = 256, KIND_SHIFT = 56, DETAIL_SHIFT = 48, DETAIL = 0xff, ID = 32, ARGS = 160 };

static const uint64_t TIME = ((uint64_t)1 << DETAIL_SHIFT) - 1;

static struct { L4_Word_t thread, space; } known[THREADS];	/* by their switches */
static unsigned threads;
static struct { L4_Word_t thread; uint64_t since; bool runs; } running;
static bool first;

static const char *const calls[] = {
	[L4_CALL_IPC] = "Ipc", [L4_CALL_LIPC] = "Lipc", [L4_CALL_UNMAP] = "Unmap",
	[L4_CALL_EXCHANGE_REGISTERS] = "ExchangeRegisters", [L4_CALL_SYSTEM_CLOCK] = "SystemClock",
	[L4_CALL_THREAD_SWITCH] = "ThreadSwitch", [L4_CALL_SCHEDULE] = "Schedule",
	[L4_CALL_SPACE_CONTROL] = "SpaceControl", [L4_CALL_THREAD_CONTROL] = "ThreadControl",
	[L4_CALL_PROCESSOR_CONTROL] = "ProcessorControl", [L4_CALL_MEMORY_CONTROL] = "MemoryControl",
	[L4_CALL_INSPECT] = "Inspect", [L4_CALL_SET_TLS] = "SetTls",
};

static uint64_t time_of(const struct l4_trace_event *e) { return e->what & TIME; }
static unsigned kind_of(const struct l4_trace_event *e) { return (unsigned)(e->what >> KIND_SHIFT); }
static unsigned detail_of(const struct l4_trace_event *e) { return e->what >> DETAIL_SHIFT & DETAIL; }
static L4_ThreadId_t tid(L4_Word_t raw) { return (L4_ThreadId_t){ .raw = raw }; }

static const char *id_text(char *text, L4_Word_t raw)
{
	if (raw == ~(L4_Word_t)0)
		return "any";
	if (raw == 0)
		return "-";
	snprintf(text, ID, "%lu.%lu", L4_ThreadNo(tid(raw)), L4_Version(tid(raw)));
	return text;
}

static L4_Word_t space_of(L4_Word_t thread)
{
	for (unsigned i = 0; i < threads; i++)
		if (known[i].thread == thread)
			return known[i].space;
	return 0;
}

static void learn(const struct l4_trace_event *e)
{
	if (kind_of(e) != L4_TRACE_SWITCH || e->a == 0 || space_of(e->thread) != 0 || threads == THREADS)
		return;
	known[threads].thread = e->thread;
	known[threads++].space = e->a;
}

/* The beginning of each object: a comma after the one before, its kind, thread and time. */
static void object(const char *kind, L4_Word_t thread, uint64_t ns)
{
	printf("%s{\"ph\":\"%s\",\"pid\":%lu,\"tid\":%lu,\"ts\":%lu.%03u,", first ? "" : ",\n", kind,
	       space_of(thread), L4_ThreadNo(tid(thread)), (unsigned long)(ns / 1000), (unsigned)(ns % 1000));
	first = false;
}

static void name_space(L4_Word_t thread, L4_Word_t space, const char *name)
{
	object("M", thread, 0);
	printf("\"name\":\"process_name\",\"args\":{\"name\":\"%s (space %lu)\"}}", name, space);
}

/* Names of spaces and threads. traced: a thread of the program `name`, which may have ended. */
static void names(L4_Word_t traced, const char *name)
{
	static const char *const servers[] = { "?", "sigma0", "root" };

	for (unsigned i = 0; i < threads; i++) {
		L4_Word_t space = known[i].space;
		struct pecan_task t;
		char id[ID];

		object("M", known[i].thread, 0);
		printf("\"name\":\"thread_name\",\"args\":{\"name\":\"%s\"}}", id_text(id, known[i].thread));
		if (space < sizeof servers / sizeof servers[0])
			name_space(known[i].thread, space, servers[space]);
		else if (traced != 0 && space == space_of(traced))
			name_space(known[i].thread, space, name);
		else if (pecan_task_of(tid(known[i].thread), &t) == ROOT_OK)
			name_space(known[i].thread, space, t.name);
	}
}

/* The running thread has run until now. */
static void end_of_run(uint64_t now)
{
	if (!running.runs)
		return;
	object("X", running.thread, running.since);
	printf("\"name\":\"runs\",\"cat\":\"cpu\",\"dur\":%lu.%03u}",
	       (unsigned long)((now - running.since) / 1000), (unsigned)((now - running.since) % 1000));
}

static void instant(const struct l4_trace_event *e, const char *category, const char *name, const char *args)
{
	object("i", e->thread, time_of(e));
	printf("\"s\":\"t\",\"cat\":\"%s\",\"name\":\"%s\",\"args\":{%s}}", category, name, args);
}

static void call(const struct l4_trace_event *e)
{
	unsigned number = detail_of(e);
	char args[ARGS] = "";

	if (number == L4_CALL_UNMAP)
		snprintf(args, sizeof args, "\"fpage\":\"%#lx\",\"control\":\"%#lx\"", e->a, e->b);
	instant(e, number == L4_CALL_UNMAP ? "memory" : "call",
		number < sizeof calls / sizeof calls[0] ? calls[number] : "call", args);
}

static void ipc(const struct l4_trace_event *e)
{
	bool send = kind_of(e) == L4_TRACE_SEND;
	char args[ARGS], id[ID];

	snprintf(args, sizeof args, "\"%s\":\"%s\",\"%s\":\"%#lx\"", send ? "to" : "from", id_text(id, e->a),
		 send ? "tag" : "timeouts", e->b);
	instant(e, "ipc", send ? "send" : "wait", args);
}

static void fault(const struct l4_trace_event *e)
{
	char args[ARGS];

	if (kind_of(e) == L4_TRACE_PAGE_FAULT) {
		snprintf(args, sizeof args, "\"address\":\"%#lx\",\"ip\":\"%#lx\"", e->a, e->b);
		instant(e, "fault", "page fault", args);
		return;
	}
	snprintf(args, sizeof args, "\"vector\":%u,\"ip\":\"%#lx\",\"error\":\"%#lx\"", detail_of(e), e->a, e->b);
	instant(e, "fault", "exception", args);
}

static void print(const struct l4_trace_event *e)
{
	char args[ARGS], id[ID];

	switch (kind_of(e)) {
	case L4_TRACE_SWITCH:
		end_of_run(time_of(e));
		running.thread = e->thread;
		running.since = time_of(e);
		running.runs = e->a != 0;
		return;
	case L4_TRACE_CALL:
		call(e);
		return;
	case L4_TRACE_SEND:
	case L4_TRACE_WAIT:
		ipc(e);
		return;
	case L4_TRACE_PAGE_FAULT:
	case L4_TRACE_EXCEPTION:
		fault(e);
		return;
	case L4_TRACE_INTERRUPT:
		snprintf(args, sizeof args, "\"vector\":%u", detail_of(e));
		instant(e, "interrupt", "interrupt", args);
		return;
	case L4_TRACE_MAP:
		snprintf(args, sizeof args, "\"fpage\":\"%#lx\",\"to\":\"%s\"", e->a, id_text(id, e->b));
		instant(e, "memory", detail_of(e) ? "grant" : "map", args);
		return;
	}
}

void json_print(L4_Word_t traced, const char *name)
{
	first = true;
	kernel_events(learn);
	printf("{\"traceEvents\":[\n");
	names(traced, name);
	kernel_events(print);
	printf("\n],\"displayTimeUnit\":\"ns\"}\n");
}
