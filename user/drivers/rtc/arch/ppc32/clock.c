/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - see clock.h: CUDA, which counts the seconds since the beginning of 1904. An exchange with it has
 * some 20 waits for another processor, so the date is read once, and kept as that of boot. CUDA has no ticks:
 * a thread sleeps that long, then calls the server, which answers when the next tick is wanted.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/memory.h>
#include <pecan/powerpc/cuda.h>
#include <pecan/powerpc/macio.h>
#include <pecan/thread.h>
#include <proto/rtc.h>

#include "../../clock.h"

enum {
	SECONDS_PER_DAY = 86400, TICK_US = 1000000 / RTC_TICKS_PER_SECOND,
	TIME_AT = 3, REPLY_BYTES = 7,		/* of a reply: type, flags, command, four bytes */
	READS = 8, US = 1000000,
};

#define FROM_1904_TO_1970	2082844800u

const char clock_needs[] = "registers of CUDA or no second thread";

static void *via;
static L4_ThreadId_t server, ticker;
static bool ticker_waits;
static L4_Word64_t date_at_boot;		/* us; 0: not known */

static void tick_for_ever(void *unused)
{
	(void)unused;
	for (;;) {
		L4_Sleep(L4_TimePeriod(TICK_US));
		L4_Set_MsgTag(L4_Niltag);
		L4_Call(server);
	}
}

static bool read_date(L4_Word_t *seconds)
{
	static const uint8_t request[] = { CUDA_PACKET, CUDA_GET_TIME };
	uint8_t r[CUDA_REPLY];

	if (cuda_exchange(via, request, sizeof request, r) < REPLY_BYTES || r[0] != CUDA_PACKET)
		return false;
	*seconds = ((uint32_t)r[TIME_AT] << 24 | (uint32_t)r[TIME_AT + 1] << 16 | (uint32_t)r[TIME_AT + 2] << 8
		    | r[TIME_AT + 3]) - FROM_1904_TO_1970;
	return true;
}

/* Returns false if CUDA has not answered so far. */
static bool know_date(void)
{
	L4_Word_t seconds;

	if (date_at_boot == 0 && read_date(&seconds))
		date_at_boot = (L4_Word64_t)seconds * US - L4_SystemClock().raw;
	return date_at_boot != 0;
}

/* A read ends without an answer if CUDA is slow; the first client is not to find that. */
enum root_error clock_open(void)
{
	enum root_error e = pecan_phys(MACIO_CUDA, CUDA_BYTES, &via);

	for (unsigned i = 0; e == ROOT_OK && i < READS && !know_date(); i++)
		;
	server = L4_Myself();
	return e == ROOT_OK ? pecan_thread_start(tick_for_ever, NULL, 0, &ticker) : e;
}

void clock_begin(void) { }

bool clock_date(L4_Word_t *seconds)
{
	if (!know_date())
		return false;
	*seconds = (L4_Word_t)((date_at_boot + L4_SystemClock().raw) / US);
	return true;
}

L4_Word_t clock_of_day(void)
{
	L4_Word_t seconds = 0;

	clock_date(&seconds);
	return seconds % SECONDS_PER_DAY;
}

void clock_let_tick(bool yes)
{
	if (!yes || !ticker_waits)
		return;
	ticker_waits = false;
	L4_Set_MsgTag(L4_Niltag);
	L4_Reply(ticker);
}

bool clock_is_tick(L4_ThreadId_t from)
{
	return L4_IsLocalId(from) && L4_IsThreadEqual(L4_GlobalIdOf(from), ticker);
}

void clock_tick_begins(void) { ticker_waits = true; }
void clock_tick_ends(L4_ThreadId_t from) { (void)from; }
