/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_watch.c - see <pecan/link_watch.h>.
 */
#include <l4/schedule.h>
#include <pecan/link_watch.h>
#include <pecan/names.h>
#include <pecan/thread.h>
#include <proto/stub.h>

enum { PAUSE_US = 50000, DRIVER_IS_THERE = 1 };

/* The pause: a driver that cannot be attached to yet is looked at again after it. */
static void watch(void *arg)
{
	struct link_watch *w = arg;
	L4_ThreadId_t driver;
	enum names_error e;

	for (;;) {
		L4_Receive(w->owner);
		do {
			L4_Sleep(L4_TimePeriod(PAUSE_US));
			e = pecan_lookup(w->name, true, &driver);
			if (e == NAMES_E_UNPROVIDED)
				return;
		} while (e != NAMES_OK);
		L4_Set_MsgTag(stub_tag(DRIVER_IS_THERE, 0, 0));
		L4_Send(w->owner);
	}
}

enum root_error link_watch_begin(struct link_watch *w, const char *name)
{
	enum root_error e;

	*w = (struct link_watch){ .name = name, .owner = L4_MyLocalId() };
	e = pecan_thread_start(watch, w, 0, &w->thread);
	if (e == ROOT_OK)
		w->thread = L4_LocalIdOf(w->thread);
	return e;
}

void link_watch(struct link_watch *w)
{
	if (w->watches)
		return;
	w->watches = true;
	L4_Set_MsgTag(L4_Niltag);
	L4_Send(w->thread);
}

bool link_watch_says(struct link_watch *w, L4_ThreadId_t from, L4_MsgTag_t tag)
{
	if (L4_IsThreadNotEqual(from, w->thread) || L4_Label(tag) != DRIVER_IS_THERE)
		return false;
	w->watches = false;
	return true;
}
