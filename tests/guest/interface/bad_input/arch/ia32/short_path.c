/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * short_path.c - what the short path of Ipc takes with it from one thread to the next, or must not: segment
 * registers, flags, and the code between SYSEXIT and the program.
 */
#include "exceptions.h"
#include "exregs.h"
#include "ipc.h"

enum { USER_END_IP = 0xc0000000, SAMPLES = 3000, FLAG_TF = 0x100, FLAGS_STRANGE = 0x244600 };
enum { USER_CS = 0x1b, USER_DS = 0x23, USER_GS = 0x2b };

/* What a server found when a message came, before it used its own data. */
struct seen { volatile word gs, gs0, flags, messages, data; };

static struct seen seen;

/* Answers with one word more than it got. It uses DS, ES and GS; in its space `seen` is shared memory. */
static void serve(void *arg)
{
	struct seen *at = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		at->gs = gs_selector();
		at->gs0 = gs_read() == L4_MyLocalId().raw;
		at->flags = flags_read();
		at->data += mr(1);
		at->messages++;
		L4_LoadMR(1, mr(1) + 1);
		L4_Set_MsgTag(tag);
		tag = L4_ReplyWait(from, &from);
	}
}

/* A server in another space, or in this one, that waits, and has had a message. */
static L4_ThreadId_t server(bool other, struct space *s)
{
	L4_ThreadId_t t;

	seen = (struct seen){ 0 };
	if (!other) {
		t = thread_start(serve, &seen);
	} else {
		space_make(s);
		t = space_start(s, serve, &seen);
	}
	L4_LoadMR(1, 0);
	L4_Set_MsgTag(tag_make(1, 1, 0));
	L4_Call(t);
	return t;
}

/* A call of t by `how`, with these flags: the answer has come. */
static void call_by(void (*how)(void), L4_ThreadId_t t, word flags, word value)
{
	struct regs x;

	regs_pattern(&x, 0x1000);
	L4_LoadMR(1, value);
	x.eax = x.edx = t.raw;
	x.ecx = 0;
	x.esi = tag_make(1, 1, 0).raw;
	x.edi = L4_MyLocalId().raw;
	x.flags = flags;
	L4_LoadMR(0, x.esi);
	ipc_target = (word)kip + ((const L4_KernelInterfacePage_t *)kip)->Ipc;
	regs_call(&x, (word)how);
	CHECK_EQ(x.esi, tag_make(1, 1, 0).raw);
	CHECK_EQ(x.ebx, value + 1);
	CHECK_EQ(x.edi, L4_MyLocalId().raw);
}

TEST(GSEG0003, "a partner of a thread that has loaded another selector into GS reads its own UTCB pointer")
{
	static const word selectors[] = { 0, 3, 0x20, USER_DS, USER_CS, 0x28, USER_GS };
	struct space s;

	for (unsigned other = 0; other < 2; other++) {
		L4_ThreadId_t t = server(other, &s);

		for (unsigned i = 0; i < sizeof selectors / sizeof *selectors; i++) {
			ipc_selector = selectors[i];
			call_by(ipc_with_gs, t, 0x202, i);
			CHECK_EQ(seen.gs, USER_GS);
			CHECK(seen.gs0);
			CHECK_EQ(gs_selector(), USER_GS);
		}
	}
}

TEST(GSEG0004, "a partner of a thread that has loaded other selectors into DS and ES uses its own memory")
{
	static const word selectors[] = { 0, 1, 2, 3, 0x18, USER_CS, USER_DS, 0x20, USER_GS };
	bool limits = limits_enforced();
	struct space s;

	for (unsigned other = 0; other < 2; other++) {
		L4_ThreadId_t t = server(other, &s);
		word sum = 0, messages = 1;

		for (unsigned i = 0; i < sizeof selectors / sizeof *selectors; i++) {
			if (selectors[i] == USER_GS && !limits)
				continue;	/* the other base is used, without a fault (docs/caveats.md) */
			ipc_selector = selectors[i];
			call_by(ipc_with_data, t, 0x202, i);
			sum += i;
			CHECK_EQ(seen.messages, ++messages);
			CHECK_EQ(seen.data, sum);
		}
	}
}

TEST(GSEG0005, "flags DF, NT, AC and ID of a thread do not come to its partner")
{
	struct space s;

	for (unsigned other = 0; other < 2; other++) {
		L4_ThreadId_t t = server(other, &s);

		for (word flag = 1; flag; flag <<= 1) {
			if (!(flag & FLAGS_STRANGE))
				continue;
			call_by(ipc_as_it_is, t, 0x202 | flag, 5);
			CHECK_EQ(seen.flags & FLAGS_STRANGE, 0x200);
		}
	}
}

struct stepper { L4_ThreadId_t handler, server; struct regs x; volatile word flags, value, done; };

static void step_ipc(void *arg)
{
	struct stepper *s = arg;

	L4_Set_ExceptionHandler(s->handler);
	L4_LoadMR(1, 7);
	regs_call(&s->x, (word)__L4_Ipc);
	s->flags = s->x.flags;
	s->value = s->x.ebx;
	flags_write(0x202);
	s->done = 1;
}

TEST(GSEG0006, "an Ipc with TF set: #DB comes in the program only, TF stays, the partner does not get it")
{
	static struct stepper job;
	L4_ThreadId_t t, thread;
	struct space s;
	word steps = 0;

	t = server(true, &s);
	job = (struct stepper){ .handler = L4_Myself(), .server = t };
	regs_pattern(&job.x, 0x1000);
	job.x.eax = job.x.edx = t.raw;
	job.x.ecx = 0;
	job.x.esi = tag_make(1, 1, 0).raw;
	job.x.flags = 0x202 | FLAG_TF;
	thread = thread_start(step_ipc, &job);
	for (;;) {
		L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(10000));

		if (L4_IpcFailed(tag))
			break;
		CHECK_EQ(tag.raw, (word)N_EXCEPTION << 20 | M_WORDS);
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_DEBUG);
		CHECK(mr(M_IP) < USER_END_IP);
		steps++;
		reply_words(thread, M_WORDS);
	}
	CHECK(job.done);
	CHECK(steps > 5);
	CHECK(job.flags & FLAG_TF);
	CHECK_EQ(job.value, 8);
	CHECK_EQ(seen.flags & FLAG_TF, 0);
}

/* ---- interrupts between two threads ---- */

struct player { L4_ThreadId_t server; volatile word rounds, wrong; };

static void play(void *arg)
{
	struct player *p = arg;

	for (word i = 0;; i++) {
		L4_MsgTag_t tag;

		L4_LoadMR(1, i);
		L4_Set_MsgTag(tag_make(1, 1, 0));
		tag = L4_Call(p->server);
		p->wrong += L4_IpcFailed(tag) || mr(1) != i + 1;
		p->rounds++;
	}
}

TEST(GSEG0007, "threads that are interrupted anywhere in short messages are in their program, and continue")
{
	static struct player p;
	struct space s;

	for (unsigned other = 0; other < 2; other++) {
		L4_ThreadId_t t = server(other, &s), client;

		p = (struct player){ .server = t };
		client = thread_start_prio(play, &p, 50);
		L4_Set_Priority(t, 50);
		for (unsigned i = 0; i < SAMPLES; i++) {
			L4_Sleep(L4_TimePeriod(10 + i % 7));
			count_down(1 + i % 97);
			CHECK(exchange_control(client, X_DELIVER).ip < USER_END_IP);
			CHECK(exchange_control(t, X_DELIVER).ip < USER_END_IP);
		}
		AWAIT(p.rounds > SAMPLES / 4);
		CHECK(p.rounds > SAMPLES / 4);
		CHECK_EQ(p.wrong, 0);
		CHECK(seen.messages >= p.rounds);
		thread_delete(client);
	}
}
