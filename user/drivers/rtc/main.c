/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - a small driver: the PC's real-time clock, interrupt 8, ports 0x70 and 0x71.
 *
 * It gives the date to programs with a C library. While clients wait for a tick, the chip interrupts
 * RTC_TICKS_PER_SECOND times a second; every interrupt is a message, and answers them. It is also here to be
 * killed and started again: docs/demos/restart.md.
 */
#include <l4/port.h>
#include <l4/ipc.h>
#include <pecan/device.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/server.h>
#include <pecan/task.h>
#include <proto/rtc_server.h>

#include "date.h"

enum {
	RTC_PORT = 0x70, RTC_PORTS_LOG2 = 1, RTC_IRQ = 8,
	REG_SECONDS = 0x00, REG_MINUTES = 0x02, REG_HOURS = 0x04,
	REG_DAY = 0x07, REG_MONTH = 0x08, REG_YEAR = 0x09, CENTURY = 2000, SECONDS_PER_DAY = 86400,
	REG_A = 0x0a, REG_B = 0x0b, REG_C = 0x0c,
	A_UPDATE = 0x80, UPDATE_US = 500, UPDATE_WAITS = 100, DATE_READS = 4,
	A_RATE = 0x0f, A_RATE_16_HZ = 12,	/* 32768 >> (12 - 1) interrupts a second */
	B_PERIODIC = 0x40, B_INTERRUPTS = 0x70, B_STOPPED = 0x80,
	CLIENTS = 16, CLIENTS_PER_TASK = 4, CLIENTS_OF_SECTION = 1,
};

struct rtc_caller { L4_ThreadId_t thread; };

static struct client { L4_ThreadId_t thread; struct holder who; } clients[CLIENTS];
static unsigned client_count;
static L4_Word_t ticks;

static unsigned get(unsigned reg)
{
	L4_PortOut8(RTC_PORT, (L4_Word8_t)reg);
	return L4_PortIn8(RTC_PORT + 1);
}

static void set(unsigned reg, unsigned value)
{
	L4_PortOut8(RTC_PORT, (L4_Word8_t)reg);
	L4_PortOut8(RTC_PORT + 1, (L4_Word8_t)value);
}

static unsigned number(unsigned reg)
{
	return date_number(get(reg), get(REG_B));
}

static L4_Word_t seconds_of_day(void)
{
	return date_hour(get(REG_HOURS), get(REG_B)) * 3600 + number(REG_MINUTES) * 60 + number(REG_SECONDS);
}

static L4_Word_t date(void)
{
	unsigned month = number(REG_MONTH), day = number(REG_DAY);
	unsigned long days = date_days(CENTURY + number(REG_YEAR), month ? month : 1, day ? day : 1);

	return days * SECONDS_PER_DAY + seconds_of_day();
}

/* Returns false if the clock says for 50 ms that it is being updated: an update takes 2 ms. */
static bool wait_update(void)
{
	for (unsigned i = 0; i < UPDATE_WAITS; i++) {
		if (!(get(REG_A) & A_UPDATE))
			return true;
		L4_Sleep(L4_TimePeriod(UPDATE_US));
	}
	return false;
}

/* Read again if the clock has counted meanwhile, or is about to. */
enum rtc_status serve_rtc_date(struct rtc_caller *c, struct rtc_date_out *out)
{
	(void)c;
	for (unsigned i = 0; i < DATE_READS && wait_update(); i++) {
		out->seconds = date();
		if (!(get(REG_A) & A_UPDATE) && date() == out->seconds)
			return RTC_OK;
	}
	return RTC_BUSY;
}

/* Without clients there are no interrupts, which would cost an idle system time. */
static void let_tick(bool yes)
{
	unsigned b = get(REG_B);

	if (yes == ((b & B_PERIODIC) != 0))
		return;
	(void)get(REG_C);		/* of a period before */
	set(REG_B, b ^ B_PERIODIC);
}

/* Reading register C lets the chip's interrupt line fall, so that it can rise again. */
static void tick(L4_ThreadId_t irq)
{
	(void)get(REG_C);
	ticks++;
	let_tick(client_count > 0);
	if (client_count > 0)
		(void)wait_update();	/* meanwhile the registers have no time */
	while (client_count) {
		struct rtc_tick_out out = { ticks, seconds_of_day() };

		answer_rtc_tick(clients[--client_count].thread, RTC_OK, &out);
	}
	L4_Set_MsgTag(L4_Niltag);
	L4_Send_Timeout(irq, L4_ZeroTime);
	(void)get(REG_C);
}

static void drop_ended(void)
{
	struct pecan_task t;

	for (unsigned i = client_count; i-- > 0; )
		if (pecan_task_of(clients[i].thread, &t) == ROOT_E_TASK)
			clients[i] = clients[--client_count];
}

/* Is there no place for another client of this task? */
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
	let_tick(true);
	return RTC_LATER;
}

bool permit_rtc(struct rtc_caller *c)
{
	return pecan_may_use(c->thread);
}

static void start(void)
{
	enum root_error e = pecan_ports(RTC_PORT, RTC_PORTS_LOG2);
	enum names_error n;

	if (e == ROOT_OK)
		e = pecan_irq_attach(RTC_IRQ, L4_nilthread);
	if (e != ROOT_OK) {
		printf("rtc: no ports or no interrupt: %s\n", pecan_error_text(e));
		pecan_exit(1);
	}
	n = pecan_register(RTC_NAME, L4_nilthread);
	if (n != NAMES_OK) {
		printf("rtc: %s\n", pecan_names_error_text(n));
		pecan_exit(1);
	}
	set(REG_A, (get(REG_A) & ~(unsigned)A_RATE) | A_RATE_16_HZ);
	set(REG_B, get(REG_B) & ~(unsigned)(B_STOPPED | B_INTERRUPTS));	/* whatever was left on */
	(void)get(REG_C);
}

/* Serves the message; returns true if its answer is in the message registers. */
static bool serve(L4_MsgTag_t tag, struct rtc_caller *c)
{
	if (L4_IpcFailed(tag))
		return false;
	if (!L4_IsThreadEqual(c->thread, pecan_irq_id(RTC_IRQ)))
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
