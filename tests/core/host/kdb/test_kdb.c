/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_kdb.c - what the kernel's debugger prints, and the ring of the trace.
 */
#include <stdio.h>
#include <string.h>
#include <core/arch.h>
#include <kdb/kdb.h>
#include <x2/inspect.h>
#include "world.h"

enum { SOURCE = 0x200000, TARGET = 0x400000, PAGE_LOG2 = 12 };

/* What the debugger prints for one line. */
static const char *kdb(const char *line)
{
	host.console_len = 0;
	host.console[0] = 0;
	host.input = line;
	kdb_run(world_current(), "test");
	return host.console;
}

#define PRINTS(line, text) CHECK(strstr(kdb(line), text))

TEST(HKDB0001, "the debugger lists threads, spaces, mappings, queues and memory")
{
	struct thread *a, *b;
	char text[64];

	world_boot();
	a = new_space();
	b = new_thread(a);
	give(a, SOURCE, TARGET, PAGE_LOG2, L4_RWX);
	CHECK(!receive_from(a, b->id));
	CHECK(!call_to(b, root));
	snprintf(text, sizeof text, "%lu.%lu  space %-4lu prio %3u  waiting    partner %lu.",
		 (unsigned long)l4_tid_number(a->id), (unsigned long)l4_tid_version(a->id),
		 (unsigned long)a->space->number, a->prio, (unsigned long)l4_tid_number(b->id));
	PRINTS("threads\r", text);
	snprintf(text, sizeof text, "thread %lu\r", (unsigned long)l4_tid_number(a->id));
	PRINTS(text, "active, send 0, recv ");
	snprintf(text, sizeof text, "thread %lu\r", (unsigned long)l4_tid_number(root->id));
	PRINTS(text, "senders (global): ");
	snprintf(text, sizeof text, "space %-4lu live  threads 2", (unsigned long)a->space->number);
	PRINTS("spaces\r", text);
	snprintf(text, sizeof text, "space %lu\r", (unsigned long)a->space->number);
	PRINTS(text, "400000  2^12 rwx  pages 1 ");
	PRINTS("queues\r", "current ");
	PRINTS("memory\r", "pool: ");
	PRINTS("irqs\r", "irqs\nkdb> ");
}

TEST(HKDB0002, "the debugger names what is wrong with a command, and changes nothing")
{
	char *before;

	world_boot();
	before = world_text();
	PRINTS("nosuch\r", "no such command");
	PRINTS("thread\r", "thread N  one");
	PRINTS("thread 0x20000\r", "no thread has the number");
	PRINTS("thread 99999999999999999999999\r", "no thread has the number");
	PRINTS("space 77\r", "no space has the number 77");
	PRINTS("words 1\r", "words N ADDRESS");
	PRINTS("words 1 0xffffffffffffffff\r", "not mapped");
	PRINTS("hlep\b\b\b\belp\r", "this list");
	host.input = 0;
	CHECK_SAME(before);
}

static const struct l4_inspect_trace *trace(enum l4_trace_command command, l4_word_t start)
{
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_TRACE, command, start);
	return (const void *)(root->utcb + 1);
}

static l4_word_t next(void) { return thread_regs(root)->out[0]; }

TEST(HKDB0003, "a trace has a map item with fpage and receiver while it records, and none before and after")
{
	const struct l4_inspect_trace *r;
	struct thread *a;
	l4_fpage_t page = l4_fpage(SOURCE, PAGE_LOG2, L4_RWX);

	world_boot();
	a = new_space();
	CHECK(!kernel.trace_map);
	trace(L4_TRACE_READ, 0);
	CHECK_EQ(next(), 0);
	trace(L4_TRACE_START, 0);
	CHECK_EQ(next(), 1);
	give(a, SOURCE, TARGET, PAGE_LOG2, L4_RWX);
	trace(L4_TRACE_STOP, 0);
	CHECK(!kernel.trace_map);
	give(a, SOURCE, TARGET + 0x1000, PAGE_LOG2, L4_RWX);
	r = trace(L4_TRACE_READ, 0);
	CHECK_EQ(next(), r->number + r->count);
	CHECK_EQ(r->event[0].what >> 56, L4_TRACE_SWITCH);
	CHECK_EQ(r->event[0].thread, root->id.raw);
	CHECK_EQ(r->event[r->count - 1].what >> 56, L4_TRACE_MAP);
	CHECK_EQ(l4_fpage_base((l4_fpage_t){ r->event[r->count - 1].a }), l4_fpage_base(page));
	CHECK_EQ(r->event[r->count - 1].b, a->id.raw);
	trace(L4_TRACE_READ, next());
	CHECK_EQ(next(), 0);
}

TEST(HKDB0004, "a full ring keeps the newest events with their numbers; its frames are freed")
{
	const struct l4_inspect_trace *r;
	size_t frames;
	l4_word_t first, n = 0;

	world_boot();
	frames = mem.kmem.frames_free;
	trace(L4_TRACE_START, 0);
	for (unsigned i = 0; i < 20000; i++)
		trace_event(L4_TRACE_CALL, i & 0xff, root, i, 0);
	trace(L4_TRACE_STOP, 0);
	r = trace(L4_TRACE_READ, 0);
	first = r->number;
	CHECK(first > 0);
	for (l4_word_t at = 0; r = trace(L4_TRACE_READ, at), next(); at = next())
		for (l4_word_t i = 0; i < r->count; i++, n++) {
			CHECK_EQ(r->number + i, first + n);
			CHECK_EQ(r->event[i].a + 1, first + n);
		}
	CHECK_EQ(first + n, 20001);
	trace(L4_TRACE_FREE, 0);
	CHECK_EQ(mem.kmem.frames_free, frames);
	trace(L4_TRACE_READ, 0);
	CHECK_EQ(next(), 0);
}

TEST(HKDB0005, "only a privileged space controls or reads the trace")
{
	struct thread *a;

	world_boot();
	a = new_space();
	CALL(a, L4_CALL_INSPECT, L4_INSPECT_TRACE, L4_TRACE_START, 0);
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
	CHECK(!kernel.trace_map);
}

TEST(HKDB0006, "without memory for the ring a trace does not start")
{
	world_boot();
	host_fail_at(0, true);
	trace(L4_TRACE_START, 0);
	host_fail_never();
	CHECK_EQ(next(), 0);
	CHECK_EQ(error_of(root), L4_OK);
	CHECK(!kernel.trace_map);
}

TEST(HKDB0007, "Inspect returns the registers of a user thread only, and changes nothing of it")
{
	const struct l4_inspect_registers *r;
	struct thread *a;
	struct arch_user u;

	world_boot();
	a = new_space();
	r = (const void *)(root->utcb + 1);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_REGISTERS, 0, l4_tid_number(a->id));
	CHECK_EQ(next(), l4_tid_number(a->id) + 1);
	u = arch_user_get(a);
	CHECK_EQ(r->word[L4_EXC_RIP - 1], u.ip);
	CHECK_EQ(r->word[L4_EXC_RSP - 1], u.sp);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_REGISTERS, 0, 1);
	CHECK_EQ(next(), 0);
	CALL(root, L4_CALL_INSPECT, L4_INSPECT_REGISTERS, 0, ~(l4_word_t)0);
	CHECK_EQ(next(), 0);
	CALL(a, L4_CALL_INSPECT, L4_INSPECT_REGISTERS, 0, l4_tid_number(root->id));
	CHECK_EQ(error_of(a), L4_ERR_NO_PRIVILEGE);
}

TEST(HKDB0008, "after STOP and after FREE no event is added, also by the call that is at its exit")
{
	struct thread *a;
	l4_word_t end;

	world_boot();
	a = new_space();
	trace(L4_TRACE_START, 0);
	trace_switch(a, true);
	trace(L4_TRACE_STOP, 0);
	trace(L4_TRACE_READ, 0);
	end = next();
	CHECK(end > 0);
	trace_switch(root, true);
	trace_event(L4_TRACE_CALL, 0, root, 0, 0);
	trace(L4_TRACE_READ, 0);
	CHECK_EQ(next(), end);
	trace(L4_TRACE_START, 0);
	trace(L4_TRACE_FREE, 0);
	trace_switch(a, true);
	trace_event(L4_TRACE_CALL, 0, a, 0, 0);
	trace(L4_TRACE_READ, 0);
	CHECK_EQ(next(), 0);
}

TEST(HKDB0009, "the time of an event has 48 bits, and changes neither detail nor kind")
{
	const struct l4_inspect_trace *r;
	uint64_t us = ((uint64_t)5 << 48) / 1000 + 1;

	world_boot();
	host.now += us;
	us = host.now;
	trace(L4_TRACE_START, 0);
	trace_event(L4_TRACE_CALL, 2, root, 0, 0);
	r = trace(L4_TRACE_READ, 0);
	CHECK_EQ(r->event[0].what, (uint64_t)L4_TRACE_SWITCH << 56 | (us * 1000 & 0xffffffffffff));
	CHECK_EQ(r->event[r->count - 1].what,
		 (uint64_t)L4_TRACE_CALL << 56 | (uint64_t)2 << 48 | (us * 1000 & 0xffffffffffff));
}

TEST(HKDB0010, "an unknown command of the trace is refused, and changes nothing of it")
{
	l4_word_t end;

	world_boot();
	trace(L4_TRACE_START, 0);
	trace(L4_TRACE_READ, 0);
	end = next();
	CHECK(end > 0);
	trace(L4_TRACE_FREE + 1, 0);
	CHECK_EQ(next(), 0);
	CHECK_EQ(error_of(root), L4_ERR_PARAM);
	CHECK(kernel.trace_map);
	trace(L4_TRACE_READ, 0);
	CHECK_EQ(error_of(root), L4_OK);
	CHECK_EQ(next(), end);
}
