/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_play.c - the steps of ipc_spec.c done by real threads.
 *
 * What is done to threads is done by interrupt handlers of the highest priority, the root server and
 * one in each space, which wait again at once: so they leave no trace but what they did.
 */
#include <stdio.h>
#include <string.h>
#include <boot/boot.h>
#include <core/arch.h>
#include <lib/bits.h>
#include "ipc_spec.h"
#include "ipc_steps.h"
#include "world.h"

enum {
	TICK = 1000, IRQ_LINES = 6, ROOT_LINE = 0, TEAM_LINE = 4, HANDLER_PRIO = 255, HIGH_PRIO = 120,
	LABELS = 100, MRS = 10, FIRST_SLOT = 8, STARTED_AT = 0x7000000, SLICE_NEVER = 0xffff,
};

static struct thread *hand[TEAMS];
static l4_word_t number_base;

/* ---- names ---- */

static l4_tid_t id_of(struct name n) { return l4_tid_global(number_base + n.who, n.version); }

static l4_word_t utcb_of(int t) { return L4_INITIAL_UTCB + (l4_word_t)(FIRST_SLOT + t) * L4_UTCB_BYTES; }
static l4_tid_t place_of(int t) { return (l4_tid_t){ utcb_of(t) + L4_UTCB_MR0_OFFSET }; }

/* As the receiver sees n. */
static l4_word_t seen(struct name n, bool local) { return local ? place_of(n.who).raw : id_of(n).raw; }

static struct thread *real(int t)
{
	return thread_numbered(number_base + (l4_word_t)t);
}

static struct name now(unsigned t) { return (struct name){ (uint8_t)t, ipc_state.party[t].version }; }
static struct name other(unsigned t)
{
	return (struct name){ (uint8_t)t, (uint8_t)(3 - ipc_state.party[t].version) };
}

static struct call_name name_in(uint8_t arg)
{
	unsigned t = arg & 0xf;

	switch (arg & NAME_KIND) {
	case NAME_NOW:
		return (struct call_name){ ONE, now(t) };
	case NAME_OTHER:
		return (struct call_name){ ONE, other(t) };
	case NAME_HERE:
		return (struct call_name){ HERE, now(t) };
	default:
		return (struct call_name){ arg == NAME_NIL ? NIL : arg == NAME_ANY ? ANY : ANY_LOCAL, { 0, 0 } };
	}
}

static l4_tid_t tid(struct call_name n)
{
	switch (n.whom) {
	case ANY:
		return L4_ANYTHREAD;
	case ANY_LOCAL:
		return L4_ANYLOCALTHREAD;
	case ONE:
		return id_of(n.name);
	case HERE:
		return place_of(n.name.who);
	default:
		return L4_NILTHREAD;
	}
}

/* ---- handlers ---- */

static void call_handler(unsigned line)
{
	world_irq(line);
}

static void handler_done(struct thread *handler, unsigned line)
{
	l4_tid_t irq = l4_tid_global(line, 1);

	PUT(handler, 0);
	CHECK(!ipc(handler, irq, irq, timeouts(TIME_NEVER, TIME_NEVER)));
}

static void root_done(void) { handler_done(root, ROOT_LINE); }

static void attach(struct thread *handler, unsigned line)
{
	l4_tid_t irq = l4_tid_global(line, 1);

	CHECK(thread_control(root, irq, irq, L4_NILTHREAD, handler->id, KEEP));
}

/* ---- threads ---- */

/* Its slice has no end, so time that passes does nothing but end timeouts. */
static void create(int t, unsigned team, l4_tid_t pager)
{
	l4_tid_t id = id_of(now((unsigned)t));

	CHECK(thread_control(root, id, hand[team]->id, root->id, pager, utcb_of(t)));
	CHECK(schedule(root, id, SLICE_NEVER, KEEP) != L4_SCHED_ERROR);
}

static void start(int t)
{
	PUT(root, 0, STARTED_AT, STARTED_AT);
	CHECK(ipc(root, id_of(now((unsigned)t)), L4_NILTHREAD, timeouts(TIME_ZERO, TIME_NEVER)));
	CHECK_SENT(root);
}

static void boot(void)
{
	struct boot_info b;

	world_boot_info(&b);
	strcpy(b.cmdline, "kmem=2M");
	b.irq_lines = IRQ_LINES;
	world_boot_from(&b);
	ipc_state = (struct ipc_state){ .current = NO_THREAD, .payer = NO_THREAD, .telling = NO_THREAD };
	for (unsigned i = 0; i < TEAMS; i++) {
		hand[i] = new_space();
		attach(hand[i], TEAM_LINE + i);
		set_prio(hand[i], HANDLER_PRIO);
		CHECK(!receive_from(hand[i], l4_tid_global(TEAM_LINE + i, 1)));
	}
	attach(root, ROOT_LINE);
	number_base = l4_tid_number(new_tid());
	set_prio(root, HANDLER_PRIO);
	for (int t = 0; t < THREADS; t++) {
		ipc_state.party[t].version = 1;
		spec_create(t, t / 2, (struct name){ THREADS, 0 });
		create(t, (unsigned)t / 2, root->id);
		spec_start(t, STARTED_AT);
		start(t);
	}
	CHECK(!receive_from(root, l4_tid_global(ROOT_LINE, 1)));
}

/* ---- comparing ---- */

static unsigned state_of(const struct party *p)
{
	switch (p->phase) {
	case SENDING:
		return L4_SCHED_PENDING_SEND;
	case WAITING:
	case TAKING:
		return L4_SCHED_WAITING;
	default:
		return p->halted ? L4_SCHED_INACTIVE : L4_SCHED_RUNNING;
	}
}

static void expect(int t, const char *what, l4_word_t got, l4_word_t want)
{
	if (got != want)
		differ("%s of thread %d is %lx, not %lx", what, t, got, want);
}

static void compare_flags(int t, struct thread *r, const struct outcome *o)
{
	if (o->flags & PROPAGATED)
		expect(t, "ActualSender", *thread_tcr(r, L4_TCR_SENDER), seen(o->actual, o->actual_local));
	if (o->flags & REDIRECTED)
		expect(t, "IntendedReceiver", *thread_tcr(r, L4_TCR_INTENDED_RECEIVER),
		       seen(o->intended, o->intended_local));
}

/* What arrived: MRs behind the message are its own still. */
static void compare_message(int t, struct thread *r, const struct party *p)
{
	const struct outcome *o = &p->outcome;
	l4_word_t flags = (o->flags & PROPAGATED ? (l4_word_t)L4_TAG_PROPAGATED : 0)
			| (o->flags & REDIRECTED ? (l4_word_t)L4_TAG_REDIRECTED : 0);
	l4_tag_t tag = o->fault ? l4_tag_kernel(L4_PROTO_PAGEFAULT, L4_R, 2)
				: l4_tag((l4_word_t)label_of(o->label), o->words, 0);

	expect(t, "sender", from_of(r).raw, seen(o->from, o->local));
	expect(t, "tag", tag_of(r).raw, tag.raw | flags);
	for (unsigned i = 1; i < MRS; i++)
		if (!o->fault)
			expect(t, "a message register", get_mr(r, i),
			       word_of(i <= o->words ? o->label : p->label, i));
	if (o->fault)
		expect(t, "fault address", get_mr(r, 1), FAULT_AT);
	compare_flags(t, r, o);
}

static void compare_outcome(int t, struct thread *r, const struct party *p)
{
	switch (p->outcome.kind) {
	case GOT:
		compare_message(t, r, p);
		break;
	case SENT:
		expect(t, "E flag", l4_tag_failed(tag_of(r)), 0);
		break;
	case FAILED:
		expect(t, "tag", tag_of(r).raw, L4_TAG_ERROR);
		expect(t, "sender", from_of(r).raw, 0);
		expect(t, "error code", error_of(r), l4_ipc_error(p->outcome.error, p->outcome.phase));
		break;
	}
}

static void compare_thread(int t)
{
	const struct party *p = &ipc_state.party[t];
	struct thread *r = real(t);

	if (!r != (p->phase == GONE))
		differ("thread %d %s", t, r ? "is still there" : "is gone");
	if (!r)
		return;
	expect(t, "id", r->id.raw, id_of(now((unsigned)t)).raw);
	expect(t, "state", thread_state(r), state_of(p));
	expect(t, "halt", r->halted, p->halted);
	expect(t, "priority", r->prio, p->prio);
	expect(t, "IP", thread_regs(r)->ip, p->ip);
	expect(t, "space", r->space->number, hand[p->team]->space->number);
	if (p->phase == READY)
		compare_outcome(t, r, p);
}

static void compare(void)
{
	const struct thread *running = world_current();		/* the catch-up is done then */
	int current = NO_THREAD;

	for (int t = 0; t < THREADS; t++) {
		compare_thread(t);
		if (real(t) == running)
			current = t;
	}
	if (current != ipc_state.current || (current == NO_THREAD && running->kind != THREAD_IDLE))
		differ("thread %d runs, not %d", current, ipc_state.current);
}

/* ---- steps of threads ---- */

static uint8_t patience(unsigned time)
{
	static const uint8_t ticks[WAITS] = { FOREVER, 0, 1, 2, AT_POINT };

	return ticks[time];
}

/* The time point `us`, which is less than 2^13 us away: e = 3, since ticks are whole multiples of 8 us. */
static l4_word_t point_at(uint64_t us)
{
	return 0x8000 | 3 << 11 | (l4_word_t)(us >> 13 & 1) << 10 | (l4_word_t)(us >> 3 & 0x3ff);
}

static l4_word_t time_of(unsigned time)
{
	switch (time) {
	case WAIT_FOREVER:
		return TIME_NEVER;
	case WAIT_NOT:
		return TIME_ZERO;
	case WAIT_POINT:
		return point_at(host.now + TICK);
	default:
		return time_us(time == WAIT_1 ? TICK : 2 * TICK);
	}
}

static void play_ipc(int t, struct step s)
{
	struct thread *r = real(t);
	struct ipc_call c = {
		.to = name_in(s.arg[S_TO]), .from = name_in(s.arg[S_FROM]), .speaker = name_in(s.arg[S_SPEAKER]),
		.send_patience = patience(s.arg[S_TIMES] >> 4), .patience = patience(s.arg[S_TIMES] & 0xf),
		.label = s.arg[S_LABEL], .words = s.arg[S_WORDS],
	};
	l4_word_t times = timeouts(time_of(s.arg[S_TIMES] >> 4), time_of(s.arg[S_TIMES] & 0xf));

	world_run(r);
	put_mr(r, 0, l4_tag((l4_word_t)label_of(c.label), c.words, 0).raw);
	for (unsigned i = 1; i < MRS; i++)
		put_mr(r, i, word_of(c.label, i));
	if (c.speaker.whom != NIL) {
		put_mr(r, 0, get_mr(r, 0) | L4_TAG_PROPAGATED);
		*thread_tcr(r, L4_TCR_SENDER) = tid(c.speaker).raw;
	}
	ipc(r, tid(c.to), tid(c.from), times);
	spec_ipc(t, &c);
}

static void play_fault(int t, struct call_name pager)
{
	struct thread *r = real(t);

	world_run(r);
	*thread_tcr(r, L4_TCR_PAGER) = tid(pager).raw;
	world_settle(fault_page(r, FAULT_AT, L4_R));
	spec_fault(t, pager);
}

static void play_yield(int t)
{
	struct thread *r = real(t);
	l4_tid_t from;

	world_run(r);
	from = from_of(r);
	CALL(r, L4_CALL_THREAD_SWITCH, 0);
	thread_regs(r)->out[0] = from.raw;		/* of its last Ipc, still to be compared */
	spec_yield(t);
}

/* ---- steps of handlers ---- */

static void play_exchange(int t, unsigned how)
{
	const struct party *p = &ipc_state.party[t];
	struct thread *h = hand[p->team];
	int halt = how & HOW_HALT ? 1 : how & HOW_RESUME ? 0 : -1;
	l4_word_t control = (how & HOW_SEND ? L4_EXREGS_SEND : 0) | (how & HOW_RECEIVE ? L4_EXREGS_RECEIVE : 0)
			  | (halt >= 0 ? L4_EXREGS_SET_HALT : 0) | (halt > 0 ? L4_EXREGS_HALT : 0);
	l4_word_t old = (p->halted ? L4_EXREGS_HALT : 0) | (p->phase == SENDING ? L4_EXREGS_SEND : 0)
		      | (p->phase == WAITING || p->phase == TAKING ? L4_EXREGS_RECEIVE : 0);

	call_handler(TEAM_LINE + p->team);
	exregs(h, id_of(now((unsigned)t)), control, 0, 0);
	expect(t, "local id", thread_regs(h)->out[0], place_of(t).raw);
	expect(t, "state that ExchangeRegisters returns", thread_regs(h)->out[1], old);
	handler_done(h, TEAM_LINE + p->team);
	spec_exchange(t, how & HOW_SEND, how & HOW_RECEIVE, halt);
}

static void play_create(int t, struct step s)
{
	unsigned team = s.arg[S_WHO] >> 4;
	struct call_name pager = name_in(s.arg[S_HOW]);

	call_handler(ROOT_LINE);
	if (s.arg[S_STEP] == IPC_CREATE) {
		create(t, team, id_of(pager.name));
		spec_create(t, team, pager.name);
	} else {
		create(t, team, root->id);
		start(t);
		spec_create(t, team, (struct name){ THREADS, 0 });
		spec_start(t, STARTED_AT);
	}
	root_done();
}

static void play_delete(int t)
{
	call_handler(ROOT_LINE);
	CHECK(delete_thread(id_of(now((unsigned)t))));
	root_done();
	spec_delete(t);
}

static void play_rename(int t)
{
	struct thread *r = real(t);
	struct name n = other((unsigned)t);

	call_handler(ROOT_LINE);
	CHECK(thread_control(root, id_of(n), r->id, L4_NILTHREAD, L4_NILTHREAD, KEEP));
	root_done();
	spec_rename(t, n.version);
}

static void play_move(int t)
{
	unsigned team = !ipc_state.party[t].team;

	call_handler(ROOT_LINE);
	CHECK(thread_control(root, real(t)->id, hand[team]->id, L4_NILTHREAD, L4_NILTHREAD, KEEP));
	root_done();
	spec_move(t, team);
}

static void play_prio(int t)
{
	uint8_t prio = ipc_state.party[t].prio == HIGH_PRIO ? CFG_PRIO_DEFAULT : HIGH_PRIO;

	call_handler(ROOT_LINE);
	set_prio(real(t), prio);
	root_done();
	spec_set_prio(t, prio);
}

static void play_watch(unsigned team, uint8_t by)
{
	struct call_name n = name_in(by);

	call_handler(ROOT_LINE);
	CALL(root, L4_CALL_SPACE_CONTROL, hand[team]->id.raw, 0, 0, 0,
	     n.whom == NIL ? L4_ANYTHREAD.raw : tid(n).raw);
	CHECK_EQ(thread_regs(root)->out[0], 1);
	root_done();
	spec_redirect(team, n.whom != NIL, n.name);
}

/* Does the step make sense now? */
static bool possible(struct step s, int t)
{
	switch (s.arg[S_STEP]) {
	case IPC_CALL_IPC:
	case IPC_PAGE:
	case IPC_YIELD:
		return spec_can_run(t);
	case IPC_CREATE:
	case IPC_CREATE_STARTED:
		return ipc_state.party[t].phase == GONE;
	case IPC_WATCH:
		return true;
	case IPC_TICK:
		return spec_may_tick();
	default:
		return ipc_state.party[t].phase != GONE;
	}
}

static bool play(struct step s)
{
	int t = s.arg[S_WHO] & 0xf;

	if (!possible(s, t))
		return false;
	if (s.arg[S_STEP] <= IPC_YIELD)
		spec_run(t);
	switch (s.arg[S_STEP]) {
	case IPC_CALL_IPC: play_ipc(t, s); break;
	case IPC_PAGE: play_fault(t, name_in(s.arg[S_HOW])); break;
	case IPC_YIELD: play_yield(t); break;
	case IPC_EXCHANGE: play_exchange(t, s.arg[S_HOW]); break;
	case IPC_CREATE: case IPC_CREATE_STARTED: play_create(t, s); break;
	case IPC_DELETE: play_delete(t); break;
	case IPC_RENAME: play_rename(t); break;
	case IPC_MOVE: play_move(t); break;
	case IPC_PRIO: play_prio(t); break;
	case IPC_WATCH: play_watch(s.arg[S_WHO] >> 4, s.arg[S_HOW]); break;
	case IPC_TICK: world_pass(TICK); spec_tick(); break;
	}
	compare();
	return true;
}

const struct game ipc_game = {
	"ipc", &ipc_state, sizeof(ipc_state), ipc_faults, IPC_FAULTS,
	boot, play, 0, ipc_key, ipc_random, ipc_say,
};
