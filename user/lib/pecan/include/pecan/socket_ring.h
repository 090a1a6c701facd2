/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket_ring.h - many requests of sockets under way at a time, by two rings (<pecan/ring.h>) in a block
 * that the program shares with the network server (user/proto/sockets.idl): datagrams or bytes are sent and
 * received without a message for each. The requests may be of any sockets of the program (<pecan/sockets.h>).
 *
 * The server looks at the rings when socket_ring_push or socket_ring_wait asks it to, and while one waits.
 * Requests of one socket to receive are answered in their order, and datagrams are sent in theirs. An answer
 * to a request for a stream may have fewer bytes: only one to send should be under way for it at a time. What
 * cannot be sent now, as SOCKETS_E_AGAIN or SOCKETS_E_LIMIT say, is the program's to send again.
 *
 * If the server ends, all that is under way is answered with SOCKETS_E_RESET; with the first request after
 * that the ring is the next server's. A program has one ring; one thread at a time may use it.
 */
#ifndef PECAN_SOCKET_RING_H
#define PECAN_SOCKET_RING_H

#include <pecan/dma.h>
#include <pecan/ring.h>
#include <pecan/sockets.h>

enum socket_ring_kind { SOCKET_RING_SEND, SOCKET_RING_RECEIVE };

/* offset: from the end of struct sockets_rings. high, low, port: where it is sent to, 0: to the peer. */
struct sockets_ring_entry {
	uint64_t high, low;
	uint32_t handle, offset, bytes;
	uint16_t port;
	uint8_t kind, tag;
};
/* whole: bytes of the datagram received; high, low, port: its sender. */
struct sockets_ring_done { uint64_t high, low; uint32_t bytes, whole; uint16_t port, status; uint32_t tag; };

RING(sockets_requests, struct sockets_ring_entry, SOCKETS_RING_PLACES);
RING(sockets_answers, struct sockets_ring_done, SOCKETS_RING_PLACES);

struct sockets_rings {
	struct sockets_requests requests;
	struct sockets_answers answers;
};

struct socket_ring {
	struct pecan_dma block;
	struct sockets_rings *rings;
	unsigned connection;			/* to the server that has the block; 0: none has it */
	struct ring_end end;
	uint64_t under_way;			/* bit n: request n is */
	uint32_t bytes[SOCKETS_RING_PLACES];	/* of the requests, by number, which is their tag */
};

/* Allocate the block, with so many bytes for data, and give it to the server. */
enum sockets_status socket_ring_open(struct socket_ring *r, size_t bytes);
/* What is under way is dropped: datagrams that were received for it are lost. */
void socket_ring_close(struct socket_ring *r);

/* The memory to which the offsets of requests count. */
static inline char *socket_ring_data(const struct socket_ring *r)
{
	return (char *)r->block.at + sizeof(struct sockets_rings);
}

/* bytes: at most SOCKETS_BYTES_MAX, at offset of the data. to: where it is sent to, NULL: to the peer. */
struct socket_ring_request {
	enum socket_ring_kind kind;
	const struct socket *socket;
	size_t offset, bytes;
	const struct socket_name *to;
};

/*
 * Put a request into the ring. Returns its number, by which its answer names it, or -1: SOCKETS_RING_PLACES
 * are under way, or what it names is too large; or the socket is not open, or an earlier server's, or
 * something is under way at an earlier server. The data is the request's until the answer.
 */
int socket_ring_submit(struct socket_ring *r, const struct socket_ring_request *q);

/* result: bytes, or the negative of a status. */
struct socket_ring_answer { unsigned number; long result; struct socket_datagram datagram; };

/* Copy the next answer that is in the ring. Returns false if there is none. */
bool socket_ring_take(struct socket_ring *r, struct socket_ring_answer *a);

/* Let the server do what it can now. */
void socket_ring_push(struct socket_ring *r);

/*
 * Wait for the next answer, at most so long (SOCKETS_FOREVER: no limit), or until socket_wake was called
 * more than *wakes times, which becomes that number (NULL: ignored). Returns false if there is none by then,
 * none is under way, or another thread of the program has ended the IPC.
 */
bool socket_ring_wait(struct socket_ring *r, unsigned milliseconds, L4_Word_t *wakes,
		      struct socket_ring_answer *a);

#endif
