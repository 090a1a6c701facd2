/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockets.c - see <pecan/sockets.h>.
 */
#include <l4/ipc.h>
#include <pecan/dma.h>
#include <pecan/names.h>
#include <pecan/sockets.h>
#include <proto/sockets_client.h>
#include <string.h>

#include "sockets_connection.h"

enum {
	PIECES = 8, HELD = 4,		/* of which threads that wait hold so many */
	WAITS = 1000, WAIT_US = 10000, LOCK_US = 500,
	CANCELED = 3, ABORTED = 7,		/* kinds of IPC errors (api 5.6) */
};

static struct pecan_dma block;
static L4_ThreadId_t server;
static unsigned connection;		/* 0: none yet */
static bool lost;			/* that server has ended */
static int connecting;			/* a thread does */
static int used[PIECES];		/* pieces of the block */
static int held;			/* of them, by threads that wait */

/* ---- the connection ---- */

static enum sockets_status attach(void)
{
	enum root_error e = ROOT_OK;

	if (pecan_lookup(SOCKETS_NAME, false, &server) != NAMES_OK)
		return SOCKETS_LOST;
	if (!block.at)
		e = pecan_dma_new(PIECES * SOCKET_PIECE, L4_nilthread, &block);
	if (e != ROOT_OK)
		block.at = NULL;
	else
		e = pecan_dma_share(&block, server);
	if (e == ROOT_E_BUSY || e == ROOT_E_TASK)
		return SOCKETS_LOST;
	return e == ROOT_OK ? sockets_attach(server, block.block) : SOCKETS_E_LIMIT;
}

/* Wait for the next server, if there was one. */
static enum sockets_status connect(void)
{
	enum sockets_status s = SOCKETS_OK;

	while (__atomic_exchange_n(&connecting, 1, __ATOMIC_ACQUIRE))
		L4_Sleep(L4_TimePeriod(LOCK_US));
	if (connection == 0 || __atomic_load_n(&lost, __ATOMIC_RELAXED)) {
		s = attach();
		for (unsigned i = 0; i < WAITS && s == SOCKETS_LOST && connection != 0; i++) {
			L4_Sleep(L4_TimePeriod(WAIT_US));
			s = attach();
		}
		if (s == SOCKETS_OK) {
			lost = false;
			__atomic_add_fetch(&connection, 1, __ATOMIC_RELEASE);
		}
	}
	__atomic_store_n(&connecting, 0, __ATOMIC_RELEASE);
	return s;
}

static enum sockets_status begin(void)
{
	return connection == 0 || __atomic_load_n(&lost, __ATOMIC_RELAXED) ? connect() : SOCKETS_OK;
}

/* What the program gets in place of a request's result, if the server has ended. */
static enum sockets_status checked(enum sockets_status s)
{
	if (s != SOCKETS_LOST)
		return s;
	__atomic_store_n(&lost, true, __ATOMIC_RELAXED);
	return SOCKETS_E_RESET;
}

static bool is_open(const struct socket *s)
{
	return s->connection == __atomic_load_n(&connection, __ATOMIC_ACQUIRE)
	       && !__atomic_load_n(&lost, __ATOMIC_RELAXED);
}

static enum sockets_status not_open(const struct socket *s)
{
	return s->connection ? SOCKETS_E_RESET : SOCKETS_E_HANDLE;
}

enum sockets_status sockets_connection(L4_ThreadId_t *to, unsigned *number)
{
	enum sockets_status s = begin();

	*to = server;
	*number = __atomic_load_n(&connection, __ATOMIC_ACQUIRE);
	return s;
}

bool sockets_connection_is(unsigned number)
{
	return is_open(&(struct socket){ .connection = number });
}

void sockets_connection_lost(unsigned number)
{
	if (sockets_connection_is(number))
		checked(SOCKETS_LOST);
}

/* A request for a socket. */
#define SOCKET_REQUEST(s, call)	(is_open(s) ? checked(call) : not_open(s))

/* ---- pieces of the block ---- */

/* A piece is kept for one request; of those that wait for the network for HELD at the most. */
static unsigned take_piece(void)
{
	for (;;) {
		for (unsigned i = 0; i < PIECES; i++)
			if (!__atomic_exchange_n(&used[i], 1, __ATOMIC_ACQUIRE))
				return i;
		L4_Sleep(L4_TimePeriod(LOCK_US));
	}
}

static void give_piece(unsigned piece)
{
	__atomic_store_n(&used[piece], 0, __ATOMIC_RELEASE);
}

static char *piece_at(unsigned piece)
{
	return (char *)block.at + piece * SOCKET_PIECE;
}

/* ---- sockets ---- */

enum sockets_status socket_open(enum sockets_kind kind, enum sockets_family family, struct socket *s)
{
	struct sockets_open_out out;
	enum sockets_status e;

	do {
		e = begin();
		if (e != SOCKETS_OK)
			break;
		s->connection = connection;
		s->kind = kind;
		e = sockets_open(server, kind, family, &out);
		s->handle = out.handle;
	} while (checked(e) == SOCKETS_E_RESET);
	if (e != SOCKETS_OK)
		*s = (struct socket){ 0 };
	return e;
}

enum sockets_status socket_close(struct socket *s, bool abort)
{
	enum sockets_status e = SOCKET_REQUEST(s, sockets_close(server, s->handle, abort));

	*s = (struct socket){ 0 };
	return e;
}

enum sockets_status socket_bind(const struct socket *s, struct socket_name at)
{
	return SOCKET_REQUEST(s, sockets_bind(server, s->handle, at.address.high, at.address.low, at.port));
}

enum sockets_status socket_listen(const struct socket *s, unsigned backlog)
{
	return SOCKET_REQUEST(s, sockets_listen(server, s->handle, backlog));
}

enum sockets_status socket_accept(const struct socket *s, struct socket *from, struct socket_name *peer)
{
	struct sockets_accept_out out = { 0 };
	enum sockets_status e = SOCKET_REQUEST(s, sockets_accept(server, s->handle, &out));

	*from = (struct socket){ out.handle, e == SOCKETS_OK ? s->connection : 0, SOCKETS_TCP };
	*peer = (struct socket_name){ { out.high, out.low }, (uint16_t)out.port };
	return e;
}

enum sockets_status socket_connect(const struct socket *s, struct socket_name to)
{
	return SOCKET_REQUEST(s, sockets_connect(server, s->handle, to.address.high, to.address.low, to.port));
}

enum sockets_status socket_shutdown(const struct socket *s, unsigned directions)
{
	return SOCKET_REQUEST(s, sockets_shutdown(server, s->handle, directions));
}

enum sockets_status socket_set(const struct socket *s, enum sockets_option o, L4_Word_t value)
{
	return SOCKET_REQUEST(s, sockets_set(server, s->handle, o, value));
}

enum sockets_status socket_get(const struct socket *s, enum sockets_option o, L4_Word_t *value)
{
	struct sockets_get_out out = { 0 };
	enum sockets_status e = SOCKET_REQUEST(s, sockets_get(server, s->handle, o, &out));

	*value = out.value;
	return e;
}

enum sockets_status socket_group(const struct socket *s, struct socket_address group, bool join)
{
	return SOCKET_REQUEST(s, sockets_group(server, s->handle, group.high, group.low, join));
}

enum sockets_status socket_names(const struct socket *s, struct sockets_names_out *out)
{
	return SOCKET_REQUEST(s, sockets_names(server, s->handle, out));
}

/* ---- bytes ---- */

long socket_send(const struct socket *s, const void *from, size_t bytes, const struct socket_name *to)
{
	static const struct socket_name peer;
	size_t most = bytes < SOCKET_PIECE ? bytes : SOCKET_PIECE;
	struct sockets_send_out out = { 0 };
	enum sockets_status e;
	unsigned piece;

	if (!is_open(s))
		return -(long)not_open(s);
	if (bytes > most && s->kind != SOCKETS_TCP)
		return -SOCKETS_E_LARGE;
	if (!to)
		to = &peer;
	piece = take_piece();
	memcpy(piece_at(piece), from, most);
	e = checked(sockets_send(server, s->handle, piece * SOCKET_PIECE, most, to->address.high,
				 to->address.low, to->port, &out));
	give_piece(piece);
	if (e == SOCKETS_OK && (out.sent > most || (!out.sent && most)))
		e = SOCKETS_E_RESET;		/* no such server */
	return e == SOCKETS_OK ? (long)out.sent : -(long)e;
}

/* ---- waiting ---- */

bool sockets_connection_was_canceled(void)
{
	L4_Word_t kind = L4_ErrorCode() >> 1 & 7;

	return kind == CANCELED || kind == ABORTED;
}

static unsigned all_ready(struct socket_wait *w, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		w[i].ready = SOCKETS_ERROR | SOCKETS_HANGUP | (w[i].events & (SOCKETS_IN | SOCKETS_OUT));
	return n;
}

/* Sockets of an earlier server are ready; returns how many. */
static unsigned put_entries(struct socket_wait *w, unsigned n, struct sockets_entry *entry)
{
	unsigned ready = 0;

	for (unsigned i = 0; i < n; i++) {
		w[i].ready = 0;
		entry[i] = (struct sockets_entry){ (uint32_t)w[i].socket.handle, (uint16_t)w[i].events, 0 };
		if (!is_open(&w[i].socket))
			ready += all_ready(&w[i], 1);
	}
	return ready;
}

/* The request; a server that keeps as many waits as it can is asked again and again. */
static enum sockets_status wait_for(struct sockets_entry *entry, unsigned n, unsigned milliseconds,
				    L4_Word_t seen, struct sockets_wait_out *out)
{
	enum { STEP_MS = WAIT_US / 1000 };
	enum sockets_status e;

	while ((e = sockets_wait(server, seen, milliseconds, (const char *)entry, n * sizeof *entry, out))
	       == SOCKETS_E_LIMIT) {
		L4_Sleep(L4_TimePeriod(WAIT_US));
		if (milliseconds != SOCKETS_FOREVER)
			milliseconds -= milliseconds < STEP_MS ? milliseconds : STEP_MS;
	}
	return e;
}

unsigned socket_wait(struct socket_wait *w, unsigned n, unsigned milliseconds, L4_Word_t *wakes)
{
	struct sockets_entry entry[SOCKETS_WAIT_MOST];
	struct sockets_wait_out out = { 0 };
	L4_Word_t seen = wakes ? *wakes : ~0ul;
	unsigned ready;
	enum sockets_status e;

	if (n > SOCKETS_WAIT_MOST)
		return all_ready(w, n);
	ready = put_entries(w, n, entry);
	if (ready || begin() != SOCKETS_OK)
		return ready;
	e = wait_for(entry, n, milliseconds, seen, &out);
	if (e == SOCKETS_LOST && sockets_connection_was_canceled())
		return 0;
	if (checked(e) != SOCKETS_OK || out.list_bytes != n * sizeof *entry)
		return all_ready(w, n);
	memcpy(entry, out.list, out.list_bytes);
	for (unsigned i = 0; i < n; i++) {
		w[i].ready = entry[i].ready;
		ready += entry[i].ready != 0;
	}
	if (wakes)
		*wakes = out.wakes;
	return ready;
}

void socket_wake(void)
{
	struct sockets_wake_out out;

	if (connection != 0 && !__atomic_load_n(&lost, __ATOMIC_RELAXED))
		checked(sockets_wake(server, &out));
}

unsigned socket_until(const struct socket *s, unsigned events, unsigned milliseconds)
{
	struct socket_wait w = { *s, events, 0 };

	socket_wait(&w, 1, milliseconds, NULL);
	return w.ready;
}

/* ---- receiving ---- */

struct room { void *at; size_t bytes; };

/* Into that piece; pause NULL: without waiting. */
static enum sockets_status receive_to(const struct socket *s, unsigned piece, size_t bytes, unsigned flags,
				      const struct socket_pause *pause, struct sockets_receive_out *out)
{
	L4_Word_t at = piece * SOCKET_PIECE;
	enum sockets_status e;

	if (!pause)
		return checked(sockets_receive(server, s->handle, flags, at, bytes, 0, 0, out));
	e = sockets_receive(server, s->handle, flags | SOCKETS_WAITS, at, bytes, pause->wakes,
			    pause->milliseconds, out);
	/* The piece is not this thread's until the server knows. */
	if (e == SOCKETS_LOST && sockets_connection_was_canceled())
		e = sockets_receive(server, s->handle, flags, at, bytes, 0, 0, out);
	return checked(e);
}

static long receive(const struct socket *s, struct room to, unsigned flags, const struct socket_pause *pause,
		    struct socket_datagram *d)
{
	size_t most = to.bytes < SOCKET_PIECE ? to.bytes : SOCKET_PIECE;
	struct sockets_receive_out out = { 0 };
	enum sockets_status e;
	unsigned piece;

	if (!is_open(s))
		return -(long)not_open(s);
	piece = take_piece();
	e = receive_to(s, piece, most, flags, pause, &out);
	if (out.got > most)
		e = SOCKETS_E_RESET;
	else
		memcpy(to.at, piece_at(piece), out.got);
	give_piece(piece);
	if (d)
		*d = (struct socket_datagram){ { { out.high, out.low }, (uint16_t)out.port }, out.whole };
	return e == SOCKETS_OK ? (long)out.got : -(long)e;
}

long socket_receive(const struct socket *s, void *to, size_t bytes, unsigned flags, struct socket_datagram *d)
{
	return receive(s, (struct room){ to, bytes }, flags, NULL, d);
}

/*
 * A thread that gets no piece, or no place at the server, waits without, and tries again. SOCKETS_E_AGAIN has
 * no number of wakes: it is asked for, or the next wait would be ended by the same ones.
 */
long socket_receive_wait(const struct socket *s, void *to, size_t bytes, unsigned flags,
			 struct socket_datagram *d, struct socket_pause *pause)
{
	struct socket_wait w = { *s, SOCKETS_IN, 0 };
	bool holds = __atomic_add_fetch(&held, 1, __ATOMIC_RELAXED) <= HELD && bytes > 0;
	long n = receive(s, (struct room){ to, bytes }, flags, holds ? pause : NULL, d);

	__atomic_sub_fetch(&held, 1, __ATOMIC_RELAXED);
	if (n == -SOCKETS_E_AGAIN && holds) {
		socket_wait(&w, 1, 0, &pause->wakes);
	} else if (n == -SOCKETS_E_AGAIN || n == -SOCKETS_E_LIMIT) {
		socket_wait(&w, 1, pause->milliseconds, &pause->wakes);
		n = receive(s, (struct room){ to, bytes }, flags, NULL, d);
	}
	return n;
}

/* ---- names, the interface ---- */

enum sockets_status socket_resolve(const char *host, enum sockets_family family, struct socket_address *a)
{
	struct sockets_resolve_out out = { 0 };
	enum sockets_status e = begin();

	if (e == SOCKETS_OK)
		e = checked(sockets_resolve(server, family, host, &out));
	*a = (struct socket_address){ out.high, out.low };
	return e;
}

enum sockets_status socket_interface(unsigned card, struct sockets_interface_out *out)
{
	enum sockets_status e = begin();

	return e == SOCKETS_OK ? checked(sockets_interface(server, card, out)) : e;
}

enum sockets_part_kind socket_part(unsigned card, unsigned index, struct socket_address *a)
{
	struct sockets_part_out out = { 0 };
	enum sockets_status e = begin();

	if (e == SOCKETS_OK)
		e = checked(sockets_part(server, card, index, &out));
	*a = (struct socket_address){ out.high, out.low };
	return e == SOCKETS_OK ? (enum sockets_part_kind)out.kind : SOCKETS_PART_NONE;
}

const char *socket_error_text(enum sockets_status s)
{
	static const char *const texts[] = {
		[SOCKETS_OK] = "done", [SOCKETS_E_REQUEST] = "the name is too long",
		[SOCKETS_E_AGAIN] = "that would have to wait", [SOCKETS_E_HANDLE] = "the socket is not open",
		[SOCKETS_E_ARGUMENT] = "that is not possible",
		[SOCKETS_E_KIND] = "that is not possible with a socket of this kind, or in this state",
		[SOCKETS_E_LIMIT] = "too many sockets, or not enough memory",
		[SOCKETS_E_IN_USE] = "the port is in use", [SOCKETS_E_ADDRESS] = "this machine has no such address",
		[SOCKETS_E_CONNECTED] = "it is connected already",
		[SOCKETS_E_NOT_CONNECTED] = "it is not connected",
		[SOCKETS_E_IN_PROGRESS] = "it is being connected",
		[SOCKETS_E_NO_SERVICE] = "the connection is refused",
		[SOCKETS_E_RESET] = "the connection is lost", [SOCKETS_E_TIMEOUT] = "there is no answer in time",
		[SOCKETS_E_UNREACHABLE] = "there is no way to that address",
		[SOCKETS_E_CLOSED] = "the connection is closed", [SOCKETS_E_LARGE] = "the datagram is too large",
		[SOCKETS_E_HOST] = "there is no host of that name",
		[SOCKETS_E_BROADCAST] = "that is a broadcast address",
		[SOCKETS_E_NAMES] = "no name server has given a whole answer: try again, or see `ifconfig`",
		[SOCKETS_REFUSED] = "the program's section has no `uses net`",
	};

	if ((unsigned)s < sizeof texts / sizeof *texts && texts[s])
		return texts[s];
	return "there is no network server";
}
