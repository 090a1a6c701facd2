/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.h - sockets of the network server as the library keeps them, their addresses and their errors.
 */
#ifndef POSIX_ADDRESS_H
#define POSIX_ADDRESS_H

#include <endian.h>
#include <netinet/in.h>
#include <pecan/sockets.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

struct px_connection {
	bool used, connecting;			/* connecting: connect has begun, its result was not read yet */
	bool aborts;				/* SO_LINGER of 0 s: close resets the connection */
	int domain, type, protocol;
	uint64_t receive_us, send_us;		/* SO_RCVTIMEO, SO_SNDTIMEO; 0: none */
	struct socket server;
};

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

long px_socket_errno(enum sockets_status s);	/* negative; 0 for SOCKETS_OK */

/*
 * Convert addresses of programs, in network byte order and of the socket's family. An address that does not
 * fit is cut.
 */
long px_socket_name_in(const struct px_connection *s, const void *from, socklen_t bytes,
		       struct socket_name *to);
void px_socket_name_out(const struct px_connection *s, const struct socket_name *from, struct sockaddr *to,
			socklen_t *bytes);

#endif
