/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting.h - the date, in one number that all programs have: the time from 1970 to boot, in us. It is in the
 * memory of `keep`, if the driver's section has that, and so outlives the driver.
 */
#ifndef RTC_SETTING_H
#define RTC_SETTING_H

#include <proto/rtc.h>
#include <stdbool.h>

/* Find what a former driver has left. */
void setting_begin(void);

/* Returns false if none was put. */
bool setting_get(L4_Word64_t *at_boot);

/* Put the date of now, in us since 1970. Returns false if by this date boot was before 1970. */
bool setting_put(L4_Word64_t us);

#endif
