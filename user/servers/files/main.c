/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the file server: the file system of the disk (user/proto/files.idl, docs/user/files.md).
 *
 * One thread does one request after the other; one that only reads and lacks a block, or takes long, waits in
 * parked.c while others are served. What requests have changed is written to the disk when nothing was
 * requested for IDLE_US, at the latest after LATEST_US: only until then the wait has a timeout.
 *
 *   request/   the handlers of the requests, and those that come by rings
 *   mount/     finds the file system of the disk, checks what a former server has kept, and leaves the disk
 *   repair/    mends what a loss of power can leave behind
 *   file/      operations on files and directories: their bytes, attributes, entries; commits them
 *   names/     names in directories, paths, and requests that have gone a part of the way along one
 *   volume/    the open file system: inodes, bitmaps, groups, its superblock and partition
 *   cache/     blocks of the disk in memory, also in that which outlives the server; reads and writes them
 *
 * A folder calls what is below it in this list only: tools/rooms.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/file_clients.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <proto/files_server.h>
#include <servers/files/cache/cache.h>
#include <servers/files/cache/keep.h>
#include <servers/files/file/operation.h>
#include <servers/files/mount/mount.h>
#include <servers/files/names/parked.h>
#include <servers/files/request/requests.h>
#include <servers/files/request/ring.h>
#include <servers/files/volume/volume.h>
#include <stdlib.h>

enum {
	MORE_US = 10000, IDLE_US = 300000, GIVE_WAY_US = 1,
	LATEST_US = 3000000, FIRST_US = 10000, FIRST_TIMES = 9, AGAIN_US = 500000,
	RECEIVE_PHASE = 1, MS_US = 1000, SIZES = 28, LEAST_BYTES = 16,
	MISS_WORK = 30000,		/* of the driver (work.h) */
};

static uint64_t dirty_since;		/* 0: nothing is */
static void *volatile kept[SIZES];

/* The driver of a disk may start later than this server; a restarted server waits for it. */
static void mount_first(void)
{
	for (unsigned i = 0; !mount_disk() && (i < FIRST_TIMES || keep_was_used()); i++) {
		pecan_beat();
		L4_Sleep(L4_TimePeriod(FIRST_US));
	}
}

/*
 * libext2fs takes and gives back memory all the time. musl gives back a group of equal pieces with the last
 * of them, and makes it anew for the next one: so one of each size stays.
 */
static void keep_sizes(void)
{
	size_t bytes = LEAST_BYTES;

	for (unsigned i = 0; i < SIZES; i++, bytes += bytes / 4)
		kept[i] = malloc(bytes);
}

/* ---- the message loop ---- */

static bool must_sync(bool idle)
{
	uint64_t now;

	if (!operation_is_dirty()) {
		dirty_since = 0;
		return false;
	}
	now = L4_SystemClock().raw;
	if (dirty_since == 0)
		dirty_since = now;
	return idle || now - dirty_since >= LATEST_US;
}

static void sync(bool idle)
{
	volume_tick();
	if (operation_sync(idle) != 0)
		mount_report("it cannot be written");
	dirty_since = 0;
}

/* After a request: there was no disk so far. */
static void mount_again(void)
{
	static uint64_t last;
	uint64_t now = L4_SystemClock().raw;

	if (now - last < AGAIN_US)
		return;
	mount_disk();
	last = L4_SystemClock().raw;
}

static void answer(L4_ThreadId_t to)
{
	if (!L4_IsNilThread(to))
		L4_Reply(to);
}

/*
 * Clients below others can have sent requests while the disk was waited for: those others run before the next
 * piece of work. Sends the answer first; returns the client that has none yet.
 */
static L4_ThreadId_t give_way(L4_ThreadId_t to)
{
	if (!cache_waited())
		return to;
	answer(to);
	L4_Sleep(L4_TimePeriod(GIVE_WAY_US));
	return L4_nilthread;
}

/* Sends the answer, if there is one, and waits: for a time only if there is something to do after it. */
static L4_MsgTag_t next(L4_ThreadId_t to, L4_ThreadId_t *from)
{
	L4_Time_t timeout = L4_Never;

	to = give_way(to);
	if (operation_is_dirty())
		timeout = L4_TimePeriod(operation_has_more() ? MORE_US : IDLE_US);
	else if (!cache_any_under_way())
		return pecan_reply_wait_alive(to, from);
	pecan_beat();
	if (!cache_any_under_way())
		return L4_ReplyWait_Timeout(to, timeout, from);
	answer(to);
	return cache_wait(timeout, from);
}

/* ---- requests ---- */

/* Returns true if the message registers have the answer. */
static bool serve(struct parked *p)
{
	struct attempt *a = parked_has_place() ? attempt_begin(&p->attempt) : NULL;
	struct files_caller c = { .thread = p->thread, .attempt = a };
	L4_MsgTag_t tag = { p->words[0] };
	bool answered, missed, over;

	work_begin(&p->progress);
	answered = files_serve(tag, &c);
	missed = attempt_has_missed(a);
	over = work_is_over();
	work_add(missed ? MISS_WORK : 0);
	work_begin(NULL);
	if (missed)
		parked_put(p);
	else if (over)
		parked_keep(p, c.task);
	return answered && !missed;
}

/* Those that only read: their handlers hand the attempt along. */
static bool only_reads(L4_MsgTag_t tag)
{
	switch (L4_Label(tag)) {
	case FILES_OPEN:
	case FILES_GET:
	case FILES_COPY:
	case FILES_STAT:
	case FILES_LOOK:
	case FILES_LIST:
	case FILES_READLINK:
		return L4_UntypedWords(tag) + L4_TypedWords(tag) < PARKED_WORDS;
	default:
		return false;
	}
}

/* The message that has come. */
static bool serve_message(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	static struct parked p;

	ring_forget(from);
	p.thread = from;
	p.attempt.times = 0;
	p.n = only_reads(tag) ? 1 + (unsigned)(L4_UntypedWords(tag) + L4_TypedWords(tag)) : 0;
	L4_StoreMRs(0, (int)p.n, p.words);
	parked_resume(&p);
	return p.n > 0 ? serve(&p) : files_serve(tag, &(struct files_caller){ .thread = from });
}

static void serve_parked(void)
{
	static struct parked p;

	while (parked_next(&p)) {
		L4_LoadMRs(0, (int)p.n, p.words);
		if (serve(&p))
			L4_Reply(p.thread);
	}
}

/*
 * Requests whose blocks the disk has read. One that waits for the disk itself may take the answers of others:
 * so all are looked at again after each of a ring.
 */
static void serve_waiting(void)
{
	L4_ThreadId_t waiter;

	cache_take_answers();
	do
		serve_parked();
	while (ring_advance());
	while (!L4_IsNilThread(waiter = ring_to_wake()))
		answer_files_bell(waiter, FILES_OK);
}

/* Returns true if there is anything that does not come by a message. */
static bool must_look(void)
{
	return cache_any_under_way() || parked_any() || ring_any_held();
}

int main(void)
{
	L4_ThreadId_t to = L4_nilthread;	/* the client that the message registers have an answer for */

	client_begin((unsigned)(L4_SystemClock().raw / MS_US));
	keep_sizes();
	mount_first();
	if (pecan_register(FILES_NAME, L4_nilthread) != NAMES_OK)
		return 1;
	pecan_want_notices();
	for (;;) {
		L4_ThreadId_t from = L4_nilthread;
		L4_MsgTag_t tag = next(to, &from);
		bool failed = L4_IpcFailed(tag), idle = failed && L4_ErrorCode() & RECEIVE_PHASE;
		bool notice = !failed && pecan_is_notice(from), dirty;

		if (notice) {
			client_drop_ended();
			ring_drop_ended();
			parked_drop_ended();
		}
		to = !failed && !notice && !L4_IsNilThread(from) && serve_message(tag, from) ? from : L4_nilthread;
		dirty = must_sync(idle);
		if (!dirty && mount_has_disk() && !must_look())
			continue;
		answer(give_way(to));
		to = L4_nilthread;
		if (dirty)
			sync(idle);
		else if (!mount_has_disk())
			mount_again();
		serve_waiting();
	}
}
