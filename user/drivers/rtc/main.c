/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - a small driver: the machine's real-time clock (clock.h).
 *
 * It has the date (setting.h), which programs ask for: that of the machine, or one that a program has set.
 * While clients wait for a tick, the clock ticks RTC_TICKS_PER_SECOND times a second; every tick is a
 * message, and answers them. It is also here to be killed and started again: docs/demos/restart.md.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/server.h>
#include <pecan/task.h>
#include <proto/rtc_server.h>

#include "clock.h"
#include "setting.h"

enum { CLIENTS = 16, CLIENTS_PER_TASK = 4, CLIENTS_OF_SECTION = 1, READS = 8 };
enum { US = 1000000, SECONDS_PER_DAY = 86400 };

struct rtc_caller { L4_ThreadId_t thread; };

static struct client { L4_ThreadId_t thread; struct holder who; } clients[CLIENTS];
static unsigned client_count;
static L4_Word_t ticks;

/* Get the date at boot. The machine's clock is read until it has had a time once. */
static bool know_date(L4_Word64_t *at_boot)
{
	L4_Word_t seconds;

	return setting_get(at_boot)
	       || (clock_date(&seconds) && setting_put((L4_Word64_t)seconds * US) && setting_get(at_boot));
}

enum rtc_status serve_rtc_date(struct rtc_caller *c, struct rtc_date_out *out)
{
	(void)c;
	return know_date(&out->at_boot) ? RTC_OK : RTC_BUSY;
}

enum rtc_status serve_rtc_set(struct rtc_caller *c, const struct rtc_set_in *in)
{
	(void)c;
	return setting_put(in->us) ? RTC_OK : RTC_BAD_DATE;
}

static L4_Word_t seconds_of_day(void)
{
	L4_Word64_t at_boot;

	if (!know_date(&at_boot))
		return 0;
	return (L4_Word_t)((at_boot + L4_SystemClock().raw) / US % SECONDS_PER_DAY);
}

/* Without clients there are no ticks, which would cost an idle system time. */
static void tick(L4_ThreadId_t from)
{
	clock_tick_begins();
	ticks++;
	clock_let_tick(client_count > 0);
	while (client_count) {
		struct rtc_tick_out out = { ticks, seconds_of_day() };

		answer_rtc_tick(clients[--client_count].thread, RTC_OK, &out);
	}
	clock_tick_ends(from);
}

static void drop_ended(void)
{
	struct pecan_task t;

	for (unsigned i = client_count; i-- > 0; )
		if (pecan_task_of(clients[i].thread, &t) == ROOT_E_TASK)
			clients[i] = clients[--client_count];
}

/* Returns true if there is no place for another client of this task. */
static bool is_full(struct holder who)
{
	struct places p = places_of(CLIENTS, CLIENTS_PER_TASK, CLIENTS_OF_SECTION);
	unsigned own = 0;

	for (unsigned i = 0; i < client_count; i++) {
		own += clients[i].who.task == who.task;
		places_take(&p, clients[i].who.section);
	}
	return !places_has(&p, who.section, own);
}

enum rtc_status serve_rtc_tick(struct rtc_caller *c, struct rtc_tick_out *out)
{
	struct holder who = pecan_client(c->thread);

	(void)out;
	for (unsigned i = 0; i < client_count; i++)
		if (L4_IsThreadEqual(clients[i].thread, c->thread))
			return RTC_LATER;		/* it waits already */
	if (is_full(who))
		drop_ended();
	if (is_full(who))
		return RTC_BUSY;
	clients[client_count++] = (struct client){ c->thread, who };
	clock_let_tick(true);
	return RTC_LATER;
}

bool permit_rtc(struct rtc_caller *c)
{
	return pecan_may_use(c->thread);
}

bool allow_rtc(struct rtc_caller *c, L4_Word_t right)
{
	return right == RTC_MAY_SET && pecan_client_holds(c->thread, ROOT_RIGHT_CLOCK);
}

/* A read may end without a time; the first client is not to find that. */
static void read_clock(void)
{
	L4_Word64_t at_boot;

	for (unsigned i = 0; i < READS && !know_date(&at_boot); i++)
		;
}

static void start(void)
{
	enum root_error e = clock_open();
	enum names_error n;

	if (e != ROOT_OK) {
		printf("rtc: no %s: %s\n", clock_needs, pecan_error_text(e));
		pecan_exit(1);
	}
	n = pecan_register(RTC_NAME, L4_nilthread);
	if (n != NAMES_OK) {
		printf("rtc: %s\n", pecan_names_error_text(n));
		pecan_exit(1);
	}
	setting_begin();
	clock_begin();
	read_clock();
}

/* Serves the message; returns true if its answer is in the message registers. */
static bool serve(L4_MsgTag_t tag, struct rtc_caller *c)
{
	if (L4_IpcFailed(tag))
		return false;
	if (!clock_is_tick(c->thread))
		return rtc_serve(tag, c);
	tick(c->thread);
	return false;
}

int main(void)
{
	struct rtc_caller c;
	L4_MsgTag_t tag;

	start();
	tag = pecan_wait_alive(&c.thread);
	for (;;)
		tag = serve(tag, &c) ? pecan_reply_wait_alive(c.thread, &c.thread) : pecan_wait_alive(&c.thread);
}
