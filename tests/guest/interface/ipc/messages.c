/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * messages.c - Ipc and Lipc: partners, phases, queues and untyped words (api 5.1, 5.2, 5.5).
 */
#include "ipc.h"

void run_job(void *arg)
{
	struct job *j = arg;
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	msg_load(j->label, j->u, j->first);
	tag = L4_Ipc(j->to, j->from, j->timeouts, &from);
	receive_note(&j->got, tag, from);
}

struct received receive_now(L4_ThreadId_t from, word timeout)
{
	struct receiver r = { .from = from, .timeout = timeout };

	receive_once(&r);
	return r.got;
}

struct received wait_now(void)
{
	return receive_now(L4_anythread, L4_ZeroTime.raw);
}

word send_error(L4_ThreadId_t to, L4_Time_t timeout)
{
	L4_MsgTag_t tag = L4_Send_Timeout(to, timeout);

	return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

word empty_send_error(L4_ThreadId_t to, L4_Time_t timeout)
{
	L4_Set_MsgTag(L4_Niltag);
	return send_error(to, timeout);
}

TEST(GIPC0001, "an Ipc to nil from nil does nothing")
{
	L4_ThreadId_t from = L4_nilthread;

	L4_Set_MsgTag(tag_make(5, 2, 0));
	CHECK(L4_IpcSucceeded(L4_Ipc(L4_nilthread, L4_nilthread, 0, &from)));
}

TEST(GIPC0002, "a send reaches a thread in a closed wait, with label and words")
{
	static struct receiver r;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	msg_load(0x1234, 3, 100);
	CHECK_EQ(send_error(t, L4_Never), 0);
	CHECK(r.got.done);
	CHECK_EQ(r.got.tag, tag_make(0x1234, 3, 0).raw);
	CHECK_EQ(r.got.mr[1], 101);
	CHECK_EQ(r.got.mr[2], 102);
	CHECK_EQ(r.got.mr[3], 103);
}

TEST(GIPC0003, "a send reaches a thread in an open wait, which gets the sender's id")
{
	static struct receiver r;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_anythread };
	t = thread_start(receive_once, &r);
	CHECK_EQ(empty_send_error(t, L4_ZeroTime), 0);
	CHECK_EQ(r.got.from, L4_MyLocalId().raw);
}

void echo(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		L4_LoadMR(1, mr(1) + 1);
		L4_Set_MsgTag(tag_make(L4_Label(tag), L4_UntypedWords(tag), 0));
		tag = L4_ReplyWait(from, &from);
	}
}

TEST(GIPC0004, "a call gets its reply, many times, inside a space")
{
	L4_ThreadId_t t = thread_start(echo, 0);

	for (word i = 0; i < 1000; i++) {
		L4_MsgTag_t tag;

		msg_load(i, 2, i);
		tag = L4_Call(t);
		CHECK(L4_IpcSucceeded(tag));
		CHECK_EQ(L4_Label(tag), i);
		CHECK_EQ(mr(1), i + 2);
		CHECK_EQ(mr(2), i + 2);
	}
}

TEST(GIPC0005, "a call gets its reply, many times, across spaces")
{
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = space_start(&s, echo, 0);
	for (word i = 0; i < 1000; i++) {
		msg_load(i, 10, i);
		CHECK(L4_IpcSucceeded(L4_Call(t)));
		CHECK_EQ(mr(1), i + 2);
		CHECK_EQ(mr(10), i + 10);
	}
}

TEST(GIPC0006, "a reply with zero timeout reaches its caller: a call goes from send to receive at once")
{
	static struct job j;
	struct received r;
	L4_ThreadId_t t;

	j = (struct job){ .label = 7, .u = 1, .first = 10 };
	j.to = j.from = L4_Myself();
	t = thread_start(run_job, &j);
	r = receive_now(t, 0);
	CHECK_EQ(r.mr[1], 11);
	msg_load(8, 1, 20);
	CHECK_EQ(send_error(t, L4_ZeroTime), 0);
	CHECK_EQ(j.got.error, 0);
	CHECK_EQ(j.got.mr[1], 21);
}

TEST(GIPC0007, "a receive with zero timeout returns at once when no thread sends")
{
	struct received r = wait_now();

	CHECK_EQ(r.error, RECEIVE_TIMEOUT);
	r = receive_now(supervisor, L4_ZeroTime.raw);
	CHECK_EQ(r.error, RECEIVE_TIMEOUT);
}

TEST(GIPC0008, "a send with zero timeout fails at once when the partner does not receive from us")
{
	static struct receiver r;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = supervisor };
	t = thread_start(receive_once, &r);
	CHECK_EQ(empty_send_error(t, L4_ZeroTime), SEND_TIMEOUT);
	CHECK(!r.got.done);
}

TEST(GIPC0009, "a send to a thread that does not exist fails: error 2 in the send phase")
{
	CHECK_EQ(empty_send_error(tid_new(), L4_Never), SEND_NOT_EXISTING);
}

TEST(GIPC0010, "a receive from a thread that does not exist fails, even with timeout never")
{
	CHECK_EQ(receive_now(tid_new(), 0).error, RECEIVE_NOT_EXISTING);
}

TEST(GIPC0011, "anythread and anylocalthread are no destination: error 2")
{
	CHECK_EQ(empty_send_error(L4_anythread, L4_ZeroTime), SEND_NOT_EXISTING);
	CHECK_EQ(empty_send_error(L4_anylocalthread, L4_ZeroTime), SEND_NOT_EXISTING);
}

TEST(GIPC0012, "a stale version is another thread: error 2 in either phase")
{
	L4_ThreadId_t t = thread_start(echo, 0);
	L4_ThreadId_t stale = L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2);

	CHECK_EQ(empty_send_error(stale, L4_Never), SEND_NOT_EXISTING);
	CHECK_EQ(receive_now(stale, 0).error, RECEIVE_NOT_EXISTING);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
}

TEST(GIPC0013, "when the send phase fails there is no receive phase")
{
	static struct job j;
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;

	j = (struct job){ .to = L4_Myself() };
	thread_start(run_job, &j);
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Ipc(tid_new(), L4_anythread, L4_Timeouts(L4_Never, L4_Never), &from);
	CHECK(L4_IpcFailed(tag));
	CHECK_EQ(L4_ErrorCode(), SEND_NOT_EXISTING);
	CHECK(!j.got.done);
}

TEST(GIPC0014, "queued senders are received in the order in which they came")
{
	static struct job j[8];

	for (unsigned i = 0; i < 8; i++) {
		j[i] = (struct job){ .to = L4_Myself(), .u = 1, .first = i };
		thread_start(run_job, &j[i]);
	}
	for (unsigned i = 0; i < 8; i++) {
		CHECK(!j[i].got.done);
		CHECK_EQ(wait_now().mr[1], i + 1);
	}
	CHECK_EQ(wait_now().error, RECEIVE_TIMEOUT);
}

TEST(GIPC0015, "the order holds between senders of this and of another space")
{
	static struct job j[8];
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < 8; i++) {
		j[i] = (struct job){ .to = L4_Myself(), .u = 1, .first = i };
		if (i % 3 == 1)
			thread_start(run_job, &j[i]);
		else
			space_start(&s, run_job, &j[i]);
	}
	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(wait_now().mr[1], i + 1);
}

TEST(GIPC0016, "a closed receive takes its partner's message and leaves earlier ones queued")
{
	static struct job a, b;
	L4_ThreadId_t second;

	a = (struct job){ .to = L4_Myself(), .u = 1, .first = 10 };
	b = (struct job){ .to = L4_Myself(), .u = 1, .first = 20 };
	thread_start(run_job, &a);
	second = thread_start(run_job, &b);
	CHECK_EQ(receive_now(second, L4_ZeroTime.raw).mr[1], 21);
	CHECK_EQ(wait_now().mr[1], 11);
}

TEST(GIPC0017, "anylocalthread takes threads of the own space only")
{
	static struct job a, b;
	struct space s;
	struct received r;

	space_make(&s);
	a = (struct job){ .to = L4_Myself(), .u = 1, .first = 10 };
	b = (struct job){ .to = L4_Myself(), .u = 1, .first = 20 };
	space_start(&s, run_job, &a);
	CHECK_EQ(receive_now(L4_anylocalthread, L4_ZeroTime.raw).error, RECEIVE_TIMEOUT);
	thread_start(run_job, &b);
	r = receive_now(L4_anylocalthread, L4_ZeroTime.raw);
	CHECK_EQ(r.mr[1], 21);
	CHECK(L4_IsLocalId((L4_ThreadId_t){ .raw = r.from }));
	CHECK_EQ(wait_now().mr[1], 11);
}

TEST(GIPC0018, "a thread waiting for anylocalthread refuses a send from another space")
{
	static struct receiver r;
	static struct job j;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	r = (struct receiver){ .from = L4_anylocalthread };
	t = thread_start(receive_once, &r);
	j = (struct job){ .to = t, .timeouts = L4_Timeouts(L4_ZeroTime, L4_Never) };
	space_start(&s, run_job, &j);
	CHECK_EQ(j.got.error, SEND_TIMEOUT);
	CHECK_EQ(empty_send_error(t, L4_ZeroTime), 0);
	CHECK(r.got.done);
}

TEST(GIPC0021, "63 words arrive, inside a space and across spaces")
{
	static struct receiver r;
	struct space s;

	space_make(&s);
	for (unsigned other = 0; other < 2; other++) {
		L4_ThreadId_t t;

		r = (struct receiver){ .from = L4_Myself() };
		t = other ? space_start(&s, receive_once, &r) : thread_start(receive_once, &r);
		msg_load(1, 63, 5000);
		CHECK_EQ(send_error(t, L4_ZeroTime), 0);
		for (word i = 1; i <= 63; i++)
			CHECK_EQ(r.got.mr[i], 5000 + i);
	}
}

static void receive_with_words(void *arg)
{
	for (int i = 1; i < 64; i++)
		L4_LoadMR(i, 0x7000 + (word)i);
	receive_once(arg);
}

TEST(GIPC0022, "words that were not sent never come from the sender: the receiver's stay as they were")
{
	static struct receiver r;
	L4_ThreadId_t t;

	for (word u = 0; u <= 12; u++) {
		r = (struct receiver){ .from = L4_Myself() };
		t = thread_start(receive_with_words, &r);
		msg_load(1, 63, 5000);
		L4_Set_MsgTag(tag_make(1, u, 0));
		CHECK_EQ(send_error(t, L4_ZeroTime), 0);
		for (word i = 1; i <= 63; i++)
			CHECK_EQ(r.got.mr[i], i <= u ? 5000 + i : 0x7000 + i);
	}
}

TEST(GIPC0023, "a sender's message registers are unchanged by a send")
{
	static struct receiver r;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_with_words, &r);
	msg_load(9, 12, 300);
	CHECK_EQ(send_error(t, L4_ZeroTime), 0);
	for (word i = 1; i <= 12; i++)
		CHECK_EQ(mr((int)i), 300 + i);
}

TEST(GIPC0024, "48 bits of label arrive; the flags E, X, r do not")
{
	static struct receiver r;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (word)0xabcdef9876540000 | 0xe000 });
	CHECK_EQ(send_error(t, L4_ZeroTime), 0);
	CHECK_EQ(r.got.tag, 0xabcdef9876540000);
}

TEST(GIPC0025, "an error's tag has E set, and no label and no counts")
{
	struct received r = wait_now();

	CHECK_EQ(r.tag, 0x8000);
	msg_load(0x55, 3, 0);
	CHECK_EQ(L4_Send_Timeout(tid_new(), L4_ZeroTime).raw, 0x8000);
}

TEST(GIPC0026, "from is nilthread after a failed receive")
{
	L4_ThreadId_t from = supervisor;

	CHECK(L4_IpcFailed(L4_Wait_Timeout(L4_TimePeriod(1000), &from)));
	CHECK_EQ(from.raw, 0);
}

TEST(GIPC0027, "a thread can sleep by receiving from itself")
{
	word start = now();
	struct received r = receive_now(L4_Myself(), period(3000));

	CHECK_EQ(r.error, RECEIVE_TIMEOUT);
	CHECK(now() - start >= 2900);
}

TEST(GIPC0028, "a send to oneself waits until its timeout")
{
	CHECK_EQ(empty_send_error(L4_Myself(), L4_ZeroTime), SEND_TIMEOUT);
	CHECK_EQ(empty_send_error(L4_MyLocalId(), L4_TimePeriod(1000)), SEND_TIMEOUT);
}

static L4_MsgTag_t lipc_empty(L4_ThreadId_t to, L4_ThreadId_t from, word timeouts)
{
	L4_ThreadId_t sender = L4_nilthread;

	L4_Set_MsgTag(tag_make(3, 1, 0));
	return L4_Lipc(to, from, timeouts, &sender);
}

TEST(GIPC0029, "Lipc is an Ipc: a local call, an error, and a global partner too")
{
	L4_ThreadId_t t = thread_start(echo, 0), local = L4_LocalIdOf(t);

	L4_LoadMR(1, 10);
	CHECK_EQ(lipc_empty(local, local, 0).raw, tag_make(3, 1, 0).raw);
	CHECK_EQ(mr(1), 11);
	CHECK_EQ(lipc_empty(t, t, 0).raw, tag_make(3, 1, 0).raw);
	CHECK(L4_IpcFailed(lipc_empty(L4_nilthread, L4_anylocalthread,
				      L4_Timeouts(L4_Never, L4_ZeroTime))));
	CHECK_EQ(L4_ErrorCode(), RECEIVE_TIMEOUT);
}

TEST(GIPC0030, "a closed receive ignores other senders' sends: they wait")
{
	static struct receiver r;
	static struct job j;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_Myself() };
	t = thread_start(receive_once, &r);
	j = (struct job){ .to = t };
	thread_start(run_job, &j);
	CHECK(!j.got.done && !r.got.done);
	CHECK_EQ(empty_send_error(t, L4_ZeroTime), 0);
	CHECK(r.got.done && !j.got.done);
}

TEST(GIPC0032, "words, label and sender stay together when many send at once")
{
	static struct job j[40];
	L4_ThreadId_t t[40];

	for (unsigned i = 0; i < 40; i++) {
		j[i] = (struct job){ .to = L4_Myself(), .label = i, .u = i + 1, .first = i * 100 };
		t[i] = thread_start(run_job, &j[i]);
	}
	for (unsigned i = 0; i < 40; i++) {
		struct received r = wait_now();

		CHECK_EQ(r.tag, tag_make(i, i + 1, 0).raw);
		CHECK_EQ(r.from, L4_LocalIdOf(t[i]).raw);
		CHECK_EQ(r.mr[i + 1], i * 101 + 1);
	}
}

TEST(GIPC0034, "a thread waits for another that does the same: both time out")
{
	static struct job j;
	L4_ThreadId_t t;

	j = (struct job){ .from = L4_Myself(), .timeouts = L4_Timeouts(L4_Never, L4_TimePeriod(2000)) };
	t = thread_start(run_job, &j);
	CHECK_EQ(receive_now(t, period(4000)).error, RECEIVE_TIMEOUT);
	CHECK(j.got.done);
	CHECK_EQ(j.got.error, RECEIVE_TIMEOUT);
}

/*
 * Send u words and t typed words to a new thread of the space, which accepts all items. The typed words are
 * map items of nilpage, which are good wherever they end: what is refused is refused because of u + t.
 */
static word send_sum(struct receiver *r, word u, word t)
{
	L4_ThreadId_t to;

	*r = (struct receiver){ .from = L4_Myself(), .window = L4_CompleteAddressSpace.raw };
	to = thread_start(receive_once, r);
	for (word i = 1; i < 64; i++)
		L4_LoadMR((int)i, i <= u ? i : (i - u) % 2 * 8);
	L4_Set_MsgTag(tag_make(1, u, t));
	return send_error(to, L4_ZeroTime);
}

TEST(GIPC0035, "u + t = 63 is delivered; above 63, good items or not, both sides get an overflow at 0")
{
	static const struct { word u, t; } good[] = { { 63, 0 }, { 61, 2 }, { 1, 62 } };
	static const struct { word u, t; } bad[] = { { 62, 2 }, { 2, 62 }, { 63, 1 }, { 1, 63 }, { 63, 63 } };
	static struct receiver r;
	word behind = ((volatile word *)L4_MyLocalId().raw)[64];

	CHECK_EQ(behind, 0);		/* or the item that MR63 begins would not be good */
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(send_sum(&r, good[i].u, good[i].t), 0);
		CHECK_EQ(r.got.tag, tag_make(1, good[i].u, good[i].t).raw);
	}
	for (unsigned i = 0; i < 5; i++) {
		CHECK_EQ(send_sum(&r, bad[i].u, bad[i].t), SEND_OVERFLOW);
		CHECK(r.got.done);
		CHECK_EQ(r.got.error, RECEIVE_OVERFLOW);
	}
}

TEST(GIPC0038, "reply-and-wait takes the next queued client at once")
{
	static struct job a, b;
	L4_ThreadId_t from, first;
	L4_MsgTag_t tag;

	a = (struct job){ .label = 1 };
	b = (struct job){ .label = 2 };
	a.to = a.from = b.to = b.from = L4_Myself();
	thread_start(run_job, &a);
	thread_start(run_job, &b);
	tag = L4_Wait_Timeout(L4_ZeroTime, &first);
	CHECK_EQ(L4_Label(tag), 1);
	L4_Set_MsgTag(tag_make(3, 0, 0));
	tag = L4_ReplyWait_Timeout(first, L4_ZeroTime, &from);
	CHECK_EQ(L4_Label(tag), 2);
	CHECK(a.got.done && a.got.error == 0);
	CHECK(!b.got.done);
}

TEST(GIPC0039, "a chain of calls through three spaces comes back")
{
	static struct job j;
	struct space s;
	struct received r;
	L4_ThreadId_t t;

	space_make(&s);
	j = (struct job){ .u = 1, .first = 1 };
	j.to = j.from = L4_Myself();
	t = space_start(&s, run_job, &j);
	r = wait_now();
	CHECK_EQ(r.from, t.raw);
	for (word i = 0; i < 20; i++) {
		L4_ThreadId_t e = thread_start(echo, 0);

		msg_load(0, 1, r.mr[1] - 1);
		CHECK(L4_IpcSucceeded(L4_Call(e)));
		r.mr[1] = mr(1);
	}
	msg_load(0, 1, r.mr[1] - 1);
	CHECK_EQ(send_error(t, L4_ZeroTime), 0);
	CHECK_EQ(j.got.mr[1], 22);
}

static void note_run(void *ran)
{
	*(volatile word *)ran = 1;
}

TEST(GIPC0041, "a zero timeout gives the processor to no other thread")
{
	static volatile word ran;

	ran = 0;
	thread_start_prio(note_run, (void *)&ran, 50);
	CHECK_EQ(empty_send_error(thread_waiting(supervisor), L4_ZeroTime), SEND_TIMEOUT);
	CHECK_EQ(wait_now().error, RECEIVE_TIMEOUT);
	CHECK_EQ(ran, 0);
}
