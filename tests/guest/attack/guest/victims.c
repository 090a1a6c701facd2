/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * victims.c - a client that calls a server, in spaces of their own: the words of each message, its sender and
 * a page of the client are checked.
 */
#include "victims.h"

enum { WORDS = 64, PAGE_OF_CLIENT = 128 };

static struct space client_space, server_space;
static L4_ThreadId_t client, server;
static volatile word calls, wrong;

/* Number `call` of the client: it has no, one, or up to all of the words. */
static void load(word call)
{
	word u = call % WORDS;

	for (word i = 1; i <= u; i++)
		L4_LoadMR((int)i, call * WORDS + i);
	L4_Set_MsgTag(tag_make(call & 0xffff, u, 0));
}

static bool is_loaded(L4_MsgTag_t tag, word call)
{
	bool same = tag.raw == tag_make(call & 0xffff, call % WORDS, 0).raw;

	for (word i = 1; i <= call % WORDS; i++)
		same &= mr((int)i) == call * WORDS + i;
	return same;
}

static void be_client(void *unused)
{
	volatile word *mine = (volatile word *)(word)WINDOW;

	(void)unused;
	for (;;) {
		L4_MsgTag_t tag;

		*mine = calls;
		load(calls);
		tag = L4_Call(server);
		wrong += !is_loaded(tag, calls + 1) || *mine != calls;
		calls++;
		L4_Yield();
	}
}

static void be_server(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (word call = 0; ; call++) {
		wrong += from.raw != client.raw || !is_loaded(tag, call);
		load(call + 1);
		tag = L4_ReplyWait(from, &from);
	}
}

void victims_start(word prio)
{
	calls = wrong = 0;
	space_make(&client_space);
	space_make(&server_space);
	map_page(&client_space, PAGE_OF_CLIENT, 0, RW);
	server = space_start_prio(&server_space, be_server, 0, prio + 1);
	client = space_waiting(&client_space, supervisor);
	thread_go(client, prio, thread_frame(stack_new(), be_client, 0));
}

L4_ThreadId_t victims_server(void) { return server; }
word victims_calls(void) { return calls; }
word victims_wrong(void) { return wrong; }
