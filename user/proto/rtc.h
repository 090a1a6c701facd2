/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.h - the protocol of the real-time-clock driver (docs/demos/restart.md).
 *
 * Its thread is registered as "rtc". Request: label = enum rtc_request; reply: label = enum
 * rtc_status. Like the console it answers with a zero send timeout.
 */
#ifndef PROTO_RTC_H
#define PROTO_RTC_H

#define RTC_NAME "rtc"

enum { RTC_TICKS_PER_SECOND = 16 };

enum rtc_request {
	/* Wait for the next tick. out 1 ticks since this driver started  2 seconds of the time of day */
	RTC_TICK = 0x400,
	RTC_REQUEST_END,
};

enum rtc_status { RTC_OK, RTC_BAD_REQUEST, RTC_BUSY };

#endif
