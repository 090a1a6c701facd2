/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - bytes of streams and datagrams, in one or several parts.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <pecan/sockets.h>
#include "address.h"
#include "file.h"
#include "message.h"
#include "ready.h"
#include "signal.h"

enum { IGNORED = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_CMSG_CLOEXEC | MSG_MORE | MSG_CONFIRM };

static bool blocks(const struct px_file *f, int flags)
{
	return !(f->flags & O_NONBLOCK) && !(flags & MSG_DONTWAIT);
}

static bool is_stream(const struct px_file *f)
{
	return ((const struct px_connection *)f->own)->type == SOCK_STREAM;
}

/* A result of <pecan/sockets.h>. */
static long result_of(long n)
{
	return n < 0 ? px_socket_errno((enum sockets_status)-n) : n;
}

static size_t bytes_of(const struct iovec *v, long parts)
{
	size_t sum = 0;

	for (long i = 0; i < parts; i++)
		sum += v[i].iov_len;
	return sum;
}

/* ---- sending ---- */

/* Sends a part of a stream, or a datagram. Returns bytes or an error. */
static long send_some(struct px_file *f, const void *from, size_t bytes, int flags,
		      const struct socket_name *to)
{
	struct px_connection *s = f->own;
	uint64_t deadline = px_socket_deadline(s->send_us);

	for (;;) {
		long n = result_of(socket_send(&s->server, from, bytes, to));

		if (n != -EAGAIN || !blocks(f, flags))
			return n;
		n = px_socket_wait(s, SOCKETS_OUT, deadline);
		if (n < 0)
			return n;
	}
}

static long send_stream(struct px_file *f, const struct iovec *v, long parts, int flags)
{
	long sum = 0, n = 0;

	for (long i = 0; i < parts; i++)
		for (size_t done = 0; done < v[i].iov_len; done += (size_t)n) {
			n = send_some(f, (const char *)v[i].iov_base + done, v[i].iov_len - done, flags, NULL);
			if (n < 0)
				return sum ? sum : n;
			sum += n;
		}
	return sum;
}

/* As one part: a datagram is sent as one, and small parts of a stream would be packets of their own. */
static long send_joined(struct px_file *f, const struct iovec *v, long parts, int flags,
			const struct socket_name *to)
{
	char text[SOCKET_PIECE];
	struct iovec whole = { text, 0 };

	for (long i = 0; i < parts; i++) {
		if (v[i].iov_len)
			memcpy(text + whole.iov_len, v[i].iov_base, v[i].iov_len);
		whole.iov_len += v[i].iov_len;
	}
	return is_stream(f) ? send_stream(f, &whole, 1, flags) : send_some(f, text, whole.iov_len, flags, to);
}

static long send_all(struct px_file *f, const struct iovec *v, long parts, int flags,
		     const struct socket_name *to)
{
	bool fits = bytes_of(v, parts) <= SOCKET_PIECE;

	if (parts != 1 && fits)
		return send_joined(f, v, parts, flags, to);
	if (is_stream(f))
		return send_stream(f, v, parts, flags);
	return fits ? send_some(f, v->iov_base, v->iov_len, flags, to) : -EMSGSIZE;
}

long px_socket_send(struct px_file *f, const struct msghdr *m, int flags)
{
	struct socket_name name, *to = NULL;
	long n;

	if (flags & ~IGNORED)
		return -EOPNOTSUPP;
	if (m->msg_name && !is_stream(f)) {
		n = px_socket_name_in(f->own, m->msg_name, m->msg_namelen, &name);
		if (n < 0)
			return n;
		to = &name;
	}
	n = send_all(f, m->msg_iov, m->msg_iovlen, flags, to);
	if (n == -EPIPE && is_stream(f) && !(flags & MSG_NOSIGNAL))
		px_raise(SIGPIPE);
	return n;
}

long px_sendto(const struct px_args *p)
{
	struct iovec v = { (void *)p->a[1], (size_t)p->a[2] };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1, .msg_name = (void *)p->a[4], .msg_namelen = (socklen_t)p->a[5],
	};

	return PX_ENDPOINT(p->a[0], f, send, &m, (int)p->a[3]);
}

long px_sendmsg(const struct px_args *p)
{
	return PX_ENDPOINT(p->a[0], f, send, (const struct msghdr *)p->a[1], (int)p->a[2]);
}

long px_socket_write(struct px_file *f, const struct iovec *v, long parts)
{
	struct msghdr m = { .msg_iov = (struct iovec *)v, .msg_iovlen = (int)parts };

	return px_socket_send(f, &m, 0);
}

/* ---- receiving ---- */

/* A piece of a stream, or a datagram. Returns bytes or an error. */
static long receive_some(struct px_file *f, void *to, size_t bytes, int flags, struct socket_datagram *d)
{
	const struct px_connection *s = f->own;
	unsigned how = flags & MSG_PEEK ? SOCKETS_PEEK : 0;

	if (!blocks(f, flags))
		return result_of(socket_receive(&s->server, to, bytes, how, d));
	return px_socket_await(s, (struct px_room){ to, bytes }, how, d, px_socket_deadline(s->receive_us));
}

/* Waits for the first piece; for all of them with MSG_WAITALL. A small one is all that there is. */
static long receive_stream(struct px_file *f, const struct iovec *v, long parts, int flags)
{
	struct socket_datagram unused;
	long sum = 0, n = 0;

	for (long i = 0; i < parts; i++)
		for (size_t done = 0; done < v[i].iov_len; done += (size_t)n) {
			size_t wanted = v[i].iov_len - done;

			n = receive_some(f, (char *)v[i].iov_base + done, wanted, flags, &unused);
			if (n <= 0)
				return sum ? sum : n;
			sum += n;
			if ((flags & MSG_PEEK) || (!(flags & MSG_WAITALL) && n < SOCKET_PIECE && (size_t)n < wanted))
				return sum;
			if (!(flags & MSG_WAITALL))
				flags |= MSG_DONTWAIT;
		}
	return sum;
}

static long receive_datagram(struct px_file *f, struct msghdr *m, int flags)
{
	size_t room = bytes_of(m->msg_iov, m->msg_iovlen), done = 0;
	struct socket_datagram d;
	char text[SOCKET_PIECE];
	long n;

	if (m->msg_iovlen == 1)
		n = receive_some(f, m->msg_iov->iov_base, room, flags, &d);
	else
		n = receive_some(f, text, room < sizeof text ? room : sizeof text, flags, &d);
	if (n < 0)
		return n;
	for (long i = 0; m->msg_iovlen > 1 && i < m->msg_iovlen && done < (size_t)n; i++) {
		size_t left = (size_t)n - done, part = m->msg_iov[i].iov_len;

		memcpy(m->msg_iov[i].iov_base, text + done, part < left ? part : left);
		done += part < left ? part : left;
	}
	px_socket_name_out(f->own, &d.from, m->msg_name, &m->msg_namelen);
	if (d.whole > (size_t)n)
		m->msg_flags |= MSG_TRUNC;
	return flags & MSG_TRUNC ? (long)d.whole : n;
}

long px_socket_receive(struct px_file *f, struct msghdr *m, int flags)
{
	if (flags & ~(IGNORED | MSG_PEEK | MSG_WAITALL | MSG_TRUNC))
		return -EOPNOTSUPP;
	m->msg_flags = 0;
	m->msg_controllen = 0;
	if (!is_stream(f))
		return receive_datagram(f, m, flags);
	m->msg_namelen = 0;
	return receive_stream(f, m->msg_iov, m->msg_iovlen, flags);
}

long px_recvfrom(const struct px_args *p)
{
	struct iovec v = { (void *)p->a[1], (size_t)p->a[2] };
	socklen_t *bytes = (socklen_t *)p->a[5];
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1, .msg_name = bytes ? (void *)p->a[4] : NULL,
		.msg_namelen = bytes ? *bytes : 0,
	};
	long n = PX_ENDPOINT(p->a[0], f, receive, &m, (int)p->a[3]);

	if (n >= 0 && bytes)
		*bytes = m.msg_namelen;
	return n;
}

long px_recvmsg(const struct px_args *p)
{
	return PX_ENDPOINT(p->a[0], f, receive, (struct msghdr *)p->a[1], (int)p->a[2]);
}

long px_socket_read(struct px_file *f, const struct iovec *v, long parts)
{
	struct msghdr m = { .msg_iov = (struct iovec *)v, .msg_iovlen = (int)parts };

	return px_socket_receive(f, &m, 0);
}
