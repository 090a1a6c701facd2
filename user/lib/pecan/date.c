/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.c - see <pecan/date.h>.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/date.h>
#include <pecan/names.h>
#include <proto/rtc.h>
#include <proto/stub.h>
#include <stdbool.h>

enum { US = 1000000, ASK_US = 100000, ASK_AGAIN_US = 60 * US };

/* No answer comes to a program that may not use the driver: that is confined. */
static bool ask_date(L4_ThreadId_t rtc, uint64_t *seconds)
{
	L4_Time_t limit = L4_TimePeriod(ASK_US);
	L4_MsgTag_t tag;

	L4_Set_MsgTag(stub_tag(RTC_DATE, 0, 0));
	tag = L4_Call_Timeouts(rtc, limit, limit);
	*seconds = stub_take_long(1);
	return stub_is(tag, RTC_OK, STUB_LONG_WORDS, 0);
}

uint64_t pecan_date_at_boot(void)
{
	static uint64_t date, next_look;
	uint64_t now = L4_SystemClock().raw, known = __atomic_load_n(&date, __ATOMIC_SEQ_CST);
	uint64_t seconds;
	L4_ThreadId_t rtc;

	if (known || now < __atomic_load_n(&next_look, __ATOMIC_RELAXED))
		return known;
	__atomic_store_n(&next_look, now + US, __ATOMIC_RELAXED);
	if (pecan_lookup(RTC_NAME, false, &rtc) != NAMES_OK)
		return known;
	if (!ask_date(rtc, &seconds)) {
		__atomic_store_n(&next_look, now + ASK_AGAIN_US, __ATOMIC_RELAXED);
		return known;
	}
	__atomic_store_n(&date, seconds * US - now, __ATOMIC_SEQ_CST);
	return seconds * US - now;
}

uint64_t pecan_date(void)
{
	return (pecan_date_at_boot() + L4_SystemClock().raw) / US;
}
