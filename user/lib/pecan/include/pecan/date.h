/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.h - the date, if the driver `rtc` runs (user/proto/rtc.idl), and the program may use it.
 */
#ifndef PECAN_DATE_H
#define PECAN_DATE_H

#include <proto/rtc.h>
#include <stdint.h>

/*
 * Returns the date at boot in us since 1970, the same in all programs, to any number of threads at once; 0 if
 * the driver does not run, or refuses this program. Calls within a second then return 0 at once; within a
 * minute if the driver did not answer in a second. Once a second the driver is asked again: the result is
 * another one when a program has set the date.
 */
uint64_t pecan_date_at_boot(void);

/* Returns the date in s since 1970; without the driver, the time since boot. */
uint64_t pecan_date(void);

/*
 * Set the date, in us since 1970, for all programs: the others have it within a second. RTC_DENIED: this one
 * has not got the right `clock`; RTC_LOST: the driver does not run.
 */
enum rtc_status pecan_set_date(uint64_t us);

#endif
