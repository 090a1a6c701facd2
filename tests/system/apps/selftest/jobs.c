/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jobs.c - requests of two threads for one thing, while root's workers are at it. The worker has the priority
 * of the first one, which is low, so the second one comes in the middle.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/thread.h>
#include "selftest.h"

/* Few rounds: the stack of each thread remains. */
enum { PAGE = 4096, BYTES = 12 * PAGE, AREA_BYTES = 13 * PAGE, LOW = 20, ROUNDS = 4, US = 50 };

#define PLACE	(PECAN_MAP_BASE + (PECAN_MAP_END - PECAN_MAP_BASE) / 16 * 5)	/* with room behind it */

static char *area;
static volatile enum root_error result;
static L4_ThreadId_t waiter;

static void give_back(void *arg)
{
	(void)arg;
	result = pecan_unmap(area);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
	L4_Send(waiter);
}

/*
 * A thread of low priority gives an area back, at `place` (0: any), of which all pages but the last have been
 * touched, and has had `us` for that.
 */
static bool begin(L4_Word_t place, unsigned us, L4_ThreadId_t *thread)
{
	void *at = 0;

	pecan_map_at(AREA_BYTES, place, &at);
	area = at;
	waiter = L4_Myself();
	for (unsigned i = 0; area && i < BYTES; i += PAGE)
		area[i] = 1;
	if (!area || pecan_thread_start(give_back, 0, LOW, thread) != ROOT_OK)
		return false;
	L4_Sleep(L4_TimePeriod(us));
	return true;
}

static bool end(L4_ThreadId_t thread)
{
	return L4_IpcSucceeded(L4_Receive(thread));
}

static bool two_unmaps(void)
{
	for (unsigned i = 1; i <= ROUNDS; i++) {
		L4_ThreadId_t thread;
		enum root_error mine;

		if (!begin(0, i * US, &thread))
			return false;
		mine = pecan_unmap(area);
		if (!end(thread) || (mine != ROOT_OK) == (result != ROOT_OK)
		    || (mine != ROOT_OK ? mine : result) != ROOT_E_ARGUMENT)
			return false;
	}
	return true;
}

static bool mapped_meanwhile(void)
{
	for (unsigned i = 1; i <= ROUNDS; i++) {
		L4_ThreadId_t thread;
		void *at;

		if (!begin(0, i * US, &thread))
			return false;
		while (pecan_map_at(BYTES, (L4_Word_t)area, &at) == ROOT_E_ARGUMENT)
			L4_Sleep(L4_TimePeriod(US));
		for (unsigned k = 0; k < BYTES; k += PAGE)
			if (at != area || area[k] != 0)
				return false;
		if (!end(thread) || result != ROOT_OK || pecan_unmap(area) != ROOT_OK)
			return false;
	}
	return true;
}

/* Also if root has got its request already, the memory comes back. */
static bool deleted_meanwhile(void)
{
	struct pecan_memory before, after;

	for (unsigned i = 1; i <= ROUNDS; i++) {
		L4_ThreadId_t thread;

		pecan_memory(&before);
		if (!begin(0, i * US, &thread) || pecan_thread_end(thread) != ROOT_OK)
			return false;
		pecan_unmap(area);
		do {
			L4_Sleep(L4_TimePeriod(US));
			pecan_memory(&after);
		} while (after.used >= before.used + BYTES);
	}
	return true;
}

enum { BESIDE_PAGES = 64, TOUCH_US = 1 };

static void touch(char *at, char value)
{
	for (unsigned i = 0; at && i < BESIDE_PAGES; i++)
		at[i * PAGE] = value;
}

/* The end of the area was not touched, so root looks for pages behind it too. */
static bool touched_beside(void)
{
	bool kept = true;

	for (unsigned i = 1; i <= ROUNDS; i++) {
		char *beside, *other;
		L4_ThreadId_t thread;
		void *at;

		if (!begin(PLACE, i * US, &thread)
		    || pecan_map_at(BESIDE_PAGES * PAGE, PLACE + AREA_BYTES, &at) != ROOT_OK)
			return false;
		beside = at;
		for (unsigned k = 0; k < BESIDE_PAGES; k++) {
			L4_Sleep(L4_TimePeriod(TOUCH_US));
			beside[k * PAGE] = 1;
		}
		if (!end(thread))
			return false;
		other = pecan_map(BESIDE_PAGES * PAGE);
		touch(other, 2);
		for (unsigned k = 0; k < BESIDE_PAGES; k++)
			kept &= beside[k * PAGE] == 1;
		if (pecan_unmap(other) != ROOT_OK || pecan_unmap(beside) != ROOT_OK)
			return false;
	}
	return kept;
}

const struct check job_checks[] = {
	{ "of two threads that give one area back, one does, and the other finds none", two_unmaps },
	{ "a place that is being given back is free when it is empty, and not before", mapped_meanwhile },
	{ "a thread can be ended while root works for it, and what it gave back is free", deleted_meanwhile },
	{ "a page that is touched beside an area that is given back keeps what is in it", touched_beside },
	{ 0, 0 },
};
