/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.c - see ring.h. What a client has written into shared memory is true only as far as it is checked here
 * (docs/user/rings.md).
 */
#include <l4/thread.h>
#include <pecan/file_ring.h>
#include <pecan/task.h>
#include <servers/files/cache/attempt.h>
#include <servers/files/names/work.h>

#include "requests.h"
#include "ring.h"

enum {
	RINGS = 8, RINGS_OF_SECTION = 1,		/* each is an area of the server, which has 56 */
	WORK = 2 * FILES_BLOCK_MAX,		/* bytes for one FILES_BELL, or what takes as long */
	ENTRY_WORK = 1024, WRITE_TIMES = 4,	/* of an entry; of a byte that is written */
	HELD_WORK = WORK / 4,			/* of one that lacks blocks, which may be as many requests */
};

/* A request that lacks a block. */
struct held { struct files_ring_request r; struct attempt attempt; };

/* task 0: free. */
static struct ring {
	L4_Word_t task;
	unsigned section;
	struct pecan_dma block;
	struct ring_end end;
	L4_ThreadId_t waiter;
	uint32_t waiter_taken;
	unsigned held;
	struct held request[FILES_RING_PLACES];
} rings[RINGS];

static unsigned held, waiting;		/* requests and clients of all rings */
static struct places places = { RINGS, 1, RINGS_OF_SECTION, 0, 0, { 0 } };

static struct ring *ring_of(L4_Word_t task)
{
	for (struct ring *g = rings; g < rings + RINGS; g++)
		if (g->task == task)
			return g;
	return NULL;
}

static void drop(struct ring *g)
{
	pecan_dma_free(&g->block);
	places_give(&places, g->section);
	held -= g->held;
	*g = (struct ring){ .waiter = g->waiter, .waiter_taken = UINT32_MAX };	/* it is woken up, for nothing */
}

void ring_drop_ended(void)
{
	struct pecan_task t;

	for (struct ring *g = rings; g < rings + RINGS; g++)
		if (g->task && pecan_task_by_number(g->task, &t) == ROOT_E_TASK)
			drop(g);
}

enum files_status ring_attach(struct holder who, L4_Word_t block)
{
	struct ring *g = ring_of(who.task);
	struct pecan_dma d;

	if (g)
		drop(g);
	if (block == 0)
		return FILES_OK;
	if (!places_has(&places, who.section, 0))
		ring_drop_ended();
	if (!places_has(&places, who.section, 0))
		return FILES_E_LIMIT;
	if (pecan_dma_open(block, who.task, &d) != ROOT_OK)
		return FILES_E_ARGUMENT;
	if (d.bytes < FILE_RING_DATA) {
		pecan_dma_free(&d);
		return FILES_E_ARGUMENT;
	}
	g = ring_of(0);
	g->task = who.task;
	g->section = who.section;
	g->block = d;
	places_take(&places, who.section);
	return FILES_OK;
}

/* ---- requests ---- */

static void answer(struct ring *g, uint64_t tag, enum files_status s, size_t bytes)
{
	struct files_rings *shared = g->block.at;
	struct files_ring_answer a = { tag, (uint32_t)s, (uint32_t)bytes };

	ring_answer(&g->end, &shared->answers, &a);
}

static enum files_status sync(uint32_t *losses)
{
	struct files_sync_out out;
	enum files_status s = request_sync(false, &out);

	*losses = (uint32_t)out.losses;
	return s;
}

static enum files_status execute(struct attempt *a, const struct ring *g, const struct files_ring_request *r,
				 size_t *bytes)
{
	char *at = (char *)g->block.at + r->at;
	struct open_file *f;
	enum files_status s = request_file(g->task, (L4_Word_t)r->handle, &f);

	*bytes = r->bytes;
	if (s != FILES_OK)
		return s;
	if (r->handle != (L4_Word_t)r->handle || r->kind > FILES_RING_WRITE || r->offset > FILES_OFFSET_MAX
	    || r->bytes > FILES_BLOCK_MAX || r->at < FILE_RING_DATA || r->at > g->block.bytes
	    || r->bytes > g->block.bytes - r->at)
		return FILES_E_ARGUMENT;
	return r->kind == FILES_RING_READ ? request_read(a, f, r->offset, at, bytes)
					  : request_write(f, r->offset, at, bytes);
}

/* Does the request. Returns false if it lacks a block, and must be done again. */
static bool try(struct ring *g, struct held *h)
{
	const struct files_ring_request *r = &h->r;
	uint32_t losses = 0;
	size_t bytes = 0;
	enum files_status s;
	struct attempt *a = attempt_begin(&h->attempt);

	if (r->kind == FILES_RING_SYNC)
		s = sync(&losses);
	else
		s = execute(a, g, r, &bytes);
	if (attempt_has_missed(a))
		return false;
	answer(g, r->tag, s, r->kind == FILES_RING_SYNC ? losses : s == FILES_OK ? bytes : 0);
	return true;
}

static void hold(struct ring *g, const struct held *h)
{
	g->request[g->held++] = *h;
	held++;
}

static unsigned work_of(const struct files_ring_request *r)
{
	unsigned bytes = r->bytes < FILES_BLOCK_MAX ? r->bytes : FILES_BLOCK_MAX;

	if (r->kind == FILES_RING_SYNC)
		return WORK;
	return ENTRY_WORK + (r->kind == FILES_RING_READ ? bytes : WRITE_TIMES * bytes);
}

static void take_requests(struct ring *g)
{
	struct files_rings *shared = g->block.at;
	struct held h = { .attempt.times = 0 };
	unsigned long most = work_used() + WORK_MAX;

	for (unsigned work = 0; work < WORK && work_used() < most
	     && ring_next(&g->end, &shared->requests, &h.r); work += work_of(&h.r))
		if (!try(g, &h)) {
			hold(g, &h);
			h.attempt.times = 0;
			work += HELD_WORK;
		}
}

enum files_status ring_bell(L4_Word_t task, L4_ThreadId_t thread, const struct files_bell_in *in)
{
	struct ring *g = task ? ring_of(task) : NULL;
	struct files_rings *shared;

	if (!g)
		return FILES_E_HANDLE;
	shared = g->block.at;
	take_requests(g);
	if (g->end.broken) {
		drop(g);
		return FILES_E_HANDLE;
	}
	if (!in->wait || g->held == 0 || g->end.put != (uint32_t)in->taken
	    || ring_has_more(&g->end, &shared->requests.index))
		return FILES_OK;
	waiting += L4_IsNilThread(g->waiter);
	g->waiter = thread;
	g->waiter_taken = (uint32_t)in->taken;
	return FILES_LATER;
}

/* ---- the disk has answered ---- */

bool ring_any_held(void)
{
	return held > 0 || waiting > 0;
}

static bool advance(struct ring *g)
{
	bool any = false;

	for (unsigned i = g->held; i-- > 0; ) {
		struct held h = g->request[i];

		if (!attempt_can_go_on(&h.attempt))
			continue;
		g->request[i] = g->request[--g->held];
		held--;
		any = true;
		if (!try(g, &h))
			hold(g, &h);
	}
	return any;
}

bool ring_advance(void)
{
	bool any = false;

	for (struct ring *g = rings; g < rings + RINGS; g++)
		any |= g->held > 0 && advance(g);
	return any;
}

void ring_forget(L4_ThreadId_t thread)
{
	for (struct ring *g = rings; waiting > 0 && g < rings + RINGS; g++)
		if (L4_IsThreadEqual(g->waiter, thread)) {
			g->waiter = L4_nilthread;
			waiting--;
		}
}

L4_ThreadId_t ring_to_wake(void)
{
	for (struct ring *g = rings; g < rings + RINGS; g++) {
		L4_ThreadId_t waiter = g->waiter;

		if (L4_IsNilThread(waiter) || g->end.put == g->waiter_taken)
			continue;
		g->waiter = L4_nilthread;
		waiting--;
		return waiter;
	}
	return L4_nilthread;
}
