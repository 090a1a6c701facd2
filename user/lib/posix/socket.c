/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.c - sockets of TCP, UDP and ICMP echo, and their connections. The server waits for nothing: a call
 * that blocks waits until the socket is ready (ready.c), and tries again.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <proto/sockets_client.h>
#include "address.h"
#include "event.h"
#include "file.h"
#include "message.h"
#include "option.h"
#include "ready.h"
#include "socket.h"
#include "time.h"

static struct px_connection sockets[SOCKETS_MOST];		/* `used` under px_files_lock */

/* ---- opening and closing ---- */

/* Get a file of the same family, type and protocol. Returns its connection; NULL: there are too many. */
static struct px_connection *reserve(struct px_file *f, const struct px_connection *like, long flags)
{
	struct px_connection *s = sockets;

	px_lock(&px_files_lock);
	while (s < sockets + SOCKETS_MOST && s->used)
		s++;
	if (s < sockets + SOCKETS_MOST)
		*s = (struct px_connection){
			.used = true, .domain = like->domain, .type = like->type, .protocol = like->protocol,
		};
	px_unlock(&px_files_lock);
	*f = (struct px_file){
		.kind = &px_socket_kind, .flags = O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0), .own = s,
	};
	return s < sockets + SOCKETS_MOST ? s : NULL;
}

static void close_file(struct px_file *f)
{
	struct px_connection *s = f->own;

	if (s->server.connection)
		socket_close(&s->server, s->aborts);
	__atomic_store_n(&s->used, false, __ATOMIC_RELEASE);
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
	struct px_connection *s, like = {
		.domain = (int)p->a[0], .type = (int)p->a[1] & ~(SOCK_NONBLOCK | SOCK_CLOEXEC),
	};
	enum sockets_family family = like.domain == AF_INET ? SOCKETS_IPV4 : SOCKETS_BOTH;
	long kind = kind_of(like.domain, like.type, (int)p->a[2]), e;
	struct px_file f;

	if (like.domain != AF_INET && like.domain != AF_INET6)
		return -EAFNOSUPPORT;
	if (kind < 0)
		return kind;
	like.protocol = kind == SOCKETS_TCP ? IPPROTO_TCP : kind == SOCKETS_UDP ? IPPROTO_UDP : (int)p->a[2];
	s = reserve(&f, &like, p->a[1]);
	if (!s)
		return -ENFILE;
	px_watch(px_socket_notify);
	e = px_socket_errno(socket_open((enum sockets_kind)kind, family, &s->server));
	if (e == 0)
		return px_file_new(&f, p->a[1] & SOCK_CLOEXEC);
	close_file(&f);
	return e;
}

/* ---- connections ---- */

static long bind_to(const struct px_connection *s, const void *name, socklen_t bytes)
{
	struct socket_name at;
	long e = px_socket_name_in(s, name, bytes, &at);

	return e < 0 ? e : px_socket_errno(socket_bind(&s->server, at));
}

/* An end of a pair has no address, and no connections. */
static long not_of_server(const struct px_file *f)
{
	return f->kind->endpoint ? -EINVAL : -ENOTSOCK;
}

long px_bind(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, f->kind != &px_socket_kind ? not_of_server(f) :
			    bind_to(f->own, (const void *)p->a[1], (socklen_t)p->a[2]));
}

static long listen_at(const struct px_connection *s, unsigned backlog)
{
	return px_socket_errno(socket_listen(&s->server, backlog));
}

long px_listen(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, f->kind != &px_socket_kind ? not_of_server(f) :
			    listen_at(f->own, p->a[1] > 0 ? (unsigned)p->a[1] : 1));
}

/* A new socket for the next connection. */
static long take(struct px_file *f, struct px_connection *fresh, struct socket_name *peer)
{
	struct px_connection *s = f->own;
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
	struct socket_name peer;
	struct px_file fresh;
	long result;

	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return -EINVAL;
	if (!reserve(&fresh, f->own, flags))
		return -ENFILE;
	result = take(f, fresh.own, &peer);
	if (result < 0) {
		close_file(&fresh);
		return result;
	}
	result = px_file_new(&fresh, flags & SOCK_CLOEXEC);
	if (result >= 0)
		px_socket_name_out(f->own, &peer, to, bytes);
	return result;
}

long px_accept4(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, f->kind != &px_socket_kind ? -ENOTSOCK :
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
	struct px_connection *s = f->own;
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
	struct px_connection *s = f->own;
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
	return PX_WITH_FILE(p->a[0], f, f->kind != &px_socket_kind ? -ENOTSOCK :
			    connect_to(f, (const struct sockaddr *)p->a[1], (socklen_t)p->a[2]));
}

static long shut_down(struct px_file *f, bool reads, bool writes)
{
	const struct px_connection *s = f->own;

	return px_socket_errno(socket_shutdown(&s->server, (reads ? SOCKETS_SHUT_IN : 0u)
							   | (writes ? SOCKETS_SHUT_OUT : 0u)));
}

static long name(const struct px_file *f, bool peer, struct sockaddr *to, socklen_t *bytes)
{
	const struct px_connection *s = f->own;
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

/* ---- the kind ---- */

/* px_socket_poll looks at it. */
static short ready(struct px_file *f)
{
	(void)f;
	return 0;
}

static const struct px_endpoint endpoint = {
	.send = px_socket_send, .receive = px_socket_receive, .shutdown = shut_down, .name = name,
	.get = px_socket_get, .set = px_socket_set,
};

const struct px_kind px_socket_kind = {
	.mode = S_IFSOCK | 0777, .read_parts = px_socket_read, .write_parts = px_socket_write,
	.ioctl = px_socket_ioctl, .close = close_file, .ready = ready, .endpoint = &endpoint,
};

/* ---- calls of all sockets ---- */

long px_shutdown(const struct px_args *p)
{
	if (p->a[1] < SHUT_RD || p->a[1] > SHUT_RDWR)
		return -EINVAL;
	return PX_ENDPOINT(p->a[0], f, shutdown, p->a[1] != SHUT_WR, p->a[1] != SHUT_RD);
}

long px_getsockname(const struct px_args *p)
{
	return PX_ENDPOINT(p->a[0], f, name, false, (struct sockaddr *)p->a[1], (socklen_t *)p->a[2]);
}

long px_getpeername(const struct px_args *p)
{
	return PX_ENDPOINT(p->a[0], f, name, true, (struct sockaddr *)p->a[1], (socklen_t *)p->a[2]);
}
