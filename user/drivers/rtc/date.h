/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.h - conversion of dates to numbers of days, and of the clock's registers to numbers.
 */
#ifndef RTC_DATE_H
#define RTC_DATE_H

/* Returns the days from 1970-01-01 to a later day of the Gregorian calendar; month and day count from 1. */
unsigned long date_days(unsigned year, unsigned month, unsigned day);

/* Bits of the clock's register B: its numbers are binary, not two decimal digits; its hours are 0 to 23. */
enum { DATE_BINARY = 0x04, DATE_24_HOURS = 0x02 };

/* Return the number in a register; the hour of the day, 0 to 23. mode: register B. */
unsigned date_number(unsigned value, unsigned mode);
unsigned date_hour(unsigned value, unsigned mode);

#endif
