/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ready.c - waiting for sockets, in one request to the network server that other threads can end
 * (px_socket_notify). A wait that begins with `wakes` returns at once if one was sent since that number was
 * read, so what a thread looks at after it was read is never missed.
 */
#include <errno.h>
#include <poll.h>
#include "address.h"
#include "file.h"
#include "ready.h"
#include "signal.h"
#include "socket.h"
#include "time.h"

static int waiters;		/* threads that wait, or are about to look at what they wait for */

void px_socket_notify(bool interrupt)
{
	(void)interrupt;
	if (__atomic_load_n(&waiters, __ATOMIC_SEQ_CST) > 0)
		socket_wake();
}

uint64_t px_socket_deadline(uint64_t us)
{
	return us ? px_now() + us : 0;
}

static unsigned milliseconds_to(uint64_t deadline)
{
	uint64_t now = px_now(), ms;

	if (!deadline)
		return SOCKETS_FOREVER;
	ms = now < deadline ? (deadline - now + 999) / 1000 : 0;
	return ms < SOCKETS_FOREVER ? (unsigned)ms : SOCKETS_FOREVER - 1;
}

long px_socket_wait(const struct px_connection *s, unsigned events, uint64_t deadline)
{
	struct socket_wait w = { s->server, events, 0 };
	L4_Word_t wakes = 0;
	long result;

	px_waits();
	__atomic_add_fetch(&waiters, 1, __ATOMIC_SEQ_CST);
	do {
		unsigned ms = milliseconds_to(deadline);

		result = px_interrupted() ? -EINTR : socket_wait(&w, 1, ms, &wakes) > 0 ? 0 : -EAGAIN;
		if (ms == 0)
			break;
	} while (result == -EAGAIN);
	__atomic_sub_fetch(&waiters, 1, __ATOMIC_SEQ_CST);
	return result;
}

/* A signal that is there already ends only the wait: what has come is received. */
long px_socket_await(const struct px_connection *s, struct px_room to, unsigned flags,
		     struct socket_datagram *d, uint64_t deadline)
{
	struct socket_pause pause = { 0 };
	bool interrupted;
	long n;

	px_waits();
	__atomic_add_fetch(&waiters, 1, __ATOMIC_SEQ_CST);
	do {
		interrupted = px_interrupted();
		pause.milliseconds = interrupted ? 0 : milliseconds_to(deadline);
		n = socket_receive_wait(&s->server, to.at, to.bytes, flags, d, &pause);
	} while (n == -SOCKETS_E_AGAIN && pause.milliseconds != 0);
	__atomic_sub_fetch(&waiters, 1, __ATOMIC_SEQ_CST);
	if (n == -SOCKETS_E_AGAIN && interrupted)
		return -EINTR;
	return n < 0 ? px_socket_errno((enum sockets_status)-n) : n;
}

/* ---- poll ---- */

static const struct { unsigned server; short poll; } events[] = {
	{ SOCKETS_IN, POLLIN | POLLRDNORM }, { SOCKETS_OUT, POLLOUT | POLLWRNORM }, { SOCKETS_ERROR, POLLERR },
	{ SOCKETS_HANGUP, POLLHUP }, { SOCKETS_INVALID, POLLNVAL },
};
enum { EVENTS = sizeof events / sizeof *events };

static unsigned wanted(short poll)
{
	unsigned server = 0;

	for (unsigned i = 0; i < EVENTS; i++)
		if (poll & events[i].poll)
			server |= events[i].server;
	return server;
}

static short ready(unsigned server, short asked)
{
	short poll = 0;

	for (unsigned i = 0; i < EVENTS; i++)
		if (server & events[i].server)
			poll |= events[i].poll;
	return poll & (short)(asked | POLLERR | POLLHUP | POLLNVAL);
}

long px_socket_poll_begin(struct px_socket_poll *s, const struct pollfd *p, unsigned long n)
{
	bool too_many = false;

	s->count = 0;
	s->wakes = 0;
	for (unsigned i = 0; i < n; i++) {
		struct px_file *f = p[i].fd < 0 ? NULL : px_file_get(p[i].fd);
		bool is_socket = f && f->kind == &px_socket_kind, fits = s->count < SOCKETS_WAIT_MOST;

		if (is_socket && fits) {
			s->of[s->count].file = f;
			s->of[s->count].entry = i;
			s->wait[s->count++] = (struct socket_wait){
				((const struct px_connection *)f->own)->server, wanted(p[i].events), 0,
			};
		} else if (f) {
			px_file_put(f);
		}
		too_many |= is_socket && !fits;
	}
	if (s->count)
		__atomic_add_fetch(&waiters, 1, __ATOMIC_SEQ_CST);
	return too_many ? -EINVAL : 0;
}

void px_socket_poll_end(struct px_socket_poll *s)
{
	if (s->count)
		__atomic_sub_fetch(&waiters, 1, __ATOMIC_SEQ_CST);
	for (unsigned i = 0; i < s->count; i++)
		px_file_put(s->of[i].file);
}

long px_socket_poll(struct px_socket_poll *s, struct pollfd *p, uint64_t deadline)
{
	long count = 0;

	if (px_interrupted())
		return -EINTR;
	px_waits();
	socket_wait(s->wait, s->count, milliseconds_to(deadline), &s->wakes);
	for (unsigned i = 0; i < s->count; i++) {
		struct pollfd *to = &p[s->of[i].entry];

		to->revents = ready(s->wait[i].ready, to->events);
		count += to->revents != 0;
	}
	return count;
}
