/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.c - see date.h.
 */
#include <stdbool.h>

#include "date.h"

enum { FEBRUARY = 2, MONTHS = 12, DAYS = 365 };

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
