/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges.c - what a space without privileges may not do (api 4.2, 7, 8).
 */
#include "guest.h"

#define SAME (-1ul)

/* A job that a thread without privileges does. */
struct job {
	void (*run)(struct job *);
	L4_ThreadId_t victim, other;
	volatile word result, error, done;
};

static void run_job(void *arg)
{
	struct job *j = arg;

	j->run(j);
	j->done = 1;
}

static void note(struct job *j, word result)
{
	j->result = result;
	j->error = L4_ErrorCode();
}

static void unprivileged(struct job *j, void (*run)(struct job *))
{
	struct space s;

	space_make(&s);
	j->run = run;
	j->victim = thread_waiting(supervisor);
	j->other = tid_new();
	j->done = 0;
	space_start(&s, run_job, j);
	CHECK(j->done);
}

static void create_thread(struct job *j)
{
	note(j, L4_ThreadControl(j->other, L4_Myself(), L4_Myself(), L4_nilthread, (void *)SAME));
}

static void delete_victim(struct job *j)
{
	note(j, L4_ThreadControl(j->victim, L4_nilthread, L4_nilthread, L4_nilthread, (void *)SAME));
}

TEST(GSYS0005, "ThreadControl to delete a thread: error 1, and the thread still exists")
{
	static struct job j;

	unprivileged(&j, delete_victim);
	CHECK_EQ(j.result, 0);
	CHECK_EQ(j.error, L4_ErrNoPrivilege);
	CHECK_EQ(thread_state(j.victim), L4_SCHEDRESULT_WAITING);
}

static void attach_interrupt(struct job *j)
{
	L4_ThreadId_t irq = L4_GlobalId(1, 1);

	note(j, L4_ThreadControl(irq, irq, L4_nilthread, L4_Myself(), (void *)SAME));
}

static void control_space(struct job *j)
{
	word old;

	note(j, L4_SpaceControl(L4_Myself(), 0, L4_Nilpage, L4_Nilpage, L4_anythread, &old));
}

static void control_processor(struct job *j)
{
	note(j, L4_ProcessorControl(0, 0, 0, 0));
}

static void control_memory(struct job *j)
{
	word attributes[4] = { 0, 0, 0, 0 };

	L4_LoadMR(0, L4_FpageLog2(0x1000000, 12).raw);
	note(j, L4_MemoryControl(0, attributes));
}

static void schedule_victim(struct job *j)
{
	word old;

	note(j, L4_Schedule(j->victim, SAME, SAME, 1, SAME, &old));
}

static void raise_self(struct job *j)
{
	word old;

	note(j, L4_Schedule(L4_Myself(), SAME, SAME, 255, SAME, &old));
}

static void refused(void (*run)(struct job *))
{
	static struct job j;

	unprivileged(&j, run);
	CHECK_EQ(j.result, 0);
	CHECK_EQ(j.error, L4_ErrNoPrivilege);
}

TEST_ROW(GSYS0004, "ThreadControl to create a thread: error 1", refused(create_thread))
TEST_ROW(GSYS0006, "ThreadControl to attach an interrupt: error 1", refused(attach_interrupt))
TEST_ROW(GSYS0007, "SpaceControl: error 1", refused(control_space))
TEST_ROW(GSYS0008, "ProcessorControl: error 1", refused(control_processor))
TEST_ROW(GSYS0009, "MemoryControl: error 1", refused(control_memory))
TEST_ROW(GSYS0010, "Schedule of a thread whose scheduler is another thread: error 1",
	 refused(schedule_victim))
TEST_ROW(GSYS0011, "a thread cannot raise its own priority: error 1", refused(raise_self))

/* The scheduler of a thread in its own, unprivileged space. */
static void schedule_subject(struct job *j)
{
	word old;

	j->victim = j->other;
	note(j, L4_Schedule(j->victim, SAME, SAME, 120, SAME, &old));
}

static void schedule_above(struct job *j)
{
	word old;

	note(j, L4_Schedule(j->other, SAME, SAME, 151, SAME, &old));
}

static void with_subject(struct job *j, void (*run)(struct job *))
{
	struct space s;
	L4_ThreadId_t scheduler;

	space_make(&s);
	j->run = run;
	j->done = 0;
	j->other = space_waiting(&s, supervisor);
	scheduler = space_waiting(&s, L4_Myself());
	CHECK_EQ(thread_control(j->other, s.anchor, scheduler, L4_nilthread, SAME), 0);
	space_start(&s, run_job, j);
	CHECK(j->done);
}

TEST(GSYS0012, "a thread in the scheduler's space may schedule, up to its own priority")
{
	static struct job j;

	with_subject(&j, schedule_subject);
	CHECK_EQ(j.result, L4_SCHEDRESULT_WAITING);
}

TEST(GSYS0013, "a scheduler cannot give a priority above its own: error 1")
{
	static struct job j;

	with_subject(&j, schedule_above);
	CHECK_EQ(j.result, 0);
	CHECK_EQ(j.error, L4_ErrNoPrivilege);
}

static void exchange_victim(struct job *j)
{
	L4_Set_UserDefinedHandleOf(j->victim, 1);
	note(j, 0);
	L4_Stop(j->victim);
}

TEST(GSYS0014, "ExchangeRegisters of another space's thread: error 2, and no effect")
{
	static struct job j;

	unprivileged(&j, exchange_victim);
	CHECK_EQ(j.error, L4_ErrInvalidThread);
	CHECK_EQ(L4_UserDefinedHandleOf(j.victim), 0);
	CHECK_EQ(thread_state(j.victim), L4_SCHEDRESULT_WAITING);
}

static void calls_for_all(struct job *j)
{
	static volatile word page[2 * PAGE / sizeof(word)];
	L4_Fpage_t f = fpage(((word)page + PAGE - 1) & ~(word)(PAGE - 1), 12, L4_FullyAccessible);
	word version, flags, id, start = now();
	L4_MsgTag_t tag;

	L4_ThreadSwitch(j->victim);
	L4_ThreadSwitch(j->other);
	L4_ThreadSwitch(L4_nilthread);
	CHECK(now() >= start && now() > 0);
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send_Timeout(j->victim, L4_ZeroTime);	/* which waits for its pager only */
	CHECK(L4_IpcFailed(tag));
	CHECK_EQ(L4_ErrorCode(), SEND_TIMEOUT);
	CHECK(L4_IpcFailed(L4_Receive_Timeout(j->victim, L4_ZeroTime)));
	CHECK_EQ(L4_ErrorCode(), RECEIVE_TIMEOUT);
	*(volatile word *)L4_Address(f) = 1;
	CHECK(L4_WasWritten(L4_Flush(f)));		/* so the page was there, and the call looked at it */
	CHECK_EQ((word)L4_KernelInterface(&version, &flags, &id), SPACE_KIP);
	CHECK_EQ(version, L4_ApiVersion());
	note(j, 1);
}

TEST(GSYS0015, "ThreadSwitch, SystemClock, Ipc, Unmap and KernelInterface need no privilege: each works")
{
	static struct job j;

	unprivileged(&j, calls_for_all);
	CHECK_EQ(j.result, 1);
}

TEST(GSYS0016, "the root server is privileged: its ProcessorControl and MemoryControl return")
{
	word attributes[4] = { 0, 0, 0, 0 };

	L4_ProcessorControl(0, 0, 0, 0);
	L4_LoadMR(0, fpage(pool(0), 12, 0).raw);
	L4_MemoryControl(0, attributes);
}

TEST(GSYS0017, "ErrorCode_String names the errors")
{
	const char *name = L4_ErrorCode_String(L4_ErrNoPrivilege);

	CHECK(name[0] == 'l' && name[1] == '4' && name[2] == '_');
}
