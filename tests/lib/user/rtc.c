/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.c - tests of the dates of the clock's driver (user/drivers/rtc/date.c).
 */
#include "harness.h"
#include <drivers/rtc/date.h>

TEST(HRTC0001, "days since 1970 are those of the Gregorian calendar")
{
	CHECK(date_days(1970, 1, 1) == 0 && date_days(1970, 12, 31) == 364 && date_days(1971, 1, 1) == 365);
	CHECK(date_days(2000, 2, 29) == 11016 && date_days(2000, 3, 1) == 11017);
	CHECK(date_days(2026, 11, 21) == 20778);
	CHECK(date_days(2100, 3, 1) - date_days(2100, 2, 28) == 1);
	CHECK(date_days(2104, 3, 1) - date_days(2104, 2, 28) == 2);
}

TEST(HRTC0002, "each day follows the one before, from 1970 to 2099, and no month goes beyond the table")
{
	static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned long expected = 0;

	for (unsigned year = 1970; year < 2100; year++)
		for (unsigned month = 1; month <= 12; month++)
			for (unsigned day = 1; day <= days[month - 1] + (month == 2 && year % 4 == 0); day++)
				CHECK(date_days(year, month, day) == expected++);
	CHECK(date_days(1970, 0, 1) < 366 && date_days(1970, 255, 1) < 366);
}

TEST(HRTC0003, "numbers of the clock are binary or decimal digits, each hour am and pm is one of the day")
{
	CHECK(date_number(0x59, 0) == 59 && date_number(0x3b, DATE_BINARY) == 59);
	CHECK(date_hour(0x23, DATE_24_HOURS) == 23 && date_hour(23, DATE_24_HOURS | DATE_BINARY) == 23);
	for (unsigned hour = 0; hour < 24; hour++) {
		unsigned shown = hour % 12 ? hour % 12 : 12, pm = hour < 12 ? 0 : 0x80;

		CHECK(date_hour(shown | pm, DATE_BINARY) == hour);
		CHECK(date_hour((shown / 10 << 4 | shown % 10) | pm, 0) == hour);
		CHECK(date_hour(hour, DATE_24_HOURS | DATE_BINARY) == hour);
	}
}
