/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mute_clients.c - a server with a hundred good clients, and a hundred that send requests and never receive
 * an answer. In their place stand, for comparison, a hundred good clients more.
 *
 * The server answers with a zero timeout. What counts is how long it takes until the first hundred have so
 * many answers. All clients have one priority, and small slices; the server is above them and serves one
 * after the other, or it is below, and all of them are queued. The first hundred begin at different times of
 * their slices, without which all of them would be ahead or behind at once; the others begin together.
 */
#include "attack.h"

enum {
	CLIENTS = 100, SPACES = 8, IN_A_SPACE = 2 * CLIENTS / SPACES, SMALL_STACK = 1024,
	PRIO_BELOW_THEM = 85, PRIO = 90, PRIO_ABOVE_THEM = 95, SLICE = 100,
	REQUEST = 7, WORK = 10000, WARM_UP = 30000, WHOLE = 1000,		/* WORK: 20 us */
	LOOK = 2 * CLIENTS * SLICE,					/* us: a turn of all clients */
	PHASE = SLICE * WORK / 20 / CLIENTS,	/* a slice in so many parts */
};

/* What a client is. All but the good ones get no answer. */
enum kind { GOOD, SENDS_ONLY, GIVES_UP, WAITS_FOR_ANOTHER, KINDS };

static L4_ThreadId_t server;
static volatile word answers;		/* of the first hundred */
static enum kind second;		/* what the second hundred is */
static struct space spaces[SPACES];
static char stacks[2 * CLIENTS][SMALL_STACK] __attribute__((aligned(16)));

static void request(enum kind kind)
{
	L4_ThreadId_t from, nowhere = L4_nilthread;
	L4_MsgTag_t tag;

	L4_LoadMR(1, REQUEST);
	L4_Set_MsgTag(tag_make(1, 1, 0));
	switch (kind) {
	case GOOD:
		tag = L4_Call(server);
		CHECK(L4_IpcSucceeded(tag) && mr(1) == REQUEST + 1);
		break;
	case SENDS_ONLY:
		tag = L4_Send(server);
		break;
	case GIVES_UP:
		tag = L4_Call_Timeouts(server, L4_Never, L4_ZeroTime);
		break;
	default:
		nowhere = supervisor;
		tag = L4_Ipc(server, nowhere, L4_Timeouts(L4_Never, L4_TimePeriod(1)), &from);
	}
	(void)tag;
}

static void be_client(void *arg)
{
	if ((word)arg < CLIENTS)
		count_down(1 + (word)arg * PHASE);
	for (;;) {
		request((word)arg < CLIENTS ? GOOD : second);
		if ((word)arg < CLIENTS)	/* in one instruction: else a preempted client undoes others' */
			__atomic_fetch_add(&answers, 1, __ATOMIC_RELAXED);
	}
}

static void serve(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		word w = mr(1);

		count_down(WORK);
		L4_LoadMR(1, w + 1);
		L4_Set_MsgTag(tag_make(0, 1, 0));
		tag = L4_ReplyWait(from, &from);
		while (L4_IpcFailed(tag))
			tag = L4_Wait(&from);
	}
}

/* The good ones and the others take turns. */
static void start_clients(void)
{
	for (word i = 0; i < SPACES; i++)
		space_make(&spaces[i]);
	for (word i = 0; i < 2 * CLIENTS; i++) {
		word number = i / 2 + i % 2 * CLIENTS;
		L4_ThreadId_t t = space_waiting(&spaces[number / IN_A_SPACE], supervisor);

		CHECK(L4_Set_Timeslice(t, L4_TimePeriod(SLICE), L4_Never) != 0);
		thread_go(t, PRIO, thread_frame((word)stacks[i + 1], be_client, (void *)number));
	}
}

/* Instructions until the first hundred have so many answers. */
static word time_of(enum kind kind, word prio, word wanted)
{
	struct mark mark = world_mark();
	struct space own;
	uint64_t begin;
	word first;

	second = kind;
	space_make(&own);
	server = space_start_prio(&own, serve, 0, PRIO_ABOVE_THEM);
	CHECK(L4_Set_Priority(server, prio) != 0);
	start_clients();
	sleep_us(WARM_UP);
	begin = cpu_ticks();
	for (first = answers; answers - first < wanted; )
		sleep_us(LOOK);
	begin = (cpu_ticks() - begin) * wanted / (answers - first);
	for (unsigned i = 0; i < SPACES; i++)
		space_delete(&spaces[i]);
	space_delete(&own);
	world_release(mark);
	return (word)begin;
}

/* Thousandths that the first hundred have less than beside good ones. */
static word worst_fall(word prio, word wanted)
{
	word good = time_of(GOOD, prio, wanted), worst = 0;

	guest_note("server's priority", prio);
	guest_note("beside good clients", good);
	for (unsigned k = GOOD + 1; k < KINDS; k++) {
		word bad = time_of(k, prio, wanted), fall = 0;

		if (bad > good)
			fall = (word)((uint64_t)(bad - good) * WHOLE / bad);
		guest_note("beside clients that do not receive", bad);
		worst = fall > worst ? fall : worst;
	}
	return worst;
}

TEST(AMUT0001, "clients that never receive slow others no more than clients that do")
{
	word each = rounds_asked() / (2 * (KINDS - 1)) + 1;
	word above = worst_fall(PRIO_ABOVE_THEM, each), below = worst_fall(PRIO_BELOW_THEM, each);

	guest_figure("mute-clients", 2 * each * (KINDS - 1), above > below ? above : below);
	CHECK(above < WHOLE / 20 && below < WHOLE / 20);
}
