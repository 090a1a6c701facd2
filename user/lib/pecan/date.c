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

enum { US = 1000000, ASK_US = US, ASK_AGAIN_US = 60 * US };

/* A driver that stands still holds its clients up for ASK_US at most, once in ASK_AGAIN_US. */
static bool ask_date(L4_ThreadId_t rtc, struct rtc_date_out *out)
{
	L4_Time_t limit = L4_TimePeriod(ASK_US);
	L4_MsgTag_t tag;

	L4_Set_MsgTag(stub_tag(RTC_DATE, 0, 0));
	tag = L4_Call_Timeouts(rtc, limit, limit);
	out->seconds = stub_take_long(1);
	out->us = stub_word(1 + STUB_LONG_WORDS);
	out->set_at = stub_word(2 + STUB_LONG_WORDS);
	return stub_is(tag, RTC_OK, 2 + STUB_LONG_WORDS, 0);
}

static uint64_t date;			/* at boot; 0: not known */
static uint64_t next_look;		/* by SystemClock */
static L4_Word_t set_at;		/* as the driver has said with this date */
static L4_Word_t driver;		/* the thread that has answered last: the name service is asked only anew */

static bool find_driver(L4_ThreadId_t *rtc)
{
	rtc->raw = __atomic_load_n(&driver, __ATOMIC_RELAXED);
	return !L4_IsNilThread(*rtc) || pecan_lookup(RTC_NAME, false, rtc) == NAMES_OK;
}

/* Seldom: out of line, so that others save no registers for it. */
static __attribute__((noinline)) uint64_t look(uint64_t now, uint64_t known)
{
	struct rtc_date_out out;
	L4_ThreadId_t rtc;

	__atomic_store_n(&next_look, now + (known ? ASK_AGAIN_US : US), __ATOMIC_RELAXED);
	if (!find_driver(&rtc))
		return known;
	__atomic_store_n(&next_look, now + ASK_AGAIN_US, __ATOMIC_RELAXED);
	if (!ask_date(rtc, &out))
		rtc = L4_nilthread;
	__atomic_store_n(&driver, rtc.raw, __ATOMIC_RELAXED);
	if (L4_IsNilThread(rtc))
		return known;
	if (__atomic_exchange_n(&set_at, out.set_at, __ATOMIC_RELAXED) == out.set_at && known)
		return known;
	known = out.seconds * US + out.us - L4_SystemClock().raw;
	__atomic_store_n(&date, known, __ATOMIC_SEQ_CST);
	return known;
}

static uint64_t at_boot(uint64_t now)
{
	uint64_t known = __atomic_load_n(&date, __ATOMIC_SEQ_CST);

	return now < __atomic_load_n(&next_look, __ATOMIC_RELAXED) ? known : look(now, known);
}

uint64_t pecan_date_at_boot(void)
{
	return at_boot(L4_SystemClock().raw);
}

uint64_t pecan_date(void)
{
	uint64_t now = L4_SystemClock().raw;

	return (at_boot(now) + now) / US;
}

enum rtc_status pecan_set_date(uint64_t us)
{
	L4_Time_t limit = L4_TimePeriod(ASK_US);
	L4_ThreadId_t rtc;
	L4_MsgTag_t tag;

	if (pecan_lookup(RTC_NAME, false, &rtc) != NAMES_OK)
		return RTC_LOST;
	L4_Set_MsgTag(stub_tag(RTC_SET, STUB_LONG_WORDS, 0));
	stub_put_long(1, us);
	tag = L4_Call_Timeouts(rtc, limit, limit);
	if (!stub_is(tag, RTC_OK, 0, 0))
		return (enum rtc_status)stub_status(tag, RTC_REFUSED, RTC_REFUSED);
	__atomic_store_n(&next_look, 0, __ATOMIC_RELAXED);
	return RTC_OK;
}
