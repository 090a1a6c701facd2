/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket_ring.c - see <pecan/socket_ring.h>.
 */
#include <l4/ipc.h>
#include <pecan/socket_ring.h>
#include <proto/sockets_client.h>
#include <string.h>

#include "sockets_connection.h"

_Static_assert(SOCKETS_RING_PLACES == 64, "the bits of under_way");

enum { WAIT_MS = 10, WAIT_US = 1000 * WAIT_MS };

/* ---- the connection ---- */

static bool is_attached(const struct socket_ring *r)
{
	return r->connection != 0 && sockets_connection_is(r->connection);
}

/* Give the server of the present connection a ring of zeros. */
static enum sockets_status attach(struct socket_ring *r)
{
	unsigned number;
	L4_ThreadId_t server;
	enum sockets_status s = sockets_connection(&server, &number);
	enum root_error e;

	if (s != SOCKETS_OK)
		return s;
	e = pecan_dma_share(&r->block, server);
	if (e != ROOT_OK)
		return e == ROOT_E_TASK || e == ROOT_E_BUSY ? SOCKETS_LOST : SOCKETS_E_LIMIT;
	memset(r->rings, 0, sizeof *r->rings);
	r->end = (struct ring_end){ 0 };
	s = sockets_ring(server, r->block.block);
	if (s == SOCKETS_LOST)
		sockets_connection_lost(number);
	r->connection = s == SOCKETS_OK ? number : 0;
	return s;
}

enum sockets_status socket_ring_open(struct socket_ring *r, size_t bytes)
{
	enum sockets_status s;

	*r = (struct socket_ring){ 0 };
	if (pecan_dma_new(sizeof(struct sockets_rings) + bytes, L4_nilthread, &r->block) != ROOT_OK)
		return SOCKETS_E_LIMIT;
	r->rings = r->block.at;
	s = attach(r);
	if (s != SOCKETS_OK)
		pecan_dma_free(&r->block);
	return s;
}

void socket_ring_close(struct socket_ring *r)
{
	unsigned number;
	L4_ThreadId_t server;

	if (is_attached(r) && sockets_connection(&server, &number) == SOCKETS_OK)
		sockets_ring(server, 0);
	pecan_dma_free(&r->block);
	*r = (struct socket_ring){ 0 };
}

/* ---- requests ---- */

/*
 * Is the ring at the server of the socket? It becomes so if nothing is under way elsewhere. A server that has
 * ended is noticed by the bell.
 */
static bool can_submit(struct socket_ring *r, const struct socket *s)
{
	if (~r->under_way == 0 || s->connection == 0)
		return false;
	return r->connection == s->connection
	       || (r->under_way == 0 && sockets_connection_is(s->connection) && attach(r) == SOCKETS_OK
		   && r->connection == s->connection);
}

int socket_ring_submit(struct socket_ring *r, const struct socket_ring_request *q)
{
	static const struct socket_name peer;
	const struct socket_name *to = q->to ? q->to : &peer;
	unsigned n;
	struct sockets_ring_entry e;

	if (!can_submit(r, q->socket) || q->bytes > SOCKETS_BYTES_MAX || q->offset > r->block.bytes)
		return -1;
	n = (unsigned)__builtin_ctzll(~r->under_way);
	e = (struct sockets_ring_entry){
		to->address.high, to->address.low, (uint32_t)q->socket->handle, (uint32_t)q->offset,
		(uint32_t)q->bytes, to->port, (uint8_t)q->kind, (uint8_t)n,
	};
	r->under_way |= (uint64_t)1 << n;
	r->bytes[n] = (uint32_t)q->bytes;
	ring_ask(&r->end, &r->rings->requests, &e);
	return (int)n;
}

/* ---- answers ---- */

/* The next one under way ends without an answer. */
static bool take_lost(struct socket_ring *r, struct socket_ring_answer *a)
{
	if (r->under_way == 0)
		return false;
	*a = (struct socket_ring_answer){ .number = (unsigned)__builtin_ctzll(r->under_way),
					  .result = -SOCKETS_E_RESET };
	r->under_way &= r->under_way - 1;
	return true;
}

static bool is_right(const struct socket_ring *r, const struct sockets_ring_done *d)
{
	return d->tag < SOCKETS_RING_PLACES && (r->under_way >> d->tag & 1) && d->bytes <= r->bytes[d->tag];
}

bool socket_ring_take(struct socket_ring *r, struct socket_ring_answer *a)
{
	struct sockets_ring_done d;

	if (ring_take(&r->end, &r->rings->answers, &d)) {
		if (is_right(r, &d)) {
			r->under_way &= ~((uint64_t)1 << d.tag);
			*a = (struct socket_ring_answer){
				d.tag, d.status == SOCKETS_OK ? (long)d.bytes : -(long)d.status,
				{ { { d.high, d.low }, (uint16_t)d.port }, d.whole },
			};
			return true;
		}
		r->end.broken = true;
	}
	if (r->end.broken)
		r->connection = 0;
	return !is_attached(r) && take_lost(r, a);
}

/* SOCKETS_E_AGAIN: there are no answers. SOCKETS_E_RESET: what is under way has no server any more. */
static enum sockets_status bell(struct socket_ring *r, unsigned milliseconds, L4_Word_t *wakes)
{
	struct sockets_bell_out out = { 0 };
	unsigned number;
	L4_ThreadId_t server;
	enum sockets_status s;

	if (!is_attached(r) || sockets_connection(&server, &number) != SOCKETS_OK || number != r->connection)
		return SOCKETS_E_RESET;
	s = sockets_bell(server, r->end.taken, wakes ? *wakes : ~0ul, milliseconds, &out);
	if (s == SOCKETS_LOST && sockets_connection_was_canceled())
		return SOCKETS_E_AGAIN;
	if (s == SOCKETS_LOST)
		sockets_connection_lost(number);
	if (s == SOCKETS_LOST || s == SOCKETS_E_HANDLE)
		r->connection = 0;
	else if (wakes && s == SOCKETS_OK)
		*wakes = out.wakes;
	return r->connection == 0 ? SOCKETS_E_RESET : s == SOCKETS_OK && out.idle ? SOCKETS_E_AGAIN : s;
}

void socket_ring_push(struct socket_ring *r)
{
	bell(r, 0, NULL);
}

bool socket_ring_wait(struct socket_ring *r, unsigned milliseconds, L4_Word_t *wakes,
		      struct socket_ring_answer *a)
{
	enum sockets_status s = SOCKETS_OK;

	for (;;) {
		if (socket_ring_take(r, a))
			return true;
		if (s == SOCKETS_E_AGAIN || r->under_way == 0)
			return false;
		s = bell(r, milliseconds, wakes);
		if (s != SOCKETS_E_LIMIT)
			continue;
		L4_Sleep(L4_TimePeriod(WAIT_US));	/* the server has no place for the wait */
		if (milliseconds != SOCKETS_FOREVER)
			milliseconds -= milliseconds < WAIT_MS ? milliseconds : WAIT_MS;
	}
}
