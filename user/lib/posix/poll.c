/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll.c - poll and select.
 */
#include <errno.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include "deliver.h"
#include "event.h"
#include "file.h"
#include "poll.h"
#include "ready.h"
#include "signal.h"
#include "time.h"

enum { MOST = 64 };

static short ask(const struct pollfd *p)
{
	struct px_file *f = px_file_get(p->fd);
	short events;

	if (!f)
		return POLLNVAL;
	px_lock(&px_files_lock);
	events = f->kind->ready ? f->kind->ready(f) : PX_IN | PX_OUT;
	px_unlock(&px_files_lock);
	if (f->kind->want && !events && (p->events & PX_IN) && !f->kind->want())
		events = POLLERR;
	px_file_put(f);
	return events & (p->events | POLLERR | POLLHUP);
}

static long ask_all(struct pollfd *p, unsigned long n)
{
	long ready = 0;

	for (unsigned long i = 0; i < n; i++) {
		p[i].revents = p[i].fd >= 0 ? ask(&p[i]) : 0;
		ready += p[i].revents != 0;
	}
	return ready;
}

/* Without sockets. deadline 0: none. */
static long wait_here(struct pollfd *p, unsigned long n, uint64_t deadline)
{
	for (;;) {
		int seen = __atomic_load_n(&px_changes, __ATOMIC_SEQ_CST);
		long ready = ask_all(p, n), e;

		if (ready)
			return ready;
		e = px_wait(seen, deadline);
		if (e < 0)
			return e == -ETIMEDOUT ? 0 : e;
	}
}

/* With sockets: what else changes ends the wait at their server (px_changed). */
static long wait_there(struct pollfd *p, unsigned long n, uint64_t deadline,
		       struct px_socket_poll *sockets)
{
	for (;;) {
		uint64_t now = px_now();
		long ready = ask_all(p, n), e = px_socket_poll(sockets, p, ready ? now : deadline);

		if (ready + (e < 0 ? 0 : e) > 0)
			return ready + (e < 0 ? 0 : e);
		if (e < 0 || (deadline && now >= deadline))
			return e;
	}
}

static long wait_for(struct pollfd *p, unsigned long n, uint64_t deadline)
{
	struct px_socket_poll sockets;
	long result = px_socket_poll_begin(&sockets, p, n);

	if (result == 0 && sockets.count)
		result = wait_there(p, n, deadline, &sockets);
	else if (result == 0)
		result = wait_here(p, n, deadline);
	px_socket_poll_end(&sockets);
	return result;
}

long px_poll(const struct px_args *p)
{
	int ms = (int)p->a[2];

	return wait_for((struct pollfd *)p->a[0], (unsigned long)p->a[1],
			ms < 0 ? 0 : px_now() + (uint64_t)ms * 1000);
}

/* A signal that ends the wait is delivered with the mask that has let it through. */
static long with_mask(struct pollfd *p, unsigned long n, uint64_t deadline,
		      const struct px_signals *mask)
{
	uint64_t before;
	long result;

	if (!mask)
		return wait_for(p, n, deadline);
	before = px_mask(px_signals(mask));
	result = wait_for(p, n, deadline);
	if (result == -EINTR)
		px_deliver(true);
	px_mask(before);
	return result;
}

long px_ppoll(const struct px_args *p)
{
	uint64_t deadline;
	long e = px_deadline((const struct timespec *)p->a[2], &deadline);

	if (e < 0)
		return e;
	return with_mask((struct pollfd *)p->a[0], (unsigned long)p->a[1], deadline,
			 (const struct px_signals *)p->a[3]);
}

/* ---- select, by poll ---- */

static int is_set(long fd, const fd_set *s)
{
	return s && FD_ISSET(fd, s);
}

/* Leaves in a set what has one of the events. Returns how many. */
static long keep(fd_set *s, const struct pollfd *p, unsigned n, short events)
{
	long kept = 0;

	for (unsigned i = 0; s && i < n; i++)
		if (FD_ISSET(p[i].fd, s)) {
			if (p[i].revents & events)
				kept++;
			else
				FD_CLR(p[i].fd, s);
		}
	return kept;
}

static long select_by(const struct px_args *a, const struct timespec *t, const struct px_signals *mask)
{
	fd_set *in = (fd_set *)a->a[1], *out = (fd_set *)a->a[2], *other = (fd_set *)a->a[3];
	struct pollfd p[MOST];
	uint64_t deadline;
	unsigned n = 0;
	long e = px_deadline(t, &deadline);

	if (e < 0)
		return e;
	for (long fd = 0; fd < a->a[0] && fd < FD_SETSIZE; fd++) {
		short events = (short)((is_set(fd, in) ? POLLIN : 0) | (is_set(fd, out) ? POLLOUT : 0));

		if (!events && !is_set(fd, other))
			continue;
		if (n == MOST || fd >= MOST)
			return -EBADF;
		p[n++] = (struct pollfd){ .fd = (int)fd, .events = events };
	}
	e = with_mask(p, n, deadline, mask);
	if (e < 0)
		return e;
	for (unsigned i = 0; i < n; i++)
		if (p[i].revents & POLLNVAL)
			return -EBADF;
	return keep(in, p, n, POLLIN | POLLHUP | POLLERR) + keep(out, p, n, POLLOUT | POLLERR)
	     + keep(other, p, n, 0);
}

long px_select(const struct px_args *p)
{
	const struct timeval *t = (const struct timeval *)p->a[4];
	struct timespec s;

	if (!t)
		return select_by(p, NULL, NULL);
	if (t->tv_usec < 0 || t->tv_usec >= 1000000)
		return -EINVAL;
	s = (struct timespec){ t->tv_sec, (long)t->tv_usec * 1000 };
	return select_by(p, &s, NULL);
}

long px_pselect(const struct px_args *p)
{
	const struct px_signals *const *mask = (const struct px_signals *const *)p->a[5];

	return select_by(p, (const struct timespec *)p->a[4], mask ? *mask : NULL);
}
