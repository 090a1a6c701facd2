/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.h - sockets, which are the network server's: what the files of the library do with them. Functions
 * return as system calls do.
 */
#ifndef POSIX_SOCKET_H
#define POSIX_SOCKET_H

#include <sys/socket.h>
#include <pecan/sockets.h>
#include "posix.h"

struct pollfd;
struct iovec;

struct px_socket {
	bool used, connecting;			/* connecting: connect has begun, its result is not fetched */
	bool aborts;				/* SO_LINGER of 0 s: close resets the connection */
	int type, protocol;
	unsigned long receive_us, send_us;	/* SO_RCVTIMEO, SO_SNDTIMEO; 0: none */
	struct socket server;
};

/* ---- socket.c: sockets and connections ---- */

px_call px_socket, px_bind, px_listen, px_accept, px_accept4, px_connect, px_shutdown;
px_call px_getsockname, px_getpeername;

void px_socket_close(struct px_socket *s);
long px_socket_errno(enum sockets_status s);	/* negative, 0 for SOCKETS_OK */

/* The value of `call` with s, the socket of file f of a descriptor; -EBADF or -ENOTSOCK if there is none. */
#define PX_WITH_SOCKET(fd, f, s, call)							\
	PX_WITH_FILE(fd, f, ({ struct px_socket *s = f->socket; f->kind == PX_SOCKET ? (call) : -ENOTSOCK; }))

/* Addresses of programs have the order of the network. An address that does not fit is cut. */
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

/* Until the socket is ready for one of the events, or the deadline (0: none): 0, -EAGAIN, or -EINTR. */
long px_socket_wait(const struct px_socket *s, unsigned events, unsigned long deadline);
unsigned long px_socket_deadline(unsigned long us);		/* of a period that begins now; 0: none */

/* Ends the waits of this program for sockets, so that they look at what else they wait for. */
void px_socket_notify(void);

/* The sockets among the entries of a poll: begin takes references, end gives them back. */
struct px_socket_poll {
	unsigned count;
	struct socket_wait wait[SOCKETS_WAIT_MOST];
	struct { struct px_file *file; unsigned entry; } of[SOCKETS_WAIT_MOST];
	L4_Word_t wakes;
};

long px_socket_poll_begin(struct px_socket_poll *s, const struct pollfd *p, unsigned long n);
void px_socket_poll_end(struct px_socket_poll *s);

/* Sets revents. Returns how many are ready, 0 after the deadline or px_socket_notify, or -EINTR. */
long px_socket_poll(struct px_socket_poll *s, struct pollfd *p, unsigned long deadline);

#endif
