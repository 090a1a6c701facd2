/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.c - see client.h: requests of clients by rings (<pecan/socket_ring.h>). All that is done for one is
 * done within its client's SOCKETS_BELL, or when something has come while a thread of it waits in one; so
 * much at a time that the other clients have their turn.
 *
 * Requests to receive are held, in their order, until something is there for them. A ring never has more
 * requests than it has places (G4 of <pecan/ring.h>), so there is always a place to hold one.
 */
#include <string.h>

#include "client.h"

enum { ENTRIES = 32, BYTES = 65536 };	/* of requests at a time; bytes: at least one request is done */

static struct ring {
	struct client *client;		/* NULL: free */
	struct pecan_dma block;
	struct sockets_rings *shared;
	struct ring_end end;
	unsigned held;
	struct sockets_ring_entry entry[SOCKETS_RING_PLACES];	/* to receive */
} rings[RINGS];

static struct places places = { RINGS, 1, RINGS_OF_SECTION, 0, 0, { 0 } };

/* ---- the rings of clients ---- */

void ring_forget_client(struct client *c)
{
	if (!c->ring)
		return;
	places_give(&places, c->owner.section);
	pecan_dma_free(&c->ring->block);
	*c->ring = (struct ring){ 0 };
	c->ring = NULL;
	sock_changes++;			/* ends its bells */
}

static struct ring *free_place(void)
{
	struct ring *r = rings;

	while (r->client)
		r++;
	return r;
}

enum sockets_status ring_attach(struct client *c, L4_Word_t block)
{
	struct pecan_dma d;

	ring_forget_client(c);
	if (block == 0)
		return SOCKETS_OK;
	if (!places_has(&places, c->owner.section, 0))
		client_drop_ended();
	if (!places_has(&places, c->owner.section, 0))
		return SOCKETS_E_LIMIT;
	if (pecan_dma_open(block, c->task, &d) != ROOT_OK)
		return SOCKETS_E_ARGUMENT;
	if (d.bytes < sizeof(struct sockets_rings)) {
		pecan_dma_free(&d);
		return SOCKETS_E_ARGUMENT;
	}
	c->ring = free_place();
	*c->ring = (struct ring){ .client = c, .block = d, .shared = d.at };
	places_take(&places, c->owner.section);
	return SOCKETS_OK;
}

/* ---- requests ---- */

static void put_status(struct ring *r, const struct sockets_ring_entry *e, enum sockets_status s,
		       size_t bytes)
{
	struct sockets_ring_done d = { 0, 0, (uint32_t)bytes, 0, 0, (uint16_t)s, e->tag };

	ring_answer(&r->end, &r->shared->answers, &d);
}

static void put_received(struct ring *r, const struct sockets_ring_entry *e, enum sockets_status s,
			 const struct reception *got)
{
	struct sockets_ring_done d = {
		got->from.address.high, got->from.address.low, (uint32_t)got->got, (uint32_t)got->whole,
		got->from.port, (uint16_t)s, e->tag,
	};

	ring_answer(&r->end, &r->shared->answers, &d);
}

/* The request's part of the data; NULL if it is not within. */
static char *part_of(const struct ring *r, const struct sockets_ring_entry *e)
{
	size_t room = r->block.bytes - sizeof(struct sockets_rings);

	if (e->bytes > SOCKETS_BYTES_MAX || e->offset > room || e->bytes > room - e->offset)
		return NULL;
	return (char *)r->block.at + sizeof(struct sockets_rings) + e->offset;
}

static void send(struct ring *r, const struct sockets_ring_entry *e, const char *from)
{
	struct sock *s = sock_of(&r->client->owner, e->handle);
	struct socket_name to = { { e->high, e->low }, e->port };
	size_t sent = e->bytes;
	enum sockets_status status = s ? sock_send(s, from, &sent, to) : SOCKETS_E_HANDLE;

	put_status(r, e, status, status == SOCKETS_OK ? sent : 0);
}

/* Returns the bytes that were sent, or are to be. */
static size_t begin(struct ring *r, const struct sockets_ring_entry *e)
{
	const char *part = part_of(r, e);

	if (!part || e->kind > SOCKET_RING_RECEIVE) {
		put_status(r, e, SOCKETS_E_ARGUMENT, 0);
	} else if (e->kind == SOCKET_RING_RECEIVE) {
		r->entry[r->held++] = *e;
	} else {
		send(r, e, part);
		return e->bytes;
	}
	return 0;
}

/* Returns true if there are more. */
static bool take_requests(struct ring *r)
{
	struct sockets_ring_entry e;
	size_t bytes = 0;

	for (unsigned i = 0; i < ENTRIES && bytes < BYTES; i++) {
		if (!ring_next(&r->end, &r->shared->requests, &e))
			return false;
		bytes += begin(r, &e);
	}
	return ring_has_more(&r->end, &r->shared->requests.index);
}

/* ---- receiving ---- */

/* Answers the request, if there is something for it. */
static bool receive(struct ring *r, const struct sockets_ring_entry *e, size_t *bytes)
{
	struct sock *s = sock_of(&r->client->owner, e->handle);
	struct reception got = { .to = part_of(r, e), .bytes = e->bytes };
	enum sockets_status status = s ? sock_receive(s, &got) : SOCKETS_E_HANDLE;

	if (status == SOCKETS_E_AGAIN)
		return false;
	put_received(r, e, status, &got);
	*bytes += got.got;
	return true;
}

/* Those of a socket that has nothing more are all held further. */
static void answer_held(struct ring *r)
{
	unsigned kept = 0, i = 0;
	uint32_t empty = 0;		/* a handle, which is never 0 */
	size_t bytes = 0;

	for (; i < r->held && bytes < BYTES; i++) {
		const struct sockets_ring_entry *e = &r->entry[i];

		if ((empty && e->handle == empty) || !receive(r, e, &bytes)) {
			empty = e->handle;
			if (kept++ != i)
				r->entry[kept - 1] = *e;
		}
	}
	if (kept < i)
		memmove(&r->entry[kept], &r->entry[i], (r->held - i) * sizeof r->entry[0]);
	r->held -= i - kept;
}

/* ---- bells ---- */

static bool has_answers(const struct client *c, uint32_t taken)
{
	return c->ring && !c->ring->end.broken && c->ring->end.put != taken;
}

bool ring_look(struct client *c, uint32_t taken)
{
	if (!c->ring || c->ring->end.broken)
		return true;
	answer_held(c->ring);
	return has_answers(c, taken);
}

bool ring_serve(struct client *c, uint32_t taken)
{
	bool more = c->ring && take_requests(c->ring);

	return ring_look(c, taken) || more;
}

enum sockets_status ring_status(const struct client *c, uint32_t taken, L4_Word_t *idle)
{
	if (!c->ring || c->ring->end.broken)
		return SOCKETS_E_HANDLE;
	*idle = !has_answers(c, taken) && !ring_has_more(&c->ring->end, &c->ring->shared->requests.index);
	return SOCKETS_OK;
}
