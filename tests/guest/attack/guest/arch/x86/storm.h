/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storm.h - a device that interrupts STORM_RATE times a second: the CMOS clock. It sends the next interrupt
 * when the last one has been cleared, by a read of register C. Each machine has a header of this name.
 */
#ifndef ATTACK_STORM_H
#define ATTACK_STORM_H

#include "map.h"
#include "rtc.h"

enum { STORM_LINE = RTC_LINE, STORM_RATE = 8192, RTC_A = 0x0a, RTC_FASTEST = 0x23, RTC_USUAL = 0x26 };

static inline void storm_get(void)
{
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(CMOS, 2))));
}

static inline void storm_give(struct space *s)
{
	struct received r;

	map_into(s, L4_IoFpage(CMOS, 2), 0, L4_CompleteAddressSpace, &r);
	CHECK_EQ(r.error, 0);
}

static inline void storm_clear(void) { cmos(RTC_C); }

static inline void storm_set(bool on)
{
	cmos_set(RTC_A, on ? RTC_FASTEST : RTC_USUAL);
	cmos_set(RTC_B, on ? cmos(RTC_B) | RTC_PERIODIC : cmos(RTC_B) & ~(word)RTC_PERIODIC);
	storm_clear();
}

#endif
