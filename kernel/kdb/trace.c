/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace.c - the ring of kernel events (<x2/inspect.h>), in frames of the kernel's pool.
 *
 * Without a trace it costs two instructions for each map item (kernel.trace_map), and an indirect call
 * instead of a direct one at each entry into C (cpu_local.traps). While it records, these calls lead to
 * functions that add events (kdb_arch_trace), and short IPC is done by core. The call that stops the trace
 * returns through such a function: an event that comes while the trace is off is dropped.
 */
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <lib/str.h>
#include <x2/inspect.h>

enum {
	FRAMES_MAX = 64,		/* 256 KiB: 8,192 events */
	POOL_SHARE = 64,		/* and no more than 1/64 of the pool */
	FRAME_EVENTS = KMEM_FRAME / sizeof(struct l4_trace_event),
	KIND_SHIFT = 56, DETAIL_SHIFT = 48,
};

#define TIME_MASK (((uint64_t)1 << DETAIL_SHIFT) - 1)

static struct {
	struct l4_trace_event *frame[FRAMES_MAX];
	unsigned frames;
	bool on;
	l4_word_t next;			/* number of the next event */
	uint64_t last;			/* ns, time of the last event */
	const struct thread *running;	/* of the last switch; not dereferenced */
} trace;

static struct l4_trace_event *place(l4_word_t number)
{
	number %= trace.frames * FRAME_EVENTS;
	return &trace.frame[number / FRAME_EVENTS][number % FRAME_EVENTS];
}

static void put(uint64_t kind, const struct thread *t, l4_word_t a, l4_word_t b)
{
	*place(trace.next++) = (struct l4_trace_event){ kind | (trace.last & TIME_MASK), t->id.raw, a, b };
}

void trace_event(unsigned kind, unsigned detail, const struct thread *t, l4_word_t a, l4_word_t b)
{
	if (!trace.on)
		return;
	trace.last = kdb_arch_now();
	put((uint64_t)kind << KIND_SHIFT | (uint64_t)detail << DETAIL_SHIFT, t, a, b);
}

void trace_switch(const struct thread *t, bool now)
{
	if (!trace.on || t == trace.running)
		return;
	trace.running = t;
	if (now)
		trace.last = kdb_arch_now();
	put((uint64_t)L4_TRACE_SWITCH << KIND_SHIFT, t, t->space ? t->space->number : 0, 0);
}

/* The map or grant item at from->item is about to be transferred. */
static void map(const struct thread *from, const struct thread *to)
{
	bool grant = l4_item_kind(*thread_user_mr(from, from->item)) == L4_ITEM_GRANT;

	trace_event(L4_TRACE_MAP, grant, from, *thread_user_mr(from, from->item + 1u), to->id.raw);
}

static void stop(void)
{
	kernel.trace_map = 0;
	if (trace.on)
		kdb_arch_trace(false);
	trace.on = false;
}

static void free_frames(void)
{
	stop();
	while (trace.frames > 0)
		kmem_frame_free(&mem.kmem.pool, trace.frame[--trace.frames]);
	trace.next = 0;
}

static bool start(const struct thread *self)
{
	uint64_t frames = mem.kmem.pool.limit / POOL_SHARE / KMEM_FRAME;

	stop();
	for (; trace.frames < FRAMES_MAX && trace.frames < frames; trace.frames++) {
		trace.frame[trace.frames] = kmem_frame(&mem.kmem.pool);
		if (!trace.frame[trace.frames])
			break;
	}
	if (trace.frames == 0)
		return false;
	trace.next = 0;
	trace.running = 0;
	trace.on = true;
	trace_switch(self, true);
	kernel.trace_map = map;
	kdb_arch_trace(true);
	return true;
}

static l4_word_t read(struct thread *self, l4_word_t at)
{
	l4_word_t kept = trace.frames * FRAME_EVENTS;
	struct l4_inspect_trace r = { .number = at };

	if (trace.next > kept && at < trace.next - kept)
		r.number = trace.next - kept;
	for (at = r.number; at < trace.next && r.count < L4_TRACE_EVENTS; at++)
		r.event[r.count++] = *place(at);
	if (r.count == 0)
		return 0;
	memcpy(&self->utcb[1], &r, sizeof(r));
	return at;
}

l4_word_t trace_inspect(struct thread *self, l4_word_t command, l4_word_t at)
{
	switch (command) {
	case L4_TRACE_READ:
		return read(self, at);
	case L4_TRACE_START:
		return start(self);
	case L4_TRACE_STOP:
		stop();
		return 1;
	case L4_TRACE_FREE:
		free_frames();
		return 1;
	default:
		*thread_tcr(self, L4_TCR_ERROR_CODE) = L4_ERR_PARAM;
		return 0;
	}
}
