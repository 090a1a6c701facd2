/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exregs.c - ExchangeRegisters (api 4.4).
 */
#include "exregs.h"

static word local_of(L4_ThreadId_t t) { return exchange_control(t, 0).result; }

static void spin_entry(void *counter) { spin(counter); }

TEST(GEXR0001, "the result is the local id of a global one, and the global id of a local one")
{
	CHECK_EQ(exchange_control(L4_MyGlobalId(), 0).result, L4_MyLocalId().raw);
	CHECK_EQ(exchange_control(L4_MyLocalId(), 0).result, L4_MyGlobalId().raw);
}

TEST(GEXR0002, "the library converts ids of other threads of the space")
{
	L4_ThreadId_t t = thread_waiting(supervisor), local = L4_LocalIdOf(t);

	CHECK(L4_IsLocalId(local) && !L4_IsNilThread(local));
	CHECK_EQ(L4_GlobalIdOf(local).raw, t.raw);
	CHECK(L4_SameThreads(local, t));
	CHECK(!L4_SameThreads(local, L4_Myself()));
}

TEST(GEXR0003, "a thread that does not exist: nilthread and error 2")
{
	CHECK_EQ(local_of(tid_new()), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}

TEST(GEXR0004, "a stale id: nilthread and error 2")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK_EQ(local_of(L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2)), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}

TEST(GEXR0005, "a thread of another space, whose pager is no thread of one's own: error 2, nothing changes")
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	space_make(&s);
	t = space_start(&s, receive_once, &r);
	CHECK_EQ(thread_control(t, t, L4_nilthread, t, -1ul), 0);
	CHECK_EQ(exchange_control(t, X_R | X_S | X_HALT | X_H).result, 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
	CHECK(!r.got.done);
}

TEST(GEXR0006, "an inactive thread: nilthread and error 2")
{
	CHECK_EQ(local_of(thread_inactive()), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}

TEST(GEXR0007, "anythread and anylocalthread are no threads: error 2")
{
	CHECK_EQ(local_of(L4_anythread), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	CHECK_EQ(local_of(L4_GlobalId(system_base, 1)), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}

TEST(GEXR0008, "the user-defined handle is set with u, and returned")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK_EQ(exchange(t, X_HANDLE | X_DELIVER, (struct exregs){ .handle = 0xabc }).handle, 0);
	CHECK_EQ(L4_UserDefinedHandleOf(t), 0xabc);
	CHECK_EQ(exchange(t, X_DELIVER, (struct exregs){ .handle = 0xdef }).handle, 0xabc);
	CHECK_EQ(L4_UserDefinedHandleOf(t), 0xabc);
	L4_Set_UserDefinedHandleOf(t, 0x123);
	CHECK_EQ(L4_UserDefinedHandleOf(t), 0x123);
}

static void report_handle(void *out)
{
	*(volatile word *)out = L4_UserDefinedHandle();
}

TEST(GEXR0009, "the thread itself reads the handle in its UTCB")
{
	static volatile word handle;
	L4_ThreadId_t t = thread_waiting(supervisor);

	handle = 0;
	L4_Set_UserDefinedHandleOf(t, 0x777);
	CHECK(L4_Set_Priority(t, 150));
	L4_Start_SpIp(t, thread_frame(stack_new(), report_handle, (void *)&handle),
		      (word)guest_thread_entry);
	L4_ThreadSwitch(t);
	CHECK_EQ(handle, 0x777);
}

TEST(GEXR0010, "the pager is set with p, and returned")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK_EQ(L4_PagerOf(t).raw, supervisor.raw);
	L4_Set_PagerOf(t, L4_Myself());
	CHECK_EQ(L4_PagerOf(t).raw, L4_Myself().raw);
	CHECK_EQ(exchange(t, X_DELIVER, (struct exregs){ .pager = 5 }).pager, L4_Myself().raw);
	CHECK_EQ(L4_PagerOf(t).raw, L4_Myself().raw);
}

TEST(GEXR0011, "a thread that waits for its start message is started at the given IP and SP")
{
	L4_ThreadId_t t = thread_waiting(L4_Myself());
	word sp = stack_new() - 64;

	redirected = 0;
	CHECK(L4_Set_Priority(t, 150));
	L4_Start_SpIp(t, sp, (word)redirect_target);
	L4_ThreadSwitch(t);
	CHECK_EQ(redirected, 1);
	CHECK_EQ(redirected_sp, sp);
}

TEST(GEXR0012, "a running thread can be stopped, seen to be halted, and resumed")
{
	static volatile word counter;
	L4_ThreadId_t t;
	L4_ThreadState_t state;
	word seen;

	counter = 0;
	t = thread_start_prio(spin_entry, (void *)&counter, 99);
	AWAIT(counter > 0);
	CHECK(counter > 0);
	state = L4_Stop(t);
	CHECK(!L4_ThreadWasHalted(state) && !L4_ThreadWasIpcing(state));
	seen = counter;
	sleep_us(20000);
	CHECK_EQ(counter, seen);
	CHECK(L4_ThreadWasHalted(L4_Stop(t)));
	L4_Start(t);
	AWAIT(counter > seen);
	CHECK(counter > seen);
	CHECK_EQ(exchange_control(t, X_DELIVER).control & 7, 0);
}

TEST(GEXR0013, "IP of a running thread is where it runs, and SP its stack")
{
	static volatile word counter;
	L4_ThreadId_t t;
	struct exregs x;

	counter = 0;
	t = thread_start_prio(spin_entry, (void *)&counter, 99);
	sleep_us(2000);
	x = exchange_control(t, X_DELIVER);
	CHECK(x.ip >= (word)spin && x.ip < (word)spin + 16);
	CHECK(x.sp > (word)stack_new() - 0x8000 && x.sp < (word)stack_new());
	CHECK_EQ(x.flags & THREAD_FLAGS_FIXED, THREAD_FLAGS);
}

struct ipc_job { L4_ThreadId_t to, from; volatile word done, error, tag; };

static void ipc_once(void *arg)
{
	struct ipc_job *job = arg;
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	L4_Set_MsgTag(tag_make(0x77, 0, 0));
	tag = L4_Ipc(job->to, job->from, L4_Timeouts(L4_Never, L4_Never), &from);
	job->tag = tag.raw;
	job->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	job->done = 1;
}

static L4_ThreadId_t start_ipc(struct ipc_job *job, L4_ThreadId_t to, L4_ThreadId_t from)
{
	*job = (struct ipc_job){ .to = to, .from = from };
	return thread_start(ipc_once, job);
}

TEST(GEXR0014, "a waiting thread is reported as receiving, a queued one as sending")
{
	static struct receiver r;
	static struct ipc_job job;
	L4_ThreadId_t a, b;

	r = (struct receiver){ .from = L4_Myself() };
	a = thread_start(receive_once, &r);
	CHECK_EQ(exchange_control(a, X_DELIVER).control & 7, X_R);
	b = thread_waiting(supervisor);
	CHECK_EQ(exchange_control(b, X_DELIVER).control & 7, X_R);
	a = start_ipc(&job, L4_Myself(), L4_nilthread);
	CHECK_EQ(exchange_control(a, X_DELIVER).control & 7, X_S);
}

TEST(GEXR0015, "R cancels a pending receive: error 3 in the receive phase")
{
	static struct ipc_job job;
	L4_ThreadId_t t = start_ipc(&job, L4_nilthread, L4_anythread);

	CHECK_EQ(exchange_control(t, X_R | X_DELIVER).control & 7, X_R);
	CHECK(job.done);
	CHECK_EQ(job.error, RECEIVE_CANCELLED);
}

TEST(GEXR0016, "S cancels a pending send: error 3 in the send phase")
{
	static struct ipc_job job;
	L4_ThreadId_t t = start_ipc(&job, L4_Myself(), L4_nilthread);

	CHECK_EQ(exchange_control(t, X_S | X_DELIVER).control & 7, X_S);
	CHECK(job.done);
	CHECK_EQ(job.error, SEND_CANCELLED);
}

TEST(GEXR0017, "R has no effect on a sender, S none on a receiver")
{
	static struct ipc_job send, receive;
	L4_ThreadId_t a = start_ipc(&send, L4_Myself(), L4_nilthread);
	L4_ThreadId_t b = start_ipc(&receive, L4_nilthread, L4_anythread);

	exchange_control(a, X_R);
	exchange_control(b, X_S);
	CHECK(!send.done && !receive.done);
	CHECK_EQ(thread_state(a), L4_SCHEDRESULT_PENDING_SEND);
	CHECK_EQ(thread_state(b), L4_SCHEDRESULT_WAITING);
}

TEST(GEXR0018, "cancelling the send of a call skips its receive phase")
{
	static struct ipc_job job;
	L4_ThreadId_t t = start_ipc(&job, L4_Myself(), L4_Myself());

	exchange_control(t, X_S);
	CHECK(job.done);
	CHECK_EQ(job.error, SEND_CANCELLED);
}

TEST(GEXR0019, "a cancelled sender is no longer queued")
{
	static struct ipc_job job;
	struct receiver r = { .from = L4_anythread, .timeout = L4_ZeroTime.raw };
	L4_ThreadId_t t = start_ipc(&job, L4_Myself(), L4_nilthread);

	exchange_control(t, X_S);
	receive_once(&r);
	CHECK_EQ(r.got.error, RECEIVE_TIMEOUT);
}

static word ipc_link(void) { return (word)__L4_Ipc; }

static volatile word wait_tag;

static void wait_known(void *from)
{
	wait_tag = wait_in_ipc(0, *(word *)from, 0, ipc_link());
}

TEST(GEXR0020, "IP and SP of a thread blocked in Ipc are its own, as if the call had returned")
{
	static L4_ThreadId_t me;
	L4_ThreadId_t t;
	struct exregs x;

	me = L4_Myself();
	t = thread_start(wait_known, &me);
	x = exchange_control(t, X_DELIVER);
	CHECK_EQ(x.ip, wait_return);
	CHECK_EQ(x.sp, wait_sp);
}

TEST(GEXR0021, "a blocked thread given a new IP and SP stays blocked, and goes there when its IPC ends")
{
	static L4_ThreadId_t me;
	L4_ThreadId_t t;
	word sp = stack_new() - 128;

	me = L4_Myself();
	redirected = 0;
	t = thread_start(wait_known, &me);
	exchange(t, X_IP | X_SP, (struct exregs){ .ip = (word)redirect_target, .sp = sp });
	sleep_us(1000);
	CHECK_EQ(redirected, 0);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK_EQ(redirected, 1);
	CHECK_EQ(redirected_sp, sp);
}

TEST(GEXR0022, "only the IP may be changed: SP is then as if the gateway had returned")
{
	static L4_ThreadId_t me;
	L4_ThreadId_t t;

	me = L4_Myself();
	redirected = 0;
	t = thread_start(wait_known, &me);
	exchange(t, X_IP | X_R, (struct exregs){ .ip = (word)redirect_target });
	CHECK_EQ(redirected, 1);
	CHECK_EQ(redirected_sp, wait_sp);
}

TEST(GEXR0023, "the new IP and SP are shown by the next ExchangeRegisters")
{
	static L4_ThreadId_t me;
	L4_ThreadId_t t;
	struct exregs x;

	me = L4_Myself();
	t = thread_start(wait_known, &me);
	exchange(t, X_IP | X_SP, (struct exregs){ .ip = (word)redirect_target, .sp = 0x12345678 });
	x = exchange_control(t, X_DELIVER);
	CHECK_EQ(x.ip, redirect_target);
	CHECK_EQ(x.sp, 0x12345678);
}

TEST(GEXR0024, "flags: some can be set; those that would give rights or take interrupts away cannot be"
	      " changed")
{
	static L4_ThreadId_t me;
	struct exregs x;
	L4_ThreadId_t t;

	me = L4_Myself();
	t = thread_start(wait_known, &me);
	exchange(t, X_FLAGS, (struct exregs){ .flags = THREAD_FLAGS_SOME });
	x = exchange_control(t, X_DELIVER);
	CHECK_EQ(x.flags & THREAD_FLAGS_SOME, THREAD_FLAGS_SOME);
	CHECK_EQ(x.flags & THREAD_FLAGS_FIXED, THREAD_FLAGS);
	exchange(t, X_FLAGS, (struct exregs){ .flags = ~0ul & ~(word)THREAD_FLAGS_TRAP });
	x = exchange_control(t, X_DELIVER);
	CHECK_EQ(x.flags & THREAD_FLAGS_FIXED, THREAD_FLAGS);
	exchange(t, X_FLAGS, (struct exregs){ .flags = 0 });
	x = exchange_control(t, X_DELIVER);
	CHECK_EQ(x.flags & THREAD_FLAGS_SOME, 0);
	CHECK_EQ(x.flags & THREAD_FLAGS_FIXED, THREAD_FLAGS);
}

TEST(GEXR0026, "a thread halted while it waits receives its message, and runs when it is resumed")
{
	static struct receiver r;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	CHECK_EQ(exchange_control(t, X_HALT | X_H | X_DELIVER).control & 7, X_R);
	CHECK_EQ(exchange_control(t, X_DELIVER).control & X_H, X_H);
	msg_load(5, 2, 40);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	sleep_us(1000);
	CHECK(!r.got.done);
	exchange_control(t, X_HALT);
	CHECK(r.got.done);
	CHECK_EQ(r.got.mr[2], 42);
}

TEST(GEXR0027, "a halted thread that is not in an IPC does not receive")
{
	static volatile word counter;
	L4_ThreadId_t t = thread_start_prio(spin_entry, (void *)&counter, 99);

	L4_Stop(t);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK_EQ(L4_ErrorCode(), SEND_TIMEOUT);
}

TEST(GEXR0028, "a halted thread may be given a new IP and SP, and resumes there")
{
	static volatile word counter;
	word sp = stack_new() - 8;
	L4_ThreadId_t t = thread_start_prio(spin_entry, (void *)&counter, 99);

	redirected = 0;
	L4_Stop(t);
	exchange(t, X_IP | X_SP, (struct exregs){ .ip = (word)redirect_target, .sp = sp });
	sleep_us(1000);
	CHECK_EQ(redirected, 0);
	L4_Start(t);
	sleep_us(1000);
	CHECK_EQ(redirected, 1);
	CHECK_EQ(redirected_sp, sp);
}

TEST(GEXR0029, "AbortIpc_and_stop cancels the IPC and halts the thread; Start lets it see the error")
{
	static struct ipc_job job;
	L4_ThreadId_t t = start_ipc(&job, L4_nilthread, L4_anythread);
	L4_ThreadState_t state = L4_AbortIpc_and_stop(t);

	CHECK(L4_ThreadWasReceiving(state) && !L4_ThreadWasHalted(state));
	sleep_us(1000);
	CHECK(!job.done);
	L4_Start(t);
	CHECK(job.done);
	CHECK_EQ(job.error, RECEIVE_CANCELLED);
}

TEST(GEXR0030, "AbortSend_and_stop cancels a send, AbortReceive_and_stop leaves it")
{
	static struct ipc_job job;
	L4_ThreadId_t t = start_ipc(&job, L4_Myself(), L4_nilthread);
	L4_ThreadState_t state = L4_AbortReceive_and_stop(t);

	CHECK(L4_ThreadWasSending(state));
	CHECK(L4_ThreadWasHalted(L4_AbortSend_and_stop(t)));
	L4_Start(t);
	CHECK(job.done);
	CHECK_EQ(job.error, SEND_CANCELLED);
}

static void stop_self(void *counter)
{
	volatile word *n = counter;

	*n = 1;
	L4_Stop(L4_Myself());
	*n = 2;
}

TEST(GEXR0031, "a thread may halt itself, until another one resumes it")
{
	static volatile word n;
	L4_ThreadId_t t;

	n = 0;
	t = thread_start(stop_self, (void *)&n);
	CHECK_EQ(n, 1);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
	L4_Start(t);
	CHECK_EQ(n, 2);
}

TEST(GEXR0032, "a thread exchanges its own registers")
{
	struct exregs x = exchange(L4_MyLocalId(), X_HANDLE | X_DELIVER,
				   (struct exregs){ .handle = 0x99 });

	CHECK_EQ(x.result, L4_MyGlobalId().raw);
	CHECK_EQ(x.control & 7, 0);
	CHECK_EQ(L4_UserDefinedHandle(), 0x99);
}

TEST(GEXR0033, "all old values of a thread are delivered in one call")
{
	static L4_ThreadId_t me;
	L4_ThreadId_t t;
	struct exregs x;

	me = L4_Myself();
	t = thread_start(wait_known, &me);
	L4_Set_UserDefinedHandleOf(t, 0x4711);
	x = exchange(t, X_HANDLE | X_PAGER | X_SP | X_IP | X_DELIVER,
		     (struct exregs){ .handle = 1, .pager = me.raw, .sp = 0x1000, .ip = 0x2000 });
	CHECK_EQ(x.handle, 0x4711);
	CHECK_EQ(x.pager, supervisor.raw);
	CHECK_EQ(x.ip, wait_return);
	CHECK_EQ(x.sp, wait_sp);
	CHECK_EQ(x.result, L4_LocalIdOf(t).raw);
}

TEST(GEXR0034, "old IP of a thread started but not yet run is its start address")
{
	L4_ThreadId_t t = thread_waiting(L4_Myself());
	struct exregs x;

	CHECK(L4_Set_Priority(t, 50));
	L4_Start_SpIp(t, 0x1230, 0x4560);
	x = exchange_control(t, X_DELIVER);
	CHECK_EQ(x.ip, 0x4560);
	CHECK_EQ(x.sp, 0x1230);
	L4_Stop(t);
}

TEST(GEXR0035, "a bogus local id is refused or faults in the caller, but never reaches a thread")
{
	L4_ThreadId_t unused = { .raw = utcb_area() + 250 * UTCB_BYTES + MR0_OFFSET };

	CHECK_EQ(local_of(unused), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}

static void fault_once(void *done)
{
	(void)*(volatile word *)(word)WINDOW;
	*(volatile word *)done = 1;
}

TEST(GEXR0036, "the pager may be set by its local id, and gets the faults")
{
	static volatile word done;
	L4_ThreadId_t t = thread_waiting(supervisor);
	L4_MsgTag_t tag;

	done = 0;
	L4_Set_PagerOf(t, L4_MyLocalId());
	CHECK(L4_Set_Priority(t, 150));
	L4_Start_SpIp(t, thread_frame(stack_new(), fault_once, (void *)&done), (word)guest_thread_entry);
	tag = L4_Receive_Timeout(t, L4_TimePeriod(10000));
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(mr(1), WINDOW);
}

TEST(GEXR0040, "a thread of the pager's space, not only the pager, changes a thread of another space")
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;
	struct exregs x;

	r = (struct receiver){ .from = L4_Myself() };
	space_make(&s);
	t = space_start(&s, receive_once, &r);
	x = exchange(t, X_HANDLE | X_R | X_DELIVER, (struct exregs){ .handle = 0x77 });
	CHECK(L4_IsLocalId((L4_ThreadId_t){ .raw = x.result }));
	CHECK_EQ(x.control, X_R);
	CHECK_EQ(x.pager, supervisor.raw);
	sleep_us(1000);
	CHECK_EQ(r.got.error, RECEIVE_CANCELLED);
	CHECK_EQ(exchange_control(t, X_HALT | X_H | X_DELIVER).handle, 0x77);
	CHECK_EQ(exchange_control(t, X_DELIVER).control & X_H, X_H);
}

TEST(GEXR0041, "only the present pager counts: without a pager, or with a deleted one, error 2")
{
	struct space s;
	L4_ThreadId_t t, gone = thread_waiting(supervisor);

	space_make(&s);
	t = space_waiting(&s, gone);
	CHECK(exchange_control(t, 0).result != 0);
	thread_delete(gone);
	CHECK_EQ(exchange_control(t, 0).result, 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	CHECK_EQ(thread_control(t, t, L4_nilthread, L4_Myself(), -1ul), 0);
	CHECK(exchange_control(t, X_PAGER).result != 0);
	CHECK_EQ(exchange_control(t, 0).result, 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}
