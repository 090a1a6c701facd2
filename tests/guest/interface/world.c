/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - the threads and spaces of one test.
 *
 * Thread numbers go round above the initial servers', and every id gets a new version, so no id is
 * ever seen twice. A version two above the newest of its number names no thread. UTCB locations and
 * stacks start afresh with each test. Whatever was adopted is deleted when the test ends, youngest
 * first.
 */
#include "machine.h"
#include "supervisor.h"

enum {
	STACK_BYTES = 8192, STACKS = 160, ADOPTED = 400,
	NUMBERS = STRANGERS - 16,	/* thread numbers in use by the tests */
	UTCBS = 256,
	NUMBERS_STEP = 64, WARM_VERSION = 0x10000001,
	IN_A_FRAME = 16,		/* threads, or less */
	PRIO_WORKER = 150,
};

L4_ThreadId_t supervisor;
void *kip;
word user_base, system_base;

static char stacks[STACKS][STACK_BYTES] __attribute__((aligned(4096)));
static L4_ThreadId_t adopted[ADOPTED];
static volatile unsigned nadopted, nstacks, nutcbs;
static word ids;			/* given out so far */

/* Memory that the kernel keeps with the block of a deleted thread while others share its frame: as below. */
static void use_blocks(void)
{
	for (word n = 0; n < 2 * IN_A_FRAME; n++)
		thread_control(L4_GlobalId(user_base + 16 + n % IN_A_FRAME, WARM_VERSION),
			       n < IN_A_FRAME ? supervisor : L4_nilthread, supervisor, L4_nilthread, -1ul);
}

/*
 * The kernel may keep what it needs for a thread number or for a page of UTCBs once it was used. Use
 * every such part now, so that the tests find the memory of the kernel as they leave it.
 */
static void use_tables(void)
{
	L4_ThreadId_t t;
	word area = utcb_area();

	for (word n = 0; n < NUMBERS; n += NUMBERS_STEP) {
		t = L4_GlobalId(user_base + 16 + n, WARM_VERSION);
		thread_control(t, supervisor, supervisor, L4_nilthread, -1ul);
		thread_control(t, L4_nilthread, L4_nilthread, L4_nilthread, -1ul);
	}
	for (word slot = 1; slot < UTCBS; slot++) {
		t = L4_GlobalId(user_base + 16, WARM_VERSION + 2 * slot);
		thread_control(t, supervisor, supervisor, supervisor, area + slot * UTCB_BYTES);
		thread_control(t, L4_nilthread, L4_nilthread, L4_nilthread, -1ul);
	}
	use_blocks();
}

void world_init(void)
{
	kip = L4_GetKernelInterface();
	user_base = L4_ThreadIdUserBase(kip);
	system_base = L4_ThreadIdSystemBase(kip);
	supervisor = L4_Myself();
	memory_init();
	use_tables();
}

void world_begin(void)
{
	nadopted = nstacks = 0;
	nutcbs = 1;			/* the first is the supervisor's */
	memory_begin();
}

void world_end(void)
{
	while (nadopted > 0)
		thread_control(adopted[--nadopted], L4_nilthread, L4_nilthread, L4_nilthread, -1ul);
}

void adopt(L4_ThreadId_t t)
{
	CHECK(nadopted < ADOPTED);
	adopted[nadopted++] = t;
}

void disown(L4_ThreadId_t t)
{
	for (unsigned i = nadopted; i-- > 0; )
		if (adopted[i].raw == t.raw) {
			adopted[i] = adopted[--nadopted];
			return;
		}
}

struct mark world_mark(void)
{
	return (struct mark){ nadopted, nstacks, nutcbs };
}

void world_release(struct mark mark)
{
	nadopted = mark.adopted;
	nstacks = mark.stacks;
	nutcbs = mark.utcbs;
}

static bool number_in_use(word number)
{
	for (unsigned i = 0; i < nadopted; i++)
		if (L4_ThreadNo(adopted[i]) == number)
			return true;
	return false;
}

L4_ThreadId_t tid_new(void)
{
	word n;

	do
		n = ids++;
	while (number_in_use(user_base + 16 + n % NUMBERS));
	return L4_GlobalId(user_base + 16 + n % NUMBERS, n / NUMBERS * 2 + 1);
}

bool is_stranger(L4_ThreadId_t t)
{
	return !L4_IsLocalId(t) && L4_ThreadNo(t) >= user_base + STRANGERS;
}

word utcb_area(void)
{
	return L4_MyLocalId().raw / (UTCBS * UTCB_BYTES) * (UTCBS * UTCB_BYTES);
}

word utcb_new(void)
{
	CHECK(nutcbs < UTCBS);
	return utcb_area() + UTCB_BYTES * nutcbs++;
}

word stack_new(void)
{
	CHECK(nstacks < STACKS);
	return (word)stacks[nstacks++] + STACK_BYTES;
}

word thread_control(L4_ThreadId_t dest, L4_ThreadId_t space, L4_ThreadId_t scheduler,
		    L4_ThreadId_t pager, word utcb)
{
	if (L4_ThreadControl(dest, space, scheduler, pager, (void *)utcb))
		return 0;
	return L4_ErrorCode();
}

L4_ThreadId_t thread_inactive(void)
{
	L4_ThreadId_t t = tid_new();

	adopt(t);
	CHECK_EQ(thread_control(t, supervisor, supervisor, L4_nilthread, -1ul), 0);
	return t;
}

static L4_ThreadId_t waiting_in(L4_ThreadId_t space, word utcb, L4_ThreadId_t pager)
{
	L4_ThreadId_t t = tid_new();

	adopt(t);			/* first: the watchdog may strike at any moment */
	CHECK_EQ(thread_control(t, space, supervisor, pager, utcb), 0);
	return t;
}

L4_ThreadId_t thread_waiting(L4_ThreadId_t pager)
{
	return waiting_in(supervisor, utcb_new(), pager);
}

word thread_frame(word stack_top, void (*run)(void *), void *arg)
{
	word *sp = (word *)stack_top - 2;

	sp[0] = (word)run;
	sp[1] = (word)arg;
	return (word)sp;
}

/* Called by guest_thread_entry. */
void guest_thread_main(void (*run)(void *), void *arg);

void guest_thread_main(void (*run)(void *), void *arg)
{
	L4_Set_ExceptionHandler(supervisor);
	run(arg);
	guest_wait();
}

void thread_go(L4_ThreadId_t t, word prio, word sp)
{
	L4_MsgTag_t tag;

	CHECK(L4_Set_Priority(t, prio) != 0);
	L4_LoadMR(1, t.raw);
	L4_LoadMR(2, (word)guest_thread_entry);
	L4_LoadMR(3, sp);
	L4_Set_MsgTag(tag_make(LABEL_START, 3, 0));
	tag = L4_Call(supervisor);
	CHECK(L4_IpcSucceeded(tag) && mr(1) == 1);
}

/* Start t, whose pager is the supervisor or the caller. */
static void start(L4_ThreadId_t t, L4_ThreadId_t pager, word prio, word sp)
{
	L4_MsgTag_t tag;

	if (pager.raw == supervisor.raw) {
		thread_go(t, prio, sp);
		return;
	}
	CHECK(L4_Set_Priority(t, prio) != 0);
	L4_LoadMR(1, (word)guest_thread_entry);
	L4_LoadMR(2, sp);
	L4_Set_MsgTag(tag_make(0, 2, 0));
	tag = L4_Reply(t);
	CHECK(L4_IpcSucceeded(tag));
}

static L4_ThreadId_t start_here(void (*run)(void *), void *arg, L4_ThreadId_t pager, word prio)
{
	L4_ThreadId_t t = thread_waiting(pager);

	start(t, pager, prio, thread_frame(stack_new(), run, arg));
	return t;
}

L4_ThreadId_t thread_start(void (*run)(void *), void *arg)
{
	return start_here(run, arg, supervisor, PRIO_WORKER);
}

L4_ThreadId_t thread_start_prio(void (*run)(void *), void *arg, word prio)
{
	return start_here(run, arg, supervisor, prio);
}

L4_ThreadId_t thread_start_pager(void (*run)(void *), void *arg, L4_ThreadId_t pager)
{
	return start_here(run, arg, pager, PRIO_WORKER);
}

void thread_delete(L4_ThreadId_t t)
{
	CHECK_EQ(thread_control(t, L4_nilthread, L4_nilthread, L4_nilthread, -1ul), 0);
}

word thread_state(L4_ThreadId_t t)
{
	word old;

	return L4_Schedule(t, -1ul, -1ul, -1ul, -1ul, &old);
}

void space_make(struct space *s)
{
	word old;

	s->anchor = tid_new();
	s->utcbs = s->threads = 0;
	adopt(s->anchor);
	CHECK_EQ(thread_control(s->anchor, s->anchor, supervisor, L4_nilthread, -1ul), 0);
	CHECK_EQ(L4_SpaceControl(s->anchor, 0, L4_FpageLog2(SPACE_KIP, 12),
				 L4_FpageLog2(SPACE_UTCB, SPACE_UTCB_LOG2), L4_anythread, &old), 1);
	small_space(s->anchor);
}

word space_utcb(struct space *s)
{
	CHECK(s->utcbs < (1u << SPACE_UTCB_LOG2) / UTCB_BYTES);
	return SPACE_UTCB + UTCB_BYTES * s->utcbs++;
}

L4_ThreadId_t space_waiting(struct space *s, L4_ThreadId_t pager)
{
	L4_ThreadId_t t = waiting_in(s->anchor, space_utcb(s), pager);

	CHECK(s->threads < SPACE_THREADS);
	s->thread[s->threads++] = t;
	return t;
}

void space_forget_last(struct space *s)
{
	s->threads--;
	s->utcbs--;
}

void space_delete(struct space *s)
{
	while (s->threads > 0)
		thread_delete(s->thread[--s->threads]);
	thread_delete(s->anchor);
}

static L4_ThreadId_t start_there(struct space *s, void (*run)(void *), void *arg,
				 L4_ThreadId_t pager, word prio)
{
	L4_ThreadId_t t = space_waiting(s, pager);

	start(t, pager, prio, thread_frame(stack_new(), run, arg));
	return t;
}

L4_ThreadId_t space_start_pager(struct space *s, void (*run)(void *), void *arg, L4_ThreadId_t pager)
{
	return start_there(s, run, arg, pager, PRIO_WORKER);
}

L4_ThreadId_t space_start_prio(struct space *s, void (*run)(void *), void *arg, word prio)
{
	return start_there(s, run, arg, supervisor, prio);
}

L4_ThreadId_t space_start(struct space *s, void (*run)(void *), void *arg)
{
	return start_there(s, run, arg, supervisor, PRIO_WORKER);
}

/* ---- messages and time ---- */

void msg_load(word label, word u, word first)
{
	for (word i = 1; i <= u; i++)
		L4_LoadMR((int)i, first + i);
	L4_Set_MsgTag(tag_make(label, u, 0));
}

void receive_note(struct received *r, L4_MsgTag_t tag, L4_ThreadId_t from)
{
	r->tag = tag.raw;
	r->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	r->from = from.raw;
	for (int i = 0; i < 64; i++)
		r->mr[i] = mr(i);
	r->done = true;
}

void receive_once(void *arg)
{
	struct receiver *r = arg;
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	L4_Accept((L4_Acceptor_t){ .raw = r->window });
	tag = L4_Ipc(L4_nilthread, r->from, r->timeout, &from);
	receive_note(&r->got, tag, from);
}

void need_long_words(void)
{
	if (L4_BITS_PER_WORD == 32)
		guest_skip("a word has no bits above 31");
}

void need_execute_right(void)
{
	if (!(PAGE_RIGHTS & L4_eXecutable))
		guest_skip("a page that can be read can be executed");
}

void sleep_us(word us)
{
	L4_Sleep(L4_TimePeriod(us));
}

word tsc_us(void)
{
	return (word)(cpu_ticks() * 1000 / TICKS_KHZ);
}

word entry_us(void)
{
	enum { TIMES = 256 };		/* it does not check itself each time */
	word begin = tsc_us();

	for (unsigned i = 0; i < TIMES; i++)
		L4_Yield();
	return (tsc_us() - begin) / TIMES;
}

void guest_wait(void)
{
	for (;;)
		L4_Sleep(L4_Never);
}
