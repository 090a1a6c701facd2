/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crowd.c - many threads that wait at the servers, and tasks that end while they wait. See main.c.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/console.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/random.h>
#include <pecan/stream.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/console_client.h>
#include <proto/names_client.h>
#include <proto/random_client.h>
#include <proto/rtc_client.h>
#include "hostile.h"

enum { CROWD = 20, TASKS = 40, REPEATED = 300, TRIES = 8, PAUSE_US = 30000, PLACES = 4, SEEDS = 200 };

static L4_ThreadId_t rtc, console;
static unsigned started, served, refused;

static void find_servers(void)
{
	enum names_error e = pecan_lookup(RTC_NAME, true, &rtc);

	if (e != NAMES_OK)
		printf("hostile: %s: %s\n", RTC_NAME, pecan_names_error_text(e));
	if (e != NAMES_OK || pecan_lookup(CONSOLE_NAME, true, &console) != NAMES_OK)
		pecan_exit(1);
}

static void start(pecan_thread_fn fn, void *arg, unsigned count)
{
	while (count-- > 0)
		if (pecan_thread_start(fn, arg, 0, 0) != ROOT_OK)
			pecan_exit(1);
}

/* ---- all places of rtc ---- */

static void keep_ticking(void *unused)
{
	struct rtc_tick_out out;

	(void)unused;
	for (;;) {
		enum rtc_status s = rtc_tick(rtc, &out);

		__atomic_fetch_add(s == RTC_OK ? &served : &refused, 1, __ATOMIC_SEQ_CST);
		if (s != RTC_OK)
			L4_Yield();
	}
}

void crowd_tick(void)
{
	find_servers();
	start(keep_ticking, 0, CROWD);
	while (__atomic_load_n(&served, __ATOMIC_SEQ_CST) < CROWD
	       || __atomic_load_n(&refused, __ATOMIC_SEQ_CST) < CROWD)
		L4_Sleep(L4_TimePeriod(PAUSE_US));
	puts("hostile: the crowd waits");
	for (;;)
		L4_Sleep(L4_Never);
}

int crowd_beside(void)
{
	struct rtc_tick_out out;

	find_servers();
	for (unsigned i = 0; i < TRIES; i++) {
		if (rtc_tick(rtc, &out) != RTC_OK)
			return 1;
		L4_Sleep(L4_TimePeriod(PAUSE_US));
	}
	return ALL_WELL;
}

void crowd_send(void)
{
	find_servers();
	for (unsigned sent = 0;; sent++) {
		L4_Set_MsgTag(stub_tag(RTC_TICK, 1, 0));	/* malformed: a word too many */
		L4_Send(rtc);
		if (sent == CROWD)
			puts("hostile: it sends");
	}
}

/* ---- all places of the driver of random numbers ---- */

static void wait_random(void *driver)
{
	struct random_get_out out;

	__atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
	random_get(*(L4_ThreadId_t *)driver, RANDOM_BYTES, &out);
}

int crowd_random(void)
{
	static L4_ThreadId_t driver;

	if (pecan_lookup(RANDOM_NAME, true, &driver) != NAMES_OK)
		return 1;
	start(wait_random, &driver, PLACES);
	while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < PLACES)
		L4_Yield();
	L4_Sleep(L4_TimePeriod(PAUSE_US));
	return ALL_WELL;
}

static void keep_taking(void *driver)
{
	struct random_get_out out;

	for (;;)
		random_get(*(L4_ThreadId_t *)driver, RANDOM_BYTES, &out);
}

void crowd_take(void)
{
	static L4_ThreadId_t driver;

	if (pecan_lookup(RANDOM_NAME, true, &driver) != NAMES_OK)
		pecan_exit(1);
	start(keep_taking, &driver, PLACES);
	for (;;)
		L4_Sleep(L4_Never);
}

int crowd_seed(void)
{
	char seed[64];

	for (unsigned i = 0; i < SEEDS; i++)
		if (pecan_random(seed, sizeof seed) != sizeof seed)
			return 1;
	return ALL_WELL;
}

/* ---- all memory ---- */

void crowd_take_memory(void)
{
	for (L4_Word_t bytes = 1 << 20; bytes >= 4096; bytes /= 2) {
		char *at;

		while ((at = pecan_map(bytes)) != 0)
			for (L4_Word_t i = 0; i < bytes; i += 4096)
				at[i] = 1;
	}
}

void crowd_memory(void)
{
	crowd_take_memory();
	puts("hostile: no memory is left");
	for (;;)
		L4_Sleep(L4_Never);
}

/* Not a leaf, not a tail call: every level needs stack. */
static int descend(int n)
{
	volatile char frame[4096];

	frame[n & 0xff] = (char)n;
	return n < 0 ? 0 : descend(n + 1) + frame[n & 0xff];
}

int crowd_stack(void)
{
	for (L4_Word_t bytes = 1 << 20; bytes >= 4096; bytes /= 2)
		while (pecan_map(bytes) != 0)
			;
	return descend(0);
}

/* ---- tasks that end in the middle of a call ---- */

static void wait_name(void *unused)
{
	struct names_lookup_out out;
	L4_ThreadId_t service;

	(void)unused;
	pecan_names(&service);
	__atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
	names_lookup(service, NAMES_WAIT, "no-such-name", &out);
	pecan_exit(1);
}

static void wait_line(void *unused)
{
	struct con_read_line_out out;

	(void)unused;
	__atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
	con_read_line(console, 0, "", 0, &out);
	pecan_exit(1);
}

static void wait_tick(void *unused)
{
	struct rtc_tick_out out;

	(void)unused;
	__atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
	for (;;)
		rtc_tick(rtc, &out);
}

static void wait_stream(void *unused)
{
	static const char text[STREAM_TEXT_BYTES] = "a line\n";

	(void)unused;
	__atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
	while (pecan_write(text, sizeof text))
		;
	pecan_exit(1);
}

/* The child ends after this task: root answers no wait for it. */
static void wait_child(void *unused)
{
	struct pecan_end end;

	(void)unused;
	__atomic_fetch_add(&started, 1, __ATOMIC_SEQ_CST);
	pecan_wait(0, false, &end);
	pecan_exit(1);
}

int crowd_nap(void)
{
	L4_Sleep(L4_TimePeriod(10 * PAUSE_US));
	return ALL_WELL;
}

/* The threads run before this one, which ends the task, continues after them. */
int crowd_die(const char *program)
{
	find_servers();
	if (pecan_spawn(program, "nap", 0, 0, 0) != ROOT_OK)
		return 1;
	start(wait_child, 0, PLACES);
	start(wait_name, 0, PLACES);
	start(wait_line, 0, PLACES);
	start(wait_tick, 0, PLACES);
	start(wait_stream, 0, PLACES);
	while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < 5 * PLACES)
		L4_Yield();
	for (unsigned i = 0; i < PLACES; i++)
		L4_Yield();
	return ALL_WELL;
}

/* Its exit status; -1: it was not started, or ended otherwise. */
static L4_SignedWord_t run(const char *program, const char *args)
{
	struct pecan_end end;
	L4_Word_t task;

	if (pecan_spawn(program, args, 0, &task, 0) != ROOT_OK || pecan_wait(task, false, &end) != ROOT_OK)
		return -1;
	return end.how == ROOT_END_EXIT ? end.status : -1;
}

int crowd_many(const char *program)
{
	for (unsigned i = 0; i < TASKS; i++)
		if (run(program, "die") != ALL_WELL)
			return 1;
	return ALL_WELL;
}

/* A page that another program touches for the first time is no loss: what is lost is lost each time. */
int crowd_repeat(const char *program)
{
	struct pecan_memory before, after;

	for (unsigned tries = 0; tries < 3; tries++) {
		run(program, "");
		pecan_memory(&before);
		for (unsigned i = 0; i < REPEATED; i++)
			if (run(program, "") != USAGE)
				return 1;
		pecan_memory(&after);
		if (before.free == after.free && before.reserved == after.reserved)
			return ALL_WELL;
	}
	return 3;
}
