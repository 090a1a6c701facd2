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

enum { TIMEOUT = 1, RECEIVE_PHASE = 1, EXREGS_READ = 0x200, IN_IPC = 0x6 };

/* What root said of a thread. task 0: it may not use this program. */
static struct verdict { L4_Word_t thread; struct holder holder; } verdicts[VERDICTS];

static struct holder ask(L4_ThreadId_t client)
{
	struct root_may_use_out out;

	if (root_may_use(pecan_root(), client, &out) != ROOT_OK)
		return (struct holder){ 0, 0 };
	places_know(out.sections);
	return (struct holder){ out.task, out.section <= PLACES_SECTIONS ? (unsigned)out.section : 0 };
}

struct holder pecan_client(L4_ThreadId_t client)
{
	struct verdict *v;

	if (L4_IsLocalId(client))
		client = L4_GlobalIdOf(client);
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

/* Is the thread, one of this task, in an IPC? */
static bool in_ipc(L4_ThreadId_t thread)
{
	L4_Word_t control, sp, ip, flags, handle;
	L4_ThreadId_t pager;

	L4_ExchangeRegisters(thread, EXREGS_READ, 0, 0, 0, 0, L4_nilthread, &control, &sp, &ip, &flags, &handle,
			     &pager);
	return (control & IN_IPC) != 0;
}

/* How often pecan_progress was called. */
static volatile L4_Word_t progress;

void pecan_progress(void) { progress++; }

void pecan_beat(L4_ThreadId_t worker)
{
	static L4_Word_t last, last_progress;
	L4_Word_t now = L4_SystemClock().raw;
	L4_MsgTag_t kept;

	if (now - last < PECAN_BEAT_US)
		return;
	if (!L4_IsNilThread(worker) && progress == last_progress && !in_ipc(worker))
		return;
	last = now;
	last_progress = progress;
	kept = L4_MsgTag();
	root_heartbeat(pecan_root());
	L4_Set_MsgTag(kept);
}

/* Has the receive phase ended by its timeout? */
static bool is_timeout(L4_MsgTag_t tag)
{
	L4_Word_t code = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;

	return code & RECEIVE_PHASE && (code >> 1 & 7) == TIMEOUT;
}

L4_MsgTag_t pecan_wait_alive(L4_ThreadId_t *from)
{
	L4_MsgTag_t tag;

	do {
		pecan_beat(L4_nilthread);
		tag = L4_Wait_Timeout(L4_TimePeriod(PECAN_BEAT_US), from);
	} while (is_timeout(tag));
	return tag;
}

L4_MsgTag_t pecan_reply_wait_alive(L4_ThreadId_t to, L4_ThreadId_t *from)
{
	L4_MsgTag_t tag;

	pecan_beat(L4_nilthread);
	tag = L4_ReplyWait_Timeout(to, L4_TimePeriod(PECAN_BEAT_US), from);
	return is_timeout(tag) ? pecan_wait_alive(from) : tag;
}
