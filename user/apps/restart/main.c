/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - restart: a driver is killed in the middle of its work; docs/demos/restart.md.
 *
 * The first thread supervises the driver rtc: it ends the one that was started at boot, starts another
 * one, kills it again and again while the client waits for an answer, gets its end from root, and starts the
 * next. The second thread is the client: it waits for tick after tick. When a call fails because the driver
 * has ended, it looks up the name and continues. The last driver stays, as programs ask it for the date.
 */
#include <l4/ipc.h>
#include <pecan/demo.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/rtc_client.h>

enum { KILLS = 3, TICKS_BETWEEN = 3, RETRY_US = 5000, LOOKS = 2000, ERROR_NO_PARTNER = 2 };

static const char me[] = "restart";

/* Counted by the client, read by the supervisor. */
static L4_Word_t got, lost, drivers;

/* Set by the supervisor when it has seen enough. */
static bool stop;

static L4_Word_t look(const L4_Word_t *counter) { return __atomic_load_n(counter, __ATOMIC_SEQ_CST); }
static void count(L4_Word_t *counter) { __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST); }
static void nap(void) { L4_Sleep(L4_TimePeriod(RETRY_US)); }

static L4_ThreadId_t find_driver(L4_ThreadId_t gone)
{
	L4_ThreadId_t found;

	for (unsigned i = 0; i < LOOKS; i++) {
		if (pecan_lookup(RTC_NAME, true, &found) == NAMES_OK && L4_IsThreadNotEqual(found, gone)) {
			count(&drivers);
			return found;
		}
		nap();
	}
	demo_fail(me, "no driver %s was found by name", RTC_NAME);
}

static void client(void *arg)
{
	L4_ThreadId_t driver = find_driver(L4_nilthread);

	(void)arg;
	while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
		struct rtc_tick_out now;
		enum rtc_status status = rtc_tick(driver, &now);

		if (status == RTC_LOST) {
			if ((L4_ErrorCode() >> 1 & 7) != ERROR_NO_PARTNER)
				demo_fail(me, "a call failed with error %lu", L4_ErrorCode());
			count(&lost);
			printf("  client: the driver is gone, %lu ticks so far\n", look(&got));
			driver = find_driver(driver);
			continue;
		}
		if (status != RTC_OK)
			demo_fail(me, "the driver answered %d", status);
		count(&got);
		printf("  client: tick %lu, number %lu of this driver\n", look(&got), now.ticks);
	}
}

/* Interrupt and ports have one owner at a time. */
static void end_running(void)
{
	L4_ThreadId_t driver;
	struct pecan_task t;
	enum root_error e;

	if (pecan_lookup(RTC_NAME, false, &driver) != NAMES_OK || pecan_task_of(driver, &t) != ROOT_OK)
		return;
	e = pecan_kill(t.task);
	if (e != ROOT_OK)
		demo_fail(me, "a driver %s runs already, and cannot be killed: %s", RTC_NAME,
			  pecan_error_text(e));
	printf("  supervisor: killed task %lu, the driver that ran\n", t.task);
}

/* Not by demo_spawn: it does not end with the demo. */
static L4_Word_t start_driver(void)
{
	L4_ThreadId_t thread;
	L4_Word_t task;
	enum root_error e = pecan_spawn(RTC_NAME, NULL, 0, &task, &thread);

	if (e != ROOT_OK)
		demo_fail(me, "cannot start %s: %s", RTC_NAME, pecan_error_text(e));
	printf("  supervisor: task %lu, thread %lu.%lu is the driver now\n", task, L4_ThreadNo(thread),
	       L4_Version(thread));
	return task;
}

static void wait_for_more_ticks(void)
{
	L4_Word_t before = look(&got);

	while (look(&got) < before + TICKS_BETWEEN)
		nap();
}

static void end_driver(L4_Word_t task)
{
	struct pecan_end end = { 0 };
	enum root_error e = pecan_kill(task);

	if (e == ROOT_OK)
		e = pecan_wait(task, false, &end);
	if (e != ROOT_OK)
		demo_fail(me, "cannot kill task %lu: %s", task, pecan_error_text(e));
	if (end.how != ROOT_END_KILL)
		demo_fail(me, "task %lu %s before it was killed", task, pecan_end_text(end.how));
}

int main(void)
{
	L4_Word_t task;

	end_running();
	task = start_driver();
	if (pecan_thread_start(client, NULL, 0, NULL) != ROOT_OK)
		demo_fail(me, "no second thread");
	for (unsigned i = 0; i < KILLS; i++) {
		wait_for_more_ticks();
		end_driver(task);
		printf("  supervisor: killed task %lu\n", task);
		task = start_driver();
	}
	wait_for_more_ticks();
	__atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
	if (look(&drivers) != KILLS + 1 || look(&lost) != KILLS)
		demo_fail(me, "the client found %lu drivers, and %lu of them gone", look(&drivers),
			  look(&lost));
	printf("  the client got ticks from %lu drivers, and found %lu of them gone\n", look(&drivers),
	       look(&lost));
	demo_ok(me);
}
