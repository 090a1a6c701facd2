/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.c - see <pecan/server.h>.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/server.h>
#include <proto/root_client.h>
#include <proto/verdict.h>
#include <string.h>

enum { BEAT_US = 500000 };

/* What root said of a thread. task 0: it may not use this program. */
static struct verdict { L4_Word_t thread; struct holder holder; } verdicts[VERDICTS];

/* Seldom, as it is kept: out of line, so that pecan_client saves no registers for it. */
static __attribute__((noinline)) struct holder ask(L4_ThreadId_t client)
{
	struct root_may_use_out out;

	if (root_may_use(pecan_root(), client, &out) != ROOT_OK)
		return (struct holder){ 0, 0 };
	places_know(out.sections);
	return (struct holder){ out.task, out.section <= PLACES_SECTIONS ? (unsigned)out.section : 0 };
}

static __attribute__((noinline)) struct holder client_of_local(L4_ThreadId_t client)
{
	return pecan_client(L4_GlobalIdOf(client));
}

struct holder pecan_client(L4_ThreadId_t client)
{
	struct verdict *v;

	if (L4_IsLocalId(client))
		return client_of_local(client);
	v = &verdicts[verdict_place(client)];
	if (v->thread != client.raw) {
		v->holder = ask(client);
		v->thread = client.raw;
	}
	return v->holder;
}

L4_Word_t pecan_client_task(L4_ThreadId_t client)
{
	return pecan_client(client).task;
}

bool pecan_may_use(L4_ThreadId_t client)
{
	return L4_IsLocalId(client) || pecan_client_task(client) != 0;
}

size_t pecan_client_paths(L4_ThreadId_t client, char list[ROOT_TEXT_BYTES])
{
	struct root_paths_out out;

	if (L4_IsLocalId(client))
		client = L4_GlobalIdOf(client);
	if (root_paths(pecan_root(), client, &out) != ROOT_OK)
		return 0;
	memcpy(list, out.paths, out.paths_bytes);
	return out.paths_bytes;
}

bool pecan_client_disk(L4_ThreadId_t client, struct root_disk_out *out)
{
	if (L4_IsLocalId(client))
		client = L4_GlobalIdOf(client);
	return root_disk(pecan_root(), client, out) == ROOT_OK;
}

bool pecan_client_holds(L4_ThreadId_t client, L4_Word_t right)
{
	if (L4_IsLocalId(client))
		client = L4_GlobalIdOf(client);
	return root_holds(pecan_root(), client, right) == ROOT_OK;
}

bool pecan_may_provide(L4_ThreadId_t server, const char *name)
{
	return root_may_provide(pecan_root(), server, name) == ROOT_OK;
}

void *pecan_keep(size_t *bytes)
{
	struct root_keep_out out;

	if (root_keep(pecan_root(), &out) != ROOT_OK)
		return 0;
	*bytes = out.bytes;
	return (void *)out.address;
}

unsigned pecan_before_beat = PECAN_BEAT_AFTER;

/* Keeps MR0: an answer may be in the message registers. Out of line, as ask. */
static __attribute__((noinline)) void beat(void)
{
	L4_MsgTag_t kept = L4_MsgTag();

	root_heartbeat(pecan_root());
	L4_Set_MsgTag(kept);
}

void pecan_beat(void)
{
	static uint64_t last;
	uint64_t now = L4_SystemClock().raw;

	pecan_before_beat = PECAN_BEAT_AFTER;
	if (last != 0 && now - last < BEAT_US)
		return;
	last = now;
	beat();
}

void pecan_idle(void)
{
	root_rests(pecan_root());
	for (;;)
		L4_Sleep(L4_Never);
}

void pecan_calls(void)
{
	root_calls(pecan_root());
}

void pecan_works(void)
{
	root_works(pecan_root());
}

void pecan_want_notices(void)
{
	root_want_notices(pecan_root());
}

bool pecan_is_notice(L4_ThreadId_t from)
{
	return L4_IsThreadEqual(from, pecan_root());
}
