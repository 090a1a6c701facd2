/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ready.h - waiting for sockets.
 */
#ifndef POSIX_READY_H
#define POSIX_READY_H

#include <pecan/sockets.h>
#include <stdbool.h>

struct pollfd;
struct px_file;
struct px_connection;
struct px_room { void *at; size_t bytes; };

/* Wait for one of the events, or the deadline (0: none). Returns 0, -EAGAIN, or -EINTR. */
long px_socket_wait(const struct px_connection *s, unsigned events, uint64_t deadline);

/* Receive, and wait for it until the deadline (0: none). Returns bytes, -EAGAIN, -EINTR, or another error. */
long px_socket_await(const struct px_connection *s, struct px_room to, unsigned flags,
		     struct socket_datagram *d, uint64_t deadline);

uint64_t px_socket_deadline(uint64_t us);		/* end of a period that begins now; 0: none */

/* Ends the waits of this program for sockets, so that they check their other conditions (event.h). */
void px_socket_notify(bool interrupt);

/* The sockets among the entries of a poll. begin takes references to their files, end drops them. */
struct px_socket_poll {
	unsigned count;
	struct socket_wait wait[SOCKETS_WAIT_MOST];
	struct { struct px_file *file; unsigned entry; } of[SOCKETS_WAIT_MOST];
	L4_Word_t wakes;
};

long px_socket_poll_begin(struct px_socket_poll *s, const struct pollfd *p, unsigned long n);
void px_socket_poll_end(struct px_socket_poll *s);

/* Sets revents. Returns the number of ready ones, 0 after the deadline or px_socket_notify, or -EINTR. */
long px_socket_poll(struct px_socket_poll *s, struct pollfd *p, uint64_t deadline);

#endif
