/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting.h - the date as a program has set it. It is in the memory of `keep`, if the driver's section has
 * that, and so outlives the driver.
 */
#ifndef RTC_SETTING_H
#define RTC_SETTING_H

#include <proto/rtc.h>
#include <stdbool.h>

/* Find what a former driver has left. */
void setting_begin(void);

/* Get the date, as it counts now. Returns false if none was set. */
bool setting_get(struct rtc_date_out *out);

/* Set it, in us since 1970. Returns false if by this date boot was before 1970. */
bool setting_put(L4_Word64_t us);

#endif
