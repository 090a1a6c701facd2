/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * script.c - a script: steps of main itself, steps of a worker in each of the other spaces, and crowds.
 */
#include <l4/misc.h>

#include "../guest/world.h"
#include "bench_device.h"
#include "search.h"

enum {
	CROWD = 64, BELOW = 50, ABOVE = 150, ATTRIBUTES = 3, DEADLINE_US = 3000, CHAIN_MAX = 64,
	SPARE_2 = SPARE + 1, SPARE_3 = SPARE + 2, STACK = 8192, WORKER_LIMIT_US = 50000,
};

static L4_ThreadId_t worker[SPACES], victim, spare;
static bool victim_there;
static volatile L4_Word_t crowd_step;
static volatile L4_Word64_t deadline;

static void worker_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		union step s;

		L4_StoreMR(1, &s.word);
		if (L4_UntypedWords(L4_MsgTag()) == 1)
			act(&s);
		L4_Set_MsgTag(L4_Niltag);
		L4_Ipc(from, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_Never), &from);
	}
}

static void ask(const union step *s)
{
	L4_Time_t limit = L4_TimePeriod(WORKER_LIMIT_US);

	if (s->who % SPACES == 0) {
		act(s);
		return;
	}
	L4_LoadMR(1, s->word);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 1 });
	L4_Call_Timeouts(worker[s->who % SPACES], limit, limit);
}

/* ---- crowds ---- */

/* Their stacks are small: no more than one item. */
static void crowd_map(const union step *s)
{
	unsigned n = (crowd_index() * s->seed[0] + s->seed[1]) % BULK_PAGES;
	L4_Time_t limit = L4_TimePeriod(WORKER_LIMIT_US);

	map_load(page_of(bulk[n], 12), FREE_AT + n * (L4_Word_t)PAGE);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 2 << 6 });
	L4_Send_Timeout(sink[s->seed[2] % SPACES], limit);
}

static void crowd_main(void)
{
	union step s = { .word = crowd_step };
	L4_Clock_t until = { .raw = deadline };

	while (s.what % STEPS == STEP_STAND)
		L4_UnmapFpage(L4_FpageAddRights(page_of(bulk, BULK_LOG2), s.how % 2 ? L4_Writable : L4_NoAccess));
	switch (s.how % 3) {
	case 0:
		L4_Set_MsgTag(L4_Niltag);
		L4_Send_Timeout(victim, L4_TimePeriod(WORKER_LIMIT_US));
		break;
	case 1:
		L4_Sleep(__L4_TimePointFrom(until, L4_SystemClock()));
		break;
	default:
		crowd_map(&s);
	}
	for (;;)
		L4_Sleep(L4_Never);
}

static void crowd(const union step *s)
{
	crowd_step = s->word;
	deadline = (L4_SystemClock().raw + DEADLINE_US) / 64 * 64;
	crowd_grow(1 + s->n % CROWD, crowd_main, s->how & 0x80 ? ABOVE : BELOW);
	L4_Sleep(L4_TimePeriod(DEADLINE_US / 2));
}

static void victim_toggle(void)
{
	if (victim_there)
		delete(victim);
	else
		create(victim, utcb_here(SPARE));
	victim_there = !victim_there;
}

/* ---- steps that only main may do ---- */

/* A page handed to and fro between the spaces, each time to the next address. */
static void chain(const union step *s)
{
	union step map = { .what = STEP_SEND, .n = 4, .seed = { s->seed[0], s->seed[1] } };

	for (unsigned i = 0; i < s->n % CHAIN_MAX; i++) {
		map.who = (uint8_t)i;
		map.how = (uint8_t)((i + 1) % SPACES);
		map.seed[2] = s->how & 1 ? (uint8_t)i : 0;
		ask(&map);
	}
}

static void set_attribute(const union step *s)
{
	L4_Fpage_t f = page_of(bulk[s->seed[0] * 4], 12 + s->n % 3);

	L4_Set_PageAttribute(f, s->how % ATTRIBUTES);
}

static void play(const union step *s)
{
	switch (s->what % STEPS) {
	case STEP_CHAIN:
		chain(s);
		break;
	case STEP_CROWD:
	case STEP_STAND:
		crowd(s);
		break;
	case STEP_CROWD_END:
		crowd_end();
		break;
	case STEP_VICTIM:
		victim_toggle();
		break;
	case STEP_SPACE:
		space_cycle(spare);
		break;
	case STEP_ATTRIBUTE:
		set_attribute(s);
		break;
	case STEP_PRIORITY:
		L4_Set_Priority(sink[s->who % SPACES], s->n % 2 ? ABOVE : s->how % 2 ? BELOW : PRIORITY);
		break;
	case STEP_THREAD:
		create(spare, utcb_here(SPARE_2));
		if (s->n % 2)
			L4_Start_SpIp(spare, 0, 0);
		delete(spare);
		break;
	default:
		ask(s);
	}
}

void script_play(const union step *steps)
{
	for (unsigned i = 0; i < SCRIPT_STEPS; i++)
		play(&steps[i]);
}

void script_end(void)
{
	union step plain = { .what = STEP_ACCEPT, .how = 2 };

	crowd_end();
	if (victim_there)
		victim_toggle();
	for (unsigned i = 0; i < SPACES; i++) {
		L4_Set_Priority(sink[i], PRIORITY);
		plain.who = (uint8_t)i;
		ask(&plain);
	}
	L4_Flush(page_of(bulk, BULK_LOG2));
	for (unsigned i = 0; i < BULK_PAGES; i++)
		page_touch(bulk[i]);
	L4_Set_PageAttribute(page_of(bulk, BULK_LOG2), 0);
	L4_UnmapFpage(device_ports(0, 16));
}

void script_init(void)
{
	static char stack[STACK] __attribute__((aligned(PAGE)));
	struct place beside;

	victim = thread_id(SPARE);
	spare = thread_id(SPARE_2);
	worker[1] = thread_there(worker_main);
	sink[0] = thread_here(sink_main_0);
	sink[1] = thread_there(sink_main_1);
	sink[2] = thread_apart(sink_main_2);
	beside = (struct place){ thread_id(SPARE_3), sink[2], utcb_in(UTCB_AREA, 1) };
	thread_launch(&beside, worker_main, (L4_Word_t)&stack[STACK] - 8, PRIORITY);
	worker[2] = beside.thread;
}
