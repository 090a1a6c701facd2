/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_exregs_all.c - ExchangeRegisters with every control word on a thread in every state, against
 * a table: what S and R end there, which errors the partners get, and the thread's state afterwards.
 */
#include <string.h>
#include "world.h"

enum {
	VA = 0x300000, LABEL = 9, BYTES = 100,
	S = L4_EXREGS_SEND, R = L4_EXREGS_RECEIVE, H = L4_EXREGS_HALT, SET_HALT = L4_EXREGS_SET_HALT,
	CONTROLS = 1 << 9,
	OUT_ID = 0, OUT_CONTROL, OUT_SP, OUT_IP, OUT_FLAGS, OUT_HANDLE, OUT_PAGER,
};

static const l4_word_t value[] = {	/* what each call sets: SP, IP, FLAGS, handle, pager */
	[OUT_SP] = 0x7770, [OUT_IP] = 0x6660, [OUT_FLAGS] = HOST_FLAGS | 0x8d5, [OUT_HANDLE] = 0x55,
	[OUT_PAGER] = 0x12345601,
};

static struct thread *a, *d, *b, *pager;	/* the caller; its thread; another space's; its pager */

/* ---- the states ---- */

static void runs(void) { }
static void waits(void) { CHECK(!receive_from(d, b->id)); }
static void waits_long(void) { CHECK(!ipc(d, L4_NILTHREAD, L4_ANYTHREAD, timeouts(0, time_us(5000)))); }
static void sends(void) { CHECK(!send_to(d, b)); }
static void calls(void) { CHECK(!call_to(d, b)); }
static void halted(void) { CHECK(exregs(a, d->id, SET_HALT | H, 0, 0)); }
static void faults(void) { CHECK(!touch(d, VA, L4_R)); }

static void is_served(void)
{
	calls();
	CHECK(receive_from(b, L4_ANYTHREAD));
}

static void waits_halted(void)
{
	waits();
	halted();
}

static void sends_halted(void)
{
	sends();
	halted();
}

static void fault_is_served(void)
{
	faults();
	CHECK(receive_from(pager, L4_ANYTHREAD));
}

static void traps(void)
{
	world_run(d);
	world_settle(fault_exception(d, 6, 0));
	CHECK(blocked(d));
}

static void trap_is_served(void)
{
	traps();
	CHECK(receive_from(pager, L4_ANYTHREAD));
}

static void starts(void)
{
	l4_tid_t id = new_tid();

	CHECK(thread_control(root, id, a->id, root->id, pager->id, free_utcb(a->space)));
	d = thread_find(id);
}

/* d has sent to b, and is about to receive from a2, which is queued; that is done when d runs. */
static void is_about_to_receive(void)
{
	struct thread *a2 = new_thread(a);

	set_prio(d, 50);
	CHECK(!ipc(d, b->id, a2->id, timeouts(0, 0)));
	CHECK(!send_to(a2, d));
	CHECK(receive_from(b, d->id));
}

/* A string from `from` to `to`; the page of one of them, or of both, is missing. */
static void string(struct thread *from, struct thread *to, struct thread *has)
{
	if (has)
		give(has, ram(12), VA, 12, L4_R | L4_W);
	*thread_tcr(to, L4_TCR_BR0) = 1;
	*thread_tcr(to, L4_TCR_BR0 - 1) = BYTES << 10;
	*thread_tcr(to, L4_TCR_BR0 - 2) = VA;
	CHECK(!receive_from(to, from->id));
	put_mr(from, 0, l4_tag(LABEL, 0, 2).raw);
	put_mr(from, 1, BYTES << 10);
	put_mr(from, 2, VA);
	CHECK(!send_to(from, to));
}

static void gives(void) { string(d, b, d); }
static void gives_missing(void) { string(d, b, b); }
static void takes(void) { string(b, d, d); }
static void takes_missing(void) { string(b, d, b); }

static void gives_served(void)
{
	gives_missing();
	CHECK(receive_from(pager, L4_ANYTHREAD));
}

static void takes_served(void)
{
	takes_missing();
	CHECK(receive_from(pager, L4_ANYTHREAD));
}

static const struct state {
	void (*make)(void);
	l4_word_t control;		/* out, and what of S and R has an effect */
	bool blocked;
	unsigned kind;			/* of the error that the thread gets, if any; enum l4_ipc_error */
	bool partner;			/* b gets it too, in the other phase */
} states[] = {
	{ runs,			0,     false, 0, false },
	{ halted,		H,     false, 0, false },
	{ waits,		R,     true,  L4_IPC_CANCELLED, false },
	{ waits_long,		R,     true,  L4_IPC_CANCELLED, false },
	{ waits_halted,		R | H, true,  L4_IPC_CANCELLED, false },
	{ sends,		S,     true,  L4_IPC_CANCELLED, false },
	{ sends_halted,		S | H, true,  L4_IPC_CANCELLED, false },
	{ calls,		S,     true,  L4_IPC_CANCELLED, false },
	{ is_served,		R,     true,  L4_IPC_CANCELLED, false },
	{ is_about_to_receive,	R,     false, L4_IPC_CANCELLED, false },
	{ faults,		S,     true,  0, false },
	{ fault_is_served,	R,     true,  0, false },
	{ traps,		S,     true,  0, false },
	{ trap_is_served,	R,     true,  0, false },
	{ starts,		R,     true,  0, false },
	{ gives,		S,     true,  L4_IPC_ABORTED, true },
	{ gives_missing,	S,     true,  L4_IPC_ABORTED, true },
	{ gives_served,		S,     true,  L4_IPC_ABORTED, true },
	{ takes,		R,     true,  L4_IPC_ABORTED, true },
	{ takes_missing,	R,     true,  L4_IPC_ABORTED, true },
	{ takes_served,		R,     true,  L4_IPC_ABORTED, true },
};

enum { STATES = sizeof states / sizeof *states, FIRST_FAULT = 10 };

static void set_up(const struct state *s)
{
	world_boot();
	a = new_space();
	b = new_space();
	pager = new_space();
	d = new_thread(a);
	*thread_tcr(d, L4_TCR_PAGER) = *thread_tcr(b, L4_TCR_PAGER) = pager->id.raw;
	*thread_tcr(d, L4_TCR_EXCEPTION_HANDLER) = pager->id.raw;
	s->make();
	clear_error(d);
	clear_error(b);
}

/* ---- the oracle ---- */

static void check_told(struct thread *t, unsigned kind, enum l4_ipc_phase phase)
{
	CHECK(!blocked(t));
	CHECK(l4_tag_failed(tag_of(t)));
	CHECK_EQ(error_of(t), l4_ipc_error(kind, phase));
}

static void check_ended(const struct state *s, l4_word_t hit)
{
	enum l4_ipc_phase mine = hit & S ? L4_SEND_PHASE : L4_RECEIVE_PHASE;

	if (s->kind)
		check_told(d, s->kind, mine);
	if (s->partner)
		check_told(b, s->kind, mine == L4_SEND_PHASE ? L4_RECEIVE_PHASE : L4_SEND_PHASE);
}

/* The registers as the next call returns them: those named are new, the others as they were. */
static void check_registers(l4_word_t control, const l4_word_t *before, const l4_word_t *after)
{
	for (unsigned i = OUT_SP; i <= OUT_PAGER; i++)
		CHECK_EQ(after[i], control & L4_EXREGS_SET_SP << (i - OUT_SP) ? value[i] : before[i]);
}

static void check_one(const struct state *s, const l4_word_t *before, l4_word_t control)
{
	l4_word_t hit = control & s->control & (S | R), now_halted;

	CALL(a, L4_CALL_EXCHANGE_REGISTERS, d->id.raw, control, value[OUT_SP], value[OUT_IP], value[OUT_FLAGS],
	     value[OUT_HANDLE], value[OUT_PAGER]);
	for (unsigned i = 0; i <= OUT_PAGER; i++)
		CHECK_EQ(thread_regs(a)->out[i], before[i]);
	now_halted = control & SET_HALT ? control & H : s->control & H;
	CHECK_EQ(blocked(d), s->blocked && !hit);
	if (hit)
		check_ended(s, hit);
	CHECK(exregs(a, d->id, 0, 0, 0));
	CHECK_EQ(thread_regs(a)->out[OUT_CONTROL], now_halted | (hit ? 0 : s->control & (S | R)));
	check_registers(control, before, thread_regs(a)->out);
	if (d->work != WORK_NONE)		/* its receive would come first */
		return;
	if (d->prio != root->prio)
		set_prio(d, root->prio);
	CHECK_EQ(world_try_run(d), !blocked(d) && !now_halted);
}

static void check_states(unsigned first, unsigned end)
{
	for (unsigned i = first; i < end; i++) {
		l4_word_t before[OUT_PAGER + 1];
		struct world_copy *c;

		set_up(&states[i]);
		CHECK(exregs(a, d->id, 0, 0, 0));
		memcpy(before, thread_regs(a)->out, sizeof before);
		CHECK_EQ(before[OUT_CONTROL], states[i].control);
		c = world_save();
		for (l4_word_t control = 0; control < CONTROLS; control += SPARSE) {
			world_restore(c);
			check_one(&states[i], before, control | (control & 1) << 9);
		}
		world_drop(c);
	}
}

TEST(HEXM0001, "every control word on a thread in every state outside a fault does what the table has")
{
	check_states(0, FIRST_FAULT);
}

TEST(HEXM0002, "every control word on a thread that faults, gives or takes a string does what the table has")
{
	check_states(FIRST_FAULT, STATES);
}

TEST(HEXM0003, "after any of them the thread can be resumed or restarted, and deleted")
{
	for (unsigned i = 0; i < STATES; i++) {
		struct world_copy *c;

		set_up(&states[i]);
		c = world_save();
		for (l4_word_t control = 0; control < CONTROLS; control += 23) {
			world_restore(c);
			CALL(a, L4_CALL_EXCHANGE_REGISTERS, d->id.raw, control, value[OUT_SP], value[OUT_IP],
			     value[OUT_FLAGS], value[OUT_HANDLE], value[OUT_PAGER]);
			CHECK(exregs(a, d->id, S | R | SET_HALT | L4_EXREGS_SET_IP | L4_EXREGS_SET_SP, 0x900, 0x800));
			CHECK(!blocked(d));
			world_run(d);
			CHECK_EQ(thread_regs(d)->ip, 0x800);
			CHECK_EQ(thread_regs(d)->sp, 0x900);
			CHECK(delete_thread(d->id));
		}
		world_drop(c);
	}
}
