/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - see clock.h: CUDA, which counts the seconds since the beginning of 1904. CUDA has no ticks: a
 * thread sleeps that long, then calls the server, which answers when the next tick is wanted.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/powerpc/cuda.h>
#include <pecan/powerpc/macio.h>
#include <pecan/thread.h>
#include <proto/rtc.h>

#include "../../clock.h"

enum {
	TICK_US = 1000000 / RTC_TICKS_PER_SECOND,
	TIME_AT = 3, REPLY_BYTES = 7,		/* of a reply: type, flags, command, four bytes */
};

#define FROM_1904_TO_1970	2082844800u

const char clock_needs[] = "registers of CUDA or no second thread";

static void *via;
static L4_ThreadId_t server, ticker;
static bool ticker_waits;

static void tick_for_ever(void *unused)
{
	(void)unused;
	for (;;) {
		L4_Sleep(L4_TimePeriod(TICK_US));
		L4_Set_MsgTag(L4_Niltag);
		L4_Call(server);
	}
}

/* A read ends without an answer if CUDA is slow. */
bool clock_date(L4_Word_t *seconds)
{
	static const uint8_t request[] = { CUDA_PACKET, CUDA_GET_TIME };
	uint8_t r[CUDA_REPLY];

	if (cuda_exchange(via, request, sizeof request, r) < REPLY_BYTES || r[0] != CUDA_PACKET)
		return false;
	*seconds = ((uint32_t)r[TIME_AT] << 24 | (uint32_t)r[TIME_AT + 1] << 16 | (uint32_t)r[TIME_AT + 2] << 8
		    | r[TIME_AT + 3]) - FROM_1904_TO_1970;
	return true;
}

enum root_error clock_open(void)
{
	enum root_error e = pecan_phys(MACIO_CUDA, CUDA_BYTES, &via);

	server = L4_Myself();
	return e == ROOT_OK ? pecan_thread_start(tick_for_ever, NULL, 0, &ticker) : e;
}

void clock_begin(void) { }

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
