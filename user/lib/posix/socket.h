/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.h - sockets of the network server: their operations, for the other files of the library. Functions
 * that return a long return a result or a negative error number.
 */
#ifndef POSIX_SOCKET_H
#define POSIX_SOCKET_H

#include <sys/socket.h>
#include <pecan/sockets.h>
#include "posix.h"

struct pollfd;
struct iovec;

struct px_socket {
	bool used, connecting;			/* connecting: connect has begun, its result was not read yet */
	bool aborts;				/* SO_LINGER of 0 s: close resets the connection */
	int type, protocol;
	unsigned long receive_us, send_us;	/* SO_RCVTIMEO, SO_SNDTIMEO; 0: none */
	struct socket server;
};

/* ---- socket.c: sockets and connections ---- */

px_call px_socket, px_bind, px_listen, px_accept, px_accept4, px_connect, px_shutdown;
px_call px_getsockname, px_getpeername;

void px_socket_close(struct px_socket *s);
long px_socket_errno(enum sockets_status s);	/* negative; 0 for SOCKETS_OK */

/* The value of `call` with s, the socket of file f of a descriptor; -EBADF or -ENOTSOCK if there is none. */
#define PX_WITH_SOCKET(fd, f, s, call)							\
	PX_WITH_FILE(fd, f, ({ struct px_socket *s = f->socket; f->kind == PX_SOCKET ? (call) : -ENOTSOCK; }))

/* Convert addresses of programs, in network byte order. An address that does not fit is cut. */
long px_socket_name_in(const void *from, socklen_t bytes, struct socket_name *to);
void px_socket_name_out(struct socket_name from, struct sockaddr *to, socklen_t *bytes);

/* ---- message.c: bytes and datagrams ---- */

px_call px_sendto, px_recvfrom, px_sendmsg, px_recvmsg;

long px_socket_read(struct px_file *f, const struct iovec *v, long parts);
long px_socket_write(struct px_file *f, const struct iovec *v, long parts);

/* ---- option.c ---- */

px_call px_setsockopt, px_getsockopt;
long px_socket_ioctl(struct px_file *f, long request, int *value);

/* ---- ready.c: waiting ---- */

/* Wait for one of the events, or the deadline (0: none). Returns 0, -EAGAIN, or -EINTR. */
long px_socket_wait(const struct px_socket *s, unsigned events, unsigned long deadline);
unsigned long px_socket_deadline(unsigned long us);		/* end of a period that begins now; 0: none */

/* Ends the waits of this program for sockets, so that they check their other conditions. */
void px_socket_notify(void);

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
long px_socket_poll(struct px_socket_poll *s, struct pollfd *p, unsigned long deadline);

#endif
