/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.h - the CMOS clock: line 8, 1024 Hz; register C must be read before the next interrupt.
 */
#ifndef RTC_H
#define RTC_H

#include "machine.h"

enum { RTC_LINE = 8, CMOS = 0x70, RTC_B = 0x0b, RTC_C = 0x0c, RTC_PERIODIC = 0x40 };

static inline word cmos(word r)
{
	port_out8(CMOS, r);
	return port_in8(CMOS + 1);
}

static inline void cmos_set(word r, word value)
{
	port_out8(CMOS, r);
	port_out8(CMOS + 1, value);
}

#endif
