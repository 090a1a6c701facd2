/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry_registers.c - threads with random IP and SP, and random registers at every entry of the kernel.
 */
#include "bad_values.h"
#include "random.h"

/* A thread that is set to a random address: its fault or exception comes here, or it halts. */
static void send_to_place(word ip, word sp, word flags)
{
	struct mark mark = world_mark();
	L4_ThreadId_t t = thread_waiting(L4_Myself()), pager;
	word old[5];

	L4_ExchangeRegisters(t, 0x100 | 0x3e, sp, ip, flags, 0, L4_nilthread, &old[0], &old[1], &old[2],
			     &old[3], &old[4], &pager);
	CHECK(L4_Set_Priority(t, 150));
	L4_Receive_Timeout(t, L4_TimePeriod(300));
	thread_delete(t);
	world_release(mark);
}

TEST(GWLD0017, "threads sent to wild instruction pointers fault; the kernel does not")
{
	for (unsigned i = 0; i < WILDS; i++)
		send_to_place(wild[i], stack_new(), 0x202);
	check_alive();
}

TEST(GWLD0018, "threads with wild stack pointers fault when they use them")
{
	for (unsigned i = 0; i < WILDS; i++) {
		if (in_utcbs(wild[i]))
			continue;
		send_to_place((word)redirect_target, wild[i], 0x202);
		send_to_place((word)only_return, wild[i], 0x202);
	}
	check_alive();
}

TEST(GWLD0019, "threads started with wild flags run as users, with interrupts on")
{
	for (unsigned i = 0; i < WILDS; i++) {
		redirected = 0;
		send_to_place((word)redirect_target, stack_new(), wild[i] & ~0x100ul);
		CHECK_EQ(redirected, 1);
	}
	check_alive();
}

static word link(word offset) { return *(word *)((word)kip + offset); }

struct gateway { word link, value; };

static void wild_stack(void *arg)
{
	struct gateway *g = arg;

	L4_Set_ExceptionHandler(NIL);
	gateway_with_sp(g->link, g->value);
}

static void wild_return(void *arg)
{
	struct gateway *g = arg;

	L4_Set_ExceptionHandler(NIL);
	gateway_with_return(g->link, g->value);
}

static void enter_wildly(void (*run)(void *), word offset)
{
	static struct gateway g;

	for (unsigned i = 0; i < WILDS; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		if (in_utcbs(wild[i]))
			continue;
		g = (struct gateway){ link(offset), wild[i] };
		t = thread_start_pager(run, &g, L4_Myself());
		L4_Receive_Timeout(t, L4_TimePeriod(200));
		thread_delete(t);
		world_release(mark);
	}
}

TEST(GWLD0020, "a gateway entered with a wild stack pointer: the caller faults or halts")
{
	for (word offset = 0x1a0; offset <= 0x1f0; offset += 8)
		enter_wildly(wild_stack, offset);
	check_alive();
}

TEST(GWLD0021, "a gateway entered with a wild return address: non-canonical ones do not reach SYSRET")
{
	for (word offset = 0x1a0; offset <= 0x1f0; offset += 8)
		enter_wildly(wild_return, offset);
	check_alive();
}

static void tell(L4_ThreadId_t owner)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send(owner);
	(void)tag;
}

/* All registers at once, through each gateway, from a space without rights. */
struct all_regs { word link, base; L4_ThreadId_t owner; };

static void all_wild(void *arg)
{
	struct all_regs *a = arg;
	struct regs r;
	word *w = (word *)&r;

	for (unsigned i = 0; i < 15; i++)
		w[i] = wild[(a->base + i * 5) % WILDS];
	r.flags = 0x202;
	r.r8 = ZERO_TIMEOUTS;
	regs_call(&r, a->link);
	tell(a->owner);
}

TEST(GWLD0022, "every gateway with wild values in all registers")
{
	static struct all_regs a;
	struct space s;

	space_make(&s);
	for (word offset = 0x1a0; offset <= 0x1f0; offset += 8)
		for (word base = 0; base < WILDS; base++) {
			struct mark mark = world_mark();
			L4_ThreadId_t t;

			a = (struct all_regs){ link(offset), base, L4_Myself() };
			t = space_start_pager(&s, all_wild, &a, L4_Myself());
			pager_serve(t);
			thread_delete(t);
			space_forget_last(&s);
			world_release(mark);
		}
	check_alive();
}

static word gateway_of(word value)
{
	return value & ~0xffful;
}

static bool leaked(word value, word before)
{
	word gateway = gateway_of(link(0x1c0));

	return value != before && value >> 47 != 0 && gateway_of(value) != gateway && value != -1ul;
}

TEST(GWLD0023, "no call leaves a kernel address in a register")
{
	static const word offsets[] = { 0x1c0, 0x1d0, 0x1e0, 0x1e8 };

	for (unsigned i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		struct regs before, r;
		word *b = (word *)&before, *w = (word *)&r;

		regs_pattern(&before, 0x0000123400000000);
		before.rdi = offsets[i] == 0x1e8 ? 0 : L4_MyLocalId().raw;
		before.rsi = before.rdx = before.r9 = before.r8 = 0;
		r = before;
		regs_call(&r, link(offsets[i]));
		for (unsigned k = 0; k < 15; k++)
			CHECK(!leaked(w[k], b[k]));
	}
}

TEST(GWLD0024, "a wild UTCB pointer in RDI is ignored by Ipc and Unmap")
{
	for (unsigned i = 0; i < WILDS; i++) {
		struct regs r;

		regs_pattern(&r, 0);
		r.rdi = wild[i];
		r.rsi = r.rdx = r.r9 = 0;
		r.r8 = ZERO_TIMEOUTS;
		regs_call(&r, link(0x1c0));
		regs_pattern(&r, 0);
		r.rdi = wild[i];
		r.rdx = r.r9 = 0;
		regs_call(&r, link(0x1d0));
	}
	check_alive();
}

static void lie_about_id(void *arg)
{
	volatile word *mine = (volatile word *)(L4_MyLocalId().raw - 120);
	L4_MsgTag_t tag;

	*mine = supervisor.raw;
	L4_Set_MsgTag(tag_make(0x66, 0, 0));
	tag = L4_Send(*(L4_ThreadId_t *)arg);
	(void)tag;
}

TEST(GWLD0025, "a thread that writes another id into its UTCB still sends under its own")
{
	static L4_ThreadId_t me;
	struct receiver r = { .from = L4_anythread, .timeout = 0 };
	struct space s;
	L4_ThreadId_t t;

	me = L4_Myself();
	space_make(&s);
	t = space_start(&s, lie_about_id, &me);
	receive_once(&r);
	CHECK_EQ(r.got.tag, tag_make(0x66, 0, 0).raw);
	CHECK_EQ(r.got.from, t.raw);
}

/* Two threads of one space, whose UTCBs are in one page. */
enum { UTCB_WORDS = 128, BEFORE_MR0 = 512, MINE = 0x600d0000 };
struct beside { L4_ThreadId_t test, other; word value; volatile word stop, turns, wrong, alive; };

static word *own_utcb(void) { return (word *)(L4_MyLocalId().raw - BEFORE_MR0); }

static void keep_utcb(void *arg)
{
	struct beside *b = arg;
	word *utcb = own_utcb(), before[UTCB_WORDS];
	L4_MsgTag_t tag;

	L4_Set_UserDefinedHandle(MINE);
	for (int i = 1; i < 64; i++)
		L4_LoadMR(i, MINE + (word)i);
	for (unsigned i = 0; i < UTCB_WORDS; i++)
		before[i] = utcb[i];
	while (!b->stop) {
		for (unsigned i = 0; i < UTCB_WORDS; i++)
			b->wrong += utcb[i] != before[i];
		b->turns++;
		L4_Yield();
	}
	L4_Set_MsgTag(tag_make(0x67, 1, 0));
	tag = L4_Send(b->test);
	(void)tag;
}

/* Calls that use the UTCB, each in another way. */
static void call_by_utcb(struct beside *b, unsigned call)
{
	if (call == 0)
		L4_Yield();
	else if (call == 1)
		L4_Receive_Timeout(L4_nilthread, L4_TimePeriod(100));
	else if (call == 2)
		L4_ThreadControl(b->other, b->other, b->other, b->other, (void *)b->value);
	else
		L4_Send_Timeout(b->other, L4_ZeroTime);
}

/* In the first round the pages that the calls need are had from the pager, which is in the UTCB. */
static void overwrite_utcb(void *arg)
{
	enum { CALLS = 4 };
	struct beside *b = arg;
	word *utcb = own_utcb();

	for (unsigned call = 0; call < 2 * CALLS; call++) {
		for (unsigned i = 0; i < UTCB_WORDS && call >= CALLS; i++)
			utcb[i] = b->value;
		call_by_utcb(b, call % CALLS);
		b->alive = call + 1;
	}
	while (!b->stop)
		L4_Yield();
}

static void check_beside(word value)
{
	static struct beside b;
	struct mark mark = world_mark();
	struct space s;
	L4_MsgTag_t tag;

	b = (struct beside){ .test = L4_Myself(), .value = value };
	space_make(&s);
	b.other = space_start_prio(&s, keep_utcb, &b, 90);
	AWAIT(b.turns > 0);
	space_start_prio(&s, overwrite_utcb, &b, 90);
	sleep_us(2000);
	b.stop = 1;
	tag = L4_Receive_Timeout(b.other, L4_TimePeriod(1000000));
	CHECK_EQ(tag.raw, tag_make(0x67, 1, 0).raw);
	CHECK_EQ(mr(1), MINE + 1);
	CHECK_EQ(b.wrong, 0);
	CHECK(b.alive > 4);
	space_delete(&s);
	world_release(mark);
}

TEST(GWLD0040, "a thread that overwrites its whole UTCB, and calls, changes no word of the one beside it")
{
	const word ids[] = { L4_Myself().raw, supervisor.raw, L4_GlobalId(user_base, 1).raw, SPACE_UTCB + 512 };

	for (unsigned i = 0; i < WILDS; i++)
		check_beside(wild[i]);
	for (unsigned i = 0; i < sizeof ids / sizeof *ids; i++)
		check_beside(ids[i]);
	check_alive();
}

static void reload_segments(void *arg)
{
	volatile word *ok = arg;
	word utcb = gs_read();

	load_ds_null();
	load_fs_null();
	L4_Yield();
	load_gs_null();
	L4_SystemClock();
	L4_Yield();
	*ok = gs_read() == utcb;
	load_gs_user();
	L4_SystemClock();
	sleep_us(1000);
	*ok += gs_read() == utcb;
}

static void check_gs(void *arg)
{
	volatile word *wrong = arg;

	for (unsigned i = 0; i < 50; i++) {
		*wrong += gs_read() != L4_LocalIdOf(L4_Myself()).raw;
		L4_Yield();
	}
}

TEST(GWLD0026, "a thread that reloads GS affects no other, and gets its UTCB pointer back at the next entry")
{
	static volatile word ok, wrong;
	struct space s;

	ok = wrong = 0;
	space_make(&s);
	space_start_prio(&s, reload_segments, (void *)&ok, 90);
	thread_start_prio(check_gs, (void *)&wrong, 90);
	sleep_us(20000);
	AWAIT(ok == 2);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(ok, 2);
	check_alive();
}

static void call_with_flags(void *arg)
{
	struct regs r;

	regs_pattern(&r, 0);
	r.rdi = L4_MyLocalId().raw;
	r.rsi = r.rdx = r.r9 = 0;
	r.r8 = ZERO_TIMEOUTS;
	r.flags = *(word *)arg;
	regs_call(&r, link(0x1c0));
	flags_write(0x202);
}

TEST(GWLD0027, "calls with DF, AC, NT and the arithmetic flags set work; the kernel does not inherit them")
{
	static word flags[] = { 0x602, 0x40202, 0x4202, 0xad7, 0x44ed7 };

	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
		thread_start(call_with_flags, &flags[i]);
		check_alive();
	}
}

struct steps { L4_ThreadId_t handler; word flags; volatile word done; };

static void call_in_steps(void *arg)
{
	struct steps *s = arg;

	L4_Set_ExceptionHandler(s->handler);
	call_with_flags(&s->flags);
	s->done = 1;
}

TEST(GWLD0028, "a call made with the trap flag set is stepped over, and the kernel is not")
{
	static struct steps s;
	L4_ThreadId_t t;
	unsigned steps = 0;

	s = (struct steps){ L4_Myself(), 0x302, 0 };
	t = thread_start(call_in_steps, &s);
	while (!s.done && steps++ < 500) {
		L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(10000));

		CHECK(L4_IpcSucceeded(tag));
		CHECK_EQ(mr(19), 1);
		CHECK(mr(1) >> 47 == 0 || gateway_of(mr(1)) == gateway_of(link(0x1c0)));
		L4_Set_MsgTag(tag_make(0, 20, 0));
		L4_Reply(t);
	}
	CHECK(s.done);
	CHECK(steps > 5);
	check_alive();
}

TEST(GWLD0029, "Schedule with wild destinations and parameters")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	word old;

	for (unsigned i = 0; i < WILDS; i++) {
		if (!precious(wild[i]) && wild[i] != 1)
			CHECK_EQ(L4_Schedule(wild_id(i), -1ul, -1ul, -1ul, -1ul, &old), 0);
		L4_Schedule(t, wild[i], -1ul, -1ul, -1ul, &old);
		L4_Schedule(t, -1ul, wild[i], -1ul, -1ul, &old);
		L4_Schedule(t, -1ul, -1ul, wild[i], -1ul, &old);
		L4_Schedule(t, -1ul, -1ul, -1ul, wild[i], &old);
	}
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
	check_alive();
}

struct switch_job { word dest; volatile word done; };

static void switch_wild(void *arg)
{
	struct switch_job *j = arg;

	L4_ThreadSwitch((L4_ThreadId_t){ .raw = j->dest });
	j->done = 1;
}

TEST(GWLD0030, "ThreadSwitch to wild ids")
{
	static struct switch_job j;

	for (unsigned i = 0; i < WILDS; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		j = (struct switch_job){ .dest = wild[i] };
		t = thread_start_pager(switch_wild, &j, L4_Myself());
		sleep_us(200);
		thread_delete(t);
		world_release(mark);
	}
	check_alive();
}

TEST(GWLD0031, "ProcessorControl and MemoryControl with wild arguments")
{
	for (unsigned i = 0; i < WILDS; i++) {
		word attributes[4] = { wild[i], wild[i], wild[i], wild[i] };

		L4_ProcessorControl(wild[i] | 1, wild[i], wild[i], wild[i]);
		L4_LoadMR(0, L4_Nilpage.raw);
		L4_MemoryControl(wild[i] & ~63ul, attributes);
	}
	check_alive();
}

static void fault_with_pager(void *pager)
{
	L4_Set_Pager(*(L4_ThreadId_t *)pager);
	(void)*(volatile word *)(word)WINDOW;
}

static void trap_with_handler(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	trap_ud();
}

TEST(GWLD0032, "wild pagers and exception handlers in the UTCB stop their thread and nothing else")
{
	for (unsigned i = 0; i < WILDS; i++) {
		static L4_ThreadId_t bad;
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		bad = wild_id(i);
		if (in_utcbs(wild[i]))
			continue;
		t = thread_start(fault_with_pager, &bad);
		sleep_us(100);
		thread_delete(t);
		t = thread_start(trap_with_handler, &bad);
		sleep_us(100);
		thread_delete(t);
		world_release(mark);
	}
	check_alive();
}

TEST(GWLD0033, "wild requests to sigma0")
{
	for (unsigned i = 0; i < WILDS; i++) {
		L4_Accept(L4_MapGrantItems(L4_FpageLog2(0x70000000, 12)));
		L4_LoadMR(1, wild[i]);
		L4_LoadMR(2, 0);
		L4_LoadMR(3, wild[i]);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0xffffffffffa00002 });
		L4_Call_Timeouts(L4_GlobalId(user_base, 1), L4_TimePeriod(1000), L4_TimePeriod(20000));
		L4_Flush(fpage(0x70000000, 12, L4_FullyAccessible));
	}
	L4_Accept(L4_UntypedWordsAcceptor);
	check_alive();
}

static uint64_t random_state;

static word next_random(void) { return random_next(&random_state); }

/* Ipc has no receive phase, Unmap does not flush, ExchangeRegisters sets nothing: the caller continues. */
static void random_call(void)
{
	struct regs r;
	word *w = (word *)&r, offset = 0x1a0 + next_random() % 11 * 8;

	for (unsigned k = 0; k < 15; k++)
		w[k] = next_random() & 1 ? wild[next_random() % WILDS] : next_random() >> next_random() % 64;
	r.flags = 0x202;
	r.r8 = ZERO_TIMEOUTS;
	if (offset == 0x1d8)
		r.rsi &= ~0x1fful;
	if (offset == 0x1d0)
		r.rdx &= 63;
	regs_call(&r, link(offset));
}

enum { RANDOM_CALLS = 3000 };

struct fuzz { L4_ThreadId_t owner; volatile word count; };

static void random_calls(void *arg)
{
	struct fuzz *f = arg;

	L4_Set_ExceptionHandler(f->owner);
	while (f->count < RANDOM_CALLS) {
		f->count++;
		random_call();
	}
	tell(f->owner);
}

TEST(GWLD0034, "three thousand random calls of a space without rights")
{
	static struct fuzz f;
	struct space s;

	random_state = 0x9e3779b97f4a7c15;
	f = (struct fuzz){ .owner = L4_Myself() };
	space_make(&s);
	while (f.count < RANDOM_CALLS) {
		struct mark mark = world_mark();
		L4_ThreadId_t t = space_start_pager(&s, random_calls, &f, L4_Myself());

		pager_serve(t);
		thread_delete(t);
		space_forget_last(&s);
		world_release(mark);
	}
	check_alive();
}
