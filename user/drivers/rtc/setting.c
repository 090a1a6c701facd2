/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting.c - see setting.h.
 */
#include <l4/schedule.h>
#include <pecan/server.h>

#include "setting.h"

enum { US = 1000000 };

/* check is right only if the others are: a driver may have ended while it changed them. */
struct setting { L4_Word64_t at_boot, set_at, check; };

static struct setting own, *setting = &own;

/* Not 0 for a setting of zeros, which is none. */
static L4_Word64_t check_of(const struct setting *s)
{
	return ~(s->at_boot ^ s->set_at << 8);
}

void setting_begin(void)
{
	size_t bytes = 0;
	struct setting *kept = pecan_keep(&bytes);

	if (!kept || bytes < sizeof *kept)
		return;
	setting = kept;
	if (kept->check != check_of(kept) || kept->at_boot > RTC_LATEST)
		*kept = own;
}

bool setting_get(struct rtc_date_out *out)
{
	L4_Word64_t us = setting->at_boot + L4_SystemClock().raw;

	if (setting->at_boot == 0)
		return false;
	*out = (struct rtc_date_out){ us / US, (L4_Word_t)(us % US), (L4_Word_t)setting->set_at };
	return true;
}

bool setting_put(L4_Word64_t us)
{
	L4_Word64_t now = L4_SystemClock().raw;

	if (us <= now)
		return false;
	setting->check = 0;
	setting->at_boot = us - now;
	setting->set_at = now;
	setting->check = check_of(setting);
	return true;
}
