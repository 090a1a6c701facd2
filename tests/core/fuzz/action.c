/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * action.c - what can happen: any system call, faults, interrupts, time, failing allocations, and
 * all of these at a preemption point of another thread's long operation (arm).
 */
#include <core/arch.h>
#include "fuzz.h"

/* At the point-th preemption point from now something fires, and `count` actions are played there. */
static struct { unsigned point, event, count; } armed;
static unsigned steps;			/* of long operations since the last action began */
l4_tid_t fuzz_victim;

void fuzz_disarm(void)
{
	armed.point = 0;
	steps = 0;
	fuzz_victim = L4_NILTHREAD;
	world_hook.call = 0;
}

/* ---- what a thread does ---- */

/* Returns true if self still exists after another thread has acted, and can act now. */
static bool comes_back(struct thread *self, l4_tid_t id)
{
	return thread_find(id) == self && world_current()->kind == THREAD_USER && world_try_run(self);
}

/* t is helped out of what it is in, which may be the end of it, and runs if it can. */
static bool is_helped(struct thread *t)
{
	l4_tid_t id = t->id;

	fuzz_help(t);
	return thread_find(id) == t && thread_runnable(t) && world_try_run(t);
}

static void put(struct thread *self, unsigned i, l4_word_t w)
{
	if (i < L4_MRS)
		put_mr(self, i, w);
}

static unsigned put_item(struct thread *self, unsigned i, unsigned kind)
{
	l4_word_t base;
	unsigned n;

	if (kind == 0) {
		put(self, i, fuzz_word());
		put(self, i + 1, fuzz_word());
		return 2;
	}
	if (kind & 1) {
		base = fuzz_address();
		put(self, i, kind & 2 ? l4_grant_item(base) : l4_map_item(base));
		put(self, i + 1, fuzz_fpage().raw);
		return 2;
	}
	put(self, i, fuzz_string(&n));
	for (unsigned k = 1; k <= n; k++)
		put(self, i + k, fuzz_address());
	return 1 + n;
}

static void message(struct thread *self)
{
	static const uint8_t lengths[] = { 0, 1, 2, 3, 7, 8, 20, 61 };
	unsigned b = fuzz_byte(), untyped = lengths[b & 7], items = b >> 3 & 3, typed = 0;

	for (unsigned i = 1; i < 4; i++)
		put_mr(self, i, i * FUZZ_VA);
	for (unsigned i = 0; i < items; i++)
		typed += put_item(self, untyped + 1 + typed, fuzz_byte() & 7);
	if (b >> 5 == 7)
		typed = fuzz_byte() & 63;
	put_mr(self, 0, l4_tag(b, untyped, typed).raw | (b & 0x20 ? fuzz_byte() << 12 & L4_TAG_FLAGS : 0));
}

static void buffers(struct thread *self)
{
	unsigned b = fuzz_byte(), n, br = 1;

	*thread_tcr(self, L4_TCR_BR0) = (b & 8 ? fuzz_fpage().raw : L4_COMPLETE.raw) & ~(l4_word_t)0xf;
	*thread_tcr(self, L4_TCR_BR0) |= !(b & 4);
	for (unsigned i = 0; i < (b & 3); i++) {
		*thread_tcr(self, L4_TCR_BR0 - (int)br++) = fuzz_string(&n);
		for (unsigned k = 0; k < n; k++)
			*thread_tcr(self, L4_TCR_BR0 - (int)br++) = fuzz_address();
	}
}

/* The message is propagated: in the name of the last sender, as a server or redirector forwards it. */
static void speak_for(struct thread *self)
{
	unsigned b = fuzz_byte();

	*thread_tcr(self, L4_TCR_SENDER) = b & 1 ? from_of(self).raw : fuzz_id(self).raw;
	put_mr(self, 0, get_mr(self, 0) | L4_TAG_PROPAGATED);
}

/* A message that is too long is never sent. Other threads have not run since it was. */
static void judge_length(struct thread *self, l4_tag_t tag)
{
	if (steps == 0 && world_current() == self && l4_tag_untyped(tag) + l4_tag_typed(tag) >= L4_MRS)
		CHECK(l4_tag_failed(tag_of(self)));
}

static void do_ipc(struct thread *self)
{
	unsigned b = fuzz_byte();
	l4_tag_t tag;
	l4_tid_t to = b & 1 ? L4_NILTHREAD : fuzz_partner(self), from;

	from = b & 2 ? L4_ANYTHREAD : b & 4 ? to : fuzz_id(self);
	if (!(b & 1))
		message(self);
	if (b & 8)
		buffers(self);
	if (b & 0x40)
		speak_for(self);
	tag = tag_of(self);
	ENTER(self, b & 0x80 ? L4_CALL_LIPC : L4_CALL_IPC, to.raw, from.raw,
	      b & 16 ? timeouts(fuzz_time(), fuzz_time()) : timeouts(TIME_NEVER, TIME_NEVER));
	if (!l4_tid_is_nil(to))
		judge_length(self, tag);
}

/* A thread waits for self, or for any thread, and self sends or calls. */
static void do_exchange(struct thread *self)
{
	unsigned b = fuzz_byte();
	struct thread *to = fuzz_member(fuzz_byte() % (FUZZ_MEMBERS + FUZZ_EXTRAS));
	l4_tid_t id = self->id, other;

	if (!to || to == self || to->kind != THREAD_USER || to->life != THREAD_ACTIVE)
		return;
	other = to->id;
	if (b & 1 ? is_helped(to) : thread_runnable(to) && world_try_run(to)) {
		buffers(to);
		ENTER(to, L4_CALL_IPC, 0, b & 2 ? id.raw : L4_ANYTHREAD.raw,
		      timeouts(TIME_NEVER, b & 4 ? fuzz_time() : TIME_NEVER));
	}
	if (!comes_back(self, id))
		return;
	message(self);
	if (b & 8)
		speak_for(self);
	if (b & 16)
		buffers(self);
	ENTER(self, L4_CALL_IPC, other.raw, b & 32 ? (b & 64 ? L4_ANYTHREAD : other).raw : 0,
	      b & 128 ? timeouts(TIME_NEVER, fuzz_time()) : timeouts(TIME_NEVER, TIME_NEVER));
}

/* A string to a buffer that is open for it, near it or not; perhaps in pages that are not there. */
static void do_string(struct thread *self)
{
	unsigned b = fuzz_byte(), lengths = fuzz_byte();
	struct thread *to = fuzz_member(b % FUZZ_MEMBERS);
	l4_word_t src = FUZZ_VA + ((l4_word_t)fuzz_byte() << 10), dst = src + (fuzz_byte() - 128ul) * 64;
	l4_tid_t id = self->id, other;

	if (!to || to == self || to->kind != THREAD_USER || to->life != THREAD_ACTIVE)
		return;
	other = to->id;
	if (!is_helped(to))
		return;
	*thread_tcr(to, L4_TCR_BR0) = L4_COMPLETE.raw | 1;
	*thread_tcr(to, L4_TCR_BR0 - 1) = (l4_word_t)(lengths >> 4) * 1500 << 10;
	*thread_tcr(to, L4_TCR_BR0 - 2) = dst;
	*thread_tcr(to, L4_TCR_XFER_TIMEOUTS) = b & 0x80 ? timeouts(fuzz_time(), fuzz_time()) : 0;
	ENTER(to, L4_CALL_IPC, 0, L4_ANYTHREAD.raw, timeouts(TIME_NEVER, TIME_NEVER));
	if (!comes_back(self, id))
		return;
	put_mr(self, 0, l4_tag(0, 0, 2).raw);
	put_mr(self, 1, (l4_word_t)(lengths & 15) * 1500 << 10);
	put_mr(self, 2, src);
	ENTER(self, L4_CALL_IPC, other.raw, b & 0x40 ? other.raw : 0, timeouts(TIME_NEVER, TIME_NEVER));
}

/* Answer the last sender with a page, and wait for the next. */
static void do_serve(struct thread *self)
{
	unsigned b = fuzz_byte();
	l4_tid_t to = b & 1 ? fuzz_id(self) : from_of(self);

	put_map(self, fuzz_fpage(), fuzz_address(), b & 2);
	ENTER(self, L4_CALL_IPC, to.raw, L4_ANYTHREAD.raw, timeouts(TIME_ZERO, TIME_NEVER));
}

static void do_unmap(struct thread *self)
{
	unsigned b = fuzz_byte(), k = b & 3;

	for (unsigned i = 0; i <= k; i++)
		put_mr(self, i, fuzz_fpage().raw);
	ENTER(self, L4_CALL_UNMAP, k | (b & 4 ? L4_UNMAP_FLUSH : 0) | (b & 8 ? fuzz_byte() : 0));
}

static void do_exregs(struct thread *self)
{
	unsigned b = fuzz_byte();
	l4_tid_t dest = fuzz_id(self);

	ENTER(self, L4_CALL_EXCHANGE_REGISTERS, dest.raw, b | (l4_word_t)(b & 1 ? fuzz_byte() & 3 : 0) << 8,
	      START_SP, START_IP, b, b, b & L4_EXREGS_SET_PAGER ? fuzz_id(self).raw : 0);
}

/* Sensitive priorities round those of the members, delays of some steps' length. */
static l4_word_t preemption_control(void)
{
	unsigned b = fuzz_byte();

	return b < 16 ? fuzz_word() : (l4_word_t)(98 + (b & 7)) << 16 | (b >> 3) * 40;
}

static void do_schedule(struct thread *self)
{
	unsigned b = fuzz_byte();
	l4_tid_t dest = fuzz_id(self);
	struct thread *t = thread_resolve(self, dest);

	if (t && t->utcb && b & 0x20)		/* as its own code would have it */
		*thread_tcr(t, L4_TCR_FLAGS) = fuzz_byte() & 0xe0;
	ENTER(self, L4_CALL_SCHEDULE, dest.raw, b & 1 ? fuzz_time() << 16 | (b & 2 ? fuzz_time() : 0) : KEEP,
	      b & 4 ? fuzz_word() : KEEP, b & 8 ? (b & 0x80 ? fuzz_word() : 98 + (b >> 4 & 7)) : KEEP,
	      b & 16 ? preemption_control() : KEEP);
}

/* self may delay preemptions, with the help of a privileged thread; its flags are drawn. */
static void do_delay(struct thread *self)
{
	unsigned b = fuzz_byte();
	struct thread *helper = fuzz_member(1);
	l4_tid_t id = self->id;

	if (helper && helper != self && helper->kind == THREAD_USER && world_try_run(helper))
		ENTER(helper, L4_CALL_SCHEDULE, id.raw, b & 1 ? fuzz_time() << 16 | fuzz_time() : KEEP, KEEP, KEEP,
		      preemption_control() | (l4_word_t)(b >> 1 & 1) << 23);
	if (!comes_back(self, id))
		return;
	*thread_tcr(self, L4_TCR_FLAGS) = b & 0xe0;
	*thread_tcr(self, L4_TCR_EXCEPTION_HANDLER) = fuzz_id(self).raw;
}

static l4_word_t utcb_location(void)
{
	unsigned b = fuzz_byte();

	return b < 100 ? KEEP : b < 230 ? L4_INITIAL_UTCB + b * L4_UTCB_BYTES : fuzz_word();
}

/* Delete, give another version or another space, pager or scheduler; or anything. */
static void do_thread_control(struct thread *self)
{
	unsigned b = fuzz_byte(), what = b >> 2 & 7;
	struct thread *t = fuzz_member(fuzz_byte() % (FUZZ_MEMBERS + FUZZ_EXTRAS));
	bool given = t && b & 3 && l4_tid_is_nil(fuzz_victim);
	l4_tid_t dest = given ? t->id : fuzz_id(self), space = dest, scheduler = L4_NILTHREAD;

	if (what == 0)
		space = L4_NILTHREAD;
	else if (what == 1)
		dest = l4_tid_global(l4_tid_number(dest), 1 + (b >> 5));
	else if (what < 4)
		space = fuzz_id(self);
	else if (what == 4)
		dest = l4_tid_global(FUZZ_LINE + (b >> 5) % FUZZ_LINES, 1);
	else if (what == 5)
		scheduler = fuzz_id(self);
	if (what == 1 || what == 4)
		space = dest;
	ENTER(self, L4_CALL_THREAD_CONTROL, dest.raw, space.raw, scheduler.raw,
	      b & 0x40 || what == 4 ? fuzz_id(self).raw : 0, what < 6 ? KEEP : utcb_location());
}

/* A thread with a number of the extras, in a new space or in an existing one. */
static void do_create(struct thread *self)
{
	unsigned b = fuzz_byte();
	l4_word_t number = fuzz_number[FUZZ_MEMBERS + b % FUZZ_EXTRAS];
	l4_tid_t id = l4_tid_global(number, 1), me = self->id;

	ENTER(self, L4_CALL_THREAD_CONTROL, id.raw, b & 4 ? fuzz_id(self).raw : id.raw, me.raw, 0, KEEP);
	if (world_current() != self || self->work != WORK_NONE)
		return;
	ENTER(self, L4_CALL_SPACE_CONTROL, id.raw, 0, l4_fpage(L4_INITIAL_KIP, 12, 0).raw,
	      l4_fpage(L4_INITIAL_UTCB, SPACE_UTCB_LOG2, 0).raw, 0);
	if (world_current() != self || self->work != WORK_NONE)
		return;
	ENTER(self, L4_CALL_THREAD_CONTROL, id.raw, id.raw, 0, me.raw,
	      L4_INITIAL_UTCB + (b >> 3) * L4_UTCB_BYTES);
	if (world_current() != self || self->work != WORK_NONE)
		return;
	PUT(self, 0, START_IP, START_SP);
	ENTER(self, L4_CALL_IPC, id.raw, 0, timeouts(TIME_ZERO, TIME_ZERO));
}

static void do_space_control(struct thread *self)
{
	unsigned b = fuzz_byte();
	l4_tid_t space = fuzz_id(self);
	l4_fpage_t kip = b & 1 ? fuzz_fpage() : L4_NILPAGE, utcb = b & 2 ? fuzz_fpage() : L4_NILPAGE;
	l4_word_t control = b & 4 ? L4_SPACE_KMEM_LIMIT | fuzz_byte() << (b >> 5) : b & 8 ? fuzz_word() : 0;

	ENTER(self, L4_CALL_SPACE_CONTROL, space.raw, control, kip.raw, utcb.raw,
	      b & 16 ? fuzz_id(self).raw : 0);
}

static void do_any_call(struct thread *self)
{
	l4_word_t in[8] = { 0 };
	unsigned nr = fuzz_byte() % L4_CALLS;

	for (unsigned i = 0; i < 5; i++)
		in[i] = fuzz_word();
	enter_raw(self, nr, in);
}

static void do_memory_control(struct thread *self)
{
	unsigned b = fuzz_byte(), k = b & 1;
	l4_word_t other = b & 0x40 ? fuzz_word() : 0;

	for (unsigned i = 0; i <= k; i++)
		put_mr(self, i, (fuzz_fpage().raw & ~(l4_word_t)L4_RWX) | (b >> 1 & 3));
	ENTER(self, L4_CALL_MEMORY_CONTROL, b & 0x80 ? fuzz_byte() : k, b >> 3 & 7, b >> 4 & 7, other);
}

static void do_other_call(struct thread *self)
{
	unsigned b = fuzz_byte();

	switch (b & 3) {
	case 0: ENTER(self, L4_CALL_THREAD_SWITCH, fuzz_id(self).raw); break;
	case 1: ENTER(self, L4_CALL_INSPECT, b >> 2 & 7, fuzz_word(), fuzz_word()); break;
	case 2: ENTER(self, L4_CALL_PROCESSOR_CONTROL, b >> 3, b & 8); break;
	default: ENTER(self, L4_CALL_SYSTEM_CLOCK, 0);
	}
}

/* ---- memory, faults ---- */

static void do_access(struct thread *self)
{
	static const uint8_t kinds[] = { L4_R, L4_W, L4_W, L4_X };
	unsigned access = kinds[fuzz_byte() & 3];
	l4_word_t va = fuzz_address();
	uint64_t pa;

	if (!host_user_access(self->space, va, access, &pa))
		world_settle(fault_page(self, va, access));
}

static void do_exception(struct thread *self)
{
	unsigned b = fuzz_byte();

	if (b == 0xfc)
		world_settle(sched_yield(self));
	else if (b & 1)
		world_settle(fault_io(self, b & 2 ? fuzz_byte() * 8 : 0xfff8, b >> 2 & 3));
	else
		world_settle(fault_exception(self, b == 0xfe ? L4_EXC_FOREIGN_SYSCALL : b >> 1 & 31, b));
}

/* One's own UTCB, or that of another thread of the space, which may be in the middle of something. */
static void scribble(struct thread *self)
{
	struct thread *t = fuzz_member(fuzz_byte() % (FUZZ_MEMBERS + FUZZ_EXTRAS));
	unsigned b = fuzz_byte(), unused;

	if (!t || t->space != self->space || !t->utcb)
		t = self;
	t->utcb[(int)(b & 127) - 64] = b & 128 ? fuzz_string(&unused) : fuzz_word();
}

static void do_tcr(struct thread *self)
{
	static const int16_t some[] = {
		L4_TCR_PAGER, L4_TCR_EXCEPTION_HANDLER, L4_TCR_SENDER, L4_TCR_INTENDED_RECEIVER,
	};
	unsigned b = fuzz_byte();

	if ((b & 7) < 4)
		*thread_tcr(self, some[b & 7]) = b & 0x80 ? fuzz_word() : fuzz_id(self).raw;
	else if ((b & 7) == 4)
		*thread_tcr(self, L4_TCR_FLAGS) = b & 0x80 ? fuzz_word() : (b & 0x78) << 1;
	else if ((b & 7) == 5)
		*thread_tcr(self, L4_TCR_XFER_TIMEOUTS) = timeouts(fuzz_time(), fuzz_time());
	else
		scribble(self);
}

/* The first of them are for privileged threads. */
static void (*const doings[])(struct thread *) = {
	do_thread_control, do_create, do_space_control, do_schedule, do_thread_control, do_memory_control,
	do_ipc, do_ipc, do_exchange, do_exchange, do_exchange, do_serve, do_serve, do_unmap, do_exregs,
	do_schedule, do_any_call, do_other_call, do_access, do_exception, do_tcr, do_access, do_string,
	do_string, do_delay,
};

/* What disturbs a long operation most. */
static void (*const hostile[])(struct thread *) = {
	do_exregs, do_thread_control, do_exregs, do_schedule, do_unmap, do_exchange, do_space_control,
};

enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };
enum { DOINGS = sizeof(doings) / sizeof(doings[0]), PRIVILEGED = 6 };

/* ---- what happens by itself ---- */

static void fire(unsigned event)
{
	if (event & 1)
		world_irq(FUZZ_LINE + (event >> 1) % FUZZ_LINES);
	else
		world_pass((uint64_t)(event >> 1) * 200 + 1);
}

/*
 * Two threads that are each other's pagers, both in string transfers, take each other's faults for
 * answers until an IPC of them is aborted. So a third thread does that, in time; any other endless play is a
 * hang.
 */
void fuzz_watch(void)
{
	if (++steps > FUZZ_STEPS)
		test_fail(__FILE__, __LINE__, "a long operation has had %u steps", steps);
	for (unsigned i = 0; steps % (FUZZ_STEPS / 4) == 0 && i < FUZZ_MEMBERS + FUZZ_EXTRAS; i++)
		if (fuzz_member(i) && fuzz_member(i)->suspended)
			fuzz_help(fuzz_member(i));
}

/* Interrupts are let in. */
static void at_point(void *arg)
{
	struct thread *self = world_current();

	(void)arg;
	if (armed.point == 0 || --armed.point > 0)
		return;
	fuzz_victim = armed.event & 0x40 && self->partner ? self->partner->id : self->id;
	fire(armed.event);
	for (unsigned i = armed.count; i > 0 && world_current() != self; i--) {
		if (world_current()->work != WORK_NONE || !fuzz_next_record(FUZZ_RECORD))
			break;
		fuzz_action();
	}
}

/* fuzz_victim names the interrupted thread until its operation has ended. */
static void look_after_victim(void)
{
	const struct thread *t = thread_find(fuzz_victim);

	if (!t || (t->work == WORK_NONE && t->send != SEND_COPYING && t->recv != RECV_COPYING))
		fuzz_victim = L4_NILTHREAD;
}

/* A handler waits for its line, so that it runs when the line fires. */
static void make_wait(struct thread *handler, unsigned line)
{
	l4_tid_t irq = l4_tid_global(line, 1);

	if (!handler || handler->kind != THREAD_USER || handler->life != THREAD_ACTIVE)
		return;
	if (is_helped(handler))
		ENTER(handler, L4_CALL_IPC, irq.raw, irq.raw, timeouts(TIME_NEVER, TIME_NEVER));
}

static void arm(void)
{
	unsigned b = fuzz_byte(), which;

	armed.event = fuzz_byte();
	which = (armed.event >> 1) % FUZZ_LINES;
	if (armed.event & 1 && which < FUZZ_HANDLERS && fuzz_byte() & 1)
		make_wait(fuzz_member(FUZZ_MEMBERS - FUZZ_HANDLERS + which), FUZZ_LINE + which);
	armed.point = 1 + (b & 7 ? b >> 3 & 3 : b >> 3);
	armed.count = 1 + (b & 7);
}

/* The thread that the byte names, if it can run; else the one that does. */
static struct thread *actor(unsigned b, unsigned doing)
{
	unsigned i = b % (FUZZ_MEMBERS + FUZZ_EXTRAS);
	struct thread *t = fuzz_member(doing < PRIVILEGED && b & 0x40 ? 1 : i);

	if (b >= 0xe0 && world_current()->kind == THREAD_USER)
		return world_current();
	if (world_current()->kind == THREAD_IDLE || b >= 0xb0) {
		fuzz_help(t);
		t = fuzz_member(doing < PRIVILEGED && b & 0x40 ? 1 : i);
	}
	if (t && t->kind == THREAD_USER && t->life == THREAD_ACTIVE)
		world_try_run(t);
	return world_current();
}

static void act(unsigned b)
{
	struct thread *self = actor(fuzz_byte(), b % DOINGS);

	if (self->kind != THREAD_USER || self->work != WORK_NONE)
		return;
	if (!l4_tid_is_nil(fuzz_victim) && b >= 0x80)
		hostile[b % HOSTILE](self);
	else
		doings[b % DOINGS](self);
}

void fuzz_action(void)
{
	unsigned b = fuzz_byte();

	if (!world_hook.inside)
		steps = 0;
	look_after_victim();
	world_hook.call = at_point;
	if (b >= 0xf0) {
		arm();
	} else if (b >= 0xec) {
		fuzz_help(fuzz_member(fuzz_byte() % (FUZZ_MEMBERS + FUZZ_EXTRAS)));
	} else if (b >= 0xe0) {
		fire(fuzz_byte());
	} else if (b >= 0xd4) {
		host_fail_at(b >> 1 & 7, b & 1);
		act(fuzz_byte());
		host_fail_never();
	} else {
		act(b);
	}
}
