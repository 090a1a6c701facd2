/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wild_calls.c - every system call, with wild values in all registers and flags, by a thread without
 * privileges. For each call the result that X.2 specifies is worked out from the arguments, and compared:
 * error code, result registers, message registers, status bits.
 *
 * `sink`, in a space of its own, receives what comes, with wild windows that do not cover its program. It
 * compares too. A handler answers the single steps of calls with the trap flag set.
 */
#include <l4/pecan.h>
#include "exceptions.h"
#include "bad_values.h"
#include "random.h"
#include "victims.h"
#include "wild_strings.h"

enum {
	PRIO = 90, PRIO_SINK = 97, PRIO_HANDLER = 98, STEPPED = 64, FLUSHED = 64, IN_REGISTERS = 8,
	F_TF = 0x100, F_IF = 0x200, F_FIXED = 2, F_ERROR = 1 << 15, F_OTHERS = 0xf000, ZERO_TIME = 0x400,
	STATUS = 7, COUNT = 63, SHORT_US = 40, SET_NOTHING = 0x1ff, K = 63, FLUSH = 64, COMPLETE = 1,
};

#define KIP_MAGIC 0x4be6344c
#define FLAGS_OF_USER 0x244dd5ul	/* CF PF AF ZF SF TF DF OF NT AC ID; RF not */

extern char __program_start[], __program_end[];

/* A call: the registers before and after; message registers before. */
struct try { struct regs before, r; word mr[64]; word error, want; };

static struct try try;
static struct space own, sink_space, mute_space;
static L4_ThreadId_t self, sink, mute, handler, boss;
static volatile word rounds, wrong, messages, steps, sink_window;
static struct { bool whole; word tag, u, error, mr[64]; } sent;
static uint64_t seed;

/* ---- wild values ---- */

static word below(word limit) { return (random_next(&seed) >> 11) % limit; }

static word any_word(void)
{
	switch (below(4)) {
	case 0:
		return random_next(&seed) >> below(64);
	case 1:
		return wild[below(WILDS)] + below(64) - 32;
	default:
		return wild[below(WILDS)];
	}
}

static bool in_my_utcbs(word w) { return w - SPACE_UTCB < 1ul << SPACE_UTCB_LOG2; }

static bool is_known(word id)
{
	const L4_ThreadId_t known[] = { L4_nilthread, L4_anythread, L4_anylocalthread, __L4_Sigma0(), supervisor,
					boss, self, sink, mute, handler, victims_server() };

	for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].raw == id)
			return true;
	return in_my_utcbs(id);
}

/* An id that names no thread, and is not nilthread. */
static word unknown(void)
{
	word w = any_word();

	while (is_known(w))
		w = any_word();
	return w;
}

/* An existing thread of another space. */
static word other_thread(void)
{
	const L4_ThreadId_t others[] = { __L4_Sigma0(), supervisor, boss, sink, mute, victims_server() };

	return others[below(sizeof others / sizeof *others)].raw;
}

static word myself(void) { return below(2) ? self.raw : L4_MyLocalId().raw; }

static void set_all(struct try *t)
{
	word *w = (word *)&t->before;

	for (unsigned i = 0; i < REGS; i++)
		w[i] = any_word();
	t->before.flags = any_word();
	if (below(STEPPED))
		t->before.flags &= ~(word)F_TF;
}

/* ---- message registers ---- */

static word *in_register(struct regs *r, word i)
{
	word *at[IN_REGISTERS] = { &r->r9, &r->rax, &r->rbx, &r->r10, &r->r12, &r->r13, &r->r14, &r->r15 };

	return at[i];
}

static void set_words(struct try *t)
{
	for (word i = 0; i < 64; i++)
		t->mr[i] = any_word();
}

/* All of them, with the same value in register and UTCB. */
static void load_words(struct try *t)
{
	for (word i = 0; i < 64; i++) {
		if (i < IN_REGISTERS)
			*in_register(&t->before, i) = t->mr[i];
		L4_LoadMR((int)i, t->mr[i]);
	}
}

static word word_after(struct try *t, word i)
{
	return i < IN_REGISTERS ? *in_register(&t->r, i) : mr((int)i);
}

/* ---- calls without rights ---- */

static void make_any(struct try *t) { (void)t; }

static bool is_refused(struct try *t) { return t->r.rax == 0 && t->error == L4_ErrNoPrivilege; }
static bool is_refused_twice(struct try *t) { return is_refused(t) && t->r.rdx == 0; }

static void make_schedule(struct try *t)
{
	switch (below(3)) {
	case 0:
		t->before.rdi = myself();
		break;
	case 1:
		t->before.rdi = other_thread();
		break;
	default:
		t->before.rdi = unknown();
	}
}

static bool is_schedule(struct try *t)
{
	bool exists = is_known(t->before.rdi);

	return t->r.rax == 0 && t->error == (exists ? L4_ErrNoPrivilege : L4_ErrInvalidThread);
}

static bool is_clock(struct try *t) { return t->r.rax >= t->error && t->r.rax <= now(); }

static bool is_back(struct try *t)
{
	(void)t;
	return true;
}

static bool is_tls(struct try *t)
{
	bool ok = t->before.rdi < USER_END;

	return t->r.rax == ok && t->error == (ok ? 0 : L4_ErrInvalidParam);
}

/* LOCK NOP: four results, and all else as it was. */
static bool is_interface(struct try *t)
{
	const word *page = (const word *)(word)SPACE_KIP;
	struct regs want = t->before;

	want.rax = SPACE_KIP;
	want.rcx = page[1];
	want.rdx = page[2];
	want.rsi = *(const word *)((word)SPACE_KIP + page[3]);
	for (unsigned i = 0; i < REGS; i++)
		if (((word *)&want)[i] != ((word *)&t->r)[i])
			return false;
	return true;
}

/* ---- ExchangeRegisters: of others, which is refused; of oneself, which changes nothing here ---- */

static void make_exchange(struct try *t)
{
	switch (below(4)) {
	case 0:
		t->before.rax = other_thread();
		break;
	case 1:
		t->before.rax = below(2) ? 0 : L4_anythread.raw;
		break;
	case 2:
		t->before.rax = myself();
		t->before.rsi &= ~(word)SET_NOTHING;
		break;
	default:
		t->before.rax = unknown();
	}
}

static bool is_exchange(struct try *t)
{
	const struct regs *r = &t->r;

	if (t->before.rax == self.raw || t->before.rax == L4_MyLocalId().raw)
		return r->rax == (t->before.rax == self.raw ? L4_MyLocalId() : self).raw && r->rsi == 0
		    && r->r10 == L4_UserDefinedHandle() && r->rdi == L4_Pager().raw && t->error == 0;
	return t->error == L4_ErrInvalidThread
	    && (r->rax | r->rsi | r->rdx | r->r8 | r->r9 | r->r10 | r->rdi) == 0;
}

/* ---- Unmap ---- */

/* Does the fpage have a part of the program? */
static bool has_program(word f)
{
	word log2 = f >> 4 & 0x3f, base, size;

	if (log2 == COMPLETE)
		return true;
	base = (f & ~0x3fful) >> log2 << log2;
	size = 1ul << log2;
	return base < (word)__program_end && base + size - 1 >= (word)__program_start;
}

/* Few flushes: all that the program uses is mapped again then, page by page. */
static void make_unmap(struct try *t)
{
	set_words(t);
	load_words(t);
	if (below(STEPPED))
		t->before.rdx &= ~(word)FLUSH;
}

/* This space has its program only; the sink does not use what it got of it. */
static bool is_unmap(struct try *t)
{
	word k = t->before.rdx & K;
	bool right = t->r.rdi == L4_MyLocalId().raw;

	for (word i = 0; i < 64; i++) {
		word is = word_after(t, i), f = t->mr[i];

		if (i > k)
			right &= is == f;
		else if (t->before.rdx & FLUSH && has_program(f))
			right &= (is | STATUS) == (f | STATUS);
		else
			right &= is == (f & ~(word)STATUS);
	}
	return right;
}

/* ---- Ipc ---- */

enum partner { NO_PARTNER, UNKNOWN, SILENT, LISTENER };

static enum partner partner_of(word id)
{
	if (id == 0)
		return NO_PARTNER;
	if (id == sink.raw)
		return LISTENER;
	return is_known(id) ? SILENT : UNKNOWN;
}

static bool is_wildcard(word id) { return id == L4_anythread.raw || id == L4_anylocalthread.raw; }

static word any_id(void)
{
	const word ids[] = { 0, 0, unknown(), unknown(), mute.raw, myself(), L4_anythread.raw,
			     L4_anylocalthread.raw };

	return ids[below(sizeof ids / sizeof *ids)];
}

static word items(const struct try *t) { return t->mr[0] >> 6 & COUNT; }

static bool is_too_long(const struct try *t) { return (t->mr[0] & COUNT) + items(t) > COUNT; }

/* Is an item of a kind that the sink refuses, or cut off? */
static bool is_refused_item(const struct try *t)
{
	word u = t->mr[0] & COUNT, n = items(t);

	for (word i = 0; i < n; i += 2)
		if ((t->mr[u + 1 + i] & 0xc) != 8 || n - i < 2 || sink_window == 0)
			return true;
	return false;
}

static word error_of(const struct try *t)
{
	enum partner to = partner_of(t->before.rsi), from = partner_of(t->before.rdx);

	if (is_wildcard(t->before.rsi))
		return SEND_NOT_EXISTING;
	if (to == UNKNOWN)
		return SEND_NOT_EXISTING;
	if (to != NO_PARTNER && is_too_long(t))
		return SEND_OVERFLOW;
	if (to == SILENT)
		return SEND_TIMEOUT;
	if (to == LISTENER && is_refused_item(t))
		return SEND_OVERFLOW;
	return from == NO_PARTNER ? 0 : from == UNKNOWN ? RECEIVE_NOT_EXISTING : RECEIVE_TIMEOUT;
}

/* Zero in one of its forms, or a short time. */
static word finite(bool zero)
{
	return zero || below(4) ? ZERO_TIME * (1 + below(31)) : period(1 + below(SHORT_US));
}

static word times_of(word error)
{
	word send = any_word() & 0xffff, receive = any_word() & 0xffff;

	if (error == SEND_TIMEOUT)
		send = finite(true);
	if (error == RECEIVE_TIMEOUT)
		receive = finite(false);
	return send << 16 | receive;
}

/* A tag and items of which many are good. */
static void set_message(struct try *t)
{
	word u = below(8), n = below(3) * 2;

	if (below(4))
		t->mr[0] = (t->mr[0] & ~0xffful) | n << 6 | u;
	for (word i = 0; i < n; i += 2)
		if (below(4))
			t->mr[u + 1 + i] = (t->mr[u + 1 + i] & ~0x3feul) | 8 | below(2) << 1;
}

static void make_ipc(struct try *t)
{
	set_words(t);
	set_message(t);
	load_words(t);
	t->before.rsi = below(3) ? any_id() : sink.raw;
	t->before.rdx = any_id();
	t->want = error_of(t);
	t->before.r8 = times_of(t->want);
	L4_Set_VirtualSender((L4_ThreadId_t){ .raw = unknown() });
	if (t->before.rsi != sink.raw)
		return;
	sent.whole = !is_too_long(t) && !is_refused_item(t);
	sent.u = t->mr[0] & COUNT;
	sent.tag = t->mr[0] & ~(word)F_OTHERS;
	for (word i = 1; i <= sent.u; i++)
		sent.mr[i] = t->mr[i];
	sent.error = messages + 1;
}

static bool is_ipc(struct try *t)
{
	word error = t->want, tag = t->r.r9;
	bool right = t->r.rdi == L4_MyLocalId().raw;

	if (error)
		right &= tag == F_ERROR && t->r.rsi == 0 && L4_ErrorCode() == error;
	else
		right &= ((tag ^ t->mr[0]) & ~(word)F_OTHERS) == 0 && !(tag & F_ERROR && !(t->mr[0] & F_ERROR));
	for (word i = 1; i < 64; i++)
		right &= word_after(t, i) == t->mr[i];
	if (t->before.rsi == sink.raw)
		right &= messages == sent.error;
	return right;
}

/* ---- the sink ---- */

static word any_window(void)
{
	word f = any_word() & ~15ul;

	if (below(2))
		f = (any_word() & ~0x3fful) | (10 + below(40)) << 4;
	return has_program(f) ? 0 : f;
}

static void check_arrived(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	bool right = *(volatile word *)(word)SPACE_KIP == KIP_MAGIC;

	if (sent.whole) {
		right &= tag.raw == sent.tag && from.raw == self.raw;
		for (word i = 1; i <= sent.u; i++)
			right &= mr((int)i) == sent.mr[i];
	} else {
		right &= L4_IpcFailed(tag) && L4_ErrorCode() == RECEIVE_OVERFLOW;
	}
	wrong += !right;
}

static void be_sink(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	image_read();
	for (;;) {
		L4_MsgTag_t tag;

		sink_window = any_window();
		L4_Accept((L4_Acceptor_t){ .raw = sink_window });
		tag = L4_Wait(&from);
		messages++;
		check_arrived(tag, from);
		if (messages % FLUSHED == 0)
			L4_Flush(L4_FpageAddRights(L4_CompleteAddressSpace, L4_FullyAccessible));
	}
}

/* ---- all of it ---- */

static __L4_Link_t kernel_interface = lock_nop;

static const struct call {
	__L4_Link_t *link;
	void (*make)(struct try *t);
	bool (*is_right)(struct try *t);
} calls[] = {
	{ &__L4_SpaceControl, make_any, is_refused_twice }, { &__L4_ThreadControl, make_any, is_refused },
	{ &__L4_ProcessorControl, make_any, is_refused }, { &__L4_MemoryControl, make_any, is_refused_twice },
	{ &__L4_Inspect, make_any, is_refused }, { &__L4_SetTls, make_any, is_tls },
	{ &__L4_SystemClock, make_any, is_clock }, { &__L4_ThreadSwitch, make_any, is_back },
	{ &kernel_interface, make_any, is_interface }, { &__L4_Schedule, make_schedule, is_schedule },
	{ &__L4_ExchangeRegisters, make_exchange, is_exchange }, { &__L4_Unmap, make_unmap, is_unmap },
	{ &__L4_Ipc, make_ipc, is_ipc }, { &__L4_Lipc, make_ipc, is_ipc },
};

static void call_once(const struct call *c)
{
	bool right;

	set_all(&try);
	c->make(&try);
	try.r = try.before;
	try.error = now();
	regs_call(&try.r, (word)*c->link);
	flags_write(F_FIXED | F_IF);
	if (c->is_right != is_clock)
		try.error = L4_ErrorCode();
	right = c->is_right(&try) && (without_vif(try.r.flags) & ~FLAGS_OF_USER) == (F_FIXED | F_IF);
	if (!right)
		guest_note("call", (word)(c - calls));
	wrong += !right;
}

static void be_wild(void *unused)
{
	(void)unused;
	image_read();
	L4_Set_ExceptionHandler(handler);
	for (;;) {
		for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++)
			call_once(&calls[i]);
		rounds++;
		L4_Yield();
	}
}

static bool in_program(word ip)
{
	return ip - (word)__program_start < (word)(__program_end - __program_start)
	    || ip / PAGE == (word)__L4_Ipc / PAGE;
}

/* Each instruction with the trap flag set, in the program and in the gateway, is one exception 1. */
static void answer_steps(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		bool right = tag_protocol(tag) == N_EXCEPTION
			  && mr(M_NUMBER) == EXCEPTION_DEBUG && in_program(mr(M_RIP))
			  && (without_vif(mr(M_RFLAGS)) & ~FLAGS_OF_USER) == (F_FIXED | F_IF);

		steps++;
		if (!right)
			guest_note("stepped to", mr(M_RIP));
		wrong += !right;
		L4_Set_MsgTag(tag_make(0, M_WORDS, 0));
		tag = L4_ReplyWait(from, &from);
	}
}

static void rest(void *unused)
{
	(void)unused;
	guest_wait();
}

TEST(AWLD0001, "wild values in all registers of every system call have the results that are specified")
{
	word asked = rounds_asked(), begin, strings;

	if (!L4_HasInspect() || !L4_HasTls())
		guest_skip("no inspection or no thread-local storage in this kernel");
	strings = wild_strings(asked);
	rounds = wrong = messages = steps = 0;
	seed = 0x2545f4914f6cdd1d;
	boss = L4_Myself();
	space_make(&own);
	space_make(&sink_space);
	space_make(&mute_space);
	victims_start(PRIO);
	handler = thread_start_prio(answer_steps, 0, PRIO_HANDLER);
	mute = space_start_prio(&mute_space, rest, 0, PRIO);
	sink = space_start_prio(&sink_space, be_sink, 0, PRIO_SINK);
	self = space_waiting(&own, supervisor);
	thread_go(self, PRIO, thread_frame(stack_new(), be_wild, 0));
	while (rounds < asked) {
		begin = rounds;
		sleep_us(100000);
		CHECK(rounds > begin);
	}
	guest_note("messages", messages);
	guest_note("steps", steps);
	guest_note("victims' calls", victims_calls());
	CHECK(messages > rounds / 4 && steps > rounds && victims_calls() >= rounds / 2);
	wrong += victims_wrong() + strings;
	guest_figure("wild-arguments", rounds, wrong);
	CHECK_EQ(wrong, 0);
}
