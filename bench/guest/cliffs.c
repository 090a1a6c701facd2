/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cliffs.c - what a message costs when one thing about it is changed: an option of the message, a
 * state of the partners, a place in memory. Each base stands beside what is compared with it, in the
 * same window. bench/cliffs.py names the pairs and says how much each may cost.
 */
#include <l4/arch.h>

#include "bench_device.h"
#include "world.h"

enum {
	LIMIT_SECONDS	= 100,		/* a finite timeout that never ends here */
	SLEEP_SECONDS	= 1000,
	SECOND		= 1000000,
	SLEEPERS	= 1000,
	BELOW		= 50,
	SOON_US		= 20000,
	PRIORITY_STEP	= 10,
	RESERVED_FLAG	= 1 << 14,	/* of the tag: none that a sender sets */
};

/* ---- round trips: timeouts ---- */

static L4_Time_t limit(void)
{
	return L4_TimePeriod((L4_Word64_t)LIMIT_SECONDS * SECOND);
}

static void limited_main(void)
{
	L4_Time_t within = limit();
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait_Timeout(from, within, &from);
	}
}

static void sleeper_main(void)
{
	for (;;)
		L4_Sleep(L4_TimePeriod((SLEEP_SECONDS + crowd_index()) * (L4_Word64_t)SECOND));
}

static volatile unsigned asleep;

static void soon_main(void)
{
	asleep++;
	L4_Sleep(L4_TimePeriod(SOON_US));
	L4_Sleep(L4_Never);
}

/* Threads below, whose timeouts are over as soon as all of them sleep, and wait until a thread below runs. */
static void sleepers_below(void)
{
	L4_Word64_t end;

	asleep = 0;
	crowd_grow(SLEEPERS, soon_main, BELOW);
	while (asleep < SLEEPERS)
		L4_Sleep(L4_TimePeriod(SOON_US / 100));
	for (end = L4_SystemClock().raw + 2 * SOON_US; L4_SystemClock().raw < end; )
		continue;
}

static void timeouts(void)
{
	L4_ThreadId_t to = echo_there, limited = thread_there(limited_main);
	L4_Time_t within = limit();

	COST("timeout_one", call_within(to, within));
	COST("timeout_both", call_within(limited, within));
	crowd_grow(SLEEPERS, sleeper_main, PRIORITY_CLIENT);
	COST("timeout_one_sleepers", call_within(to, within));
	COST("timeout_both_sleepers", call_within(limited, within));
	crowd_end();
	sleepers_below();
	COST("timeout_one_below", call_within(to, within));
	COST("timeout_both_below", call_within(limited, within));
	crowd_end();
}

/* ---- round trips: vector registers ---- */

static void vectors(void)
{
	L4_ThreadId_t to = echo_there, other = thread_there(sse_main);

	COST("sse_one", { vector_use(); call(to, 0); });
	COST("sse_both", { vector_use(); call(other, 0); });
}

/* ---- round trips: redirection, flags, two servers ---- */

static void redirection(void)
{
	L4_ThreadId_t to = echo_there;

	redirect(main_thread, to);
	MEASURE_TIMES(REPEAT_POINT, W_CLIFF, call(to, 0));
	redirect(main_thread, L4_anythread);
	cost("redirected_own", W_CLIFF, REPEAT_POINT, 1);
	redirect(to, main_thread);
	MEASURE_TIMES(REPEAT_POINT, W_CLIFF, call(to, 0));
	redirect(to, L4_anythread);
	cost("redirected_partner", W_CLIFF, REPEAT_POINT, 1);
}

static void own_name_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		L4_MsgTag_t tag = { .raw = __L4_TAG_PROPAGATED };

		L4_Set_VirtualSender(L4_Myself());
		L4_Set_MsgTag(tag);
		L4_ReplyWait(from, &from);
	}
}

static void flags(void)
{
	L4_ThreadId_t both = thread_there(own_name_main);
	L4_ThreadId_t to = thread_there(answer_main);

	call(to, 0);
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		L4_Set_VirtualSender(main_thread);
		SCOPE_BEGIN(W_CLIFF);
		call_with(to, __L4_TAG_PROPAGATED);
		SCOPE_END(W_CLIFF);
	}
	cost("flag_p", W_CLIFF, REPEAT_POINT, 1);
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		L4_Set_VirtualSender(main_thread);
		SCOPE_BEGIN(W_CLIFF);
		call_with(both, __L4_TAG_PROPAGATED);
		SCOPE_END(W_CLIFF);
	}
	cost("flag_p_both", W_CLIFF, REPEAT_POINT, 1);
	COST("flag_reserved", call_with(to, RESERVED_FLAG));
}

/* Round trips to two partners, in turn. */
static void in_turn(const char *name, L4_ThreadId_t one, L4_ThreadId_t other)
{
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		L4_ThreadId_t t = one;

		SCOPE_BEGIN(W_CLIFF);
		call(t, 0);
		SCOPE_END(W_CLIFF);
		one = other;
		other = t;
	}
	cost(name, W_CLIFF, REPEAT_POINT, 1);
}

static void servers(void)
{
	L4_ThreadId_t other = thread_apart(answer_main);

	call(other, 0);
	in_turn("two_servers", echo_there, other);
}

/* ---- round trips: a device ---- */

static L4_ThreadId_t driver;

static void driver_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		device_write();
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

/* The first message brings the device. */
static void device_taker_main(void)
{
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	driver_main();
}

/* Drivers in two spaces that have the device, in turn. */
static void drivers(void)
{
	L4_ThreadId_t one = thread_there(device_taker_main), other = thread_apart(device_taker_main);

	map_load(device_fpage(), DEVICE_PLACE);
	map_call(one);
	map_load(device_fpage(), DEVICE_PLACE);
	map_call(other);
	in_turn("drivers_two", one, other);
}

static void driver_client_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	MEASURE_TIMES(REPEAT_POINT, W_CLIFF, call(driver, 0));
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(from);
}

static void device(void)
{
	L4_ThreadId_t here = thread_here(echo_main), there = thread_there(driver_client_main);

	COST("base_same", call(here, 0));
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		device_write();
		SCOPE_BEGIN(W_CLIFF);
		call(here, 0);
		SCOPE_END(W_CLIFF);
	}
	cost("same_ports", W_CLIFF, REPEAT_POINT, 1);
	driver = thread_here(driver_main);
	call(driver, 0);
	L4_Set_MsgTag(L4_Niltag);
	if (L4_IpcFailed(L4_Call(there)))
		fail("the driver's client");
	cost("driver_out", W_CLIFF, REPEAT_POINT, 1);
	drivers();
}

/* ---- send and receive apart ---- */

static void apart(void)
{
	L4_ThreadId_t to = thread_there(split_main);

	MEASURE_SPLIT(REPEAT_POINT, W_CLIFF, to);
	cost("base_split", W_CLIFF, REPEAT_POINT, 1);
	L4_Set_Priority(to, PRIORITY - PRIORITY_STEP);
	MEASURE_SPLIT(REPEAT_POINT, W_CLIFF, to);
	cost("split_lower", W_CLIFF, REPEAT_POINT, 1);
	L4_Set_Priority(to, PRIORITY + PRIORITY_STEP);
	MEASURE_SPLIT(REPEAT_POINT, W_CLIFF, to);
	cost("split_higher", W_CLIFF, REPEAT_POINT, 1);
	L4_Set_Priority(to, PRIORITY);
}

void cliffs_ipc(void)
{
	L4_ThreadId_t to = echo_there;

	COST("base_rtt", call(to, 0));
	timeouts();
	vectors();
	redirection();
	flags();
	servers();
	device();
	apart();
}

/* ---- servers that receive, or answer, in other ways ---- */

/* Receives from threads of its space. */
static void local_main(void)
{
	L4_ThreadId_t from;

	L4_Ipc(L4_nilthread, L4_anylocalthread, L4_Timeouts(L4_Never, L4_Never), &from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Ipc(from, L4_anylocalthread, L4_Timeouts(L4_ZeroTime, L4_Never), &from);
	}
}

/* The same by Lipc, called by it. */
static void lipc_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_LreplyWait(from, &from);
	}
}

static inline void lipc_call(L4_ThreadId_t to)
{
	L4_Set_MsgTag(L4_Niltag);
	L4_Lcall(to);
}

/* Answers and receives by two system calls. */
static void two_calls_main(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Reply(from);
		L4_Wait(&from);
	}
}

static L4_ThreadId_t notified;
static volatile unsigned notes;

static void notified_main(void)
{
	L4_ThreadId_t from;

	for (;;) {
		L4_Wait(&from);
		notes++;
	}
}

/* Sends to a third thread before each answer. */
static void notifying_main(void)
{
	L4_ThreadId_t to = notified, from;

	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Reply(to);
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

/* The third thread waits again before each window. */
static void notify(void)
{
	L4_ThreadId_t third = notified = thread_there(notified_main), to = thread_there(notifying_main);

	L4_ThreadSwitch(third);
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		SCOPE_BEGIN(W_CLIFF);
		call(to, 0);
		SCOPE_END(W_CLIFF);
		L4_ThreadSwitch(third);
	}
	if (L4_IpcFailed(L4_MsgTag()) || notes != REPEAT_POINT)
		fail("notifications");
	cost("notify", W_CLIFF, REPEAT_POINT, 1);
}

/* Calls main again and again; a message of it waits in main's queue for that long at most. */
static inline void call_main(L4_Time_t queued, L4_Time_t within)
{
	do
		L4_Set_MsgTag(L4_Niltag);
	while (!L4_IpcFailed(L4_Call_Timeouts(main_thread, queued, within)));
	fail("a queued call with a timeout");
}

static void impatient_main(void) { call_main(L4_Never, limit()); }
static void impatient_twice_main(void) { call_main(limit(), limit()); }

/* Main answers one of two while the other is queued; then the first one has run and is queued again. */
static void queue_cost(const char *name, entry_fn *client)
{
	L4_ThreadId_t from, before;

	crowd_grow(2, client, PRIORITY_CLIENT);
	L4_Wait(&from);
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		before = from;
		SCOPE_BEGIN(W_CLIFF);
		from = answer_any(from);
		SCOPE_END(W_CLIFF);
		if (L4_IpcFailed(L4_MsgTag()) || L4_IsThreadEqual(from, before))
			fail("two queued senders, in turn");
	}
	cost(name, W_CLIFF, REPEAT_POINT, 1);
	crowd_end();
}

static void answered(const char *name)
{
	if (L4_IpcFailed(L4_MsgTag()))
		fail(name);
}

void cliffs_servers(void)
{
	L4_ThreadId_t local = thread_here(local_main), two = thread_there(two_calls_main);
	L4_ThreadId_t lipc = L4_LocalIdOf(thread_here(lipc_main));

	COST("anylocal", call(local, 0));
	answered("a server that receives from local threads");
	COST("lipc", lipc_call(lipc));
	answered("a server of local threads by Lipc");
	COST("reply_wait", call(two, 0));
	answered("a server that answers, then waits");
	notify();
	queue_cost("queue_timeout", impatient_main);
	queue_cost("queue_both", impatient_twice_main);
}

/* ---- strings ---- */

enum { STRING = 64, STRINGS = 10 };

static char from_here[2 * PAGE] __attribute__((aligned(PAGE)));
static char to_there[STRINGS][2 * PAGE] __attribute__((aligned(PAGE)));

/* Accepts STRINGS strings, each of them to the start of a page. */
static void strings_main(void)
{
	L4_ThreadId_t from;

	L4_Accept(L4_StringItemsAcceptor);
	for (int i = 0; i < STRINGS; i++) {
		L4_StringItem_t buffer = L4_StringItem(2 * PAGE, to_there[i]);

		page_touch(&to_there[i][0]);
		page_touch(&to_there[i][PAGE]);
		L4_LoadBR(2 * i + 1, buffer.raw[0] | (i < STRINGS - 1));
		L4_LoadBR(2 * i + 2, buffer.raw[1]);
	}
	L4_Wait(&from);
	for (;;) {
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

static L4_ThreadId_t string_server;

/* `untyped` words, then n strings of that size, the first one from there on. */
static void strings_load(unsigned untyped, unsigned n, const char *first, int size)
{
	for (unsigned i = 0; i < n; i++) {
		L4_StringItem_t s = L4_StringItem(size, (void *)(first + i * (unsigned)size));

		L4_LoadMR((int)(untyped + 2 * i + 1), s.raw[0]);
		L4_LoadMR((int)(untyped + 2 * i + 2), s.raw[1]);
	}
}

static void string_cost(const char *name, unsigned untyped, unsigned n, const char *first, int size)
{
	L4_ThreadId_t to = string_server;
	L4_Word_t tag = n * 2 << 6 | untyped;

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		strings_load(untyped, n, first, size);
		SCOPE_BEGIN(W_CLIFF);
		call_with(to, tag);
		SCOPE_END(W_CLIFF);
	}
	if (L4_IpcFailed(L4_MsgTag()))
		fail(name);
	cost(name, W_CLIFF, REPEAT_POINT, 1);
}

/* One string of two substrings, half of it each. */
static void substrings_cost(void)
{
	L4_StringItem_t s = L4_StringItem(STRING / 2, from_here);
	L4_ThreadId_t to = string_server;

	s.X.j = 1;
	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		L4_LoadMR(1, s.raw[0]);
		L4_LoadMR(2, s.raw[1]);
		L4_LoadMR(3, s.raw[1] + STRING);
		SCOPE_BEGIN(W_CLIFF);
		call_with(to, 3 << 6);
		SCOPE_END(W_CLIFF);
	}
	if (L4_IpcFailed(L4_MsgTag()))
		fail("two substrings");
	cost("string_substrings_2", W_CLIFF, REPEAT_POINT, 1);
}

static void string_timeout_cost(void)
{
	L4_ThreadId_t to = string_server;
	L4_Time_t within = limit();
	L4_MsgTag_t tag = { .raw = 2 << 6 };

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		strings_load(0, 1, from_here, STRING);
		SCOPE_BEGIN(W_CLIFF);
		L4_Set_MsgTag(tag);
		L4_Call_Timeouts(to, L4_Never, within);
		SCOPE_END(W_CLIFF);
	}
	cost("string_timeout", W_CLIFF, REPEAT_POINT, 1);
}

void cliffs_strings(void)
{
	static const unsigned several[] = { 2, 3, 10 };

	string_server = thread_there(strings_main);
	call(string_server, 0);
	for (unsigned i = 0; i < sizeof from_here; i++)
		from_here[i] = (char)(i * 7);
	string_cost("base_string_64", 0, 1, from_here, STRING);
	string_cost("string_0", 0, 1, from_here, 0);
	string_cost("string_word", 1, 1, from_here, STRING);
	string_cost("strings_2", 0, several[0], from_here, STRING);
	string_cost("strings_3", 0, several[1], from_here, STRING);
	string_cost("strings_10", 0, several[2], from_here, STRING);
	string_cost("string_page_end", 0, 1, from_here + PAGE - STRING / 2, STRING);
	substrings_cost();
	string_timeout_cost();
	string_cost("base_string_4k", 0, 1, from_here, PAGE);
	string_cost("string_4k_by_1", 0, 1, from_here + 1, PAGE);
	string_cost("string_4k_by_8", 0, 1, from_here + 8, PAGE);
}

/* ---- threads in slots of their own ---- */

void cliffs_threads(void)
{
	L4_ThreadId_t t = thread_id(SPARE);
	void *utcb = utcb_here(SPARE);

	for (unsigned i = 0; i < REPEAT_POINT; i++) {
		SCOPE_BEGIN(W_CLIFF);
		create(t, utcb);
		SCOPE_END(W_CLIFF);
		delete(t);
	}
	cost("base_create", W_CLIFF, REPEAT_POINT, 1);
	SCOPE_BEGIN(W_CLIFF);
	for (unsigned i = 1; i <= REPEAT; i++)
		create(thread_id(SPARE + i), utcb_here(SPARE + i));
	SCOPE_END(W_CLIFF);
	cost("create_new", W_CLIFF, 1, REPEAT);
	for (unsigned i = 1; i <= REPEAT; i++)
		delete(thread_id(SPARE + i));
}
