/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.h - dates as numbers.
 */
#ifndef RTC_DATE_H
#define RTC_DATE_H

/* Days from 1970-01-01 to a day of the Gregorian calendar from 1970 on; month and day count from 1. */
unsigned long date_days(unsigned year, unsigned month, unsigned day);

#endif
