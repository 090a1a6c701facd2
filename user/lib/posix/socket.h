/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.h - sockets of the network server, and their connections, for the other files of the library.
 * Functions that return a long return a result or a negative error number.
 */
#ifndef POSIX_SOCKET_H
#define POSIX_SOCKET_H

#include <endian.h>
#include <netinet/in.h>
#include <pecan/sockets.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include "call.h"

struct px_socket {
	bool used, connecting;			/* connecting: connect has begun, its result was not read yet */
	bool aborts;				/* SO_LINGER of 0 s: close resets the connection */
	int domain, type, protocol;
	uint64_t receive_us, send_us;		/* SO_RCVTIMEO, SO_SNDTIMEO; 0: none */
	struct socket server;
};

px_call px_socket, px_bind, px_listen, px_accept, px_accept4, px_connect, px_shutdown;
px_call px_getsockname, px_getpeername;

/*
 * The scope of an address: that of its card, 1 for the first one, if it is link-local (fe80::/10); else 0.
 * The server has the card in the second 16 bits (user/proto/sockets.idl); in programs these are 0.
 */
static inline unsigned px_socket_scope(struct socket_address a)
{
	return a.high >> 54 == 0xfe80 >> 6 ? 1 + (unsigned)(a.high >> 32 & 0xffff) : 0;
}

static inline struct socket_address px_socket_without_scope(struct socket_address a)
{
	if (px_socket_scope(a))
		a.high &= ~(0xffffull << 32);
	return a;
}

/* An address of IPv6 from its bytes in network order. */
static inline struct socket_address px_socket_address6(const struct in6_addr *from)
{
	uint64_t half[2];

	memcpy(half, from, sizeof half);
	return (struct socket_address){ be64toh(half[0]), be64toh(half[1]) };
}

/* Close the connection, or reset it if s aborts, and free *s. */
void px_socket_close(struct px_socket *s);
long px_socket_errno(enum sockets_status s);	/* negative; 0 for SOCKETS_OK */

/*
 * The value of `call` with s, the socket of file f of a descriptor, or of `pair` if it is an end of a pair;
 * -EBADF or -ENOTSOCK if it is none.
 */
#define PX_WITH_SOCKET(fd, f, s, call, pair)						\
	PX_WITH_FILE(fd, f, ({ struct px_socket *s = f->socket;				\
			       f->kind == PX_SOCKET ? (call) : f->kind == PX_PAIR ? (pair) : -ENOTSOCK; }))

/*
 * Convert addresses of programs, in network byte order and of the socket's family. An address that does not
 * fit is cut.
 */
long px_socket_name_in(const struct px_socket *s, const void *from, socklen_t bytes, struct socket_name *to);
void px_socket_name_out(const struct px_socket *s, const struct socket_name *from, struct sockaddr *to,
			socklen_t *bytes);

#endif
