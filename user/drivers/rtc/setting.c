/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting.c - see setting.h.
 */
#include <l4/schedule.h>
#include <pecan/server.h>

#include "setting.h"

/* check is right only if at_boot is: a driver may have ended while it changed them. */
struct setting { L4_Word64_t at_boot, check; };

static struct setting own, *setting = &own;

/* Not 0 for a setting of zeros, which is none. */
static L4_Word64_t check_of(const struct setting *s)
{
	return ~s->at_boot;
}

void setting_begin(void)
{
	size_t bytes = 0;
	struct setting *kept = pecan_keep(&bytes);

	if (!kept || bytes < sizeof *kept)
		return;
	setting = kept;
	if (kept->check != check_of(kept) || kept->at_boot > RTC_LATEST)
		*kept = (struct setting){ 0 };
}

bool setting_get(L4_Word64_t *at_boot)
{
	*at_boot = setting->at_boot;
	return setting->at_boot != 0;
}

bool setting_put(L4_Word64_t us)
{
	L4_Word64_t now = L4_SystemClock().raw;

	if (us <= now)
		return false;
	setting->at_boot = us - now;
	setting->check = check_of(setting);
	return true;
}
