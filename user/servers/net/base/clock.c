/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - see clock.h.
 */
#include <l4/schedule.h>
#include <lwip/sys.h>

#include "clock.h"

enum { MS_US = 1000 };

static uint32_t now;			/* milliseconds */

uint32_t sys_now(void) { return now; }

void clock_read(void)
{
	now = (uint32_t)(L4_SystemClock().raw / MS_US);
}
