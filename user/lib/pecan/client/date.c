/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.c - see <pecan/date.h>.
 *
 * The driver has the date at boot. A program keeps what the driver has answered, and asks again after a
 * second. One thread at a time keeps an answer, that of its own request. A thread that needs an answer
 * meanwhile makes a request of its own, and waits for no other thread of its program.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/date.h>
#include <pecan/names.h>
#include <proto/rtc.h>
#include <proto/stub.h>
#include <stdbool.h>

enum { US = 1000000, ASK_US = US, ASK_AGAIN_US = 60 * US };

/*
 * Written in this order and read in the opposite one, so a thread that finds the last has the others: no
 * thread sees a time limit without the date that it is for.
 */
static uint64_t date;			/* at boot; 0: not known */
static L4_Word_t date_settings;		/* `settings` before the driver was asked for it */
static uint64_t next_look;		/* by SystemClock */

static bool keeping;			/* a thread is about to write these three */
static L4_Word_t settings;		/* how often this program has set the date */
static L4_Word_t driver;		/* the thread that has answered last: the name service is asked only anew */

/* A driver that stands still holds a thread up for ASK_US at most, and a program once in ASK_AGAIN_US. */
static bool ask_date(L4_ThreadId_t rtc, uint64_t *at_boot)
{
	L4_Time_t limit = L4_TimePeriod(ASK_US);
	L4_MsgTag_t tag;

	L4_Set_MsgTag(stub_tag(RTC_DATE, 0, 0));
	tag = L4_Call_Timeouts(rtc, limit, limit);
	if (!stub_is(tag, RTC_OK, STUB_LONG_WORDS, 0))
		return false;
	*at_boot = stub_take_long(1);
	return true;
}

static bool find_driver(L4_ThreadId_t *rtc)
{
	rtc->raw = __atomic_load_n(&driver, __ATOMIC_RELAXED);
	return !L4_IsNilThread(*rtc) || pecan_lookup(RTC_NAME, false, rtc) == NAMES_OK;
}

/* Replaces the date by the driver's, if that answers. Returns for how long the date may be used, in us. */
static uint64_t ask(uint64_t *at_boot)
{
	L4_ThreadId_t rtc;
	bool answered;

	if (!find_driver(&rtc))
		return *at_boot ? ASK_AGAIN_US : US;
	answered = ask_date(rtc, at_boot);
	__atomic_store_n(&driver, answered ? rtc.raw : L4_nilthread.raw, __ATOMIC_RELAXED);
	return answered ? US : ASK_AGAIN_US;
}

/* Seldom: out of line, so that others save no registers for it. */
static __attribute__((noinline)) uint64_t look(uint64_t now)
{
	bool keeps = !__atomic_exchange_n(&keeping, true, __ATOMIC_SEQ_CST);
	L4_Word_t set = __atomic_load_n(&settings, __ATOMIC_SEQ_CST);
	bool holds = __atomic_load_n(&date_settings, __ATOMIC_SEQ_CST) == set;
	uint64_t at_boot = __atomic_load_n(&date, __ATOMIC_SEQ_CST), us;

	if (!keeps && at_boot && holds)
		return at_boot;
	us = ask(&at_boot);
	if (!keeps)
		return at_boot;
	__atomic_store_n(&date, at_boot, __ATOMIC_SEQ_CST);
	__atomic_store_n(&date_settings, set, __ATOMIC_SEQ_CST);
	__atomic_store_n(&next_look, now + us, __ATOMIC_SEQ_CST);
	__atomic_store_n(&keeping, false, __ATOMIC_SEQ_CST);
	return at_boot;
}

static uint64_t at_boot(uint64_t now)
{
	bool in_time = now < __atomic_load_n(&next_look, __ATOMIC_ACQUIRE);
	L4_Word_t set = __atomic_load_n(&date_settings, __ATOMIC_ACQUIRE);
	uint64_t known = __atomic_load_n(&date, __ATOMIC_ACQUIRE);

	return in_time && set == __atomic_load_n(&settings, __ATOMIC_RELAXED) ? known : look(now);
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
	__atomic_add_fetch(&settings, 1, __ATOMIC_SEQ_CST);
	return RTC_OK;
}
