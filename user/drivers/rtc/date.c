/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.c - see date.h.
 */
#include <stdbool.h>

#include "date.h"

enum { FEBRUARY = 2, MONTHS = 12, DAYS = 365, HALF_DAY = 12, PM = 0x80 };

static bool is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned long date_days(unsigned year, unsigned month, unsigned day)
{
	static const unsigned before[MONTHS] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	unsigned long days = before[(month - 1) % MONTHS] + day - 1;

	for (unsigned y = 1970; y < year; y++)
		days += DAYS + is_leap(y);
	return days + (month > FEBRUARY && is_leap(year));
}

unsigned date_number(unsigned value, unsigned mode)
{
	return mode & DATE_BINARY ? value : (value >> 4) * 10 + (value & 15);
}

/* 12 am is 0, 12 pm is 12. */
unsigned date_hour(unsigned value, unsigned mode)
{
	if (mode & DATE_24_HOURS)
		return date_number(value, mode);
	return date_number(value & ~(unsigned)PM, mode) % HALF_DAY + (value & PM ? HALF_DAY : 0);
}
