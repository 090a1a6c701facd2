/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.c - see calls.h.
 */
#include <arch/registers.h>
#include "calls.h"

#define PLACE_OF(reg)		PLACE_##reg
#define PLACE(reg)		PLACE_OF(reg)
#define LIST(reg)		PLACE(reg),
#define BIT(reg)		| 1ull << PLACE(reg)
#define RESULT(reg, value)	BIT(reg)
#define AT(reg)			(((word *)r)[PLACE(reg)])
#define GET(field, reg)		a.field = AT(reg)
#define FOUND(reg, value)	value = AT(reg);
#define SET(field, reg)		AT(reg) = (word)(a.field)

/* UNMAP_BITS: those of Unmap's control word that mean anything; UNMAP_RANDOM: of these, the random ones. */
enum { UNMAP_BITS = 0x7f, UNMAP_RANDOM = 7, DELIVER_AND_HANDLE = 0x240, TAG_ERROR = 0x8000, ALL = 64 };

enum { KIP_ARCH_SYSCALL = 0x44 };

static L4_ThreadId_t other;

static const uint8_t mr_places[] = { ARCH_MRS(LIST) };

void calls_load(const word *mr)
{
	for (int i = 0; i < CALL_MRS; i++)
		L4_LoadMR(i, mr[i]);
}

void calls_random_mrs(word *mr, uint64_t *random)
{
	for (unsigned i = 0; i < CALL_MRS; i++)
		mr[i] = random_next(random) & ~(word)L4_FullyAccessible;
}

/* ---- arguments ---- */

void calls_ipc(struct regs *r, L4_ThreadId_t to, L4_ThreadId_t from)
{
	struct { L4_ThreadId_t to, from; word timeouts; } a = { to, from, 0 };

	ARCH_ARGS_IPC(SET);
	r->REG_TAG = 0;
}

void calls_exregs(struct regs *r, L4_ThreadId_t dest, word control, word sp, word ip)
{
	struct { L4_ThreadId_t dest, pager; word control, sp, ip, flags, handle; } a = {
		.dest = dest, .control = control, .sp = sp, .ip = ip, .handle = r->REG_A,
	};

	ARCH_ARGS_EXREGS(SET);
}

void calls_thread_control(struct regs *r, L4_ThreadId_t dest, L4_ThreadId_t space)
{
	struct { L4_ThreadId_t dest, space, scheduler, pager; word utcb; } a = {
		.dest = dest, .space = space, .scheduler = L4_nilthread, .pager = L4_nilthread, .utcb = ~0ul,
	};

	ARCH_ARGS_THREAD_CONTROL(SET);
}

void calls_schedule(struct regs *r, L4_ThreadId_t dest, word prio)
{
	struct { L4_ThreadId_t dest; word time, processor, prio, preemption; } a = {
		.dest = dest, .time = ~0ul, .processor = ~0ul, .prio = prio, .preemption = ~0ul,
	};

	ARCH_ARGS_SCHEDULE(SET);
}

void calls_thread_switch(struct regs *r, L4_ThreadId_t dest)
{
	L4_ThreadId_t a = dest;

	ARCH_ARGS_THREAD_SWITCH(SET);
}

/* Those that every test may use. */
static void valid_ipc(struct regs *r) { calls_ipc(r, L4_nilthread, L4_nilthread); }
static void valid_exregs(struct regs *r) { calls_exregs(r, other, DELIVER_AND_HANDLE, 0, 0); }
static void valid_thread_control(struct regs *r) { calls_thread_control(r, other, supervisor); }
static void valid_schedule(struct regs *r) { calls_schedule(r, L4_Myself(), ~0ul); }
static void valid_unmap(struct regs *r) { AT(ARCH_ARG_UNMAP) = 0; }

/* ---- the calls ---- */

static word arch_link(unsigned n)
{
	word link = ((word *)kip)[KIP_ARCH_SYSCALL + n];

	return link ? link + LINK_BASE : 0;
}

void calls_make(struct call *c, L4_ThreadId_t to)
{
#define CALL(name, link, valid) \
	c[CALL_##name] = (struct call){ \
		(word)(link), 0 ARCH_KEPT(BIT), 0 ARCH_RESULT_##name(RESULT), valid, \
	};
#define KEPT_BY(name, bits) c[CALL_##name].kept |= 0 bits;
#define ARCH_RESULT_THREAD_SWITCH(result)
#define ARCH_RESULT_UNMAP(result)
#define ARCH_RESULT_NULL_CALL(result)
	CALL(IPC, __L4_Ipc, valid_ipc)
	CALL(UNMAP, __L4_Unmap, valid_unmap)
	CALL(EXREGS, __L4_ExchangeRegisters, valid_exregs)
	CALL(THREAD_CONTROL, __L4_ThreadControl, valid_thread_control)
	CALL(SYSTEM_CLOCK, __L4_SystemClock, 0)
	CALL(THREAD_SWITCH, __L4_ThreadSwitch, 0)
	CALL(SCHEDULE, __L4_Schedule, valid_schedule)
	CALL(SPACE_CONTROL, __L4_SpaceControl, 0)
	CALL(PROCESSOR_CONTROL, __L4_ProcessorControl, 0)
	CALL(MEMORY_CONTROL, __L4_MemoryControl, 0)
	CALL(INSPECT, arch_link(0), 0)
	CALL(SET_TLS, arch_link(1), 0)
	CALL(NULL_CALL, arch_link(3), 0)
	ARCH_KEPT_BY(KEPT_BY, BIT)
	c[CALL_IPC].results |= 1ull << mr_places[0] IPC_WRITES(BIT);
	c[CALL_LIPC] = c[CALL_IPC];
	c[CALL_LIPC].link = (word)__L4_Lipc;
	other = to;
}

void calls_random(struct regs *r, enum call_number n, uint64_t *random)
{
	word *w = (word *)r;

	for (unsigned i = 0; i < REGS; i++)
		w[i] = random_next(random);
	r->flags = FLAGS_START | (random_next(random) & FLAGS_SOME);
	r->sp = 0;
	if (n == CALL_IPC || n == CALL_LIPC || n == CALL_UNMAP)
		load_utcb(r);
	if (n != CALL_UNMAP)
		return;
	AT(ARCH_ARG_UNMAP) &= ~(word)UNMAP_BITS | UNMAP_RANDOM;
	for (unsigned i = 0; i < sizeof mr_places; i++)
		w[mr_places[i]] &= ~(word)L4_FullyAccessible;
}

/* ---- what they leave ---- */

/* The places of the first n message registers. */
static uint64_t mrs(word n)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < n && i < sizeof mr_places; i++)
		bits |= 1ull << mr_places[i];
	return bits;
}

/* Ipc keeps message registers if it has no receive phase and does not fail: else they may be the UTCB's. */
static bool receives(const struct found *f)
{
	const struct regs *r = f->before;
	struct { L4_ThreadId_t to, from; word timeouts; } a;

	(void)(ARCH_ARGS_IPC(GET));
	return a.from.raw != 0 || f->after->REG_TAG & TAG_ERROR;
}

static uint64_t kept(const struct found *f)
{
	uint64_t kept = f->calls[f->n].kept;

	if (f->moved)
		return 0;
	return (f->n == CALL_IPC || f->n == CALL_LIPC) && receives(f) ? kept & ~mrs(ALL) : kept;
}

static uint64_t results(const struct found *f)
{
	const struct regs *r = f->before;
	word written = f->n == CALL_UNMAP ? (AT(ARCH_ARG_UNMAP) & UNMAP_BITS) + 1 : 0;

	return f->calls[f->n].results | mrs(written);
}

bool calls_failed(enum call_number n, const struct regs *r)
{
	struct { L4_ThreadId_t dest, pager; word control, sp, ip, flags, handle; } exregs, *old = &exregs;
	word ok = 1, state, time;

	switch (n) {
	case CALL_EXREGS:
		ARCH_RESULT_EXREGS(FOUND)
		return old->dest.raw == 0;
	case CALL_SCHEDULE:
		ARCH_RESULT_SCHEDULE(FOUND)
		(void)time;
		return state == 0;
	case CALL_IPC: case CALL_LIPC:
		return r->REG_TAG & TAG_ERROR;
	case CALL_THREAD_CONTROL:
		ARCH_RESULT_THREAD_CONTROL(FOUND)
		break;
	case CALL_PROCESSOR_CONTROL:
		ARCH_RESULT_PROCESSOR_CONTROL(FOUND)
		break;
	case CALL_MEMORY_CONTROL:
		ARCH_RESULT_MEMORY_CONTROL(FOUND)
		break;
	default:
		break;
	}
	return ok == 0;
}

static bool among(const word *list, unsigned n, word value)
{
	for (unsigned i = 0; i < n; i++)
		if (list[i] == value)
			return true;
	return false;
}

static bool is_foreign(const struct found *f, word value)
{
	for (unsigned i = 0; i < 2; i++)
		if (value != 0 && f->foreign[i] && among((const word *)f->foreign[i], REGS, value))
			return true;
	return false;
}

static bool is_callers(const struct found *f, word value)
{
	return value == 0 || value == L4_MyLocalId().raw || among((const word *)f->before, REGS, value)
	       || among(f->mr, CALL_MRS, value) || left_by_exit(f->after, value);
}

static bool fits(const struct found *f, unsigned i)
{
	word before = ((const word *)f->before)[i], after = ((const word *)f->after)[i];

	if (results(f) >> i & 1)
		return !is_foreign(f, after);
	return kept(f) >> i & 1 ? after == before : is_callers(f, after);
}

void calls_check(const struct found *f)
{
	for (unsigned i = 0; i < REGS; i++)
		if (!fits(f, i)) {
			guest_note("call", f->n);
			guest_note("register, in the order of struct regs:", i);
			guest_note("was", ((const word *)f->before)[i]);
			guest_note("is", ((const word *)f->after)[i]);
			guest_fail(__FILE__, __LINE__, "a register has a value that a call may not leave there");
		}
	CHECK_EQ(f->after->flags & ~(word)FLAGS_SOME, f->before->flags & ~(word)FLAGS_SOME);
}
