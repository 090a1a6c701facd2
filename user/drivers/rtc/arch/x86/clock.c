/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - see clock.h: the clock of a PC, interrupt 8, ports 0x70 and 0x71.
 */
#include <l4/ipc.h>
#include <l4/port.h>
#include <l4/schedule.h>
#include <pecan/device.h>

#include "../../clock.h"
#include "../../date.h"

enum {
	RTC_PORT = 0x70, RTC_PORTS_LOG2 = 1, RTC_IRQ = 8,
	REG_SECONDS = 0x00, REG_MINUTES = 0x02, REG_HOURS = 0x04,
	REG_DAY = 0x07, REG_MONTH = 0x08, REG_YEAR = 0x09, CENTURY = 2000, SECONDS_PER_DAY = 86400,
	REG_A = 0x0a, REG_B = 0x0b, REG_C = 0x0c,
	A_UPDATE = 0x80, UPDATE_US = 500, UPDATE_WAITS = 100, DATE_READS = 4,
	A_RATE = 0x0f, A_RATE_16_HZ = 12,	/* 32768 >> (12 - 1) interrupts a second */
	B_PERIODIC = 0x40, B_INTERRUPTS = 0x70, B_STOPPED = 0x80,
};

const char clock_needs[] = "ports or no interrupt";

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
bool clock_date(L4_Word_t *seconds)
{
	for (unsigned i = 0; i < DATE_READS && wait_update(); i++) {
		*seconds = date();
		if (!(get(REG_A) & A_UPDATE) && date() == *seconds)
			return true;
	}
	return false;
}

void clock_let_tick(bool yes)
{
	unsigned b = get(REG_B);

	if (yes == ((b & B_PERIODIC) != 0))
		return;
	(void)get(REG_C);		/* of a period before */
	set(REG_B, b ^ B_PERIODIC);
}

bool clock_is_tick(L4_ThreadId_t from)
{
	return L4_IsThreadEqual(from, pecan_irq_id(RTC_IRQ));
}

/* Reading register C lets the chip's interrupt line fall, so that it can rise again. */
void clock_tick_begins(void) { (void)get(REG_C); }

void clock_tick_ends(L4_ThreadId_t from)
{
	L4_Set_MsgTag(L4_Niltag);
	L4_Send_Timeout(from, L4_ZeroTime);
	(void)get(REG_C);
}

enum root_error clock_open(void)
{
	enum root_error e = pecan_ports(RTC_PORT, RTC_PORTS_LOG2);

	return e == ROOT_OK ? pecan_irq_attach(RTC_IRQ, L4_nilthread) : e;
}

void clock_begin(void)
{
	set(REG_A, (get(REG_A) & ~(unsigned)A_RATE) | A_RATE_16_HZ);
	set(REG_B, get(REG_B) & ~(unsigned)(B_STOPPED | B_INTERRUPTS));	/* whatever was left on */
	(void)get(REG_C);
}
