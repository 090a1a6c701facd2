/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_ring.c - see <pecan/file_ring.h>.
 */
#include <l4/ipc.h>
#include <pecan/file_ring.h>
#include <proto/files_client.h>
#include <string.h>

#include "files_held.h"

enum { TRIES = 3, CONNECTIONS = 100, SHARES = 1000, WAIT_US = 10000, NONE_LOST = 0 };

_Static_assert(FILES_RING_PLACES == 32, "the bits of under_way");

static struct files_rings *rings(const struct file_ring *r)
{
	return r->block.at;
}

/* ---- the connection ---- */

static void put(struct file_ring *r, unsigned n, L4_Word_t handle)
{
	const struct file_request *q = &r->pending[n];
	struct files_ring_request e = { n, handle, q->offset, q->kind, (uint32_t)(FILE_RING_DATA + q->at),
					(uint32_t)q->bytes, 0 };

	ring_ask(&r->end, &rings(r)->requests, &e);
}

static enum files_status attach(struct file_ring *r)
{
	enum root_error e = pecan_dma_share(&r->block, r->server);

	if (e == ROOT_E_BUSY || e == ROOT_E_TASK)
		return FILES_LOST;
	memset(rings(r), 0, sizeof *rings(r));
	r->end = (struct ring_end){ 0 };
	return e == ROOT_OK ? files_ring(r->server, r->block.block) : FILES_E_LIMIT;
}

/* Has the server ended meanwhile? Its successor does not know the client. */
static bool is_lost(enum files_status s)
{
	return s == FILES_LOST || s == FILES_E_HANDLE || s == FILES_E_NO_DISK;
}

static void refuse(struct file_ring *r, uint32_t requests, enum files_status why)
{
	r->refused |= requests;
	for (; requests; requests &= requests - 1)
		r->why[__builtin_ctz(requests)] = why;
}

/*
 * Put what is under way into the rings of a server, with the files' handles there. A request whose file
 * cannot be opened any more fails by itself.
 */
static enum files_status put_all(struct file_ring *r)
{
	for (uint32_t left = r->under_way & ~r->refused; left; left &= left - 1) {
		unsigned n = (unsigned)__builtin_ctz(left);
		struct files_held held;
		enum files_status s = files_hold(r->pending[n].file, NONE_LOST, &held);

		if (is_lost(s) || held.connection != r->connection)
			return FILES_LOST;
		if (s == FILES_OK)
			put(r, n, held.handle);
		else
			refuse(r, 1u << n, s);
	}
	return FILES_OK;
}

/* lost: the connection that has ended, or NONE_LOST. */
static enum files_status connect(struct file_ring *r, unsigned lost)
{
	struct files_held held;
	enum files_status s = FILES_LOST;

	for (unsigned i = 0; i < SHARES && is_lost(s); i++, lost = r->connection) {
		if (i > 0)
			L4_Sleep(L4_TimePeriod(WAIT_US));
		s = files_hold(NULL, lost, &held);
		if (s != FILES_OK)
			return s;
		r->server = held.server;
		r->connection = held.connection;
		s = attach(r);
		if (s == FILES_OK)
			s = put_all(r);
	}
	return s;
}

enum files_status file_ring_open(struct file_ring *r, size_t bytes)
{
	enum files_status s;

	memset(r, 0, sizeof *r);
	if (pecan_dma_new(FILE_RING_DATA + bytes, L4_nilthread, &r->block) != ROOT_OK)
		return FILES_E_LIMIT;
	s = connect(r, NONE_LOST);
	if (s != FILES_OK)
		pecan_dma_free(&r->block);
	return s;
}

void file_ring_close(struct file_ring *r)
{
	files_ring(r->server, 0);
	pecan_dma_free(&r->block);
	*r = (struct file_ring){ 0 };
}

/* ---- requests ---- */

/* The file's handle at the server of the rings. */
static enum files_status handle_of(const struct file_ring *r, struct files_file *f, L4_Word_t *handle)
{
	struct files_held held;
	enum files_status s = FILES_OK;

	*handle = f->handle;
	if (f->connection != r->connection || files_in_memory(f->path)) {
		s = files_hold(f, NONE_LOST, &held);
		*handle = held.handle;
	}
	return s;
}

int file_ring_submit(struct file_ring *r, const struct file_request *q)
{
	size_t room = file_ring_bytes(r);
	L4_Word_t handle;
	unsigned n;

	if (~r->under_way == 0 || q->bytes > FILES_BLOCK_MAX || q->at > room || q->bytes > room - q->at
	    || q->offset > FILES_OFFSET_MAX || handle_of(r, q->file, &handle) != FILES_OK)
		return -1;
	n = (unsigned)__builtin_ctz(~r->under_way);
	r->under_way |= 1u << n;
	r->pending[n] = *q;
	r->tries[n] = 0;
	put(r, n, handle);
	return (int)n;
}

/* The disk's losses, as of FILES_SYNC: each is an error once for each open file. */
static enum files_status note_losses(struct files_file *f, uint32_t losses)
{
	if (losses == (uint32_t)f->losses)
		return FILES_OK;
	f->losses += losses - (uint32_t)f->losses;
	return FILES_E_DEVICE;
}

/* Is the request to be done again? The server may have closed its file, or have done a part. */
static bool again(struct file_ring *r, unsigned n, enum files_status s)
{
	struct files_held held;

	if (s == FILES_E_HANDLE && r->tries[n]++ == TRIES)
		return false;
	if (s != FILES_E_MORE && s != FILES_E_HANDLE)
		return false;
	if (files_hold(r->pending[n].file, s == FILES_E_HANDLE ? r->connection : NONE_LOST, &held) != FILES_OK)
		return false;
	put(r, n, held.handle);
	return true;
}

static void finish(struct file_ring *r, unsigned n, const struct files_ring_answer *from,
		   struct file_answer *a)
{
	const struct file_request *q = &r->pending[n];

	*a = (struct file_answer){ (int)n, (enum files_status)from->status, from->bytes };
	r->under_way &= ~(1u << n);
	if (q->kind == FILES_RING_SYNC) {
		a->bytes = 0;
		if (a->status == FILES_OK)
			a->status = note_losses(q->file, from->bytes);
	} else if (a->status != FILES_OK) {
		a->bytes = 0;
	} else if (a->bytes > q->bytes) {
		*a = (struct file_answer){ (int)n, FILES_E_DEVICE, 0 };
	}
}

static void take_refused(struct file_ring *r, struct file_answer *a)
{
	unsigned n = (unsigned)__builtin_ctz(r->refused);

	r->refused &= r->refused - 1;
	r->under_way &= ~(1u << n);
	*a = (struct file_answer){ (int)n, r->why[n], 0 };
}

bool file_ring_take(struct file_ring *r, struct file_answer *a)
{
	struct files_ring_answer from;

	if (r->refused) {
		take_refused(r, a);
		return true;
	}
	while (ring_take(&r->end, &rings(r)->answers, &from)) {
		if (from.tag >= FILES_RING_PLACES || !(r->under_way >> from.tag & 1)) {
			r->end.broken = true;
			return false;
		}
		if (again(r, (unsigned)from.tag, (enum files_status)from.status))
			continue;
		finish(r, (unsigned)from.tag, &from, a);
		return true;
	}
	return false;
}

/* No server: what is under way fails. What is submitted later goes to another one, if there is one then. */
static void give_up(struct file_ring *r, enum files_status why)
{
	refuse(r, r->under_way, why);
	r->end.broken = true;
}

bool file_ring_wait(struct file_ring *r, struct file_answer *a)
{
	unsigned connections = 0;

	while (r->under_way) {
		enum files_status s = FILES_LOST;

		if (file_ring_take(r, a))
			return true;
		if (!r->end.broken)
			s = files_bell(r->server, 1, r->end.taken);
		if (s != FILES_OK)
			s = connections++ < CONNECTIONS ? connect(r, r->connection) : FILES_LOST;
		if (s != FILES_OK)
			give_up(r, s);
	}
	return false;
}
