/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.h - dates as numbers, and numbers as the clock's registers have them.
 */
#ifndef RTC_DATE_H
#define RTC_DATE_H

/* Days from 1970-01-01 to a day of the Gregorian calendar from 1970 on; month and day count from 1. */
unsigned long date_days(unsigned year, unsigned month, unsigned day);

/* Bits of the clock's register B: its numbers are binary, not two decimal digits; its hours are 0 to 23. */
enum { DATE_BINARY = 0x04, DATE_24_HOURS = 0x02 };

/* The number, and the hour of the day, in a register. mode: register B. */
unsigned date_number(unsigned value, unsigned mode);
unsigned date_hour(unsigned value, unsigned mode);

#endif
