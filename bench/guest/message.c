/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - rows about messages other than the plain round trip: one way, send and receive apart,
 * a busy server, vector registers in use, strings.
 */
#include <l4/short.h>

#include "bench.h"

/* ---- one way: a window ends in the other thread ---- */

#define ONE_WAY_SERVER(name, to_open_wait, to_closed_wait)	\
	static void name(void)					\
	{							\
		L4_ThreadId_t from;				\
		L4_MsgTag_t tag = L4_Wait(&from);		\
								\
		for (;;) {					\
			SCOPE_END(to_open_wait);		\
			L4_Set_MsgTag(tag);			\
			SCOPE_BEGIN(to_closed_wait);		\
			tag = L4_ReplyWait(from, &from);	\
		}						\
	}

ONE_WAY_SERVER(one_way_0, W_OPEN_0, W_CLOSED_0)
ONE_WAY_SERVER(one_way_7, W_OPEN_7, W_CLOSED_7)

#define ONE_WAY(to, words, to_open_wait, to_closed_wait)	\
	do {							\
		for (unsigned i_ = 0; i_ < REPEAT; i_++) {	\
			SCOPE_BEGIN(to_open_wait);		\
			call(to, words);			\
			SCOPE_END(to_closed_wait);		\
		}						\
	} while (0)

static void bench_one_way(void)
{
	L4_ThreadId_t to_0 = thread_there(one_way_0), to_7 = thread_there(one_way_7);

	call(to_0, 0);
	call(to_7, 7);
	ONE_WAY(to_0, 0, W_OPEN_0, W_CLOSED_0);
	ONE_WAY(to_7, 7, W_OPEN_7, W_CLOSED_7);
}

/* ---- words in registers only ---- */

static void short_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;)
		L4_ShortReplyWait(&from, L4_Niltag, 0, 0);
}

static void bench_short(void)
{
	L4_ThreadId_t to = thread_there(short_main);

	MEASURE(W_SHORT, L4_ShortCall(to, L4_Niltag, 0, 0));
}

/* ---- send and receive apart ---- */

void split_main(void)
{
	for (;;) {
		L4_Receive(main_thread);
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(main_thread);
	}
}

/* ---- a server that always finds the next caller queued ---- */

void answer_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

static L4_ThreadId_t busy;

/*
 * Two of them, above the server. One is answered while the other is queued; it runs at once, calls
 * again and is queued; the server continues with the other. A window is from one's return to the next
 * one's return: a call of the busy server, and its reply-and-wait.
 */
static void client_main(void)
{
	L4_ThreadId_t to = busy;

	L4_Receive(main_thread);
	for (unsigned i = 0; i < REPEAT; i++) {
		SCOPE_END(W_QUEUED);
		SCOPE_BEGIN(W_QUEUED);
		call(to, 0);
	}
	SCOPE_END(W_QUEUED);
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(main_thread);
}

static void bench_queued(void)
{
	L4_ThreadId_t client[2];

	busy = thread_there(answer_main);
	L4_Set_Priority(main_thread, PRIORITY_TOP);
	for (unsigned i = 0; i < 2; i++) {
		client[i] = thread_here(client_main);
		L4_Set_Priority(client[i], PRIORITY_CLIENT);
	}
	for (unsigned i = 0; i < 2; i++) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Send(client[i]);
	}
	for (unsigned i = 0; i < 2; i++)
		if (L4_IpcFailed(L4_Receive(client[i])))
			fail("clients of a busy server");
	L4_Set_Priority(main_thread, PRIORITY);
}

/* ---- both sides use vector registers before each message ---- */

void sse_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		vector_use();
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

static void bench_sse(void)
{
	L4_ThreadId_t to = thread_there(sse_main);

	call(to, 0);
	MEASURE(W_SSE, { vector_use(); call(to, 0); });
}

/* ---- a string ---- */

static char string_here[PAGE] __attribute__((aligned(PAGE)));
static char string_there[PAGE] __attribute__((aligned(PAGE)));

static void string_main(void)
{
	L4_StringItem_t buffer = L4_StringItem(PAGE, string_there);
	L4_ThreadId_t from;

	page_touch(string_there);
	L4_Accept(L4_StringItemsAcceptor);
	L4_LoadBRs(1, 2, buffer.raw);
	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

static void bench_string(void)
{
	L4_ThreadId_t to = thread_there(string_main);
	L4_StringItem_t item = L4_StringItem(PAGE, string_here);

	for (unsigned i = 0; i < PAGE; i++)
		string_here[i] = (char)(i * 7);
	for (unsigned i = 0; i < REPEAT; i++) {
		L4_LoadMR(1, item.raw[0]);
		L4_LoadMR(2, item.raw[1]);
		SCOPE_BEGIN(W_STRING);
		call_with(to, 2 << 6);
		SCOPE_END(W_STRING);
	}
	for (unsigned i = 0; i < PAGE; i++)
		if (string_there[i] != string_here[i])
			fail("the string is not what was sent");
}

void bench_message(void)
{
	L4_ThreadId_t apart;

	bench_one_way();
	bench_short();
	apart = thread_there(split_main);
	MEASURE_SPLIT(REPEAT, W_SPLIT, apart);
	bench_queued();
	bench_sse();
	bench_string();
}
