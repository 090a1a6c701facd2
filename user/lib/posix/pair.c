/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pair.c - see pair.h. An end reads one pipe and writes the other.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include "file.h"
#include "io.h"
#include "option.h"
#include "pair.h"
#include "pipe.h"
#include "poll.h"

enum { SEND_FLAGS = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE,
       RECEIVE_FLAGS = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_CMSG_CLOEXEC | MSG_PEEK | MSG_WAITALL };

/* ---- bytes ---- */

static long send_parts(struct px_file *f, const struct msghdr *m, int flags)
{
	struct px_how how = px_how(f);
	long sum = 0;

	if ((flags & ~SEND_FLAGS) || m->msg_controllen)
		return -EOPNOTSUPP;
	how.waits = how.waits && !(flags & MSG_DONTWAIT);
	how.quiet = flags & MSG_NOSIGNAL;
	for (int i = 0; i < m->msg_iovlen; i++) {
		const struct iovec *v = &m->msg_iov[i];
		long n = px_write_text(f, v->iov_base, v->iov_len, how);

		if (n < 0)
			return sum ? sum : n;
		sum += n;
		if ((size_t)n < v->iov_len)
			break;
	}
	return sum;
}

/* A part, or all of it. */
static long receive_part(struct px_file *f, const struct iovec *v, struct px_how how, bool all)
{
	size_t done = 0;
	long n;

	do {
		n = px_read_text(f, (char *)v->iov_base + done, v->iov_len - done, how);
		done += n > 0 ? (size_t)n : 0;
	} while (all && n > 0 && done < v->iov_len);
	return done ? (long)done : n;
}

/* Waits for the first bytes; for all of them with MSG_WAITALL. */
static long receive_parts(struct px_file *f, struct msghdr *m, int flags)
{
	struct px_how how = px_how(f);
	bool all = (flags & MSG_WAITALL) && !(flags & MSG_PEEK);
	long sum = 0;

	if (flags & ~RECEIVE_FLAGS)
		return -EOPNOTSUPP;
	how.waits = how.waits && !(flags & MSG_DONTWAIT);
	how.peeks = flags & MSG_PEEK;
	m->msg_flags = 0;
	m->msg_controllen = 0;
	m->msg_namelen = 0;
	for (int i = 0; i < m->msg_iovlen; i++) {
		const struct iovec *v = &m->msg_iov[i];
		long n = v->iov_len ? receive_part(f, v, how, all) : 0;

		if (n < 0)
			return sum ? sum : n;
		sum += n;
		if ((size_t)n < v->iov_len || how.peeks)
			break;
		how.waits = how.waits && (all || sum == 0);
	}
	return sum;
}

/* ---- the kind ---- */

static short ready(struct px_file *f)
{
	char byte = 0;
	long n = px_pipe_peek(f, &byte, 1);

	if (px_pipe_put(f, &byte, 0) == -EPIPE)
		return n == -EAGAIN ? PX_OUT : n == 0 ? PX_IN | PX_OUT | POLLHUP : PX_IN | PX_OUT;
	return (short)((n != -EAGAIN ? PX_IN : 0) | (px_pipe_has_room(f) ? PX_OUT : 0));
}

static long get(const struct px_file *f, const struct px_args *p)
{
	(void)f;
	if (p->a[1] != SOL_SOCKET)
		return -EOPNOTSUPP;
	switch (p->a[2]) {
	case SO_TYPE: return px_option_number(SOCK_STREAM, p);
	case SO_DOMAIN: return px_option_number(AF_UNIX, p);
	case SO_ERROR:
	case SO_PROTOCOL:
	case SO_ACCEPTCONN: return px_option_number(0, p);
	default: return -ENOPROTOOPT;
	}
}

/* Its name, or its peer's: none. */
static long name(const struct px_file *f, bool peer, struct sockaddr *to, socklen_t *bytes)
{
	const sa_family_t family = AF_UNIX;

	(void)f, (void)peer;
	memcpy(to, &family, *bytes < sizeof family ? *bytes : sizeof family);
	*bytes = sizeof family;
	return 0;
}

static long set(const struct px_file *f, const struct px_args *p)
{
	(void)f, (void)p;
	return -ENOPROTOOPT;
}

static const struct px_endpoint endpoint = {
	.send = send_parts, .receive = receive_parts, .shutdown = px_pipe_shutdown, .name = name, .get = get,
	.set = set,
};

static const struct px_kind kind = {
	.mode = S_IFSOCK | 0777, .close = px_pipe_close,
	.peek = px_pipe_peek, .skip = px_pipe_skip, .put = px_pipe_put, .ready = ready, .endpoint = &endpoint,
};

/* ---- opening ---- */

static long open_ends(int fd[2], long flags)
{
	int how = O_RDWR | (flags & SOCK_NONBLOCK ? O_NONBLOCK : 0);
	struct px_file one = { .kind = &kind, .flags = how }, two = one;

	one.own = two.out = px_pipe_new();
	one.out = two.own = one.own ? px_pipe_new() : NULL;
	if (!one.out) {
		two.own = two.out;
		px_pipe_close(&two);
		return -ENFILE;
	}
	return px_pipe_describe((struct px_file[]){ one, two }, fd, flags & SOCK_CLOEXEC);
}

long px_socketpair(const struct px_args *p)
{
	long type = p->a[1] & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (p->a[0] != AF_UNIX)
		return p->a[0] == AF_INET || p->a[0] == AF_INET6 ? -EOPNOTSUPP : -EAFNOSUPPORT;
	if (type != SOCK_STREAM)
		return -ESOCKTNOSUPPORT;
	return p->a[2] && p->a[2] != AF_UNIX ? -EPROTONOSUPPORT : open_ends((int *)p->a[3], p->a[1]);
}
