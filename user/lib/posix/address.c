/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.c - see address.h.
 */
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include "address.h"

long px_socket_errno(enum sockets_status s)
{
	static const short numbers[] = {
		[SOCKETS_E_REQUEST] = EINVAL, [SOCKETS_E_AGAIN] = EAGAIN, [SOCKETS_E_HANDLE] = ENOTCONN,
		[SOCKETS_E_ARGUMENT] = EINVAL, [SOCKETS_E_KIND] = EOPNOTSUPP, [SOCKETS_E_LIMIT] = ENOBUFS,
		[SOCKETS_E_IN_USE] = EADDRINUSE, [SOCKETS_E_ADDRESS] = EADDRNOTAVAIL,
		[SOCKETS_E_CONNECTED] = EISCONN, [SOCKETS_E_NOT_CONNECTED] = ENOTCONN,
		[SOCKETS_E_IN_PROGRESS] = EINPROGRESS, [SOCKETS_E_NO_SERVICE] = ECONNREFUSED,
		[SOCKETS_E_RESET] = ECONNRESET, [SOCKETS_E_TIMEOUT] = ETIMEDOUT,
		[SOCKETS_E_UNREACHABLE] = ENETUNREACH, [SOCKETS_E_CLOSED] = EPIPE, [SOCKETS_E_LARGE] = EMSGSIZE,
		[SOCKETS_E_HOST] = ENOENT, [SOCKETS_E_BROADCAST] = EACCES, [SOCKETS_REFUSED] = EACCES,
		[SOCKETS_E_NAMES] = EAGAIN,
	};

	if (s == SOCKETS_OK)
		return 0;
	return (size_t)s < sizeof numbers / sizeof *numbers && numbers[s] ? -numbers[s] : -ENETDOWN;
}

/* ---- names ---- */

static long name_in4(const void *from, struct socket_name *to)
{
	struct sockaddr_in in;

	memcpy(&in, from, sizeof in);
	*to = (struct socket_name){ SOCKET_IPV4(ntohl(in.sin_addr.s_addr)), ntohs(in.sin_port) };
	return 0;
}

static long name_in6(const void *from, struct socket_name *to)
{
	struct sockaddr_in6 in;

	memcpy(&in, from, sizeof in);
	*to = (struct socket_name){ px_socket_address6(&in.sin6_addr), ntohs(in.sin6_port) };
	to->address = px_socket_without_scope(to->address);
	if (!px_socket_scope(to->address) || in.sin6_scope_id == 0)
		return 0;
	if (in.sin6_scope_id > SOCKETS_CARDS)
		return -EINVAL;
	to->address.high |= (uint64_t)(in.sin6_scope_id - 1) << 32;
	return 0;
}

long px_socket_name_in(const struct px_connection *s, const void *from, socklen_t bytes,
		       struct socket_name *to)
{
	sa_family_t family;

	if (bytes < sizeof(struct sockaddr_in))
		return -EINVAL;
	memcpy(&family, from, sizeof family);
	if (family != s->domain)
		return -EAFNOSUPPORT;
	if (family == AF_INET)
		return name_in4(from, to);
	return bytes < sizeof(struct sockaddr_in6) ? -EINVAL : name_in6(from, to);
}

static void name_out4(const struct socket_name *from, struct sockaddr *to, socklen_t *bytes)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(from->port) };

	in.sin_addr.s_addr = htonl((uint32_t)from->address.low);
	memcpy(to, &in, *bytes < sizeof in ? *bytes : sizeof in);
	*bytes = sizeof in;
}

static void name_out6(const struct socket_name *from, struct sockaddr *to, socklen_t *bytes)
{
	struct socket_address a = px_socket_without_scope(from->address);
	uint64_t half[] = { htobe64(a.high), htobe64(a.low) };
	struct sockaddr_in6 in = { .sin6_family = AF_INET6, .sin6_port = htons(from->port) };

	memcpy(&in.sin6_addr, half, sizeof half);
	in.sin6_scope_id = px_socket_scope(from->address);
	memcpy(to, &in, *bytes < sizeof in ? *bytes : sizeof in);
	*bytes = sizeof in;
}

void px_socket_name_out(const struct px_connection *s, const struct socket_name *from, struct sockaddr *to,
			socklen_t *bytes)
{
	if (!to || !bytes)
		return;
	if (s->domain == AF_INET)
		name_out4(from, to, bytes);
	else
		name_out6(from, to, bytes);
}
