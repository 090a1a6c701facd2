/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.c - sockets of TCP, UDP and ICMP echo, and their connections. The server waits for nothing: a call
 * that blocks waits until the socket is ready (ready.c), and tries again.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <proto/sockets_client.h>
#include "file.h"
#include "pair.h"
#include "ready.h"
#include "socket.h"
#include "time.h"

static struct px_socket sockets[SOCKETS_MOST];		/* `used` under px_files_lock */

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

long px_socket_name_in(const struct px_socket *s, const void *from, socklen_t bytes, struct socket_name *to)
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

void px_socket_name_out(const struct px_socket *s, const struct socket_name *from, struct sockaddr *to,
			socklen_t *bytes)
{
	if (!to || !bytes)
		return;
	if (s->domain == AF_INET)
		name_out4(from, to, bytes);
	else
		name_out6(from, to, bytes);
}

/* ---- opening and closing ---- */

/* Of the same family, type and protocol. */
static struct px_socket *reserve(const struct px_socket *like)
{
	struct px_socket *s = sockets;

	px_lock(&px_files_lock);
	while (s < sockets + SOCKETS_MOST && s->used)
		s++;
	if (s < sockets + SOCKETS_MOST)
		*s = (struct px_socket){
			.used = true, .domain = like->domain, .type = like->type, .protocol = like->protocol,
		};
	px_unlock(&px_files_lock);
	return s < sockets + SOCKETS_MOST ? s : NULL;
}

void px_socket_close(struct px_socket *s)
{
	if (s->server.connection)
		socket_close(&s->server, s->aborts);
	__atomic_store_n(&s->used, false, __ATOMIC_RELEASE);
}

/* A descriptor for a socket, which is closed if there is none. */
static long describe(struct px_socket *s, long flags)
{
	struct px_file f = { .kind = PX_SOCKET, .flags = flags & SOCK_NONBLOCK ? O_NONBLOCK : 0, .socket = s };
	long fd = px_file_new(&f, flags & SOCK_CLOEXEC);

	if (fd == -ENFILE)		/* of other errors px_file_put has closed it */
		px_socket_close(s);
	return fd;
}

static long kind_of(int domain, int type, int protocol)
{
	if (type == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP))
		return SOCKETS_TCP;
	if (type == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP))
		return SOCKETS_UDP;
	if ((type == SOCK_DGRAM || type == SOCK_RAW)
	    && protocol == (domain == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
		return SOCKETS_ECHO;
	return type == SOCK_STREAM || type == SOCK_DGRAM ? -EPROTONOSUPPORT : -ESOCKTNOSUPPORT;
}

long px_socket(const struct px_args *p)
{
	struct px_socket *s, like = {
		.domain = (int)p->a[0], .type = (int)p->a[1] & ~(SOCK_NONBLOCK | SOCK_CLOEXEC),
	};
	enum sockets_family family = like.domain == AF_INET ? SOCKETS_IPV4 : SOCKETS_BOTH;
	long kind = kind_of(like.domain, like.type, (int)p->a[2]), e;

	if (like.domain != AF_INET && like.domain != AF_INET6)
		return -EAFNOSUPPORT;
	if (kind < 0)
		return kind;
	like.protocol = kind == SOCKETS_TCP ? IPPROTO_TCP : kind == SOCKETS_UDP ? IPPROTO_UDP : (int)p->a[2];
	s = reserve(&like);
	if (!s)
		return -ENFILE;
	e = px_socket_errno(socket_open((enum sockets_kind)kind, family, &s->server));
	if (e < 0) {
		px_socket_close(s);
		return e;
	}
	return describe(s, p->a[1]);
}

/* ---- connections ---- */

static long bind_to(const struct px_socket *s, const void *name, socklen_t bytes)
{
	struct socket_name at;
	long e = px_socket_name_in(s, name, bytes, &at);

	return e < 0 ? e : px_socket_errno(socket_bind(&s->server, at));
}

long px_bind(const struct px_args *p)
{
	return PX_WITH_SOCKET(p->a[0], f, s, bind_to(s, (const void *)p->a[1], (socklen_t)p->a[2]), -EINVAL);
}

long px_listen(const struct px_args *p)
{
	unsigned backlog = p->a[1] > 0 ? (unsigned)p->a[1] : 1;

	return PX_WITH_SOCKET(p->a[0], f, s, px_socket_errno(socket_listen(&s->server, backlog)), -EINVAL);
}

/* A new socket for the next connection. */
static long take(struct px_file *f, struct px_socket *fresh, struct socket_name *peer)
{
	struct px_socket *s = f->socket;
	uint64_t deadline = px_socket_deadline(s->receive_us);
	long e;

	for (;;) {
		e = px_socket_errno(socket_accept(&s->server, &fresh->server, peer));
		if (e != -EAGAIN || (f->flags & O_NONBLOCK))
			return e;
		e = px_socket_wait(s, SOCKETS_IN, deadline);
		if (e < 0)
			return e;
	}
}

static long accept_from(struct px_file *f, struct sockaddr *to, socklen_t *bytes, long flags)
{
	struct px_socket *fresh;
	struct socket_name peer;
	long result;

	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return -EINVAL;
	fresh = reserve(f->socket);
	if (!fresh)
		return -ENFILE;
	result = take(f, fresh, &peer);
	if (result < 0) {
		px_socket_close(fresh);
		return result;
	}
	result = describe(fresh, flags);
	if (result >= 0)
		px_socket_name_out(f->socket, &peer, to, bytes);
	return result;
}

long px_accept4(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, f->kind != PX_SOCKET ? -ENOTSOCK :
			    accept_from(f, (struct sockaddr *)p->a[1], (socklen_t *)p->a[2], p->a[3]));
}

long px_accept(const struct px_args *p)
{
	return px_accept4(&(struct px_args){ { p->a[0], p->a[1], p->a[2], 0 } });
}

/* Until the connection that was begun is made, or has failed. The server knows which of them: SO_ERROR, or
 * another call, may have taken the error. */
static long end_connect(struct px_file *f, struct socket_name to)
{
	struct px_socket *s = f->socket;
	bool waits = !(f->flags & O_NONBLOCK);
	long e = px_socket_wait(s, SOCKETS_OUT, waits ? px_socket_deadline(s->send_us) : px_now());

	if (e == -EAGAIN)
		return waits ? -EINPROGRESS : -EALREADY;
	if (e < 0)
		return e;
	s->connecting = false;
	e = px_socket_errno(socket_connect(&s->server, to));
	return e == -EISCONN ? 0 : e;
}

static long connect_to(struct px_file *f, const struct sockaddr *name, socklen_t bytes)
{
	struct px_socket *s = f->socket;
	struct socket_name to = { 0 };
	long e = bytes >= sizeof name->sa_family && name->sa_family == AF_UNSPEC ? 0
	       : px_socket_name_in(s, name, bytes, &to);

	if (e < 0)
		return e;
	if (s->connecting)
		return end_connect(f, to);
	e = px_socket_errno(socket_connect(&s->server, to));
	if (e != -EINPROGRESS)
		return e;
	s->connecting = true;
	return f->flags & O_NONBLOCK ? e : end_connect(f, to);
}

long px_connect(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, f->kind != PX_SOCKET ? -ENOTSOCK :
			    connect_to(f, (const struct sockaddr *)p->a[1], (socklen_t)p->a[2]));
}

long px_shutdown(const struct px_args *p)
{
	static const unsigned directions[] = {
		[SHUT_RD] = SOCKETS_SHUT_IN, [SHUT_WR] = SOCKETS_SHUT_OUT,
		[SHUT_RDWR] = SOCKETS_SHUT_IN | SOCKETS_SHUT_OUT,
	};

	if (p->a[1] < SHUT_RD || p->a[1] > SHUT_RDWR)
		return -EINVAL;
	return PX_WITH_SOCKET(p->a[0], f, s, px_socket_errno(socket_shutdown(&s->server, directions[p->a[1]])),
			      px_pair_shutdown(f, p->a[1] != SHUT_WR, p->a[1] != SHUT_RD));
}

/* ---- names of sockets ---- */

static long names(const struct px_socket *s, bool peer, struct sockaddr *to, socklen_t *bytes)
{
	struct sockets_names_out n = { 0 };
	long e = px_socket_errno(socket_names(&s->server, &n));

	if (e < 0)
		return e;
	if (peer && !n.connected)
		return -ENOTCONN;
	px_socket_name_out(s, peer ? &(struct socket_name){ { n.peer_high, n.peer_low }, (uint16_t)n.peer_port }
			      : &(struct socket_name){ { n.high, n.low }, (uint16_t)n.port }, to, bytes);
	return 0;
}

long px_getsockname(const struct px_args *p)
{
	return PX_WITH_SOCKET(p->a[0], f, s, names(s, false, (struct sockaddr *)p->a[1], (socklen_t *)p->a[2]),
			      px_pair_name((struct sockaddr *)p->a[1], (socklen_t *)p->a[2]));
}

long px_getpeername(const struct px_args *p)
{
	return PX_WITH_SOCKET(p->a[0], f, s, names(s, true, (struct sockaddr *)p->a[1], (socklen_t *)p->a[2]),
			      px_pair_name((struct sockaddr *)p->a[1], (socklen_t *)p->a[2]));
}
